//! The job of a run itself: it plans and builds, batch by batch, until its parts go on by themselves.

use async_trait::async_trait;
use platform::db::{DbError, Tx};
use platform::jobs::{self, JobError, JobHandler, JobSettings, LeasedJob, NewJob, Settled};
use serde_json::Value;

use super::{Next, StepError, Worker};
use crate::domain::ids::RunId;
use crate::domain::stage::{Gate, Stage};
use crate::store::runs::{self, Lock, Run, RunStage};

/// Runs the jobs.
pub struct PlanRuns(pub Worker);

const KIND: &str = "export.plan_run";

/// Has the run planned and built, or go on with it.
pub async fn enqueue_run(tx: &mut Tx, run: RunId) -> Result<(), DbError> {
    let due_at = tx.now();
    let job = NewJob {
        kind: KIND,
        key: run.to_string(),
        due_at,
        payload: Value::Null,
    };
    jobs::enqueue(tx, job).await?;
    Ok(())
}

#[async_trait]
impl JobHandler for PlanRuns {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn settings(&self) -> JobSettings {
        self.0.job_settings()
    }

    async fn run(&self, job: &LeasedJob) -> Result<Settled, JobError> {
        let run: RunId = job.key.parse().map_err(|_| JobError::lasting("key"))?;
        while self.0.run_step(run).await? == Next::Go {}
        self.0
            .database
            .transaction(KIND, async |tx: &mut Tx| {
                // Whoever releases the run locks it too: either this sees the release, or the release a job that is gone.
                let found = runs::lock(tx, run, Lock::Shared).await?;
                match found {
                    Some(run) if !rests(&run) => {
                        let now = tx.now();
                        job.again(tx, now).await
                    }
                    Some(_) | None => job.done(tx).await,
                }
            })
            .await
    }
}

impl Worker {
    /// One step of the run itself.
    pub async fn run_step(&self, id: RunId) -> Result<Next, StepError> {
        let found = runs::find(&mut *self.connection().await?, id).await?;
        let Some(run) = found else {
            return Ok(Next::Rest);
        };
        if rests(&run) {
            return Ok(Next::Rest);
        }
        match run.stage {
            RunStage::Plan | RunStage::Build if run.cancel_requested => self.cancel_run(&run).await,
            RunStage::Plan => self.plan(&run).await,
            RunStage::Build => self.build(&run).await,
            RunStage::Parts | RunStage::Ended => Ok(Next::Rest),
        }
    }
}

/// Whether the run itself has nothing to do now.
fn rests(run: &Run) -> bool {
    let stage = match run.stage {
        RunStage::Plan => Stage::Plan,
        RunStage::Build => Stage::Build,
        RunStage::Parts | RunStage::Ended => return true,
    };
    !run.cancel_requested && stage.gate(run.hold_before) == Gate::Held
}
