//! The work of runs and parts, a file per stage. A step reads where it is, calls whom it must, and writes down in one
//! transaction where it is next, naming the state it started from; so whoever takes over after a kill between any two
//! lines goes on, and two who work on the same part cannot both move it.

mod authorise;
mod begin;
mod build;
mod cancel;
mod part_job;
mod plan;
mod receipt;
mod run_job;
mod seal;
mod send;
mod settle;

use jiff::{SignedDuration, Timestamp};
use platform::db::{Database, DbError, Inconsistency, Tx};
use platform::grpc::Rejection;
use platform::jobs::JobError;
use platform::outbox::OutboxError;
use proto::errors::v1::ErrorReason;
use sqlx::Postgres;
use sqlx::pool::PoolConnection;

pub use self::part_job::{SendParts, enqueue_part, hasten_part};
pub use self::run_job::{PlanRuns, enqueue_run};
use crate::config::SendingConfig;
use crate::domain::ids::{PartId, RunId};
use crate::domain::part::{OutOfOrder, Problem, Step};
use crate::peers::consent::Consent;
use crate::peers::identity::Identity;
use crate::recipients::Recipients;
use crate::sealing::files::Files;
use crate::store::parts::Part;
use crate::store::runs::{Lock, RunStage};
use crate::store::{parts, runs};

/// The parts that steps work with. Clones share them.
#[derive(Clone)]
pub struct Worker {
    pub database: Database,
    pub consent: Consent,
    pub identity: Identity,
    pub recipients: Recipients,
    pub files: Files,
    pub sending: SendingConfig,
}

/// What comes after a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// The next step, at once.
    Go,
    /// The next step, not before this instant.
    Wait(Timestamp),
    /// Nothing until somebody asks: it has ended or is held.
    Rest,
}

/// Why a step was not taken.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// Another replica has moved it.
    #[error("it is elsewhere by now")]
    Moved,
    /// Something that passes, and that the run shows.
    #[error("there is a problem: {}", .problem.code())]
    Problem {
        problem: Problem,
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    #[error(transparent)]
    Job(#[from] JobError),
    #[error(transparent)]
    Db(#[from] DbError),
}

// === impl Worker ===

impl Worker {
    async fn connection(&self) -> Result<PoolConnection<Postgres>, StepError> {
        Ok(self.database.pool().acquire().await.map_err(DbError::from)?)
    }

    /// When a part is tried again after so many problems in a row.
    fn retry_at(&self, failures: i32) -> Timestamp {
        let pause = SignedDuration::try_from(self.sending.pause(failures)).unwrap_or(SignedDuration::MAX);
        self.database
            .now()
            .saturating_add(pause)
            .unwrap_or(Timestamp::MAX)
    }
}

// === impl StepError ===

impl StepError {
    fn problem(problem: Problem, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Problem {
            problem,
            source: source.into(),
        }
    }

    /// Consent's refusal, by what holds the part up.
    fn consent(rejection: Rejection) -> Self {
        let reason = rejection.reason();
        let problem = if reason == ErrorReason::SendingUnsettled {
            Problem::SendingUnsettled
        } else if reason == ErrorReason::SendingOutcomeKnown {
            Problem::OutcomeKnown
        } else {
            Problem::ConsentUnavailable
        };
        Self::problem(problem, rejection)
    }

    fn identity(rejection: Rejection) -> Self {
        Self::problem(Problem::IdentityUnavailable, rejection)
    }
}

impl From<sqlx::Error> for StepError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

impl From<Inconsistency> for StepError {
    fn from(error: Inconsistency) -> Self {
        Self::Db(error.into())
    }
}

impl From<OutOfOrder> for StepError {
    fn from(_: OutOfOrder) -> Self {
        Self::Moved
    }
}

impl From<StepError> for JobError {
    fn from(error: StepError) -> Self {
        match error {
            StepError::Job(error) => error,
            StepError::Moved => Self::passing("moved", error),
            StepError::Problem { problem, source } => Self::passing(problem.code(), source),
            StepError::Db(error) | StepError::Outbox(OutboxError::Db(error)) => error.into(),
            StepError::Outbox(error @ OutboxError::TooLarge { .. }) => {
                Self::lasting("record_too_large").caused_by(error)
            }
        }
    }
}

/// Moves the part by a step; answers the part where it is then.
async fn advance(tx: &mut Tx, part: &Part, step: Step) -> Result<Part, StepError> {
    let next = part.progress.after(step)?;
    if !parts::advance(tx, part, next).await? {
        return Err(StepError::Moved);
    }
    if next.stage.ending().is_some() {
        end_run(tx, part.run).await?;
    }
    Ok(Part {
        progress: next,
        ..part.clone()
    })
}

/// The last part to end ends the run.
async fn end_run(tx: &mut Tx, run: RunId) -> Result<(), StepError> {
    let now = tx.now();
    let found = runs::lock(tx, run, Lock::Exclusive).await?;
    let is_at_parts = found.is_some_and(|run| run.stage == RunStage::Parts);
    if is_at_parts && parts::unfinished(tx, run).await?.is_empty() {
        runs::set_stage(tx, run, RunStage::Ended, Some(now)).await?;
    }
    Ok(())
}

fn part_key(key: &str) -> Result<PartId, JobError> {
    key.parse().map_err(|_| JobError::lasting("key"))
}
