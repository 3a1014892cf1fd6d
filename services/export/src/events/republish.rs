//! The topic of export as it can be written out again: parts and portions in the order of their ids, which are drawn
//! alike and never meet.

use std::sync::Arc;

use async_trait::async_trait;
use platform::db::{DbError, Tx};
use platform::operations::republish::{CurrentState, StateSource};

use super::publish::{RECORD_TYPE, TOPIC, part_state, portion_state, record};
use crate::domain::ids::{PartId, PortionId};
use crate::store::{parts, portions};

struct Deliveries;

/// All of them.
pub fn sources() -> Vec<Arc<dyn StateSource>> {
    vec![Arc::new(Deliveries)]
}

#[async_trait]
impl StateSource for Deliveries {
    fn topic(&self) -> &'static str {
        TOPIC
    }

    fn record_type(&self) -> &'static str {
        RECORD_TYPE
    }

    async fn page(&self, tx: &mut Tx, after: Option<&str>, limit: i64) -> Result<Vec<CurrentState>, DbError> {
        let parts = parts::page(tx, after.and_then(|key| PartId::parse(key).ok()), limit).await?;
        let portions = portions::page(tx, after.and_then(|key| PortionId::parse(key).ok()), limit).await?;
        let mut states = Vec::new();
        for part in parts {
            states.push(part_state(tx, part).await?);
        }
        for (portion, run) in portions {
            states.push(portion_state(tx, portion, run).await?);
        }
        states.sort_by(|one, other| one.delivery_id.cmp(&other.delivery_id));
        states.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(states.iter().map(current).collect())
    }
}

fn current(state: &proto::export::events::v1::DeliveryState) -> CurrentState {
    let record = record(state);
    CurrentState {
        key: record.key,
        payload: record.payload.unwrap_or_default(),
    }
}
