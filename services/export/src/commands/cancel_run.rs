//! A run begins no new attempt any more.

use platform::db::Tx;
use serde_json::Value;

use super::{Caller, Commands, locked, note, wake};
use crate::domain::ids::RunId;
use crate::error::ExportError;
use crate::queries::run::{RunView, view};
use crate::steps::hasten_part;
use crate::store::parts;
use crate::store::runs::{self, Run, RunStage};

impl Commands {
    pub async fn cancel_run(&self, caller: &Caller, id: RunId) -> Result<RunView, ExportError> {
        self.database
            .transaction("export.cancel_run", async |tx: &mut Tx| {
                let run = locked(tx, id).await?;
                if run.cancel_requested {
                    return view(tx, run).await;
                }
                if run.stage == RunStage::Ended {
                    return Err(ExportError::RunEnded);
                }
                let run = Run {
                    cancel_requested: true,
                    ..run
                };
                runs::set_wishes(tx, &run).await?;
                for part in parts::waiting(tx, id).await? {
                    hasten_part(tx, part).await?;
                }
                wake(tx, id).await?;
                note(tx, caller, "export.cancel_run", id, Value::Null).await?;
                view(tx, run).await
            })
            .await
    }
}
