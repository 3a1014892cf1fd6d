//! Plan: the reports of the month, a batch at a time, each a row or withheld.

use platform::db::Tx;

use super::{Next, StepError, Worker};
use crate::domain::plan::decide;
use crate::store::runs::{Run, RunStage};
use crate::store::{candidates, rows, runs};

/// Reports in one transaction.
const BATCH: i64 = 1000;

impl Worker {
    pub(super) async fn plan(&self, run: &Run) -> Result<Next, StepError> {
        let of = (run.month, run.recipient);
        let found = candidates::of_month(&mut *self.connection().await?, of, run.planned_to, BATCH).await?;
        let planned_to = found
            .last()
            .map(|candidate| candidate.report.id)
            .or(run.planned_to);
        let next = if found.is_empty() {
            RunStage::Build
        } else {
            RunStage::Plan
        };
        let decided: Vec<_> = found
            .into_iter()
            .map(|candidate| {
                let decision = decide(&candidate, run.recipient);
                (candidate, decision)
            })
            .collect();
        self.database
            .transaction("export.plan", async |tx: &mut Tx| {
                if !runs::planned(tx, run, planned_to, next).await? {
                    return Err(StepError::Moved);
                }
                Ok(rows::insert(tx, run, &decided).await?)
            })
            .await?;
        Ok(Next::Go)
    }
}
