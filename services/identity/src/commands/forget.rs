//! Forgets what no longer counts: attempts to start orders in minutes that are over.

use async_trait::async_trait;
use jiff::SignedDuration;
use platform::jobs::{JobError, JobHandler, LeasedJob, Settled};

use super::start_flow::after;
use crate::parts::Parts;
use crate::store::start_attempts;

const EVERY: SignedDuration = SignedDuration::from_mins(10);

/// The periodic job that forgets.
#[derive(Clone, Debug)]
pub struct ForgetAttempts(pub Parts);

#[async_trait]
impl JobHandler for ForgetAttempts {
    fn kind(&self) -> &'static str {
        "identity.forget_attempts"
    }

    fn is_periodic(&self) -> bool {
        true
    }

    async fn run(&self, job: &LeasedJob) -> Result<Settled, JobError> {
        self.0
            .database
            .transaction("identity.forget_attempts", async |tx| {
                start_attempts::forget(tx).await?;
                let due_at = after(tx.now(), EVERY);
                job.again(tx, due_at).await
            })
            .await
    }
}
