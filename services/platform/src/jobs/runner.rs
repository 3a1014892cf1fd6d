//! Runs jobs: polls for what is due, keeps the leases alive while handlers work, and gives failures back with a pause.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant as Moment};

use futures::FutureExt as _;
use jiff::Timestamp;
use serde_json::Value;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::error::Failure;
use super::lease::{self, Room};
use super::measure::Measures;
use super::{JobError, JobHandler, JobSettings, LeasedJob, NewJob, PERIODIC, Settled, enqueue};
use crate::clock::SharedEntropy;
use crate::db::{Database, DbError};

/// How long the runner waits when nothing was due.
const IDLE: Duration = Duration::from_millis(250);

/// How long it waits when the database did not answer.
const OUTAGE: Duration = Duration::from_secs(1);

/// Runs the jobs of every kind it has a handler for.
pub struct Runner {
    shared: Arc<Shared>,
    handlers: BTreeMap<&'static str, Arc<dyn JobHandler>>,
    idle: Duration,
}

struct Shared {
    database: Database,
    entropy: SharedEntropy,
    measures: Measures,
}

/// The jobs that run now.
#[derive(Default)]
struct Running {
    tasks: JoinSet<&'static str>,
    by_kind: BTreeMap<&'static str, u32>,
}

// === impl Runner ===

impl Runner {
    /// A runner without handlers.
    pub fn new(database: Database, entropy: SharedEntropy) -> Self {
        let shared = Arc::new(Shared {
            database,
            entropy,
            measures: Measures::new(),
        });
        Self {
            shared,
            handlers: BTreeMap::new(),
            idle: IDLE,
        }
    }

    /// Adds a handler; a kind has one.
    #[must_use]
    pub fn with(mut self, handler: impl JobHandler) -> Self {
        let kind = handler.kind();
        let earlier = self.handlers.insert(kind, Arc::new(handler));
        assert!(earlier.is_none(), "two handlers for jobs of kind {kind}");
        self
    }

    /// How long to wait when nothing was due, for tests.
    #[must_use]
    pub fn with_idle(mut self, idle: Duration) -> Self {
        self.idle = idle;
        self
    }

    /// Runs until `stopping` is cancelled, then lets the jobs at work finish.
    pub async fn run(self, stopping: CancellationToken) -> anyhow::Result<()> {
        let mut running = Running::default();
        let mut has_periodic = false;
        while !stopping.is_cancelled() {
            let pause = match self.turn(&mut running, &mut has_periodic).await {
                Ok(0) => self.idle,
                Ok(_) => Duration::ZERO,
                Err(error) => {
                    tracing::warn!(error = &error as &dyn Error, "jobs cannot be taken");
                    OUTAGE
                }
            };
            tokio::select! {
                () = stopping.cancelled() => {}
                () = running.ended(), if !running.tasks.is_empty() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
        while !running.tasks.is_empty() {
            running.ended().await;
        }
        Ok(())
    }

    /// Takes what is due and there is room for; answers how many jobs that were.
    async fn turn(&self, running: &mut Running, has_periodic: &mut bool) -> Result<usize, DbError> {
        if !*has_periodic {
            self.enqueue_periodic().await?;
            *has_periodic = true;
        }
        let rooms = self.rooms(running);
        if rooms.is_empty() {
            return Ok(0);
        }
        let database = &self.shared.database;
        let taken = lease::take(database, &rooms, database.now()).await?;
        let count = taken.len();
        for (kind, job) in taken {
            let handler = self
                .handlers
                .get(kind.as_str())
                .expect("only kinds with a handler are asked for");
            running.begin(handler.kind(), self.shared.clone().work(handler.clone(), job));
        }
        Ok(count)
    }

    fn rooms(&self, running: &Running) -> Vec<Room> {
        let room = |handler: &Arc<dyn JobHandler>| {
            let (kind, settings) = (handler.kind(), handler.settings());
            let busy = running.by_kind.get(kind).copied().unwrap_or(0);
            Room {
                kind,
                free: i64::from(settings.concurrency.saturating_sub(busy)),
                settings,
            }
        };
        self.handlers
            .values()
            .map(room)
            .filter(|room| room.free > 0)
            .collect()
    }

    async fn enqueue_periodic(&self) -> Result<(), DbError> {
        for handler in self.handlers.values().filter(|handler| handler.is_periodic()) {
            self.shared
                .database
                .transaction("jobs.enqueue_periodic", async |tx| {
                    let (kind, due_at) = (handler.kind(), tx.now());
                    enqueue(
                        tx,
                        NewJob {
                            kind,
                            key: PERIODIC.to_owned(),
                            due_at,
                            payload: Value::Null,
                        },
                    )
                    .await
                })
                .await?;
        }
        Ok(())
    }
}

impl fmt::Debug for Runner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Runner")
            .field("kinds", &self.handlers.keys())
            .finish_non_exhaustive()
    }
}

