//! After a restore from backup: the epoch is raised above every one that consumers may have seen, what the topics show
//! and the restored database does not know is told to be gone, and every topic is written out again. Consumers then hold
//! what the restored database holds, whatever was published after the backup.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::republish::{StateSource, begin_anew};
use crate::audit::{self, Actor, AuditLine};
use crate::db::{Database, DbError, Tx};
use crate::kafka::topics::{self, TopicKind};
use crate::kafka::{Followed, Kafka, KafkaError, ReadRecord};
use crate::outbox::relay::{RelayError, Silence};
use crate::outbox::{self, OutboxError, OutboxRecord, Revision};

/// What raising the epoch came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Raised {
    /// The epoch of whatever is published from now on.
    pub epoch: i64,
    /// Topics that are written out again, once the service runs.
    pub topics: usize,
    /// Aggregates that were made after the backup and are told to be gone.
    pub gone: usize,
}

/// Why the epoch was not raised; nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// A replica runs on this database.
    #[error("the relay of the service is active on this database: stop every replica first")]
    RelayActive,
    /// The service has published on a topic that it cannot write out again.
    #[error("the service has published on {topic} and has no source to write it out again from")]
    NoSource {
        /// The topic.
        topic: String,
    },
    /// The broker fell silent before the end of a topic.
    #[error("the broker does not show {topic} to its end")]
    Silent {
        /// The topic.
        topic: &'static str,
    },
    /// The relay's place cannot be taken.
    #[error("the relay's place cannot be taken")]
    Relay(#[from] RelayError),
    /// Kafka is away or refuses.
    #[error(transparent)]
    Kafka(#[from] KafkaError),
    /// A record is not taken.
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// What a topic shows.
#[derive(Debug, Default)]
struct Shown {
    epoch: i64,
    newest: HashMap<String, (Revision, bool)>,
}

/// Keys of a topic that the restored database may not know.
struct Present {
    topic: &'static str,
    record_type: &'static str,
    keys: Vec<String>,
}

const ACTION: &str = "platform.raise_epoch";
/// A broker that says nothing for so long does not answer.
const ANSWER: Duration = Duration::from_secs(30);

/// Raises the epoch and has the sources' topics, of so many partitions, written out again. `database` is entered by the
/// owner role: the application has no right to the epoch. No relay works meanwhile, so what the topics show is all that
/// was ever published. Repeated, it is done again.
pub async fn raise_epoch(
    database: &Database,
    kafka: &Kafka,
    sources: &[Arc<dyn StateSource>],
    partitions: i32,
) -> Result<Raised, RestoreError> {
    let silence = Silence::take(database, kafka).await?;
    let mut silence = silence.ok_or(RestoreError::RelayActive)?;
    let raised = silence
        .during(async {
            let (epoch, present) = shown(kafka, sources, partitions).await?;
            raise(database, epoch, &present).await
        })
        .await??;
    silence.end().await?;
    Ok(raised)
}

/// The newest epoch of all topics, and what each of them shows.
async fn shown(
    kafka: &Kafka,
    sources: &[Arc<dyn StateSource>],
    partitions: i32,
) -> Result<(i64, Vec<Present>), RestoreError> {
    let (mut epoch, mut present) = (0, Vec::new());
    for source in sources {
        let shown = Shown::read(kafka, source.topic(), partitions).await?;
        epoch = epoch.max(shown.epoch);
        let mut keys = shown.present();
        keys.retain(|key| source.is_aggregate(key));
        present.push(Present {
            topic: source.topic(),
            record_type: source.record_type(),
            keys,
        });
    }
    Ok((epoch, present))
}

async fn raise(database: &Database, shown_epoch: i64, present: &[Present]) -> Result<Raised, RestoreError> {
    database
        .transaction(ACTION, async |tx: &mut Tx| {
            ensure_complete(tx, present).await?;
            let epoch = raise_above(tx, shown_epoch).await?;
            let mut gone = 0;
            for of in present {
                for key in unknown(tx, of).await? {
                    outbox::append(tx, tombstone(of, key)).await?;
                    gone += 1;
                }
                begin_anew(tx, of.topic).await?;
            }
            let raised = Raised {
                epoch,
                topics: present.len(),
                gone,
            };
            audit::append(tx, line(raised)).await?;
            Ok::<_, RestoreError>(raised)
        })
        .await
}

/// Fails if the database has given revisions on a state topic that is not among these.
async fn ensure_complete(tx: &mut Tx, present: &[Present]) -> Result<(), RestoreError> {
    let published = sqlx::query_scalar!("select distinct topic from platform.revisions order by topic")
        .fetch_all(&mut **tx)
        .await
        .map_err(DbError::from)?;
    let is_log = |topic: &str| {
        topics::all()
            .get(topic)
            .is_some_and(|topic| topic.kind == TopicKind::Log)
    };
    let is_known = |topic: &str| present.iter().any(|of| of.topic == topic);
    match published
        .into_iter()
        .find(|topic| !is_log(topic) && !is_known(topic))
    {
        Some(topic) => Err(RestoreError::NoSource { topic }),
        None => Ok(()),
    }
}

async fn raise_above(tx: &mut Tx, shown_epoch: i64) -> Result<i64, DbError> {
    // The same backup may be restored twice: its own epoch says nothing of the first time.
    let epoch = sqlx::query_scalar!(
        "update platform.epoch set epoch = greatest(epoch, $1) + 1 returning epoch",
        shown_epoch
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(epoch)
}

/// Keys that never had a revision in this database: made after the backup. Those that had one are written out by the
/// republishing, with their state or as gone.
async fn unknown(tx: &mut Tx, of: &Present) -> Result<Vec<String>, DbError> {
    let unknown = sqlx::query_scalar!(
        r#"
        select key as "key!" from unnest($2::text[]) as shown (key)
        where not exists (select from platform.revisions where topic = $1 and revisions.key = shown.key)
        order by key
        "#,
        of.topic,
        &of.keys,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(unknown)
}

fn tombstone(of: &Present, key: String) -> OutboxRecord {
    OutboxRecord {
        topic: of.topic,
        key,
        record_type: of.record_type,
        payload: None,
        partition: None,
    }
}

fn line(raised: Raised) -> AuditLine {
    let Raised { epoch, topics, gone } = raised;
    AuditLine {
        actor: Actor::operator("raise-epoch"),
        action: ACTION,
        subject_kind: "epoch",
        subject_id: epoch.to_string(),
        purpose: Some("restore"),
        details: json!({ "topics": topics, "gone": gone }),
    }
}

// === impl Shown ===

impl Shown {
    async fn read(kafka: &Kafka, topic: &'static str, partitions: i32) -> Result<Self, RestoreError> {
        let mut follower = kafka.follow_partitions(topic, partitions)?;
        let mut shown = Self::default();
        loop {
            let followed = tokio::time::timeout(ANSWER, follower.next()).await;
            match followed.map_err(|_| RestoreError::Silent { topic })? {
                Followed::Record(record) => shown.note(record),
                Followed::CaughtUp => return Ok(shown),
            }
        }
    }

    fn note(&mut self, record: ReadRecord) {
        let (Some(key), Some(revision)) = (record.key, record.headers.revision()) else {
            return;
        };
        self.epoch = self.epoch.max(revision.epoch);
        let is_newer = |(held, _): &(Revision, bool)| *held < revision;
        if self.newest.get(&key).is_none_or(is_newer) {
            self.newest.insert(key, (revision, record.payload.is_some()));
        }
    }

    /// Keys that are not known to be gone.
    fn present(self) -> Vec<String> {
        let present = self.newest.into_iter().filter(|(_, (_, is_there))| *is_there);
        present.map(|(key, _)| key).collect()
    }
}
