//! Writing a state topic out again: every aggregate that is there with its present state, and a tombstone for every key
//! that has a revision and is not there. Done after a restore from backup, under a raised epoch, or when Kafka lost a
//! topic. Pages are transactions of their own, so that the service goes on.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::db::{Database, DbError, Tx};
use crate::jobs::{self, JobError, JobHandler, LeasedJob, NewJob, Settled};
use crate::outbox::{self, OutboxError, OutboxRecord};

/// A state topic that the service owns, as it can be written out again.
#[async_trait]
pub trait StateSource: Send + Sync + 'static {
    /// The topic.
    fn topic(&self) -> &'static str;

    /// `ce_type` of its records.
    fn record_type(&self) -> &'static str;

    /// The next aggregates after a key, at most `limit`, by key in the order of bytes (`order by key collate "C"`), each
    /// row locked (`for update`) so that the state written is the newest. Fewer than `limit` means the end.
    async fn page(
        &self,
        tx: &mut Tx,
        after_key: Option<&str>,
        limit: i64,
    ) -> Result<Vec<CurrentState>, DbError>;

    /// Whether the key stands for an aggregate. Keys that do not, such as heartbeats, are left alone.
    fn is_aggregate(&self, key: &str) -> bool {
        let _ = key;
        true
    }
}

/// What an aggregate's record holds.
#[derive(Clone, PartialEq, Eq)]
pub struct CurrentState {
    /// The aggregate's id.
    pub key: String,
    /// Its whole public state, encoded.
    pub payload: Vec<u8>,
}

/// The job that writes a topic out again, a page at a time; one per topic.
pub struct RepublishTopic {
    database: Database,
    sources: Arc<[Arc<dyn StateSource>]>,
}

#[derive(Debug, Default, Deserialize, Serialize)]
struct Progress {
    after_key: Option<String>,
}

const KIND: &str = "platform.republish_topic";
const PAGE: i64 = 500;

/// Has the topic written out again, unless that is under way. Answers the job.
pub async fn enqueue(tx: &mut Tx, topic: &str) -> Result<Uuid, DbError> {
    let job = new_job(tx, topic);
    jobs::enqueue(tx, job).await?;
    let job_id = sqlx::query_scalar!(
        "select job_id from platform.jobs where kind = $1 and key = $2",
        KIND,
        topic
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(job_id)
}

/// Writes the topic out again on the spot, for a local command. Answers how many records that were.
pub async fn republish(database: &Database, source: &dyn StateSource) -> Result<usize, OutboxError> {
    let (mut after, mut count) = (None, 0);
    loop {
        let page = database
            .transaction("platform.republish_topic", async |tx: &mut Tx| {
                write_page(tx, source, after.as_deref()).await
            })
            .await?;
        count += page.records;
        after = page.goes_on_after;
        if after.is_none() {
            return Ok(count);
        }
    }
}

/// Has the topic written out again from its beginning, whatever is under way.
pub(super) async fn begin_anew(tx: &mut Tx, topic: &str) -> Result<(), DbError> {
    let job = new_job(tx, topic);
    jobs::replace(tx, job).await
}

// === impl RepublishTopic ===

impl RepublishTopic {
    pub(super) fn new(database: Database, sources: Arc<[Arc<dyn StateSource>]>) -> Self {
        Self { database, sources }
    }
}

#[async_trait]
impl JobHandler for RepublishTopic {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, job: &LeasedJob) -> Result<Settled, JobError> {
        let progress: Progress = job.decode()?;
        let source = self.sources.iter().find(|source| source.topic() == job.key);
        let source = source.ok_or_else(|| JobError::lasting("topic_unknown"))?;
        self.database
            .transaction(KIND, async |tx: &mut Tx| {
                let page = write_page(tx, &**source, progress.after_key.as_deref())
                    .await
                    .map_err(failed)?;
                match page.goes_on_after {
                    Some(key) => job.again_with(tx, tx.now(), &progressed(key)).await,
                    None => job.done(tx).await,
                }
            })
            .await
    }
}

struct Page {
    records: usize,
    goes_on_after: Option<String>,
}

fn new_job(tx: &Tx, topic: &str) -> NewJob {
    NewJob {
        kind: KIND,
        key: topic.to_owned(),
        due_at: tx.now(),
        payload: json!(Progress::default()),
    }
}

async fn write_page(tx: &mut Tx, source: &dyn StateSource, after: Option<&str>) -> Result<Page, OutboxError> {
    // Read before the aggregates: a key that is known here and not there is gone, not merely young.
    let known = known_keys(tx, source.topic(), after).await?;
    let states = source.page(tx, after, PAGE).await?;
    let ends = [
        states
            .last()
            .map(|state| &state.key)
            .filter(|_| is_full(states.len())),
        known.last().filter(|_| is_full(known.len())),
    ];
    let goes_on_after = ends.into_iter().flatten().min().cloned();
    let is_of_page = |key: &String| goes_on_after.as_ref().is_none_or(|end| key <= end);
    let present: BTreeSet<_> = states.iter().map(|state| state.key.clone()).collect();
    let mut records = 0;
    for state in states.into_iter().filter(|state| is_of_page(&state.key)) {
        outbox::append(tx, record(source, state.key, Some(state.payload))).await?;
        records += 1;
    }
    for key in known
        .into_iter()
        .filter(|key| is_of_page(key) && !present.contains(key) && source.is_aggregate(key))
    {
        outbox::append(tx, record(source, key, None)).await?;
        records += 1;
    }
    Ok(Page {
        records,
        goes_on_after,
    })
}

async fn known_keys(tx: &mut Tx, topic: &str, after: Option<&str>) -> Result<Vec<String>, DbError> {
    let keys = sqlx::query_scalar!(
        r#"
        select key from platform.revisions
        where topic = $1 and ($2::text is null or key collate "C" > $2)
        order by key collate "C" limit $3
        "#,
        topic,
        after,
        PAGE,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(keys)
}

fn record(source: &dyn StateSource, key: String, payload: Option<Vec<u8>>) -> OutboxRecord {
    OutboxRecord {
        topic: source.topic(),
        key,
        record_type: source.record_type(),
        payload,
        partition: None,
    }
}

fn is_full(rows: usize) -> bool {
    i64::try_from(rows).is_ok_and(|rows| rows >= PAGE)
}

fn progressed(key: String) -> Value {
    json!(Progress { after_key: Some(key) })
}

fn failed(error: OutboxError) -> JobError {
    match error {
        OutboxError::TooLarge { .. } => JobError::lasting("record_too_large").caused_by(error),
        OutboxError::Db(error) => JobError::from(error),
    }
}
