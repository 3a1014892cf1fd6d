//! The life of a process and of the tasks in it. Two tokens tell tasks to finish: the soft one asks for the current
//! batch to be completed, the hard one cuts off. A task that fails takes the process down with a failing exit code.

use std::any::Any;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures::FutureExt;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Starts tasks, tells them to end and waits for them. Clones share the same life.
#[derive(Clone, Debug, Default)]
pub struct Lifecycle {
    tracker: TaskTracker,
    ending: CancellationToken,
    stopping: CancellationToken,
    aborting: CancellationToken,
    failed: Arc<AtomicBool>,
}

impl Lifecycle {
    /// A life that has just begun.
    pub fn new() -> Self {
        Self::default()
    }

    /// Runs a task until it ends by itself or is cut off. An error or a panic in it ends the process with a failing
    /// exit code; a task that has no more to do may end well at any time.
    pub fn spawn<F>(&self, name: &'static str, task: F) -> JoinHandle<()>
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        let life = self.clone();
        self.tracker.spawn(async move {
            let outcome = tokio::select! {
                outcome = AssertUnwindSafe(task).catch_unwind() => outcome,
                () = life.aborting.cancelled() => {
                    tracing::warn!(task = name, "task cut off");
                    return;
                }
            };
            life.note_end(name, outcome);
        })
    }

    /// Cancelled when tasks shall finish their current batch and end.
    pub fn stopping(&self) -> CancellationToken {
        self.stopping.clone()
    }

    /// Cancelled when whatever still runs is cut off.
    pub fn aborting(&self) -> CancellationToken {
        self.aborting.clone()
    }

    /// Cancelled as soon as the process is to end, for whatever reason: the beginning of the shutdown.
    pub fn ending(&self) -> CancellationToken {
        self.ending.clone()
    }

    /// Begins the shutdown.
    pub fn end(&self) {
        self.ending.cancel();
    }

    /// Begins the shutdown with a failing exit code.
    pub fn fail(&self) {
        self.failed.store(true, Ordering::SeqCst);
        self.ending.cancel();
    }

    /// Whether something died that should have lived.
    pub fn has_failed(&self) -> bool {
        self.failed.load(Ordering::SeqCst)
    }

    /// Asks every task to finish, and waits until all have.
    pub async fn stop(&self) {
        self.ending.cancel();
        self.stopping.cancel();
        self.tracker.close();
        self.tracker.wait().await;
    }

    /// Cuts off whatever still runs.
    pub fn abort(&self) {
        self.ending.cancel();
        self.stopping.cancel();
        self.aborting.cancel();
    }

    fn note_end(&self, name: &'static str, outcome: Result<anyhow::Result<()>, Box<dyn Any + Send>>) {
        match outcome {
            Ok(Ok(())) => tracing::debug!(task = name, "task ended"),
            Ok(Err(error)) => {
                tracing::error!(task = name, error = format!("{error:#}"), "task failed");
                self.fail();
            }
            Err(_panic) => {
                tracing::error!(task = name, "task panicked");
                self.fail();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::sync::oneshot;
    use tokio::time::timeout;

    use super::*;

    const DEADLINE: Duration = Duration::from_secs(10);

    #[tokio::test]
    async fn a_failing_task_ends_the_process_with_a_failure() {
        let life = Lifecycle::new();

        life.spawn("failing", async { anyhow::bail!("no more paper") });
        timeout(DEADLINE, life.ending().cancelled_owned()).await.unwrap();

        assert!(life.has_failed());
    }

    #[tokio::test]
    async fn a_panicking_task_ends_the_process_with_a_failure() {
        let life = Lifecycle::new();

        life.spawn("panicking", async { panic!("a test panics on purpose") });
        timeout(DEADLINE, life.ending().cancelled_owned()).await.unwrap();

        assert!(life.has_failed());
    }

    #[tokio::test]
    async fn a_task_that_has_done_its_work_ends_nothing() {
        let life = Lifecycle::new();

        life.spawn("done", async { Ok(()) }).await.unwrap();

        assert!(!life.has_failed());
        assert!(!life.ending().is_cancelled());
    }

    #[tokio::test]
    async fn stopping_waits_for_the_current_batch() {
        let life = Lifecycle::new();
        let (finish, finished) = oneshot::channel();
        let stopping = life.stopping();
        life.spawn("batch", async move {
            stopping.cancelled().await;
            finished.await?;
            Ok(())
        });

        let stop = life.stop();
        tokio::pin!(stop);
        assert!(stop.as_mut().now_or_never().is_none());
        finish.send(()).unwrap();
        stop.await;

        assert!(!life.has_failed());
    }

    #[tokio::test]
    async fn aborting_cuts_off_what_does_not_end() {
        let life = Lifecycle::new();
        life.spawn("stubborn", std::future::pending());

        life.abort();
        life.stop().await;

        assert!(!life.has_failed());
    }
}
