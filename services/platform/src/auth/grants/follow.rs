//! The task that keeps the grants of a replica current: it follows the topic, and asks staff itself while the broker is
//! silent. It is ready when it has caught up once, by either way.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tracing::Span;
use uuid::Uuid;

use super::pull::{Cursor, GrantSource};
use super::{Grants, TOPIC};
use crate::kafka::{Followed, Follower, Kafka, ReadRecord, topics};
use crate::service::{Condition, Context};

const LOOK_EVERY: Duration = Duration::from_millis(500);
const PULL_EVERY: Duration = Duration::from_secs(2);

/// Keeps grants current until it is told to stop.
pub struct GrantsTask {
    /// What to keep current.
    pub grants: Grants,
    /// Where the topic is read.
    pub kafka: Kafka,
    /// The topic; tests have one of their own.
    pub topic: String,
    /// Its partitions.
    pub partitions: i32,
    /// Who is asked while the broker is silent.
    pub source: Arc<dyn GrantSource>,
    /// Met when the grants have caught up for the first time.
    pub ready: Condition,
}

impl Grants {
    /// Starts to keep grants current for a service and holds its readiness back until they are.
    pub fn start(context: &Context, source: Arc<dyn GrantSource>) -> Self {
        let partitions = usize::try_from(topics::all().partitions).unwrap_or_default();
        let grants = Self::new(partitions, context.clock.clone());
        let task = GrantsTask {
            grants: grants.clone(),
            kafka: context.kafka.clone(),
            topic: TOPIC.to_owned(),
            partitions: topics::all().partitions,
            source,
            ready: context.readiness.condition("grants"),
        };
        context
            .lifecycle
            .spawn("grants", task.run(context.lifecycle.stopping()));
        grants
    }

    /// Takes in one record as it was read. One without a revision cannot be put in order, so its account is distrusted.
    pub fn take_record(&self, record: &ReadRecord) {
        let Some(key) = &record.key else { return };
        let partition = usize::try_from(record.partition).unwrap_or(usize::MAX);
        match record.headers.revision() {
            Some(revision) => self.apply(partition, key, revision, record.payload.as_deref()),
            None => self.distrust(key),
        }
    }
}

impl GrantsTask {
    /// Runs until `stop`.
    pub async fn run(self, stop: CancellationToken) -> anyhow::Result<()> {
        let follower = self.kafka.follow_partitions(&self.topic, self.partitions)?;
        let keeping = async { tokio::join!(self.keep_following(follower), self.keep_pulling()) };
        tokio::select! {
            () = stop.cancelled() => {}
            ((), ()) = keeping => {}
        }
        Ok(())
    }

    async fn keep_following(&self, mut follower: Follower) {
        let mut is_caught_up = false;
        loop {
            match follower.next().await {
                // History is as long as the topic; what it was part of has long been told.
                Followed::Record(record) if is_caught_up => {
                    processing(&self.topic, &record).in_scope(|| self.grants.take_record(&record));
                }
                Followed::Record(record) => self.grants.take_record(&record),
                Followed::CaughtUp => {
                    is_caught_up = true;
                    tracing::info!(
                        accounts = self.grants.len(),
                        "grants have caught up from the broker"
                    );
                    self.ready.met();
                }
            }
        }
    }

    async fn keep_pulling(&self) {
        let mut cursor = Cursor::default();
        loop {
            if !self.grants.wants_pull() {
                tokio::time::sleep(LOOK_EVERY).await;
                continue;
            }
            match self.grants.pull(&*self.source, &mut cursor).await {
                Ok(()) => self.ready.met(),
                Err(error) => {
                    let reason = error.reason().as_str_name();
                    tracing::warn!(reason, "grants could not be pulled from staff");
                }
            }
            tokio::time::sleep(PULL_EVERY).await;
        }
    }
}

/// A span in the trace of whoever changed an account. Heartbeats, a dozen a second, and records of no trace have none.
fn processing(topic: &str, record: &ReadRecord) -> Span {
    let is_account = record.key.as_ref().is_some_and(|key| key.parse::<Uuid>().is_ok());
    if !is_account || record.headers.producer().is_none() {
        return Span::none();
    }
    let span = tracing::info_span!(
        parent: None,
        "grants.apply",
        otel.name = format!("process {topic}"),
        otel.kind = "consumer",
        messaging.system = "kafka",
        messaging.destination.name = topic,
        messaging.destination.partition.id = record.partition,
        messaging.kafka.offset = record.offset,
    );
    record.headers.continue_trace(&span, &Span::none());
    span
}
