//! What the tests' consumers write: a text per key, and how often it was written.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use platform::consumer::{ApplyError, Consumer, ConsumerSettings, LogEvent, LogHandler, StateHandler};
use platform::db::{Database, Tx};
use platform::grpc::trace::current_trace_id;
use platform::outbox::Revision;
use support::eventually;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::broker::Topic;
use crate::stand::{DEADLINE, Stand};

/// A database with a ledger, and a topic.
pub struct Desk {
    pub stand: Stand,
    pub topic: Topic,
    pub ledger: Ledger,
}

/// Takes texts: `poison` cannot be applied, `later` only once the gate is open.
#[derive(Clone, Default)]
pub struct Ledger {
    pub gate: Arc<AtomicBool>,
    /// The traces in which records were applied.
    pub traces: Arc<Mutex<Vec<Option<String>>>>,
}

/// A consumer as a task.
pub struct Running {
    stopping: CancellationToken,
    task: JoinHandle<()>,
}

impl Desk {
    pub async fn new() -> Self {
        Self::on(Topic::new().await).await
    }

    pub async fn on(topic: Topic) -> Self {
        let stand = Stand::new().await;
        let statements = "
            create table ledger (key text primary key, state text not null, times integer not null);
            grant select, insert, update, delete on ledger to deltaga_application";
        sqlx::raw_sql(statements)
            .execute(&mut stand.owner().await)
            .await
            .unwrap();
        Self {
            stand,
            topic,
            ledger: Ledger::default(),
        }
    }

    pub async fn consume(&self) -> Running {
        self.consume_with(settings()).await
    }

    pub async fn consume_with(&self, settings: ConsumerSettings) -> Running {
        self.consume_by(self.stand.database.clone(), settings).await
    }

    /// Consumes into a database that may be away.
    pub async fn consume_into(&self, database: Database) -> Running {
        self.consume_by(database, settings()).await
    }

    async fn consume_by(&self, database: Database, settings: ConsumerSettings) -> Running {
        let consumer = Consumer::of_states(
            "ledger",
            self.ledger.clone(),
            database,
            self.topic.kafka.clone(),
            self.stand.keys().await,
        );
        let consumer = consumer.reading(self.topic.name).with_settings(settings);
        Running::start(|stopping| async move { consumer.run(stopping).await.unwrap() })
    }

    pub async fn consume_log(&self) -> Running {
        let (database, kafka) = (self.stand.database.clone(), self.topic.kafka.clone());
        let consumer = Consumer::of_log(
            "ledger",
            self.ledger.clone(),
            database,
            kafka,
            self.stand.keys().await,
        );
        let consumer = consumer.reading(self.topic.name).with_settings(settings());
        Running::start(|stopping| async move { consumer.run(stopping).await.unwrap() })
    }

    /// Consumes until a last record of its own is applied, so that everything before it in any partition is too.
    pub async fn consume_all(&self) {
        let consumer = self.consume().await;
        self.caught_up().await;
        consumer.stop().await;
    }

    /// Waits until every partition is read to its end.
    pub async fn caught_up(&self) {
        let ends = self.ends().await;
        eventually(DEADLINE, || async {
            let next = self.offsets().await;
            ends.iter()
                .all(|(partition, end)| next.get(partition).is_some_and(|next| next >= end))
        })
        .await;
    }

    /// One past the last record of each partition that has any.
    async fn ends(&self) -> BTreeMap<i32, i64> {
        let records = self.topic.read_all().await;
        records
            .into_iter()
            .map(|record| (record.partition, record.offset + 1))
            .collect()
    }

    async fn offsets(&self) -> BTreeMap<i32, i64> {
        let rows: Vec<(i32, i64)> =
            sqlx::query_as("select partition, next_offset from platform.consumed_offsets")
                .fetch_all(self.stand.database.pool())
                .await
                .unwrap();
        rows.into_iter().collect()
    }

    pub async fn state(&self, key: &str) -> Option<(String, i32)> {
        sqlx::query_as("select state, times from ledger where key = $1")
            .bind(key)
            .fetch_optional(self.stand.database.pool())
            .await
            .unwrap()
    }

    /// Everything that is held.
    pub async fn states(&self) -> BTreeMap<String, String> {
        let rows: Vec<(String, String)> = sqlx::query_as("select key, state from ledger")
            .fetch_all(self.stand.database.pool())
            .await
            .unwrap();
        rows.into_iter().collect()
    }

    /// Reasons of what lies parked, in the order of the topic.
    pub async fn parked(&self) -> Vec<String> {
        sqlx::query_scalar("select reason from platform.parked_records order by record_offset")
            .fetch_all(self.stand.database.pool())
            .await
            .unwrap()
    }

    pub async fn execute(&self, statement: &'static str) {
        sqlx::query(statement)
            .execute(self.stand.database.pool())
            .await
            .unwrap();
    }
}

impl Ledger {
    async fn write(&self, tx: &mut Tx, key: &str, state: Option<String>) -> Result<(), ApplyError> {
        self.traces.lock().unwrap().push(current_trace_id());
        let Some(state) = state else {
            sqlx::query("delete from ledger where key = $1")
                .bind(key)
                .execute(&mut **tx)
                .await?;
            return Ok(());
        };
        // Written before it is judged, so that a rollback has something to undo.
        sqlx::query(
            "insert into ledger values ($1, $2, 1)
             on conflict (key) do update set state = excluded.state, times = ledger.times + 1",
        )
        .bind(key)
        .bind(&state)
        .execute(&mut **tx)
        .await?;
        match state.as_str() {
            "poison" => Err(ApplyError::Unappliable { reason: "poison" }),
            "later" if !self.gate.load(Ordering::Relaxed) => Err(ApplyError::Transient {
                reason: "not_here_yet",
            }),
            _ => Ok(()),
        }
    }
}

impl StateHandler for Ledger {
    type Message = String;

    const TOPIC: &'static str = "test.ledger.v1";

    async fn apply(
        &self,
        tx: &mut Tx,
        key: &str,
        _: Revision,
        state: Option<String>,
    ) -> Result<(), ApplyError> {
        self.write(tx, key, state).await
    }
}

impl LogHandler for Ledger {
    type Message = String;

    const TOPIC: &'static str = "test.ledger.v1";

    async fn apply(&self, tx: &mut Tx, event: LogEvent<'_>, message: String) -> Result<(), ApplyError> {
        self.write(tx, event.key, Some(message)).await
    }
}

impl Running {
    fn start<F: Future<Output = ()> + Send + 'static>(run: impl FnOnce(CancellationToken) -> F) -> Self {
        let stopping = CancellationToken::new();
        let task = TaskTracker::new().spawn(run(stopping.clone()));
        Self { stopping, task }
    }

    pub async fn stop(self) {
        self.stopping.cancel();
        self.task.await.unwrap();
    }
}

pub fn settings() -> ConsumerSettings {
    ConsumerSettings {
        batch_records: 20,
        longest_pause: Duration::from_millis(400),
        upkeep_pause: Duration::from_millis(100),
        ..ConsumerSettings::default()
    }
}
