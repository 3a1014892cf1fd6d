//! Parts that wait after a problem are tried again at once.

use platform::db::Tx;
use serde_json::Value;

use super::{Caller, Commands, locked, note};
use crate::domain::ids::RunId;
use crate::error::ExportError;
use crate::queries::run::{RunView, view};
use crate::steps::hasten_part;
use crate::store::parts;

impl Commands {
    pub async fn retry_run(&self, caller: &Caller, id: RunId) -> Result<RunView, ExportError> {
        self.database
            .transaction("export.retry_run", async |tx: &mut Tx| {
                let run = locked(tx, id).await?;
                // One that works just now is not disturbed.
                for part in parts::waiting(tx, id).await? {
                    hasten_part(tx, part).await?;
                }
                note(tx, caller, "export.retry_run", id, Value::Null).await?;
                view(tx, run).await
            })
            .await
    }
}
