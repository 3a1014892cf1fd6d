//! `staff.unit.v1`: which rule set the months of a unit follow.

use platform::consumer::{ApplyError, StateHandler};
use platform::db::Tx;
use platform::outbox::Revision;
use proto::staff::events::v1 as staff;

use super::read;
use crate::domain::rule_set::RuleSetCode;
use crate::store;

/// Takes units in.
#[derive(Clone, Copy, Debug)]
pub struct OnUnit;

impl StateHandler for OnUnit {
    type Message = staff::UnitState;

    const TOPIC: &'static str = "staff.unit.v1";

    async fn apply(
        &self,
        tx: &mut Tx,
        key: &str,
        _revision: Revision,
        state: Option<Self::Message>,
    ) -> Result<(), ApplyError> {
        let id = read::id(key)?;
        let Some(state) = state else {
            return Ok(store::units::delete(tx, id).await?);
        };
        let service = state
            .procured_service
            .ok_or(read::unreadable("service_missing"))?;
        let rule_set =
            RuleSetCode::parse(&service.rule_set).map_err(|_| read::unreadable("rule_set_malformed"))?;
        let organisation = read::id(&state.organisation_id)?;
        Ok(store::units::save(tx, id, organisation, &state.number, &rule_set).await?)
    }
}
