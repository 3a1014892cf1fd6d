//! All that topics hold, to be read, taken away and written again: each record as it was, in another order or twice.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, ensure};
use futures::future::try_join_all;
use rand::Rng;
use rand::seq::SliceRandom as _;
use rdkafka::admin::{AdminClient, AdminOptions, AlterConfig, ResourceSpecifier};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError;
use rdkafka::message::{Message as _, OwnedMessage};
use rdkafka::producer::{FutureProducer, FutureRecord};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};
use support::eventually::try_eventually;
use support::kafka::{Broker, client_config};
use support::topics::{Kind, Setting, TopicList};

/// Read by every decider for itself, from its beginning at each start and without a database; see `grants`.
pub const ACCOUNTS: &str = "staff.account.v1";
/// Longer ago than tombstones are kept, so that a consumer can have been away since.
const AGE: Duration = Duration::from_hours(24 * 100);
const POLICY: &str = "cleanup.policy";
const HEARD: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(200);

/// A partition, and the offset after its last record.
pub type Ends = BTreeMap<(String, i32), i64>;

/// The topics that leave something in tables, and how to reach them.
pub struct Topics {
    config: ClientConfig,
    list: TopicList,
}

impl Topics {
    pub fn of(broker: &Broker) -> Result<Self> {
        Ok(Self {
            config: client_config(&broker.address(), broker.administrator()),
            list: TopicList::committed()?,
        })
    }

    /// Every record of every topic, by topic and partition in order.
    pub async fn records(&self) -> Result<Vec<OwnedMessage>> {
        let (mut config, everything) = (self.config.clone(), self.from(Offset::Beginning)?);
        config
            .set("group.id", "rebuild")
            .set("enable.auto.commit", "false")
            .set("enable.partition.eof", "true")
            .set("isolation.level", "read_committed");
        let read = tokio::task::spawn_blocking(move || {
            let consumer: BaseConsumer = config.create().context("a reader of the topics")?;
            consumer.assign(&everything)?;
            read(&consumer, everything.count())
        });
        let mut records = read.await??;
        records.sort_by_key(|record| (record.topic().to_owned(), record.partition(), record.offset()));
        Ok(records)
    }

    /// Takes every record away.
    pub async fn empty(&self) -> Result<()> {
        let administration: AdminClient<DefaultClientContext> = self.config.create()?;
        self.allow_removal(&administration).await?;
        let (options, everything) = (AdminOptions::new(), self.from(Offset::End)?);
        // The controller answers before the broker itself has heard of new settings.
        try_eventually(HEARD, || async {
            let emptied = administration.delete_records(&everything, &options).await?;
            for partition in emptied.elements() {
                partition.error().context("a partition was not emptied")?;
            }
            anyhow::Ok(())
        })
        .await
    }

    // Of a topic that is only compacted nobody may remove a record. Kept for ever, they are all the same as before.
    async fn allow_removal(&self, administration: &AdminClient<DefaultClientContext>) -> Result<()> {
        let kept: BTreeMap<String, String> = self.list.settings(Kind::State).iter().map(written).collect();
        let states = self.list.topics.iter().filter(|topic| topic.kind == Kind::State);
        let altered: Vec<_> = states
            .map(|topic| {
                let settings = AlterConfig::new(ResourceSpecifier::Topic(&topic.name));
                let kept = kept.iter().filter(|(name, _)| *name != POLICY);
                kept.fold(settings, |settings, (name, value)| settings.set(name, value))
                    .set(POLICY, "compact,delete")
                    .set("retention.ms", "-1")
            })
            .collect();
        for outcome in administration
            .alter_configs(&altered, &AdminOptions::new())
            .await?
        {
            outcome.map_err(|(_, code)| anyhow!("the broker refuses the settings: {code}"))?;
        }
        Ok(())
    }

    /// Writes records again, in the order given, states as if it were long ago.
    pub async fn write(&self, records: &[OwnedMessage]) -> Result<()> {
        let mut config = self.config.clone();
        let producer: FutureProducer = config.set("enable.idempotence", "true").create()?;
        let mut sent = Vec::with_capacity(records.len());
        for record in records {
            let again = FutureRecord::<[u8], [u8]> {
                topic: record.topic(),
                partition: Some(record.partition()),
                payload: record.payload(),
                key: record.key(),
                timestamp: self.produced_at(record)?,
                headers: record.headers().cloned(),
            };
            sent.push(producer.send_result(again).map_err(|(error, _)| error)?);
        }
        for outcome in try_join_all(sent).await? {
            outcome
                .map_err(|(error, _)| error)
                .context("a record written again")?;
        }
        Ok(())
    }

