//! `participants.placement.v1`: who works with whom, and on which days.

use platform::consumer::{ApplyError, StateHandler};
use platform::db::Tx;
use platform::outbox::Revision;
use proto::participants::events::v1 as participants;
use proto::participants::events::v1::PlacementStatus;

use super::read;
use crate::domain::placement::{CaseReference, Period, Placement};
use crate::store;

/// Takes placements in.
#[derive(Clone, Copy, Debug)]
pub struct OnPlacement;

impl StateHandler for OnPlacement {
    type Message = participants::PlacementState;

    const TOPIC: &'static str = "participants.placement.v1";

    async fn apply(
        &self,
        tx: &mut Tx,
        key: &str,
        _revision: Revision,
        state: Option<Self::Message>,
    ) -> Result<(), ApplyError> {
        match state {
            Some(state) => {
                let status = status(state.status())?;
                Ok(store::placements::save(tx, &placement(key, &state)?, status).await?)
            }
            None => Ok(store::placements::delete(tx, read::id(key)?).await?),
        }
    }
}

fn placement(key: &str, state: &participants::PlacementState) -> Result<Placement, ApplyError> {
    let status = state.status();
    let case_reference = CaseReference::parse(&state.case_reference)
        .map_err(|_| read::unreadable("case_reference_malformed"))?;
    Ok(Placement {
        placement_id: read::id(key)?,
        person_id: read::id(&state.person_id)?,
        case_reference,
        organisation_id: read::id(&state.organisation_id)?,
        unit_id: read::id(&state.unit_id)?,
        office_id: state.office_id.as_deref().map(read::id).transpose()?,
        period: period(status, state.period, state.interrupted_on)?,
    })
}

// Broken off before its start it has no day, whatever the day of the interruption.
fn period(
    status: PlacementStatus,
    decided: Option<proto::types::v1::Validity>,
    interrupted_on: Option<proto::types::v1::Day>,
) -> Result<Period, ApplyError> {
    let decided = read::validity(decided)?;
    let from = decided.from();
    let interrupted_on = interrupted_on.map(|day| read::day(Some(day))).transpose()?;
    let never_began = status == PlacementStatus::InterruptedBeforeStart;
    Ok(Period {
        from,
        to: decided.to().ok_or(read::unreadable("period_open"))?,
        interrupted_on: if never_began { Some(from) } else { interrupted_on },
    })
}

fn status(status: PlacementStatus) -> Result<&'static str, ApplyError> {
    match status {
        PlacementStatus::Unspecified => Err(read::unreadable("status_unknown")),
        PlacementStatus::Received => Ok("received"),
        PlacementStatus::Assigned => Ok("assigned"),
        PlacementStatus::Active => Ok("active"),
        PlacementStatus::Ended => Ok("ended"),
        PlacementStatus::InterruptedBeforeStart => Ok("interrupted_before_start"),
        PlacementStatus::Interrupted => Ok("interrupted"),
    }
}
