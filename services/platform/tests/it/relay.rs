//! From the outbox to Kafka: nothing lost, nothing out of order, one relay at a time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::future::join_all;
use platform::clock::{Entropy as _, SeededEntropy};
use platform::grpc::TlsConfig;
use platform::kafka::{Followed, Follower, Kafka, KafkaConfig, ReadRecord};
use platform::outbox::relay::{Relay, RelaySettings};
use platform::outbox::{self, OutboxError, OutboxRecord};
use rdkafka::producer::{FutureProducer, FutureRecord, Producer as _};
use sqlx::{Connection as _, PgConnection};
use support::eventually;
use support::kafka::TESTER;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::broker::{PARTITIONS, Topic, first_seen};
use crate::stand::{DEADLINE, Stand};

const WRITERS: usize = 200;
const RECORDS_OF_A_WRITER: usize = 5;
const KEYS: usize = 23;

/// Kills and seed of this run; `make torture` gives larger ones. What cannot be read fails instead of testing less.
#[expect(
    clippy::disallowed_methods,
    reason = "a test has no configuration but its environment"
)]
fn number(name: &str, default: u64) -> u64 {
    let given = std::env::var(name).ok();
    given.map_or(default, |text| text.parse().expect("a number in the environment"))
}

#[tokio::test]
async fn a_record_reaches_kafka_as_a_cloud_event_and_leaves_the_outbox() {
    let (stand, topic) = (Stand::new().await, Topic::new().await);
    append(&stand, topic.name, "unit-1", Some(b"state")).await;
    let relay = Running::start(&stand, &topic);

    let record = next(&mut topic.follow()).await;

    assert_eq!(record.key.as_deref(), Some("unit-1"));
    assert_eq!(record.payload.as_deref(), Some(&b"state"[..]));
    assert_eq!(
        record.headers.get("ce_source"),
        Some(format!("/deltaga/{}", topic.name).as_str())
    );
    assert_eq!(record.headers.get("deltaga-revision"), Some("1.1"));
    eventually(DEADLINE, || async { rows(&stand).await == 0 }).await;
    relay.stop().await;
}

#[tokio::test]
async fn a_tombstone_has_a_revision_and_no_payload() {
    let (stand, topic) = (Stand::new().await, Topic::new().await);
    append(&stand, topic.name, "unit-1", None).await;
    let relay = Running::start(&stand, &topic);

    let record = next(&mut topic.follow()).await;

    assert_eq!(record.payload, None);
    assert_eq!(record.headers.revision().unwrap().to_string(), "1.1");
    relay.stop().await;
}

