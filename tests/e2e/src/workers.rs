//! Tasks that go on side by side while something is done to what they use, until they are told to stop. One that ends
//! before that has failed.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Error, Result, anyhow};
use support::eventually::try_eventually;
use tokio::task::JoinSet;

/// Workers and what they know in common.
pub struct Workers<T> {
    tasks: JoinSet<Result<T>>,
    shift: Arc<Shift>,
}

/// How much was done and whether it is enough.
#[derive(Debug, Default)]
pub struct Shift {
    is_over: AtomicBool,
    done: AtomicUsize,
}

impl Shift {
    pub fn is_over(&self) -> bool {
        self.is_over.load(Ordering::SeqCst)
    }

    pub fn one_more(&self) {
        self.done.fetch_add(1, Ordering::SeqCst);
    }

    pub fn done(&self) -> usize {
        self.done.load(Ordering::SeqCst)
    }
}

impl<T: Send + 'static> Default for Workers<T> {
    fn default() -> Self {
        Self {
            tasks: JoinSet::new(),
            shift: Arc::default(),
        }
    }
}

impl<T: Send + 'static> Workers<T> {
    /// One more worker.
    pub fn add<W>(&mut self, work: impl FnOnce(Arc<Shift>) -> W)
    where
        W: Future<Output = Result<T>> + Send + 'static,
    {
        self.tasks.spawn(work(self.shift.clone()));
    }

    /// Waits until they have done so much more; fails as soon as one of them fails.
    pub async fn do_more(&mut self, number: usize, within: Duration) -> Result<()> {
        let goal = self.shift.done() + number;
        let shift = self.shift.clone();
        tokio::select! {
            done = try_eventually(within, || async { shift.done() >= goal }) => done,
            why = self.breaks() => Err(why),
        }
    }

    /// Tells them to stop and gives what they bring home.
    pub async fn leave(mut self) -> Result<Vec<T>> {
        self.shift.is_over.store(true, Ordering::SeqCst);
        let mut brought = Vec::new();
        while let Some(ended) = self.tasks.join_next().await {
            brought.push(ended??);
        }
        Ok(brought)
    }

    async fn breaks(&mut self) -> Error {
        match self.tasks.join_next().await {
            Some(Ok(Err(why))) => why,
            Some(Err(why)) => why.into(),
            Some(Ok(Ok(_))) | None => anyhow!("a worker ended before it was told to"),
        }
    }
}
