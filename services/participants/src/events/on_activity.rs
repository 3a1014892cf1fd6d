//! `attendance.activity.v1`: the catalogue, against which plans are checked when they are sent.

use platform::consumer::{ApplyError, StateHandler};
use platform::db::Tx;
use platform::outbox::Revision;
use proto::attendance::events::v1::ActivityState;

use super::in_use;
use crate::domain::plan::ActivityCode;
use crate::store::activities;

/// Keeps the catalogue as attendance tells of it.
#[derive(Clone, Copy, Debug)]
pub struct OnActivity;

impl StateHandler for OnActivity {
    type Message = ActivityState;

    const TOPIC: &'static str = "attendance.activity.v1";

    async fn apply(
        &self,
        tx: &mut Tx,
        key: &str,
        _revision: Revision,
        state: Option<ActivityState>,
    ) -> Result<(), ApplyError> {
        let Some(state) = state else {
            return Ok(activities::remove(tx, key).await?);
        };
        let code = ActivityCode::parse(key).map_err(|_| ApplyError::Unappliable {
            reason: "activity_code",
        })?;
        Ok(activities::put(tx, &code, in_use(state.validity)?).await?)
    }
}