#[tokio::test]
async fn a_record_with_a_partition_goes_there() {
    let (stand, topic) = (Stand::new().await, Topic::new().await);
    let relay = Running::start(&stand, &topic);
    for partition in 0..i32::from(PARTITIONS) {
        append_to(&stand, topic.name, "heartbeat", Some(b"beat"), Some(partition)).await;
    }

    let mut follower = topic.follow();
    let mut seen = Vec::new();
    for _ in 0..PARTITIONS {
        seen.push(next(&mut follower).await.partition);
    }

    seen.sort_unstable();
    assert_eq!(seen, (0..i32::from(PARTITIONS)).collect::<Vec<_>>());
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kills_lose_no_record_and_keep_the_order_of_every_key() {
    let (stand, topic) = (Arc::new(Stand::new().await), Topic::new().await);
    let writers = join_all(
        (0..WRITERS)
            .map(|writer| TaskTracker::new().spawn(write_many(Arc::clone(&stand), topic.name, writer))),
    );
    let chance = SeededEntropy::new(number("SEED", 41));
    let killing = async {
        for _ in 0..number("RELAY_KILLS", 20) {
            let relay = Running::start(&stand, &topic);
            pause(&chance, 400).await;
            relay.kill().await;
        }
    };
    let (written, ()) = tokio::join!(writers, killing);
    for written in written {
        written.unwrap();
    }
    let relay = Running::start(&stand, &topic);
    eventually(Duration::from_mins(2), || async { rows(&stand).await == 0 }).await;
    relay.stop().await;

    let seen = first_seen(&topic.read_all().await);

    assert_eq!(
        seen.values().map(Vec::len).sum::<usize>(),
        WRITERS * RECORDS_OF_A_WRITER
    );
    for (key, revisions) in seen {
        let numbers: Vec<_> = revisions.iter().map(|revision| revision.n).collect();
        assert_eq!(
            numbers,
            (1..=i64::try_from(numbers.len()).unwrap()).collect::<Vec<_>>(),
            "key {key}"
        );
    }
}

#[tokio::test]
async fn whoever_had_the_transactional_id_before_is_fenced_and_its_open_records_are_never_read() {
    let (stand, topic) = (Stand::new().await, Topic::new().await);
    let paused = before(&topic).await;
    append(&stand, topic.name, "unit-1", Some(b"new")).await;
    let relay = Running::start(&stand, &topic);
    eventually(DEADLINE, || async { rows(&stand).await == 0 }).await;

    let (refused, paused) =
        tokio::task::spawn_blocking(move || (paused.commit_transaction(Duration::from_secs(10)), paused))
            .await
            .unwrap();

    assert!(
        refused.is_err(),
        "the transaction of the fenced relay was committed"
    );
    let read: Vec<_> = topic
        .read_all()
        .await
        .into_iter()
        .filter_map(|record| record.payload)
        .collect();
    assert_eq!(read, [b"new".to_vec()]);
    relay.stop().await;
    drop(paused);
}

#[tokio::test]
async fn a_stand_by_takes_over_from_a_holder_that_fell_silent() {
    let (stand, topic) = (Stand::new().await, Topic::new().await);
    // As a relay whose process was stopped: it holds the lock and says nothing.
    let mut silent = PgConnection::connect(&stand.addresses.application_url)
        .await
        .unwrap();
    for statement in [
        "set idle_session_timeout = 1500",
        "select pg_advisory_lock(491327873401)",
    ] {
        sqlx::query(statement).execute(&mut silent).await.unwrap();
    }
    let silent_since = Instant::now();
    let relay = Running::start(&stand, &topic);

    append(&stand, topic.name, "unit-1", Some(b"state")).await;
    next(&mut topic.follow()).await;

    let took = silent_since.elapsed();
    assert!(
        took > Duration::from_millis(1400),
        "the lock was not respected: {took:?}"
    );
    assert!(took < Duration::from_millis(3500), "the stand-by took {took:?}");
    relay.stop().await;
}

#[tokio::test]
async fn only_the_later_records_of_a_refused_key_wait() {
    let (stand, topic) = (Stand::new().await, Topic::new().await);
    append_to(&stand, topic.name, "bad", Some(b"nowhere"), Some(99)).await;
    append(&stand, topic.name, "bad", Some(b"after")).await;
    append(&stand, topic.name, "good", Some(b"state")).await;
    let relay = Running::start(&stand, &topic);

    let record = next(&mut topic.follow()).await;
    append(&stand, topic.name, "good", Some(b"next")).await;
    eventually(DEADLINE, || async { rows(&stand).await == 2 }).await;

    assert_eq!(record.key.as_deref(), Some("good"));
    let keys: Vec<_> = topic
        .read_all()
        .await
        .into_iter()
        .filter_map(|record| record.key)
        .collect();
    assert_eq!(keys, ["good", "good"]);
    relay.stop().await;
}

#[tokio::test]
async fn a_relay_that_waits_for_kafka_stops_when_it_is_told_to() {
    let stand = Stand::new().await;
    let relay = Relay::new(stand.database.clone(), kafka_that_is_away().await);
    let stopping = CancellationToken::new();
    let task = TaskTracker::new().spawn(relay.run(stopping.clone()));
    eventually(DEADLINE, || async { is_led(&stand).await }).await;

    let told_at = Instant::now();
    stopping.cancel();
    task.await.unwrap();

    let took = told_at.elapsed();
    assert!(took < Duration::from_secs(2), "it took {took:?}");
}

/// A relay as a task.
struct Running {
    stopping: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    fn start(stand: &Stand, topic: &Topic) -> Self {
        let stopping = CancellationToken::new();
        let settings = RelaySettings {
            batch_rows: 50,
            ..RelaySettings::default()
        };
        let relay = Relay::with_settings(stand.database.clone(), topic.kafka.clone(), settings);
        let task = TaskTracker::new().spawn(relay.run(stopping.clone()));
        Self { stopping, task }
    }

    async fn stop(self) {
        self.stopping.cancel();
        self.task.await.unwrap();
    }

    /// Ends it wherever it stands, between Kafka and the database as well.
    async fn kill(self) {
        self.task.abort();
        let _ = self.task.await;
    }
}

/// A producer of the relay's transactional id in the middle of a transaction.
async fn before(topic: &Topic) -> FutureProducer {
    let mut config = topic.kafka.producer_config();
    config
        .set("transactional.id", format!("{}-relay", topic.name))
        .set("transaction.timeout.ms", "10000");
    let producer: FutureProducer = config.create().unwrap();
    let taking = producer.clone();
    tokio::task::spawn_blocking(move || taking.init_transactions(Duration::from_secs(10)))
        .await
        .unwrap()
        .unwrap();
    producer.begin_transaction().unwrap();
    let record = FutureRecord::to(topic.name).key("unit-1").payload("old");
    producer.send(record, Duration::from_secs(10)).await.unwrap();
    producer
}

async fn write_many(stand: Arc<Stand>, topic: &'static str, writer: usize) {
    let chance = SeededEntropy::new(u64::try_from(writer).unwrap());
    for record in 0..RECORDS_OF_A_WRITER {
        let key = format!("key-{}", (writer * 7 + record * 5) % KEYS);
        stand
            .database
            .transaction("test.write", async |tx| {
                let outcome = outbox::append(tx, message(topic, &key, Some(b"state"), None)).await;
                // The id is given; the commit comes later, and others overtake it meanwhile.
                pause(&chance, 12).await;
                outcome.map(drop)
            })
            .await
            .unwrap();
        pause(&chance, 1000).await;
    }
}

async fn append(stand: &Stand, topic: &'static str, key: &str, payload: Option<&[u8]>) {
    append_to(stand, topic, key, payload, None).await;
}

async fn append_to(
    stand: &Stand,
    topic: &'static str,
    key: &str,
    payload: Option<&[u8]>,
    partition: Option<i32>,
) {
    let appended: Result<_, OutboxError> = stand
        .database
        .transaction("test.append", async |tx| {
            outbox::append(tx, message(topic, key, payload, partition)).await
        })
        .await;
    appended.unwrap();
}

fn message(topic: &'static str, key: &str, payload: Option<&[u8]>, partition: Option<i32>) -> OutboxRecord {
    OutboxRecord {
        topic,
        key: key.to_owned(),
        record_type: "se.deltaga.test.thing.v1",
        payload: payload.map(<[u8]>::to_vec),
        partition,
    }
}

async fn next(follower: &mut Follower) -> ReadRecord {
    let record = async {
        loop {
            if let Followed::Record(record) = follower.next().await {
                return record;
            }
        }
    };
    tokio::time::timeout(DEADLINE, record)
        .await
        .expect("no record came")
}

/// Nobody listens there.
async fn kafka_that_is_away() -> Kafka {
    let identity = support::kafka::shared().await.unwrap().identity(TESTER).unwrap();
    let config = KafkaConfig {
        brokers: format!("localhost:{}", support::ports::reserve().unwrap().number()),
    };
    let tls = TlsConfig {
        ca_file: identity.ca_file,
        certificate_file: identity.certificate_file,
        key_file: identity.key_file,
    };
    Kafka::new("away", &config, &tls)
}

/// Whether a relay holds the lock.
async fn is_led(stand: &Stand) -> bool {
    sqlx::query_scalar(
        "select exists (select from pg_locks join pg_database on pg_database.oid = database
         where locktype = 'advisory' and datname = current_database())",
    )
    .fetch_one(stand.database.pool())
    .await
    .unwrap()
}

async fn rows(stand: &Stand) -> i64 {
    sqlx::query_scalar("select count(*) from platform.outbox")
        .fetch_one(stand.database.pool())
        .await
        .unwrap()
}

/// A random delay is what is tested here: commits and kills at any point.
async fn pause(chance: &SeededEntropy, longest_ms: u64) {
    let mut bytes = [0; 8];
    chance.fill(&mut bytes);
    tokio::time::sleep(Duration::from_millis(u64::from_le_bytes(bytes) % longest_ms)).await;
}
