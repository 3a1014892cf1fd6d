//! The topic of consent as it can be written out again, page by page, each row locked against changes meanwhile.

use std::sync::Arc;

use async_trait::async_trait;
use platform::db::{DbError, Tx};
use platform::operations::republish::{CurrentState, StateSource};

use super::publish::{CONSENT_TOPIC, CONSENT_TYPE, consent_record};
use crate::domain::ids::ConsentId;
use crate::store::consents;

struct Consents;

/// All of them.
pub fn sources() -> Vec<Arc<dyn StateSource>> {
    vec![Arc::new(Consents)]
}

#[async_trait]
impl StateSource for Consents {
    fn topic(&self) -> &'static str {
        CONSENT_TOPIC
    }

    fn record_type(&self) -> &'static str {
        CONSENT_TYPE
    }

    async fn page(&self, tx: &mut Tx, after: Option<&str>, limit: i64) -> Result<Vec<CurrentState>, DbError> {
        let after = after.and_then(|key| ConsentId::parse(key).ok());
        let page = consents::page(tx, after, limit).await?;
        let states = page.iter().map(|consent| {
            let record = consent_record(consent);
            CurrentState {
                key: record.key,
                payload: record.payload.unwrap_or_default(),
            }
        });
        Ok(states.collect())
    }
}
