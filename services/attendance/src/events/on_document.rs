//! `participants.document.v1`: sent joint plans. Documents of other kinds concern nobody here.

use platform::consumer::{ApplyError, StateHandler};
use platform::db::Tx;
use platform::grpc::convert::timestamp;
use platform::outbox::Revision;
use proto::participants::events::v1 as participants;
use proto::participants::events::v1::DocumentKind;

use super::read;
use crate::domain::activity::ActivityCode;
use crate::domain::plan::{PlannedActivity, SentPlan};
use crate::store;

/// Takes sent plans in.
#[derive(Clone, Copy, Debug)]
pub struct OnDocument;

impl StateHandler for OnDocument {
    type Message = participants::DocumentState;

    const TOPIC: &'static str = "participants.document.v1";

    async fn apply(
        &self,
        tx: &mut Tx,
        key: &str,
        _revision: Revision,
        state: Option<Self::Message>,
    ) -> Result<(), ApplyError> {
        let id = read::id(key)?;
        match state {
            Some(state) if state.kind() == DocumentKind::JointPlan => {
                let placement = read::id(&state.placement_id)?;
                Ok(store::plans::save(tx, id, placement, &plan(&state)?).await?)
            }
            Some(_) | None => Ok(store::plans::delete(tx, id).await?),
        }
    }
}

fn plan(state: &participants::DocumentState) -> Result<SentPlan, ApplyError> {
    let activities = state.activities.iter().map(|planned| {
        let code = ActivityCode::parse(&planned.activity_code);
        Ok(PlannedActivity {
            code: code.map_err(|_| read::unreadable("activity_malformed"))?,
            validity: read::validity(planned.validity)?,
        })
    });
    Ok(SentPlan {
        version: u32::try_from(state.version).map_err(|_| read::unreadable("version_negative"))?,
        sent_at: timestamp(state.sent_at.as_ref()).ok_or(read::unreadable("sent_at_missing"))?,
        in_force_from: read::day(state.in_force_from)?,
        activities: activities.collect::<Result<_, ApplyError>>()?,
    })
}
