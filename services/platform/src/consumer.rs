//! Records of other services, applied to this one's tables: the effect, the revision and the offset are one
//! transaction, so whatever dies, a record counts once. State records are taken only if they are newer than what is
//! held; what cannot be applied is parked, sealed, and settled by a newer state of its key or by an operator.

mod apply;
mod error;
mod group;
mod log;
mod measure;
mod parked;
mod plan;
mod queue;
mod reader;
mod rebuild;
mod retry;
mod state;
mod worker;

use std::sync::Arc;
use std::time::Duration;

use prost::Message;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub use self::error::ApplyError;
pub use self::log::Logs;
pub(crate) use self::retry::release_next;
pub use self::state::States;
use self::worker::Worker;
use crate::db::{Database, DbError, Tx};
use crate::kafka::{Kafka, KafkaError, topics};
use crate::keys::KeyRing;
use crate::outbox::Revision;

/// Takes the states of one topic into the service.
pub trait StateHandler: Send + Sync + 'static {
    /// The payload.
    type Message: Message + Default;

    /// The topic.
    const TOPIC: &'static str;

    /// Makes what the service holds of `key` equal to `state`; `None` says that the aggregate is gone. Called only with
    /// revisions newer than any applied before, and again with the same one if the transaction did not commit.
    fn apply(
        &self,
        tx: &mut Tx,
        key: &str,
        revision: Revision,
        state: Option<Self::Message>,
    ) -> impl Future<Output = Result<(), ApplyError>> + Send;
}

/// Takes what happened from one log topic into the service.
pub trait LogHandler: Send + Sync + 'static {
    /// The payload.
    type Message: Message + Default;

    /// The topic.
    const TOPIC: &'static str;

    /// Takes one event; called once per event id in a transaction that commits.
    fn apply(
        &self,
        tx: &mut Tx,
        event: LogEvent<'_>,
        message: Self::Message,
    ) -> impl Future<Output = Result<(), ApplyError>> + Send;
}

/// Where an event of a log topic comes from.
#[derive(Clone, Copy, Debug)]
pub struct LogEvent<'a> {
    /// `ce_id`, the same for every copy.
    pub event_id: Uuid,
    /// The record's key.
    pub key: &'a str,
    /// `ce_type`.
    pub record_type: Option<&'a str>,
}

/// How a consumer runs; the defaults are what production runs with.
#[derive(Clone, Debug)]
pub struct ConsumerSettings {
    /// Records of one transaction at most.
    pub batch_records: usize,
    /// Bytes read ahead at most, headers included.
    pub read_ahead_bytes: usize,
    /// Pause after the first transient failure of a partition; doubled after each further one.
    pub first_pause: Duration,
    /// The longest pause.
    pub longest_pause: Duration,
    /// How long a partition waits for something that a record refers to before that record is parked.
    pub patience: Duration,
    /// How long a consumer may be away before it must suspect that it missed a tombstone.
    pub tombstones_kept: Duration,
    /// Pause between looks at what is due beside new records: retries, ends of rebuilds.
    pub upkeep_pause: Duration,
}

/// A consumer of one topic: `S` is [`States`] or [`Logs`] of a handler.
pub struct Consumer<S> {
    name: Arc<str>,
    topic: &'static str,
    subscription: S,
    database: Database,
    kafka: Kafka,
    keys: KeyRing,
    settings: ConsumerSettings,
}

/// The newest revision of `key` that every consumer of `topic` in this service has applied, if any of them has.
pub async fn applied_revision(
    database: &Database,
    topic: &str,
    key: &str,
) -> Result<Option<Revision>, DbError> {
    let row = sqlx::query!(
        "select epoch, n from platform.consumed_revisions where topic = $1 and key = $2 order by epoch, n limit 1",
        topic,
        key,
    )
    .fetch_optional(database.pool())
    .await?;
    Ok(row.map(|row| Revision {
        epoch: row.epoch,
        n: row.n,
    }))
}

// === impl ConsumerSettings ===

impl Default for ConsumerSettings {
    fn default() -> Self {
        Self {
            batch_records: 1000,
            read_ahead_bytes: 16 << 20,
            first_pause: Duration::from_millis(100),
            longest_pause: Duration::from_secs(30),
            patience: Duration::from_mins(10),
            // A day less than the broker keeps them, for what the clocks differ and a slow start.
            tombstones_kept: topics::all()
                .tombstones_kept()
                .saturating_sub(Duration::from_hours(24)),
            upkeep_pause: Duration::from_secs(1),
        }
    }
}

// === impl Consumer ===

impl<H: StateHandler> Consumer<States<H>> {
    /// A consumer of a state topic in the group `<service>.<purpose>`.
    pub fn of_states(purpose: &str, handler: H, database: Database, kafka: Kafka, keys: KeyRing) -> Self {
        Self::new(purpose, H::TOPIC, States::new(handler), (database, kafka, keys))
    }
}

impl<H: LogHandler> Consumer<Logs<H>> {
    /// A consumer of a log topic in the group `<service>.<purpose>`.
    pub fn of_log(purpose: &str, handler: H, database: Database, kafka: Kafka, keys: KeyRing) -> Self {
        Self::new(purpose, H::TOPIC, Logs::new(handler), (database, kafka, keys))
    }
}

impl<S> Consumer<S> {
    fn new(
        purpose: &str,
        topic: &'static str,
        subscription: S,
        (database, kafka, keys): (Database, Kafka, KeyRing),
    ) -> Self {
        let name = format!("{}.{purpose}", kafka.service()).into();
        Self {
            name,
            topic,
            subscription,
            database,
            kafka,
            keys,
            settings: ConsumerSettings::default(),
        }
    }

    /// Reads another topic of the same form, as tests do on a broker they share.
    #[must_use]
    pub fn reading(mut self, topic: &'static str) -> Self {
        self.topic = topic;
        self
    }

    /// Runs by other settings.
    #[must_use]
    pub fn with_settings(mut self, settings: ConsumerSettings) -> Self {
        self.settings = settings;
        self
    }

    /// The group, `<service>.<purpose>`; also the consumer's name in the tables of the platform.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl<S: apply::Subscription> Consumer<S> {
    /// Reads and applies until it shall stop; the batch that runs then is finished. Outages are waited for; an error
    /// says that the client could not be made at all.
    pub async fn run(self, stopping: CancellationToken) -> Result<(), KafkaError> {
        Worker::start(self)?.run(stopping).await;
        Ok(())
    }
}
