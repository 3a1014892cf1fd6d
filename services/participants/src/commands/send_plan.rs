//! A draft becomes the next version of the joint plan, and stays what it is from then on.

use platform::db::Tx;
use platform::idempotency;
use proto::participants::v1 as pb;
use serde_json::json;

use super::{Caller, Commands, Once, lock_reported, note, today};
use crate::domain::ids::{AccountId, DocumentId, PlacementId};
use crate::domain::placement::Placement;
use crate::domain::plan::{DraftPlan, Frame};
use crate::domain::visibility::Viewer;
use crate::error::ParticipantsError;
use crate::events::publish;
use crate::grpc::convert;
use crate::store;
use crate::store::plans::SentPlan;

type Request = pb::SendJointPlanRequest;
type Answer = pb::SendJointPlanResponse;

/// What to send.
#[derive(Clone, Debug)]
pub struct SendPlan {
    pub placement: PlacementId,
    /// Of the draft.
    pub etag: String,
}

impl Commands {
    pub async fn send_plan(
        &self,
        caller: &Caller,
        once: Once<'_, Request>,
        viewer: &Viewer,
        input: &SendPlan,
    ) -> Result<Answer, ParticipantsError> {
        self.database
            .transaction("participants.send_plan", async |tx| {
                // Before the kept answer: it is for those who still plan there.
                let placement = lock_reported(tx, &self.keys, viewer, input.placement).await?;
                idempotency::run(tx, &self.keys, caller.call(&once), once.request, async |tx| {
                    let sent = send(tx, caller, &placement, &input.etag).await?;
                    Ok::<_, ParticipantsError>(Answer {
                        sent: Some(convert::sent_plan(&sent)),
                    })
                })
                .await
            })
            .await
    }
}

async fn send(
    tx: &mut Tx,
    caller: &Caller,
    placement: &Placement,
    etag: &str,
) -> Result<SentPlan, ParticipantsError> {
    let draft = store::plans::draft(tx, placement.id).await?;
    let draft = draft.ok_or(ParticipantsError::NoDraft)?;
    if draft.etag.to_string() != etag {
        return Err(ParticipantsError::EtagMismatch);
    }
    placement.check_plannable(today(tx))?;
    let frame = frame(tx, placement, &draft.plan).await?;
    let plan = draft.plan.complete(&frame).map_err(ParticipantsError::Plan)?;
    let sent = SentPlan {
        id: DocumentId::from_uuid(tx.new_id()),
        placement: placement.id,
        version: store::plans::next_version(tx, placement.id).await?,
        plan,
        sent_at: tx.now(),
        sent_by: caller.actor.account_id.map(AccountId::from_uuid),
    };
    store::plans::insert(tx, &sent).await?;
    store::plans::remove_draft(tx, placement.id).await?;
    publish::plan(tx, &sent).await?;
    let details = json!({ "document": sent.id, "version": sent.version });
    note(tx, caller.line("participants.send_plan", placement.id, details)).await?;
    Ok(sent)
}

async fn frame(tx: &mut Tx, placement: &Placement, draft: &DraftPlan) -> Result<Frame, ParticipantsError> {
    let codes: Vec<_> = draft.activities.iter().map(|it| &it.code).collect();
    Ok(Frame {
        today: today(tx),
        period: placement.current.value.period,
        catalogue: store::activities::of_codes(tx, &codes).await?,
    })
}
