//! A run of a month for a recipient begins.

use platform::db::Tx;
use platform::idempotency::{self, Call};
use proto::export::v1 as pb;
use serde_json::json;
use uuid::Uuid;

use super::{Caller, Commands, note};
use crate::domain::ids::RunId;
use crate::domain::month::Month;
use crate::domain::recipient::Recipient;
use crate::domain::stage::Stage;
use crate::error::ExportError;
use crate::grpc::convert;
use crate::queries::run::view;
use crate::steps::enqueue_run;
use crate::store::runs::{self, Run, RunStage};

/// What to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CreateRun {
    pub request_id: Uuid,
    pub month: Month,
    pub recipient: Recipient,
    pub hold_before: Option<Stage>,
}

impl Commands {
    pub async fn create_run(
        &self,
        caller: &Caller,
        asked: CreateRun,
        request: &pb::CreateRunRequest,
    ) -> Result<pb::CreateRunResponse, ExportError> {
        let call = Call {
            principal: &caller.subject,
            method: "deltaga.export.v1.RunService/CreateRun",
            request_id: asked.request_id,
        };
        self.database
            .transaction("export.create_run", async |tx: &mut Tx| {
                idempotency::run(tx, &self.keys, call, request, async |tx: &mut Tx| {
                    let run = self.begin(tx, caller, asked).await?;
                    let run = Some(convert::run(&view(tx, run).await?));
                    Ok::<_, ExportError>(pb::CreateRunResponse { run })
                })
                .await
            })
            .await
    }

    async fn begin(&self, tx: &mut Tx, caller: &Caller, asked: CreateRun) -> Result<Run, ExportError> {
        if !asked.month.is_over(tx.now()) {
            return Err(ExportError::MonthNotOver);
        }
        if self.recipients.get(asked.recipient).is_none() {
            return Err(ExportError::RecipientNotSetUp);
        }
        runs::take_turn(tx, asked.month, asked.recipient).await?;
        if let Some(run) = runs::unfinished(tx, asked.month, asked.recipient).await? {
            return Err(ExportError::Unfinished { run });
        }
        let run = Run {
            id: RunId::from_uuid(tx.new_id()),
            month: asked.month,
            recipient: asked.recipient,
            stage: RunStage::Plan,
            hold_before: asked.hold_before,
            cancel_requested: false,
            planned_to: None,
            parts: 0,
            created_at: tx.now(),
            ended_at: None,
        };
        runs::insert(tx, &run).await?;
        enqueue_run(tx, run.id).await?;
        let details = json!({
            "month": run.month.to_string(), "recipient": run.recipient.code(),
            "hold_before": run.hold_before.map(Stage::code),
        });
        note(tx, caller, "export.create_run", run.id, details).await?;
        Ok(run)
    }
}
