//! The job of a part: it takes step after step until the part has ended, is held, or waits after a problem.

use std::error::Error;

use async_trait::async_trait;
use jiff::Timestamp;
use platform::db::{DbError, Tx};
use platform::jobs::{self, JobError, JobHandler, JobSettings, LeasedJob, NewJob, Settled};
use serde_json::Value;

use super::{Next, StepError, Worker, part_key};
use crate::domain::ids::PartId;
use crate::domain::part::{PartStage, Problem};
use crate::domain::stage::Gate;
use crate::store::parts::Part;
use crate::store::runs::{Lock, Run};
use crate::store::{parts, runs};

/// Runs the jobs.
pub struct SendParts(pub Worker);

const KIND: &str = "export.send_part";

/// Has the part go on, unless it does already.
pub async fn enqueue_part(tx: &mut Tx, part: PartId) -> Result<(), DbError> {
    let job = job(tx, part);
    jobs::enqueue(tx, job).await?;
    Ok(())
}

/// Has the part go on at once, also if it waits.
pub async fn hasten_part(tx: &mut Tx, part: PartId) -> Result<(), DbError> {
    let job = job(tx, part);
    jobs::replace(tx, job).await
}

fn job(tx: &Tx, part: PartId) -> NewJob {
    NewJob {
        kind: KIND,
        key: part.to_string(),
        due_at: tx.now(),
        payload: Value::Null,
    }
}

#[async_trait]
impl JobHandler for SendParts {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn settings(&self) -> JobSettings {
        self.0.job_settings()
    }

    async fn run(&self, job: &LeasedJob) -> Result<Settled, JobError> {
        let part = part_key(&job.key)?;
        let next = loop {
            match self.0.part_turn(part).await? {
                Next::Go => {}
                next @ (Next::Wait(_) | Next::Rest) => break next,
            }
        };
        self.0
            .database
            .transaction(KIND, async |tx: &mut Tx| match next {
                Next::Wait(until) => job.again(tx, until).await,
                Next::Go | Next::Rest => settle(tx, job, part).await,
            })
            .await
    }
}

impl Worker {
    pub(super) fn job_settings(&self) -> JobSettings {
        JobSettings {
            lease: std::time::Duration::from_secs(self.sending.lease_seconds),
            // Problems of recipients and peers are noted and waited for; these are the database's and the process's.
            max_attempts: i32::MAX,
            longest_pause: std::time::Duration::from_secs(self.sending.longest_pause_seconds),
            ..JobSettings::default()
        }
    }

    /// One step of a part; what went wrong is written down of a part that stays where it is.
    pub async fn part_turn(&self, id: PartId) -> Result<Next, StepError> {
        let Some((run, part)) = self.look(id).await? else {
            return Ok(Next::Rest);
        };
        match self.step(&run, &part).await {
            Err(StepError::Problem { problem, source }) => self.note_problem(&part, problem, &*source).await,
            taken => taken,
        }
    }

    /// One step of a part.
    pub async fn part_step(&self, id: PartId) -> Result<Next, StepError> {
        match self.look(id).await? {
            Some((run, part)) => self.step(&run, &part).await,
            None => Ok(Next::Rest),
        }
    }

    /// The part is read after its run: of a run that is cancelled by then, what is on its way is seen as such.
    async fn look(&self, id: PartId) -> Result<Option<(Run, Part)>, StepError> {
        let mut connection = self.connection().await?;
        let Some(found) = parts::find(&mut connection, id).await? else {
            return Ok(None);
        };
        let run = runs::find(&mut connection, found.run).await?;
        let part = parts::find(&mut connection, id).await?;
        Ok(run.zip(part))
    }

    async fn step(&self, run: &Run, part: &Part) -> Result<Next, StepError> {
        if rests(run, part) {
            return Ok(Next::Rest);
        }
        if let Some(settled) = self.settlement(part).await? {
            return self.settled(part, &settled).await;
        }
        if run.cancel_requested && part.progress.stage.is_cancellable() {
            return self.cancel_part(run, part).await;
        }
        match part.progress.stage {
            PartStage::Authorise => self.authorise(run, part).await,
            PartStage::Seal => self.seal(run, part).await,
            PartStage::Begin => self.begin(run, part).await,
            PartStage::Send => self.send(run, part).await,
            PartStage::Sending => self.settle_sending(run, part).await,
            PartStage::Receipt => self.receipt(run, part).await,
            PartStage::Ended(_) => Ok(Next::Rest),
        }
    }

    async fn note_problem(
        &self,
        part: &Part,
        problem: Problem,
        source: &(dyn Error + Send + Sync + 'static),
    ) -> Result<Next, StepError> {
        tracing::warn!(part_id = %part.id, problem = problem.code(), error = source as &dyn Error, "a part waits");
        match self.wait(part, problem, part.failures.saturating_add(1)).await {
            // It moved before this went wrong: the next step shows what is the matter there.
            Err(StepError::Moved) => Ok(Next::Go),
            noted => noted,
        }
    }

    pub(super) async fn wait(&self, part: &Part, problem: Problem, failures: i32) -> Result<Next, StepError> {
        let until = self.retry_at(failures);
        self.wait_until(part, problem, (failures, until)).await
    }

    pub(super) async fn wait_until(
        &self,
        part: &Part,
        problem: Problem,
        (failures, until): (i32, Timestamp),
    ) -> Result<Next, StepError> {
        let is_there = self
            .database
            .transaction("export.wait", async |tx: &mut Tx| {
                parts::wait(tx, part, problem, (failures, until)).await
            })
            .await?;
        if is_there {
            Ok(Next::Wait(until))
        } else {
            Err(StepError::Moved)
        }
    }
}

async fn settle(tx: &mut Tx, job: &LeasedJob, id: PartId) -> Result<Settled, JobError> {
    let Some(part) = parts::find(tx, id).await? else {
        return job.done(tx).await;
    };
    // Whoever releases the run locks it too: either this sees the release, or the release a job that is gone.
    match runs::lock(tx, part.run, Lock::Shared).await? {
        Some(run) if !rests(&run, &part) => {
            let now = tx.now();
            job.again(tx, now).await
        }
        Some(_) | None => job.done(tx).await,
    }
}

/// Whether nothing is to be done now.
fn rests(run: &Run, part: &Part) -> bool {
    let stage = part.progress.stage;
    if stage.stage().is_none() {
        return true;
    }
    if run.cancel_requested && stage.is_cancellable() {
        return false;
    }
    stage
        .holdable()
        .is_some_and(|stage| stage.gate(run.hold_before) == Gate::Held)
}
