//! The participant's view of who has read what.

use jiff::Timestamp;
use uuid::Uuid;

use super::Queries;
use crate::domain::ids::PersonId;
use crate::error::ParticipantsError;
use crate::store;
use crate::store::accesses::Access;

impl Queries {
    pub async fn accesses(
        &self,
        persons: &[PersonId],
        after: Option<(Timestamp, Uuid)>,
        limit: i64,
    ) -> Result<Vec<Access>, ParticipantsError> {
        self.database
            .transaction("participants.list_accesses", async |tx| {
                Ok(store::accesses::of_person(tx, persons, after, limit).await?)
            })
            .await
    }
}