    fn produced_at(&self, record: &OwnedMessage) -> Result<Option<i64>> {
        let at = record.timestamp().to_millis();
        let age = i64::try_from(AGE.as_millis())?;
        Ok(at.map(|at| {
            if self.is_state(record.topic()) {
                at - age
            } else {
                at
            }
        }))
    }

    /// Whether a topic is one of states.
    pub fn is_state(&self, name: &str) -> bool {
        let mut topics = self.list.topics.iter();
        topics.any(|topic| topic.name == name && topic.kind == Kind::State)
    }

    fn from(&self, offset: Offset) -> Result<TopicPartitionList> {
        let mut all = TopicPartitionList::new();
        let names = self.list.topics.iter().map(|topic| &topic.name);
        for name in names.filter(|name| *name != ACCOUNTS) {
            for partition in 0..self.list.partitions {
                all.add_partition_offset(name, i32::from(partition), offset)?;
            }
        }
        Ok(all)
    }
}

/// The ends of a topic's partitions in one number, which every record moves.
pub fn end(ends: &Ends, topic: &str) -> i64 {
    let of_topic = ends.iter().filter(|((name, _), _)| name == topic);
    of_topic.map(|(_, end)| end).sum()
}

/// The ends of all topics in one number.
pub fn all_ends(ends: &Ends) -> i64 {
    ends.values().sum()
}

/// Where each partition ends.
pub fn ends(records: &[OwnedMessage]) -> Ends {
    let last = |record: &OwnedMessage| {
        (
            (record.topic().to_owned(), record.partition()),
            record.offset() + 1,
        )
    };
    // In order, so that the last one of a partition stays.
    records.iter().map(last).collect()
}

/// The same records with keys in any order, those of one key in their own.
pub fn shuffled(records: &[OwnedMessage], draws: &mut impl Rng) -> Vec<OwnedMessage> {
    let mut turns: Vec<_> = records.iter().map(key).collect();
    turns.shuffle(draws);
    let mut waiting = by_key(records);
    let in_turn = turns
        .into_iter()
        .filter_map(|turn| waiting.get_mut(&turn)?.pop_front());
    in_turn.cloned().collect()
}

/// The same records with the newest first.
pub fn reversed(records: &[OwnedMessage]) -> Vec<OwnedMessage> {
    records.iter().rev().cloned().collect()
}

/// Fails unless each of these topics has a key whose oldest state differs from its newest: whoever took the last one to
/// come for the newest would hold something else after [`reversed`].
pub fn ensure_order_matters(records: &[OwnedMessage], topics: &[&str]) -> Result<()> {
    let differing: BTreeSet<String> = by_key(records)
        .into_iter()
        .filter(|(_, states)| {
            let [oldest, newest] =
                [states.front(), states.back()].map(|state| state.and_then(|state| state.payload()));
            oldest != newest
        })
        .map(|((topic, _), _)| topic)
        .collect();
    for topic in topics {
        ensure!(differing.contains(*topic), "{topic} has one state of each key");
    }
    Ok(())
}

fn by_key(records: &[OwnedMessage]) -> BTreeMap<(String, Vec<u8>), VecDeque<&OwnedMessage>> {
    let mut all = BTreeMap::<_, VecDeque<_>>::new();
    for record in records {
        all.entry(key(record)).or_default().push_back(record);
    }
    all
}

fn written((name, value): (&String, &Setting)) -> (String, String) {
    (name.clone(), value.to_string())
}

fn key(record: &OwnedMessage) -> (String, Vec<u8>) {
    let key = record.key().unwrap_or_default();
    (record.topic().to_owned(), key.to_vec())
}

fn read(consumer: &BaseConsumer, partitions: usize) -> Result<Vec<OwnedMessage>> {
    let (mut ended, mut records) = (0, Vec::new());
    while ended < partitions {
        match consumer.poll(POLL) {
            None => {}
            Some(Err(KafkaError::PartitionEOF(_))) => ended += 1,
            Some(Err(error)) => return Err(error).context("a topic cannot be read"),
            Some(Ok(record)) => records.push(record.detach()),
        }
    }
    Ok(records)
}
