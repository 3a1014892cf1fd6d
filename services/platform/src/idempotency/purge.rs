//! Forgets answers that are older than they are kept for.

use async_trait::async_trait;
use jiff::SignedDuration;

use crate::db::{Database, Instant};
use crate::jobs::{JobError, JobHandler, LeasedJob, Settled};

const EVERY: SignedDuration = SignedDuration::from_mins(10);

/// The periodic job that forgets them.
#[derive(Debug)]
pub struct PurgeRequests(pub Database);

#[async_trait]
impl JobHandler for PurgeRequests {
    fn kind(&self) -> &'static str {
        "platform.purge_requests"
    }

    fn is_periodic(&self) -> bool {
        true
    }

    async fn run(&self, job: &LeasedJob) -> Result<Settled, JobError> {
        self.0
            .transaction("platform.purge_requests", async |tx| {
                let now = tx.now();
                sqlx::query!(
                    "delete from platform.requests where expires_at <= $1",
                    Instant::from(now) as _
                )
                .execute(&mut **tx)
                .await?;
                job.again(
                    tx,
                    now.saturating_add(EVERY)
                        .expect("adding a duration to an instant saturates"),
                )
                .await
            })
            .await
    }
}
