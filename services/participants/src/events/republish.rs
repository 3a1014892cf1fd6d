//! The topics of participants as they can be written out again, page by page, each row locked against changes meanwhile.

use std::error::Error;
use std::sync::Arc;

use async_trait::async_trait;
use platform::db::{DbError, Tx};
use platform::keys::KeyRing;
use platform::operations::republish::{CurrentState, StateSource};
use platform::outbox::OutboxRecord;

use super::publish::{
    DOCUMENT_TOPIC, DOCUMENT_TYPE, PLACEMENT_TOPIC, PLACEMENT_TYPE, placement_record, plan_record,
};
use crate::domain::calendar::day_of;
use crate::domain::ids::{DocumentId, PlacementId};
use crate::error::ParticipantsError;
use crate::store::{inconsistent, placements, plans};

struct Placements(KeyRing);
struct Documents;

/// All of them.
pub fn sources(keys: &KeyRing) -> Vec<Arc<dyn StateSource>> {
    vec![Arc::new(Placements(keys.clone())), Arc::new(Documents)]
}

#[async_trait]
impl StateSource for Placements {
    fn topic(&self) -> &'static str {
        PLACEMENT_TOPIC
    }

    fn record_type(&self) -> &'static str {
        PLACEMENT_TYPE
    }

    async fn page(&self, tx: &mut Tx, after: Option<&str>, limit: i64) -> Result<Vec<CurrentState>, DbError> {
        let after = after.and_then(|key| PlacementId::parse(key).ok());
        let today = day_of(tx.now());
        let page = placements::page(tx, &self.0, after, limit).await;
        let page = page.map_err(|error| readable(error, "placements"))?;
        Ok(page
            .iter()
            .map(|placement| state(placement_record(placement, today)))
            .collect())
    }
}

#[async_trait]
impl StateSource for Documents {
    fn topic(&self) -> &'static str {
        DOCUMENT_TOPIC
    }

    fn record_type(&self) -> &'static str {
        DOCUMENT_TYPE
    }

    async fn page(&self, tx: &mut Tx, after: Option<&str>, limit: i64) -> Result<Vec<CurrentState>, DbError> {
        let after = after.and_then(|key| DocumentId::parse(key).ok());
        let page = plans::page(tx, after, limit).await?;
        Ok(page.iter().map(|sent| state(plan_record(sent))).collect())
    }
}

// A row that cannot be opened stops the writing out: it must not look as if it were not there.
fn readable(error: ParticipantsError, table: &'static str) -> DbError {
    if let ParticipantsError::Db(error) = error {
        return error;
    }
    tracing::error!(error = &error as &dyn Error, table, "a row cannot be opened");
    inconsistent(table, "sealed_facts", "of a page").into()
}

fn state(record: OutboxRecord) -> CurrentState {
    CurrentState {
        key: record.key,
        payload: record.payload.unwrap_or_default(),
    }
}
