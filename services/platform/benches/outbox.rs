//! Committed rows of the outbox through the relay to Kafka, against the same records from a bare idempotent producer on
//! the same broker, interleaved in one run. A reader of committed records says when a side is done; the relay's rows
//! must be gone as well. Ends by counting. Bar: at least half as many records per second.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark stops where it stands and prints"
)]

#[path = "shared/ratio.rs"]
mod ratio;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use platform::clock::{Entropy as _, SeededEntropy, SharedClock, SharedEntropy, SystemClock};
use platform::config::Secret;
use platform::db::{self, Database, DbConfig};
use platform::grpc::TlsConfig;
use platform::kafka::{Kafka, KafkaConfig};
use platform::outbox::relay::{Relay, RelaySettings};
use platform::service::Lifecycle;
use platform::telemetry::{LogFormat, Telemetry, TelemetryConfig};
use ratio::conclude;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::message::{Header, Message as _, OwnedHeaders};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use rdkafka::{Offset, TopicPartitionList};
use support::kafka::TESTER;
use tokio::runtime::Runtime;
use uuid::Uuid;

const PAIRS: usize = 8;
const RECORDS: usize = 20_000;
const PAYLOAD: usize = 300;
const KEYS: usize = 1000;
const PARTITIONS: u16 = 12;
const BAR: f64 = 0.5;
const LONGEST: Duration = Duration::from_mins(2);
const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const RECORD_TYPE: &str = "se.deltaga.test.thing.v1";

/// How many committed records of each topic have been read.
#[derive(Clone)]
struct Counted {
    by_topic: Arc<HashMap<String, AtomicU64>>,
    is_over: Arc<AtomicBool>,
}

struct Bench {
    kafka: Kafka,
    database: Database,
    producer: BaseProducer,
    relayed: String,
    produced: String,
    counted: Counted,
    entropy: SeededEntropy,
}

fn main() {
    let runtime = Runtime::new().unwrap();
    runtime.block_on(async {
        let bench = Bench::start().await;
        let life = Lifecycle::new();
        // Idle polls are as far apart as busy ones: what is measured is throughput, not the pause before the first row.
        let settings = RelaySettings {
            idle_pause: RelaySettings::default().busy_pause,
            ..RelaySettings::default()
        };
        let relay = Relay::with_settings(bench.database.clone(), bench.kafka.clone(), settings);
        let stopping = life.stopping();
        life.spawn("relay", async move {
            relay.run(stopping).await;
            Ok(())
        });
        bench.tell(&settings).await;
        // The first of each side makes connections and is not counted in.
        let _ = (bench.relay().await, bench.produce().await);
        let mut ratios = Vec::new();
        for round in 0..PAIRS {
            // A B B A, so that a machine that warms up or slows down favours neither.
            let (relayed, produced) = if round % 2 == 0 {
                (bench.relay().await, bench.produce().await)
            } else {
                let produced = bench.produce().await;
                (bench.relay().await, produced)
            };
            println!("relay {relayed:>8.0}/s  bare {produced:>8.0}/s");
            ratios.push(relayed / produced);
        }
        life.stop().await;
        bench.count().await;
        conclude("outbox against a bare producer", ratios, Some(BAR));
    });
}

impl Bench {
    async fn start() -> Self {
        let telemetry = TelemetryConfig {
            level: "info".to_owned(),
            format: LogFormat::Json,
            otlp_endpoint: None,
        };
        Telemetry::install("platform", &telemetry).unwrap();
        let broker = support::kafka::shared().await.unwrap();
        let relayed = broker.fresh_topic(PARTITIONS, &[]).await.unwrap();
        let produced = broker.fresh_topic(PARTITIONS, &[]).await.unwrap();
        let identity = broker.identity(TESTER).unwrap();
        let tls = TlsConfig {
            ca_file: identity.ca_file,
            certificate_file: identity.certificate_file,
            key_file: identity.key_file,
        };
        let brokers = broker.brokers().to_owned();
        let kafka = Kafka::new(&relayed, &KafkaConfig { brokers }, &tls);
        let counted = Counted::start(&kafka, &[&relayed, &produced]);
        Self {
            database: database().await,
            producer: kafka.producer_config().create().unwrap(),
            kafka,
            relayed,
            produced,
            counted,
            entropy: SeededEntropy::new(1),
        }
    }

    async fn tell(&self, settings: &RelaySettings) {
        let fsync: String = sqlx::query_scalar("show fsync")
            .fetch_one(self.database.pool())
            .await
            .unwrap();
        let batch = settings.batch_rows;
        println!(
            "records a round {RECORDS}, payload {PAYLOAD} bytes, keys {KEYS}, partitions {PARTITIONS}, batch {batch} rows,\n\
             1 producer with TLS each, 1 database connection, PostgreSQL fsync {fsync}, lz4, acks all"
        );
    }