// === impl Shared ===

impl Shared {
    async fn work(self: Arc<Self>, handler: Arc<dyn JobHandler>, job: LeasedJob) -> &'static str {
        let kind = handler.kind();
        let span = tracing::info_span!("job", otel.name = kind, key = job.key, attempt = job.attempt);
        if let Some(cause) = crate::outbox::span_context(job.traceparent.as_deref()) {
            span.add_link(cause);
        }
        self.attempt(&*handler, &job).instrument(span).await;
        kind
    }

    async fn attempt(&self, handler: &dyn JobHandler, job: &LeasedJob) {
        let (kind, settings) = (handler.kind(), handler.settings());
        self.measures
            .began(kind, self.database.now().duration_since(job.due_at));
        let began_at = Moment::now();
        let result = tokio::select! {
            biased;
            result = run(handler, job, &settings) => result,
            lost = self.keep(job, &settings) => Err(lost),
        };
        let outcome = self.note(kind, &settings, job, result).await;
        self.measures.ended(kind, outcome, began_at.elapsed());
    }

    /// Keeps the lease alive; ends when it is lost, or may be lost because the database was silent for its length.
    async fn keep(&self, job: &LeasedJob, settings: &JobSettings) -> JobError {
        let mut asked_at = job.held_since;
        loop {
            tokio::time::sleep(settings.lease / 3).await;
            let began_at = Moment::now();
            let left = settings.lease.saturating_sub(asked_at.elapsed());
            match tokio::time::timeout(left, lease::extend(&self.database, job, settings)).await {
                Ok(Ok(true)) => asked_at = began_at,
                Ok(Err(error)) if asked_at.elapsed() < settings.lease => {
                    tracing::warn!(
                        error = &error as &dyn Error,
                        "the lease of a job was not extended"
                    );
                }
                Ok(Ok(false) | Err(_)) | Err(_) => return JobError::lease_lost(),
            }
        }
    }

    async fn note(
        &self,
        kind: &'static str,
        settings: &JobSettings,
        job: &LeasedJob,
        result: Result<Settled, JobError>,
    ) -> &'static str {
        let Err(error) = result else { return "settled" };
        if error.kind == Failure::LeaseLost {
            tracing::info!("the job was taken over or cancelled");
            return "lease_lost";
        }
        let due_at = self.next_attempt(settings, job, &error);
        tell(&error, due_at);
        let now = self.database.now();
        if let Err(error) = lease::give_back(&self.database, job, error.reason(), due_at, now).await {
            // Its lease expires by itself.
            tracing::warn!(
                error = &error as &dyn Error,
                "a failed job could not be given back"
            );
        }
        if due_at.is_some() {
            return "failed";
        }
        self.measures.gave_up(kind);
        "gave_up"
    }

    fn next_attempt(&self, settings: &JobSettings, job: &LeasedJob, error: &JobError) -> Option<Timestamp> {
        // Periodic work is never given up: nothing would begin it again before the next start.
        let is_last = job.attempt >= settings.max_attempts && job.key != PERIODIC;
        if error.kind == Failure::Final || is_last {
            return None;
        }
        let mut chance = [0; 2];
        self.entropy.fill(&mut chance);
        let pause = settings.pause(job.attempt, u16::from_le_bytes(chance));
        Some(
            self.database
                .now()
                .saturating_add(pause)
                .expect("adding a pause to an instant saturates"),
        )
    }
}

// === impl Running ===

impl Running {
    fn begin(&mut self, kind: &'static str, work: impl Future<Output = &'static str> + Send + 'static) {
        self.tasks.spawn(work);
        *self.by_kind.entry(kind).or_default() += 1;
    }

    /// Waits for one job to end.
    async fn ended(&mut self) {
        let Some(ended) = self.tasks.join_next().await else {
            return;
        };
        let kind = ended.expect("a panic in a handler is caught within its task");
        *self.by_kind.get_mut(kind).expect("a job that ended had begun") -= 1;
    }
}

async fn run(handler: &dyn JobHandler, job: &LeasedJob, settings: &JobSettings) -> Result<Settled, JobError> {
    if job.attempt > settings.max_attempts && job.key != PERIODIC {
        // Every earlier attempt took its process down before the failure could be noted.
        return Err(JobError::lasting("abandoned"));
    }
    AssertUnwindSafe(handler.run(job))
        .catch_unwind()
        .await
        .unwrap_or_else(|_| Err(JobError::panicked()))
}

fn tell(error: &JobError, due_at: Option<Timestamp>) {
    let cause = error as &dyn Error;
    if due_at.is_some() {
        tracing::warn!(
            error = cause,
            reason = error.reason(),
            "the job failed and will be tried again"
        );
    } else {
        tracing::error!(error = cause, reason = error.reason(), "the job gave up");
    }
}
