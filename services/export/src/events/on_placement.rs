//! `participants.placement.v1`: the days of a placement, whether it was broken off, whether the identity is protected.

use platform::consumer::{ApplyError, StateHandler};
use platform::db::Tx;
use platform::grpc::{FieldViolation, convert};
use platform::outbox::Revision;
use proto::participants::events::v1::{PlacementState, PlacementStatus};

use super::id;
use crate::domain::ids::{PersonId, PlacementId};
use crate::domain::plan::Placement;
use crate::store::heard;

/// Keeps placements.
#[derive(Debug)]
pub struct OnPlacement;

impl StateHandler for OnPlacement {
    type Message = PlacementState;
    const TOPIC: &'static str = "participants.placement.v1";

    async fn apply(
        &self,
        tx: &mut Tx,
        key: &str,
        _revision: Revision,
        state: Option<PlacementState>,
    ) -> Result<(), ApplyError> {
        let placement: PlacementId = id(key, "placement_id")?;
        let Some(state) = state else {
            return Ok(heard::placement_gone(tx, placement).await?);
        };
        let person: PersonId = id(&state.person_id, "person_id")?;
        Ok(heard::placement(tx, placement, person, &facts(&state)?).await?)
    }
}

fn facts(state: &PlacementState) -> Result<Placement, ApplyError> {
    let wrong = |_: FieldViolation| ApplyError::Unappliable { reason: "period" };
    let period = convert::validity("period", state.period).map_err(wrong)?;
    let last_on = period.to.ok_or(ApplyError::Unappliable { reason: "period" })?;
    let interrupted_on = state
        .interrupted_on
        .map(|day| convert::day("interrupted_on", Some(day)).map_err(wrong))
        .transpose()?;
    Ok(Placement {
        first_on: period.from,
        last_on,
        interrupted_on,
        is_interrupted_before_start: state.status() == PlacementStatus::InterruptedBeforeStart,
        is_protected: state.protected_identity,
    })
}
