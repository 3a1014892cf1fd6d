//! Reads of joint plans.

use platform::access::{self, Depth, Reader};

use super::Queries;
use crate::domain::ids::{DocumentId, PersonId, PlacementId};
use crate::domain::visibility::Viewer;
use crate::error::ParticipantsError;
use crate::store;
use crate::store::plans::{Draft, SentPlan};

/// Versions told at most.
const MOST_VERSIONS: i64 = 100;

impl Queries {
    /// The draft, and the versions sent, latest first.
    pub async fn joint_plan(
        &self,
        reader: &Reader,
        viewer: &Viewer,
        id: PlacementId,
    ) -> Result<(Option<Draft>, Vec<SentPlan>), ParticipantsError> {
        self.database
            .transaction("participants.get_joint_plan", async |tx| {
                let found = store::placements::find(tx, &self.keys, id).await?;
                let found = found.filter(|placement| viewer.reports_on(placement));
                let placement = found.ok_or(ParticipantsError::NotFound("placement"))?;
                let person = [placement.person.as_uuid()];
                access::record(
                    tx,
                    reader,
                    "joint_plan",
                    "report_and_plan",
                    &person,
                    Depth::Detail,
                )
                .await?;
                let draft = store::plans::draft(tx, id).await?;
                Ok((draft, store::plans::sent(tx, id, MOST_VERSIONS).await?))
            })
            .await
    }

    pub async fn own_plans(
        &self,
        persons: &[PersonId],
        after: Option<DocumentId>,
        limit: i64,
    ) -> Result<Vec<SentPlan>, ParticipantsError> {
        self.database
            .transaction("participants.list_own_plans", async |tx| {
                Ok(store::plans::of_person(tx, persons, after, limit).await?)
            })
            .await
    }
}
