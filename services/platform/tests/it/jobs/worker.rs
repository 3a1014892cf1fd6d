//! A handler that does as it is told and keeps book of itself, and the runners that run it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use jiff::SignedDuration;
use platform::db::Database;
use platform::jobs::{JobError, JobHandler, JobSettings, LeasedJob, Runner, Settled};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::stand::Stand;

pub const KIND: &str = "test.work";

/// What a handler does with a job.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Conduct {
    /// Writes its effect and is done.
    Works,
    /// Writes its effect and fails.
    Fails,
    /// Ends in a panic.
    Panics,
    /// Waits for a word before it writes its effect.
    WaitsForWord,
    /// Runs again an hour later.
    Repeats,
    /// Sees at once that it can never succeed.
    GivesUp,
}

/// A handler that keeps book of itself. The effect is a row in the table of revisions.
#[derive(Clone)]
pub struct Worker {
    pub database: Database,
    pub conduct: Conduct,
    pub settings: JobSettings,
    pub book: Arc<Book>,
}

#[derive(Default)]
pub struct Book {
    pub runs: AtomicU32,
    pub at_work: Mutex<BTreeMap<String, u32>>,
    pub most_at_once: AtomicU32,
    pub word: Notify,
}

/// A handler at work; gone when it ends or is dropped.
struct Present {
    book: Arc<Book>,
    key: String,
}

/// A runner in the background.
pub struct Replica {
    pub stopping: CancellationToken,
    pub task: JoinHandle<anyhow::Result<()>>,
}

// === impl Worker ===

impl Worker {
    pub fn new(stand: &Stand, conduct: Conduct) -> Self {
        let book = Arc::default();
        Self {
            database: stand.database.clone(),
            conduct,
            settings: JobSettings::default(),
            book,
        }
    }

    pub fn runs(&self) -> u32 {
        self.book.runs.load(Ordering::SeqCst)
    }

    async fn settle(&self, job: &LeasedJob) -> Result<Settled, JobError> {
        self.database
            .transaction("test.settle", async |tx| {
                sqlx::query("insert into platform.revisions values ('effect', $1, 1) on conflict do nothing")
                    .bind(format!("{}-{}", job.key, job.due_at))
                    .execute(&mut **tx)
                    .await?;
                match self.conduct {
                    Conduct::Works | Conduct::WaitsForWord => job.done(tx).await,
                    Conduct::Repeats => job.again(tx, tx.now() + SignedDuration::from_hours(1)).await,
                    Conduct::Fails => Err(JobError::passing("test.failed", "it is a test")),
                    Conduct::GivesUp => Err(JobError::lasting("test.hopeless")),
                    Conduct::Panics => panic!("as the test wants it"),
                }
            })
            .await
    }
}

#[async_trait]
impl JobHandler for Worker {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn settings(&self) -> JobSettings {
        self.settings
    }

    async fn run(&self, job: &LeasedJob) -> Result<Settled, JobError> {
        let _present = self.book.begin(&job.key);
        self.book.runs.fetch_add(1, Ordering::SeqCst);
        if self.conduct == Conduct::WaitsForWord {
            self.book.word.notified().await;
        }
        self.settle(job).await
    }
}

// === impl Book ===

impl Book {
    fn begin(self: &Arc<Self>, key: &str) -> Present {
        let mut at_work = self.at_work.lock().unwrap();
        let at_once = at_work.entry(key.to_owned()).or_default();
        *at_once += 1;
        self.most_at_once.fetch_max(*at_once, Ordering::SeqCst);
        Present {
            book: self.clone(),
            key: key.to_owned(),
        }
    }
}

// === impl Present ===

impl Drop for Present {
    fn drop(&mut self) {
        *self.book.at_work.lock().unwrap().get_mut(&self.key).unwrap() -= 1;
    }
}

// === impl Replica ===

impl Replica {
    #[expect(
        clippy::disallowed_methods,
        reason = "the test owns this task: it stops or kills it"
    )]
    pub fn start_on(database: &Database, stand: &Stand, worker: &Worker) -> Self {
        let stopping = CancellationToken::new();
        let runner = Runner::new(database.clone(), stand.entropy.clone())
            .with(worker.clone())
            .with_idle(Duration::from_millis(20));
        let task = tokio::spawn(runner.run(stopping.clone()));
        Self { stopping, task }
    }

    pub fn start(stand: &Stand, worker: &Worker) -> Self {
        Self::start_on(&stand.database, stand, worker)
    }

    pub async fn stop(self) {
        self.stopping.cancel();
        self.task.await.unwrap().unwrap();
    }

    /// Drops the runner where it stands; its lease stays behind.
    pub fn kill(self) {
        self.task.abort();
    }
}
