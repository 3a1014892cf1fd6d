//! A held run goes on.

use platform::db::Tx;
use serde_json::json;

use super::{Caller, Commands, locked, note, wake};
use crate::domain::ids::RunId;
use crate::domain::stage::{Stage, release};
use crate::error::ExportError;
use crate::queries::run::{RunView, view};
use crate::store::runs::{self, Run};

impl Commands {
    pub async fn release_run(
        &self,
        caller: &Caller,
        id: RunId,
        from: Stage,
        next: Option<Stage>,
    ) -> Result<RunView, ExportError> {
        self.database
            .transaction("export.release_run", async |tx: &mut Tx| {
                let run = locked(tx, id).await?;
                let hold_before = release(run.hold_before, from, next)?;
                if hold_before == run.hold_before {
                    return view(tx, run).await;
                }
                let run = Run { hold_before, ..run };
                runs::set_wishes(tx, &run).await?;
                wake(tx, id).await?;
                let details = json!({ "from": from.code(), "hold_before": hold_before.map(Stage::code) });
                note(tx, caller, "export.release_run", id, details).await?;
                view(tx, run).await
            })
            .await
    }
}
