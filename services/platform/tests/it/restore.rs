//! After a restore from backup: consumers end with what the restored database holds, whatever was published since.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use platform::db::{DbError, Tx};
use platform::jobs::Runner;
use platform::kafka::Kafka;
use platform::operations::Operations;
use platform::operations::republish::{CurrentState, StateSource};
use platform::operations::restore::{Raised, RestoreError, raise_epoch};
use platform::outbox::relay::Relay;
use platform::outbox::{self, OutboxError, OutboxRecord};
use prost::Message as _;
use support::{eventually, files, postgres};
use tempfile::NamedTempFile;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::broker::{PARTITIONS, Topic};
use crate::consumer::ledger::Desk;
use crate::stand::{DEADLINE, Stand};

const TYPE: &str = "se.deltaga.test.thing.v1";
/// A key that stands for no aggregate.
const HEARTBEAT: &str = "heartbeat";

/// A service that publishes the rows of a table.
struct Shop {
    stand: Stand,
    kafka: Kafka,
    topic: &'static str,
}

#[derive(Clone, Copy)]
struct Things(&'static str);

/// A shop at work.
struct Open {
    stopping: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn consumers_end_with_what_the_restored_database_holds() {
    let (shop, desk) = shop_and_desk().await;
    let consumer = desk.consume().await;
    let open = shop.open().await;
    shop.put_all(&[
        ("kept", Some("as it was")),
        ("changed", Some("before")),
        ("deleted", Some("there")),
        ("reborn", Some("first life")),
        ("reborn", None),
        (HEARTBEAT, Some("beat")),
    ])
    .await;
    shop.is_followed_by(&desk).await;
    let backup = shop.back_up().await;

    shop.put_all(&[
        ("changed", Some("after")),
        ("changed", Some("long after")),
        ("deleted", None),
        ("reborn", Some("second life")),
        ("born", Some("after the backup")),
        ("born and dead", Some("after the backup")),
        ("born and dead", None),
    ])
    .await;
    shop.is_followed_by(&desk).await;
    open.close().await;
    let later = desk.states().await;

    let restored = shop.restored_from(&backup).await;
    let raised = restored.raise_epoch().await.unwrap();
    let open = restored.open().await;
    restored.is_followed_by(&desk).await;

    assert_eq!(
        raised,
        Raised {
            epoch: 2,
            topics: 1,
            gone: 1
        }
    );
    assert_ne!(desk.states().await, later);
    open.close().await;
    consumer.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_backup_can_be_restored_twice() {
    let (shop, desk) = shop_and_desk().await;
    let consumer = desk.consume().await;
    let open = shop.open().await;
    shop.put_all(&[("a", Some("before")), ("b", Some("before"))])
        .await;
    shop.is_followed_by(&desk).await;
    let backup = shop.back_up().await;
    open.close().await;

    let first = shop.restored_from(&backup).await;
    first.raise_epoch().await.unwrap();
    let open = first.open().await;
    // Far more changes than the backup knows of, in the epoch that is next by its own count.
    for turn in 0..20 {
        first.put("a", Some(&format!("turn {turn}"))).await;
    }
    first.put("b", None).await;
    first.put("c", Some("made in the first restore")).await;
    first.is_followed_by(&desk).await;
    open.close().await;

    let second = shop.restored_from(&backup).await;
    let raised = second.raise_epoch().await.unwrap();
    let open = second.open().await;
    second.is_followed_by(&desk).await;

    assert_eq!((raised.epoch, raised.gone), (3, 1));
    assert_eq!(desk.states().await["a"], "before");
    open.close().await;
    consumer.stop().await;
}

#[tokio::test]
async fn an_active_relay_keeps_the_epoch_as_it_is() {
    let (shop, _desk) = shop_and_desk().await;
    let open = shop.open().await;
    shop.put("a", Some("state")).await;
    eventually(DEADLINE, || async {
        shop.number("select count(*) from platform.outbox").await == 0
    })
    .await;

    let refused = shop.raise_epoch().await;

    assert!(matches!(refused, Err(RestoreError::RelayActive)), "{refused:?}");
    assert_eq!(shop.number("select epoch from platform.epoch").await, 1);
    open.close().await;
    assert!(shop.raise_epoch().await.is_ok());
}

#[tokio::test]
async fn a_topic_without_a_source_is_named_and_the_epoch_stays() {
    let (shop, _desk) = shop_and_desk().await;
    shop.put("a", Some("state")).await;

    let refused = raise_epoch(&shop.stand.by_owner(), &shop.kafka, &[], i32::from(PARTITIONS)).await;

    let told = refused.unwrap_err().to_string();
    assert!(told.contains(shop.topic), "{told}");
    assert_eq!(shop.number("select epoch from platform.epoch").await, 1);
}

#[tokio::test]
async fn what_the_backup_had_written_out_in_part_is_written_out_from_the_beginning() {
    let (shop, _desk) = shop_and_desk().await;
    shop.put("a", Some("state")).await;
    let half_way = r#"{"after_key": "m"}"#;
    sqlx::query(
        "insert into platform.jobs (job_id, kind, key, payload, due_at, enqueued_at, lease_id, leased_until)
         values (gen_random_uuid(), 'platform.republish_topic', $1, $2::jsonb, now(), now(), gen_random_uuid(), now())",
    )
    .bind(shop.topic)
    .bind(half_way)
    .execute(shop.stand.database.pool())
    .await
    .unwrap();

    shop.raise_epoch().await.unwrap();

    let fresh = "select count(*) from platform.jobs where payload->>'after_key' is null and lease_id is null";
    assert_eq!(shop.number(fresh).await, 1);
    assert_eq!(shop.number("select count(*) from platform.jobs").await, 1);
}

#[tokio::test]
async fn raising_the_epoch_leaves_an_audit_line() {
    let (shop, _desk) = shop_and_desk().await;

    shop.raise_epoch().await.unwrap();

    let lines = "select count(*) from platform.audit_lines
        where action = 'platform.raise_epoch' and subject_id = '2' and actor_kind = 'operator'";
    assert_eq!(shop.number(lines).await, 1);
}

async fn shop_and_desk() -> (Shop, Desk) {
    let topic = Topic::new().await;
    let stand = Stand::new().await;
    let statements = "
        create table thing (key text primary key, state text not null);
        grant select, insert, update, delete on thing to deltaga_application";
    sqlx::raw_sql(statements)
        .execute(&mut stand.owner().await)
        .await
        .unwrap();
    let shop = Shop {
        stand,
        kafka: topic.kafka.clone(),
        topic: topic.name,
    };
    (shop, Desk::on(topic).await)
}

impl Shop {
    async fn open(&self) -> Open {
        let (database, entropy) = (self.stand.database.clone(), self.stand.entropy.clone());
        let operations = Operations::new(database.clone(), self.stand.keys().await, self.sources());
        let runner = Runner::new(database.clone(), entropy).with(operations.republisher());
        let relay = Relay::new(database, self.kafka.clone());
        let (stopping, tasks) = (CancellationToken::new(), TaskTracker::new());
        let running = runner.run(stopping.clone());
        Open {
            tasks: vec![
                tasks.spawn(relay.run(stopping.clone())),
                tasks.spawn(async move { running.await.unwrap() }),
            ],
            stopping,
        }
    }

    async fn put_all(&self, states: &[(&str, Option<&str>)]) {
        for (key, state) in states {
            self.put(key, *state).await;
        }
    }

    /// Changes a row and publishes it; the heartbeat has no row.
    async fn put(&self, key: &str, state: Option<&str>) {
        let statement = match state {
            Some(_) => {
                "insert into thing values ($1, $2) on conflict (key) do update set state = excluded.state"
            }
            None => "delete from thing where key = $1 and $2::text is null",
        };
        let published: Result<_, OutboxError> = self
            .stand
            .database
            .transaction("test.put", async |tx| {
                if key != HEARTBEAT {
                    let written = sqlx::query(statement)
                        .bind(key)
                        .bind(state)
                        .execute(&mut **tx)
                        .await;
                    written.map_err(DbError::from)?;
                }
                outbox::append(tx, self.record(key, state)).await
            })
            .await;
        published.unwrap();
    }

    fn record(&self, key: &str, state: Option<&str>) -> OutboxRecord {
        OutboxRecord {
            topic: self.topic,
            key: key.to_owned(),
            record_type: TYPE,
            payload: state.map(encoded),
            partition: None,
        }
    }

    async fn things(&self) -> BTreeMap<String, String> {
        let rows: Vec<(String, String)> = sqlx::query_as("select key, state from thing")
            .fetch_all(self.stand.database.pool())
            .await
            .unwrap();
        rows.into_iter().collect()
    }

    /// Waits until nothing is left to publish or to read, and compares.
    async fn is_followed_by(&self, desk: &Desk) {
        let left = "select (select count(*) from platform.outbox) + (select count(*) from platform.jobs)";
        eventually(DEADLINE, || async { self.number(left).await == 0 }).await;
        desk.caught_up().await;
        let mut held = desk.states().await;
        held.remove(HEARTBEAT);
        assert_eq!(held, self.things().await);
    }

    async fn back_up(&self) -> NamedTempFile {
        let file = NamedTempFile::new().unwrap();
        postgres::back_up(&self.stand.addresses.admin_url, file.path())
            .await
            .unwrap();
        file
    }

    async fn restored_from(&self, backup: &NamedTempFile) -> Self {
        let admin_url = postgres::admin_url().await.unwrap();
        let name = files::unique("test_restored_");
        let addresses = postgres::restore(&admin_url, &name, "platform", backup.path())
            .await
            .unwrap();
        Self {
            stand: Stand::on(addresses),
            kafka: self.kafka.clone(),
            topic: self.topic,
        }
    }

    async fn raise_epoch(&self) -> Result<Raised, RestoreError> {
        let database = self.stand.by_owner();
        raise_epoch(&database, &self.kafka, &self.sources(), i32::from(PARTITIONS)).await
    }

    fn sources(&self) -> Vec<Arc<dyn StateSource>> {
        vec![Arc::new(Things(self.topic))]
    }

    async fn number(&self, statement: &'static str) -> i64 {
        sqlx::query_scalar(statement)
            .fetch_one(self.stand.database.pool())
            .await
            .unwrap()
    }
}

impl Open {
    async fn close(self) {
        self.stopping.cancel();
        for task in self.tasks {
            task.await.unwrap();
        }
    }
}

#[async_trait]
impl StateSource for Things {
    fn topic(&self) -> &'static str {
        self.0
    }

    fn record_type(&self) -> &'static str {
        TYPE
    }

    async fn page(&self, tx: &mut Tx, after: Option<&str>, limit: i64) -> Result<Vec<CurrentState>, DbError> {
        let rows: Vec<(String, String)> = sqlx::query_as(
            r#"select key, state from thing where $1::text is null or key collate "C" > $1
            order by key collate "C" limit $2 for update"#,
        )
        .bind(after)
        .bind(limit)
        .fetch_all(&mut **tx)
        .await?;
        let states = rows.into_iter().map(|(key, state)| CurrentState {
            key,
            payload: encoded(&state),
        });
        Ok(states.collect())
    }

    fn is_aggregate(&self, key: &str) -> bool {
        key != HEARTBEAT
    }
}

fn encoded(state: &str) -> Vec<u8> {
    state.to_owned().encode_to_vec()
}
