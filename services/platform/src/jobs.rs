//! Work that is due at an instant: enqueued in the transaction that causes it, run by any replica, taken over from one
//! that died, tried again with growing pauses. A job is due by the service's clock and leased by the database's, and it
//! is settled in the transaction of its effect, so that both are committed or neither.

mod error;
mod lease;
mod leased;
mod measure;
mod runner;

use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

pub use self::error::JobError;
pub use self::leased::{LeasedJob, Settled};
pub use self::runner::Runner;
use crate::db::{DbError, Instant, Tx};

/// A job to be run.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// Which handler runs it: `identity.collect_order`.
    pub kind: &'static str,
    /// What it is about, an id. There is one job per kind and key.
    pub key: String,
    /// Not before this instant of the service's clock.
    pub due_at: Timestamp,
    /// What the handler needs to know: ids and codes; anything else sealed.
    pub payload: Value,
}

/// What became of a job that was enqueued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enqueued {
    /// It waits.
    Added,
    /// One of that kind and key waits or runs already; it was left as it is.
    AlreadyThere,
}

/// How a kind of job is run.
#[derive(Clone, Copy, Debug)]
pub struct JobSettings {
    /// How long the database keeps others away after the last sign of life.
    pub lease: Duration,
    /// How many jobs of this kind one replica runs at a time.
    pub concurrency: u32,
    /// How often it is tried before it gives up.
    pub max_attempts: i32,
    /// The pause after the first failure; doubled after each further one.
    pub first_pause: Duration,
    /// The longest pause.
    pub longest_pause: Duration,
}

/// Runs the jobs of one kind.
#[async_trait]
pub trait JobHandler: Send + Sync + 'static {
    /// The kind, `<context>.<verb>_<noun>`.
    fn kind(&self) -> &'static str;

    /// How it is run.
    fn settings(&self) -> JobSettings {
        JobSettings::default()
    }

    /// For a job that always exists, under the key [`PERIODIC`]: the runner enqueues it at its start, and the handler
    /// settles it with [`LeasedJob::again`].
    fn is_periodic(&self) -> bool {
        false
    }

    /// Does the work and settles the job in the transaction of its effect. Calls to others come before it.
    async fn run(&self, job: &LeasedJob) -> Result<Settled, JobError>;
}

/// The key of the one job of a periodic kind.
pub const PERIODIC: &str = "periodic";

/// Enqueues a job, unless one of its kind and key waits or runs already. One that had given up begins anew.
pub async fn enqueue(tx: &mut Tx, job: NewJob) -> Result<Enqueued, DbError> {
    let (job_id, now) = (tx.new_id(), Instant::from(tx.now()));
    let written = sqlx::query!(
        r#"
        insert into platform.jobs as held (job_id, kind, key, payload, due_at, traceparent, enqueued_at)
        values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (kind, key) do update set
            job_id = excluded.job_id, payload = excluded.payload, due_at = excluded.due_at,
            traceparent = excluded.traceparent, enqueued_at = excluded.enqueued_at,
            attempts = 0, last_reason = null, gave_up_at = null
        where held.gave_up_at is not null
        "#,
        job_id,
        job.kind,
        job.key,
        job.payload,
        Instant::from(job.due_at) as _,
        crate::outbox::current_traceparent(),
        now as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(if written.rows_affected() == 1 {
        Enqueued::Added
    } else {
        Enqueued::AlreadyThere
    })
}

/// Enqueues a job in the place of any of its kind and key. One that runs now cannot commit its effect any more.
pub async fn replace(tx: &mut Tx, job: NewJob) -> Result<(), DbError> {
    cancel(tx, job.kind, &job.key).await?;
    enqueue(tx, job).await?;
    Ok(())
}

/// Removes a job. If it runs now, it cannot commit its effect any more. Answers whether there was one.
pub async fn cancel(tx: &mut Tx, kind: &'static str, key: &str) -> Result<bool, DbError> {
    let removed = sqlx::query!(
        "delete from platform.jobs where kind = $1 and key = $2",
        kind,
        key
    )
    .execute(&mut **tx)
    .await?;
    Ok(removed.rows_affected() == 1)
}

// === impl JobSettings ===

impl Default for JobSettings {
    fn default() -> Self {
        Self {
            lease: Duration::from_secs(30),
            concurrency: 4,
            max_attempts: 20,
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_mins(10),
        }
    }
}

impl JobSettings {
    /// The pause before the next attempt, between half and the whole of what doubling gives; `chance` spreads it.
    fn pause(&self, attempts: i32, chance: u16) -> SignedDuration {
        let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(0).min(20);
        let whole = self
            .first_pause
            .saturating_mul(1 << doublings)
            .min(self.longest_pause);
        let pause = whole.mul_f64(0.5 + 0.5 * f64::from(chance) / f64::from(u16::MAX));
        SignedDuration::try_from(pause).expect("a pause is far shorter than what a signed duration holds")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest() {
        let settings = JobSettings::default();

        assert_eq!(settings.pause(1, u16::MAX), SignedDuration::from_secs(1));
        assert_eq!(settings.pause(4, u16::MAX), SignedDuration::from_secs(8));
        assert_eq!(settings.pause(19, u16::MAX), SignedDuration::from_mins(10));
    }

    #[test]
    fn chance_takes_off_up_to_half_of_a_pause() {
        assert_eq!(
            JobSettings::default().pause(1, 0),
            SignedDuration::from_millis(500)
        );
    }
}
