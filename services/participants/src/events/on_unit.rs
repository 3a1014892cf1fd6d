//! `staff.unit.v1`: units, their offices, and whether their service shows documents online.

use platform::consumer::{ApplyError, StateHandler};
use platform::db::Tx;
use platform::outbox::Revision;
use proto::staff::events::v1::{UnitKind, UnitState};

use super::{in_use, parsed};
use crate::domain::decision::Unit;
use crate::store::units::{self, HeldUnit};

/// Keeps units as staff tells of them.
#[derive(Clone, Copy, Debug)]
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
        match state {
            Some(state) => Ok(units::put(tx, &held(key, state)?).await?),
            None => Ok(units::remove(tx, parsed(key, "unit_id")?).await?),
        }
    }
}

fn held(key: &str, state: UnitState) -> Result<HeldUnit, ApplyError> {
    // Projects have a diary number, by which the agency sends nobody.
    let is_performing = state.kind() == UnitKind::PerformingUnit;
    let offices = state.offices.into_iter().map(|office| {
        let id = parsed(&office.office_id, "office_id")?;
        Ok((id, in_use(office.validity)?))
    });
    let unit = Unit {
        id: parsed(key, "unit_id")?,
        organisation: parsed(&state.organisation_id, "organisation_id")?,
        in_use: in_use(state.validity)?,
        offices: offices.collect::<Result<_, ApplyError>>()?,
    };
    Ok(HeldUnit {
        unit,
        ka_number: is_performing.then_some(state.number),
        documents_online: state
            .procured_service
            .is_some_and(|service| service.documents_online),
    })
}
