//! Forgets which reads of earlier days have been told of.

use async_trait::async_trait;
use jiff::{SignedDuration, ToSpan as _};

use super::today;
use crate::db::{Database, Day};
use crate::jobs::{JobError, JobHandler, LeasedJob, Settled};

const EVERY: SignedDuration = SignedDuration::from_hours(6);

/// The periodic job that forgets them; every service that tells of reads runs it.
#[derive(Debug)]
pub struct PurgeAccessDays(pub Database);

#[async_trait]
impl JobHandler for PurgeAccessDays {
    fn kind(&self) -> &'static str {
        "platform.purge_access_days"
    }

    fn is_periodic(&self) -> bool {
        true
    }

    async fn run(&self, job: &LeasedJob) -> Result<Settled, JobError> {
        self.0
            .transaction("platform.purge_access_days", async |tx| {
                // Clocks of replicas differ a little: yesterday stays.
                let kept_from = Day(today(tx).0.saturating_sub(1.day()));
                sqlx::query!("delete from platform.access_days where day < $1", kept_from as _)
                    .execute(&mut **tx)
                    .await?;
                let next = tx.now().saturating_add(EVERY);
                job.again(tx, next.expect("adding a duration to an instant saturates"))
                    .await
            })
            .await
    }
}
