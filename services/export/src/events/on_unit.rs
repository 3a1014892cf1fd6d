//! `staff.unit.v1`: a unit's number, and whether ESF funds its service.

use platform::consumer::{ApplyError, StateHandler};
use platform::db::Tx;
use platform::outbox::Revision;
use proto::staff::events::v1::UnitState;

use super::id;
use crate::domain::ids::UnitId;
use crate::domain::plan::Unit;
use crate::store::heard;

/// Keeps units.
#[derive(Debug)]
pub struct OnUnit;

impl StateHandler for OnUnit {
    type Message = UnitState;
    const TOPIC: &'static str = "staff.unit.v1";

    async fn apply(
        &self,
        tx: &mut Tx,
        key: &str,
        _revision: Revision,
        state: Option<UnitState>,
    ) -> Result<(), ApplyError> {
        let unit: UnitId = id(key, "unit_id")?;
        let Some(state) = state else {
            return Ok(heard::unit_gone(tx, unit).await?);
        };
        let service = state.procured_service.ok_or(ApplyError::Unappliable {
            reason: "procured_service",
        })?;
        let facts = Unit {
            number: state.number,
            is_esf_funded: service.esf_funded,
        };
        Ok(heard::unit(tx, unit, &facts).await?)
    }
}
