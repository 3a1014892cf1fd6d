//! A run as it changes, until it has ended, the watcher leaves, or the process is to end.

use std::time::Duration;

use platform::db::{Database, DbError};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;

use super::run::{self, RunView};
use crate::domain::ids::RunId;
use crate::error::ExportError;
use crate::store::runs::{self, RunStage};

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(250);

/// Views of the run, the present one first.
pub fn watch(
    database: Database,
    id: RunId,
    stopping: CancellationToken,
) -> ReceiverStream<Result<RunView, ExportError>> {
    let (sender, views) = mpsc::channel(1);
    #[expect(
        clippy::disallowed_methods,
        reason = "it ends with its watcher or with the process, whichever is first"
    )]
    tokio::spawn(async move {
        let watching = follow(&database, id, &sender);
        tokio::select! {
            result = watching => if let Err(error) = result {
                // Fails only if the watcher has left.
                let _ = sender.send(Err(error)).await;
            },
            () = sender.closed() => {}
            () = stopping.cancelled() => {}
        }
    });
    ReceiverStream::new(views)
}

async fn follow(
    database: &Database,
    id: RunId,
    sender: &mpsc::Sender<Result<RunView, ExportError>>,
) -> Result<(), ExportError> {
    let mut shown = None;
    loop {
        let changes = changes(database, id).await?;
        if shown != Some(changes) {
            shown = Some(changes);
            let view = run::find(database, id).await?;
            let has_ended = view.run.stage == RunStage::Ended;
            if sender.send(Ok(view)).await.is_err() || has_ended {
                return Ok(());
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn changes(database: &Database, id: RunId) -> Result<i64, ExportError> {
    let mut connection = database.pool().acquire().await.map_err(DbError::from)?;
    Ok(runs::changes(&mut connection, id).await?)
}