    /// Records per second from the commit of the rows until all are read and the outbox is empty.
    async fn relay(&self) -> f64 {
        let payloads = self.payloads();
        let target = self.counted.of(&self.relayed) + RECORDS as u64;
        let keys: Vec<_> = (0..RECORDS).map(key).collect();
        let ids: Vec<_> = (0..RECORDS).map(|_| self.event_id()).collect();
        sqlx::query(
            "insert into platform.outbox
                (topic, key, record_type, payload, epoch, n, event_id, occurred_at, traceparent)
             select $1, key, $2, payload, 1, 1, event_id, now(), $3
             from unnest($4::text[], $5::bytea[], $6::uuid[]) as given (key, payload, event_id)",
        )
        .bind(&self.relayed)
        .bind(RECORD_TYPE)
        .bind(TRACE)
        .bind(keys)
        .bind(payloads)
        .bind(ids)
        .execute(self.database.pool())
        .await
        .unwrap();
        let began = Instant::now();
        self.counted.reach(&self.relayed, target).await;
        while self.is_any_left().await {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        per_second(began)
    }

    /// Records per second from the first to the last that is read; they are made before.
    async fn produce(&self) -> f64 {
        let target = self.counted.of(&self.produced) + RECORDS as u64;
        let payloads = self.payloads();
        let records: Vec<_> = (0..RECORDS)
            .zip(payloads)
            .map(|(number, payload)| (key(number), payload, self.headers(&key(number))))
            .collect();
        let began = Instant::now();
        for (key, payload, headers) in records {
            let record = BaseRecord::to(&self.produced)
                .key(&key)
                .payload(&payload)
                .headers(headers);
            self.producer.send(record).map_err(|(error, _)| error).unwrap();
        }
        self.producer.flush(LONGEST).unwrap();
        self.counted.reach(&self.produced, target).await;
        per_second(began)
    }

    async fn is_any_left(&self) -> bool {
        sqlx::query_scalar("select exists (select from platform.outbox)")
            .fetch_one(self.database.pool())
            .await
            .unwrap()
    }

    async fn count(&self) {
        // Whatever went out twice has come by now: the last of it was read with the last transaction.
        let expected = ((PAIRS + 1) * RECORDS) as u64;
        let (relayed, produced) = (self.counted.of(&self.relayed), self.counted.of(&self.produced));
        let left: i64 = sqlx::query_scalar("select count(*) from platform.outbox")
            .fetch_one(self.database.pool())
            .await
            .unwrap();
        self.counted.is_over.store(true, Ordering::Relaxed);
        println!(
            "expected {expected} of each: relayed {relayed}, produced {produced}, left in the outbox {left}"
        );
        assert_eq!((relayed, produced, left), (expected, expected, 0));
    }

    fn payloads(&self) -> Vec<Vec<u8>> {
        let payload = |_| {
            let mut bytes = vec![0; PAYLOAD];
            self.entropy.fill(&mut bytes);
            bytes
        };
        (0..RECORDS).map(payload).collect()
    }

    fn event_id(&self) -> Uuid {
        let mut bytes = [0; 16];
        self.entropy.fill(&mut bytes);
        Uuid::from_bytes(bytes)
    }

    /// The headers the relay gives a record.
    fn headers(&self, key: &str) -> OwnedHeaders {
        let fixed = [
            ("ce_specversion", "1.0"),
            ("ce_id", &self.event_id().to_string()),
            ("ce_source", &format!("/deltaga/{}", self.relayed)),
            ("ce_type", RECORD_TYPE),
            ("ce_subject", key),
            ("ce_time", "2026-11-02T10:00:00.123456Z"),
            ("content-type", "application/protobuf"),
            ("deltaga-revision", "1.1"),
            ("traceparent", TRACE),
        ];
        fixed
            .into_iter()
            .fold(OwnedHeaders::new(), |headers, (key, value)| {
                headers.insert(Header {
                    key,
                    value: Some(value),
                })
            })
    }
}

impl Counted {
    fn start(kafka: &Kafka, topics: &[&str]) -> Self {
        let mut config = kafka.consumer_config("bench");
        config.set("enable.partition.eof", "false");
        let consumer: BaseConsumer = config.create().unwrap();
        let mut everything = TopicPartitionList::new();
        for topic in topics {
            for partition in 0..i32::from(PARTITIONS) {
                everything
                    .add_partition_offset(topic, partition, Offset::Beginning)
                    .unwrap();
            }
        }
        consumer.assign(&everything).unwrap();
        let by_topic = topics
            .iter()
            .map(|topic| ((*topic).to_owned(), AtomicU64::new(0)));
        let counted = Self {
            by_topic: Arc::new(by_topic.collect()),
            is_over: Arc::default(),
        };
        let counting = counted.clone();
        std::thread::spawn(move || {
            while !counting.is_over.load(Ordering::Relaxed) {
                if let Some(Ok(record)) = consumer.poll(Duration::from_millis(100)) {
                    counting.by_topic[record.topic()].fetch_add(1, Ordering::Relaxed);
                }
            }
        });
        counted
    }

    fn of(&self, topic: &str) -> u64 {
        self.by_topic[topic].load(Ordering::Relaxed)
    }

    async fn reach(&self, topic: &str, target: u64) {
        let reached = async {
            while self.of(topic) < target {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        let waited = tokio::time::timeout(LONGEST, reached).await;
        assert!(waited.is_ok(), "{} of {target} records came", self.of(topic));
    }
}

async fn database() -> Database {
    let migrate = async |owner_url: String| db::migrate(&Secret::new(owner_url), &[&db::MIGRATOR]).await;
    let addresses = support::postgres::fresh_database("platform", migrate)
        .await
        .unwrap();
    let clock: SharedClock = Arc::new(SystemClock::new());
    let entropy: SharedEntropy = Arc::new(SeededEntropy::new(2));
    Database::open(&DbConfig::new(addresses.application_url), clock, entropy).unwrap()
}

fn key(number: usize) -> String {
    Uuid::from_u128((number % KEYS) as u128).to_string()
}

#[expect(clippy::cast_precision_loss, reason = "counts of a round")]
fn per_second(began: Instant) -> f64 {
    RECORDS as f64 / began.elapsed().as_secs_f64()
}
