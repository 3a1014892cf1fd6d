//! A run with what it comes to.

use std::collections::BTreeMap;

use platform::db::{Database, DbError};
use sqlx::PgConnection;

use crate::domain::ids::RunId;
use crate::domain::month::Month;
use crate::domain::recipient::Recipient;
use crate::domain::row::RowOutcome;
use crate::domain::stage::{Gate, Stage};
use crate::error::ExportError;
use crate::store::counts::{self, PartsSummary};
use crate::store::runs::{self, Run, RunStage};

/// A run as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunView {
    pub run: Run,
    pub parts: PartsSummary,
    pub rows: BTreeMap<RowOutcome, i64>,
}

/// The run with its counts.
pub async fn view(connection: &mut PgConnection, run: Run) -> Result<RunView, ExportError> {
    Ok(RunView {
        parts: counts::parts(connection, run.id).await?,
        rows: counts::rows(connection, run.id).await?,
        run,
    })
}

pub async fn find(database: &Database, id: RunId) -> Result<RunView, ExportError> {
    let mut connection = database.pool().acquire().await.map_err(DbError::from)?;
    let found = runs::find(&mut connection, id).await?;
    view(&mut connection, found.ok_or(ExportError::NotFound("run"))?).await
}

pub async fn list(
    database: &Database,
    of: (Option<Month>, Option<Recipient>),
    before: Option<RunId>,
    limit: i64,
) -> Result<Vec<RunView>, ExportError> {
    let mut connection = database.pool().acquire().await.map_err(DbError::from)?;
    let found = runs::list(&mut connection, of, before, limit).await?;
    let mut views = Vec::with_capacity(found.len());
    for run in found {
        views.push(view(&mut connection, run).await?);
    }
    Ok(views)
}

impl RunView {
    /// The earliest stage at which the run or a part is; None once it has ended.
    pub fn stage(&self) -> Option<Stage> {
        match self.run.stage {
            RunStage::Plan => Some(Stage::Plan),
            RunStage::Build => Some(Stage::Build),
            RunStage::Parts => self.parts.at.iter().filter_map(|(stage, _)| stage.stage()).min(),
            RunStage::Ended => None,
        }
    }

    /// Whether everything that has not ended is held.
    pub fn is_held(&self) -> bool {
        let held = |stage: Stage| stage.gate(self.run.hold_before) == Gate::Held;
        match self.run.stage {
            _ if self.run.cancel_requested => false,
            RunStage::Plan => held(Stage::Plan),
            RunStage::Build => held(Stage::Build),
            RunStage::Parts => self
                .parts
                .at
                .iter()
                .all(|(stage, _)| stage.holdable().is_some_and(held)),
            RunStage::Ended => false,
        }
    }
}
