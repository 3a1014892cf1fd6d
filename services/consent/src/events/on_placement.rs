//! `participants.placement.v1`: whose a placement is, and in whose scope.

use platform::consumer::{ApplyError, StateHandler};
use platform::db::Tx;
use platform::outbox::Revision;
use proto::participants::events::v1::{PlacementState, PlacementStatus};

use super::{id, unreadable};
use crate::store;
use crate::store::placements::Placement;

/// Keeps placements.
#[derive(Clone, Copy, Debug)]
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
        match state {
            Some(state) => store::placements::put(tx, &placement(key, &state)?).await?,
            None => store::placements::delete(tx, id(key)?).await?,
        }
        Ok(())
    }
}

fn placement(key: &str, state: &PlacementState) -> Result<Placement, ApplyError> {
    let is_interrupted_before_start = match state.status() {
        PlacementStatus::InterruptedBeforeStart => true,
        PlacementStatus::Received
        | PlacementStatus::Assigned
        | PlacementStatus::Active
        | PlacementStatus::Ended
        | PlacementStatus::Interrupted => false,
        PlacementStatus::Unspecified => return Err(unreadable()),
    };
    Ok(Placement {
        id: id(key)?,
        person: id(&state.person_id)?,
        organisation: id(&state.organisation_id)?,
        unit: id(&state.unit_id)?,
        office: state.office_id.as_deref().map(id).transpose()?,
        is_interrupted_before_start,
    })
}
