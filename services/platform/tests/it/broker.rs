//! What tests of events stand on: a service of its own on the shared broker, a topic of its own, and a plain producer
//! that can write what no relay would.

use std::collections::BTreeMap;
use std::time::Duration;

use platform::grpc::TlsConfig;
use platform::kafka::{Followed, Follower, Kafka, KafkaConfig, ReadRecord};
use platform::outbox::Revision;
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{FutureProducer, FutureRecord};
use support::kafka::TESTER;
use uuid::Uuid;

pub const PARTITIONS: u16 = 4;

/// A service's way to the broker and a topic of the test's own.
pub struct Topic {
    pub kafka: Kafka,
    pub name: &'static str,
    producer: FutureProducer,
}

/// A record as a test writes it.
#[derive(Clone)]
pub struct Written<'a> {
    pub key: &'a str,
    pub revision: Option<&'a str>,
    pub payload: Option<Vec<u8>>,
    pub event_id: Uuid,
    pub partition: Option<i32>,
    /// When it was produced, if that is not now.
    pub produced_at_ms: Option<i64>,
}

impl Topic {
    pub async fn new() -> Self {
        Self::with(&[]).await
    }

    pub async fn with(settings: &[(&str, &str)]) -> Self {
        let broker = support::kafka::shared().await.unwrap();
        let name: &'static str = broker.fresh_topic(PARTITIONS, settings).await.unwrap().leak();
        let identity = broker.identity(TESTER).unwrap();
        let tls = TlsConfig {
            ca_file: identity.ca_file,
            certificate_file: identity.certificate_file,
            key_file: identity.key_file,
        };
        let config = KafkaConfig {
            brokers: broker.brokers().to_owned(),
        };
        // The service is named as its topic, so that no two tests share a transactional id or a group.
        let kafka = Kafka::new(name, &config, &tls);
        let producer = kafka.producer_config().create().unwrap();
        Self {
            kafka,
            name,
            producer,
        }
    }

    /// Writes a state of a key: a text, or a tombstone.
    pub async fn write(&self, key: &str, revision: &str, state: Option<&str>) {
        self.write_at(key, revision, state, None).await;
    }

    /// The same as if it had been produced at that time.
    pub async fn write_at(
        &self,
        key: &str,
        revision: &str,
        state: Option<&str>,
        produced_at_ms: Option<i64>,
    ) {
        let payload = state.map(|state| prost::Message::encode_to_vec(&state.to_owned()));
        let record = Written {
            key,
            revision: Some(revision),
            payload,
            event_id: event_id(key, revision),
            partition: None,
            produced_at_ms,
        };
        self.write_raw(record).await;
    }

    pub async fn write_raw(&self, written: Written<'_>) {
        let event_id = written.event_id.to_string();
        let mut headers = OwnedHeaders::new().insert(Header {
            key: "ce_id",
            value: Some(&event_id),
        });
        if let Some(revision) = written.revision {
            headers = headers.insert(Header {
                key: "deltaga-revision",
                value: Some(revision),
            });
        }
        let mut record = FutureRecord::<str, [u8]>::to(self.name)
            .key(written.key)
            .headers(headers);
        if let Some(payload) = &written.payload {
            record = record.payload(payload.as_slice());
        }
        if let Some(partition) = written.partition {
            record = record.partition(partition);
        }
        if let Some(produced_at_ms) = written.produced_at_ms {
            record = record.timestamp(produced_at_ms);
        }
        self.producer.send(record, Duration::from_secs(10)).await.unwrap();
    }

    pub fn follow(&self) -> Follower {
        self.kafka
            .follow_partitions(self.name, i32::from(PARTITIONS))
            .unwrap()
    }

    /// Everything that is committed now.
    pub async fn read_all(&self) -> Vec<ReadRecord> {
        let mut follower = self.follow();
        let mut records = Vec::new();
        loop {
            match follower.next().await {
                Followed::Record(record) => records.push(record),
                Followed::CaughtUp => return records,
            }
        }
    }
}

/// The revisions of each key in the order in which they first came.
pub fn first_seen(records: &[ReadRecord]) -> BTreeMap<String, Vec<Revision>> {
    let mut seen: BTreeMap<String, Vec<Revision>> = BTreeMap::new();
    for record in records {
        let revisions = seen.entry(record.key.clone().unwrap()).or_default();
        let revision = record.headers.revision().unwrap();
        if !revisions.contains(&revision) {
            revisions.push(revision);
        }
    }
    seen
}

/// The same for the same record, as a relay has it.
fn event_id(key: &str, revision: &str) -> Uuid {
    let mut bytes = [0_u8; 16];
    for (place, byte) in format!("{key}/{revision}").bytes().enumerate() {
        bytes[place % 16] = bytes[place % 16].wrapping_mul(31).wrapping_add(byte);
    }
    Uuid::from_bytes(bytes)
}
