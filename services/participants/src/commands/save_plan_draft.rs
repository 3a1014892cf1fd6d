//! The draft of a joint plan's next version is saved. What was sent stays in a table of its own.

use platform::idempotency;
use proto::participants::v1 as pb;

use super::{Caller, Commands, Once, lock_reported};
use crate::domain::ids::PlacementId;
use crate::domain::plan::DraftPlan;
use crate::domain::visibility::Viewer;
use crate::error::ParticipantsError;
use crate::grpc::convert;
use crate::store;

type Request = pb::SaveJointPlanDraftRequest;
type Answer = pb::SaveJointPlanDraftResponse;

/// What to save.
#[derive(Clone, Debug)]
pub struct SavePlanDraft {
    pub placement: PlacementId,
    /// Of the draft that is replaced; empty if there is none.
    pub etag: String,
    pub plan: DraftPlan,
}

impl Commands {
    pub async fn save_plan_draft(
        &self,
        caller: &Caller,
        once: Once<'_, Request>,
        viewer: &Viewer,
        input: &SavePlanDraft,
    ) -> Result<Answer, ParticipantsError> {
        self.database
            .transaction("participants.save_plan_draft", async |tx| {
                // Before the kept answer: it is for those who still plan there.
                let placement = lock_reported(tx, &self.keys, viewer, input.placement).await?;
                idempotency::run(tx, &self.keys, caller.call(&once), once.request, async |tx| {
                    let held = store::plans::draft(tx, placement.id).await?;
                    let etag = held.map(|draft| draft.etag.to_string()).unwrap_or_default();
                    if etag != input.etag {
                        return Err(ParticipantsError::EtagMismatch);
                    }
                    let draft = store::plans::save_draft(tx, placement.id, &input.plan).await?;
                    Ok(Answer {
                        draft: Some(convert::draft(&draft)),
                    })
                })
                .await
            })
            .await
    }
}
