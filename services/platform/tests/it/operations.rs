//! What operators do: parked records listed, retried and given up, topics written out again.

use std::sync::Arc;

use async_trait::async_trait;
use platform::auth::{Principal, SignedIn};
use platform::db::{DbError, Tx};
use platform::jobs::Runner;
use platform::operations::Operations;
use platform::operations::republish::{CurrentState, StateSource, republish};
use platform::outbox::{self, OutboxError, OutboxRecord};
use proto::operations::v1 as pb;
use proto::operations::v1::operations_service_server::OperationsService as _;
use proto::policy::v1::Assurance;
use proto::types::v1::PageRequest;
use support::eventually;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tonic::{Code, Request};
use uuid::Uuid;

use crate::stand::{DEADLINE, Stand};

const TOPIC: &str = "test.thing.v1";
const PERSON: Uuid = Uuid::from_u128(77);

/// Aggregates of a table, as a service would have them.
struct Things;

#[async_trait]
impl StateSource for Things {
    fn topic(&self) -> &'static str {
        TOPIC
    }

    fn record_type(&self) -> &'static str {
        "se.deltaga.test.thing.v1"
    }

    async fn page(
        &self,
        tx: &mut Tx,
        after_key: Option<&str>,
        limit: i64,
    ) -> Result<Vec<CurrentState>, DbError> {
        let rows: Vec<(String, String)> = sqlx::query_as(
            r#"select key, state from thing where $1::text is null or key collate "C" > $1
            order by key collate "C" limit $2 for update"#,
        )
        .bind(after_key)
        .bind(limit)
        .fetch_all(&mut **tx)
        .await?;
        Ok(rows
            .into_iter()
            .map(|(key, state)| CurrentState {
                key,
                payload: state.into_bytes(),
            })
            .collect())
    }

    fn is_aggregate(&self, key: &str) -> bool {
        key != "heartbeat"
    }
}

struct Desk {
    stand: Stand,
    operations: Operations,
}

impl Desk {
    async fn new() -> Self {
        let stand = Stand::new().await;
        let statements = "
            create table thing (key text primary key, state text not null);
            grant select, insert, update, delete on thing to deltaga_application";
        sqlx::raw_sql(statements)
            .execute(&mut stand.owner().await)
            .await
            .unwrap();
        let operations = Operations::new(stand.database.clone(), stand.keys().await, vec![Arc::new(Things)]);
        Self { stand, operations }
    }

    /// So many aggregates, and a key that had one.
    async fn with_things(count: i64) -> Self {
        let desk = Self::new().await;
        sqlx::query("insert into thing select 'key-' || n, 'state ' || n from generate_series(1, $1) as n")
            .bind(count)
            .execute(desk.stand.database.pool())
            .await
            .unwrap();
        for key in ["key-1", "gone", "heartbeat"] {
            desk.publish(key).await;
        }
        desk
    }

    async fn publish(&self, key: &str) {
        let record = || OutboxRecord {
            topic: TOPIC,
            key: key.to_owned(),
            record_type: "se.deltaga.test.thing.v1",
            payload: Some(b"before".to_vec()),
            partition: None,
        };
        let appended: Result<_, OutboxError> = self
            .stand
            .database
            .transaction("test.publish", async |tx| outbox::append(tx, record()).await)
            .await;
        appended.unwrap();
    }

    async fn park(&self, key: &str, offset: i64, reason: &str) -> Uuid {
        let parked_id = self.stand.database.new_id();
        sqlx::query(
            "insert into platform.parked_records (parked_id, consumer, topic, partition, record_offset, key, reason,
                sealed_payload, parked_at) values ($1, 'test.things', $2, 0, $3, $4, $5, 'sealed', now())",
        )
        .bind(parked_id)
        .bind(TOPIC)
        .bind(offset)
        .bind(key)
        .bind(reason)
        .execute(self.stand.database.pool())
        .await
        .unwrap();
        parked_id
    }

    async fn number(&self, statement: &'static str) -> i64 {
        sqlx::query_scalar(statement)
            .fetch_one(self.stand.database.pool())
            .await
            .unwrap()
    }
}

#[tokio::test]
async fn parked_records_are_listed_in_pages_without_their_bytes() {
    let desk = Desk::new().await;
    for offset in 0..3 {
        desk.park("a", offset, "undecodable").await;
    }
    let ask = |token: String| pb::ListParkedRecordsRequest {
        topic: TOPIC.to_owned(),
        page: Some(PageRequest { size: 2, token }),
    };

    let first = desk
        .operations
        .list_parked_records(by_operator(ask(String::new())))
        .await
        .unwrap()
        .into_inner();
    let token = first.page.unwrap().next_token;
    let second = desk
        .operations
        .list_parked_records(by_operator(ask(token)))
        .await
        .unwrap()
        .into_inner();

    let offsets = |page: &[pb::ParkedRecord]| page.iter().map(|row| row.offset).collect::<Vec<_>>();
    assert_eq!(
        (offsets(&first.parked_records), offsets(&second.parked_records)),
        (vec![0, 1], vec![2])
    );
    assert_eq!(first.parked_records[0].reason, "undecodable");
    assert_eq!(second.page.unwrap().next_token, "");
    assert_eq!(desk.number("select count(*) from platform.audit_lines where actor_id = '00000000-0000-0000-0000-00000000004d'").await, 2);
}

#[tokio::test]
async fn a_retry_makes_the_record_due_and_leaves_a_line() {
    let desk = Desk::new().await;
    let parked_record_id = desk.park("a", 0, "poison").await.to_string();

    let request = pb::RetryParkedRecordRequest { parked_record_id };
    desk.operations
        .retry_parked_record(by_operator(request))
        .await
        .unwrap();

    assert_eq!(
        desk.number("select count(*) from platform.parked_records where retry_at <= now()")
            .await,
        1
    );
    assert_eq!(
        desk.number(
            "select count(*) from platform.audit_lines where action = 'operations.retry_parked_record'"
        )
        .await,
        1
    );
}

#[tokio::test]
async fn a_discarded_record_is_gone_and_the_next_of_its_key_is_due() {
    let desk = Desk::new().await;
    let first = desk.park("a", 0, "poison").await;
    desk.park("a", 1, "waits_for_earlier").await;
    desk.park("a", 2, "waits_for_earlier").await;

    let request = || pb::DiscardParkedRecordRequest {
        parked_record_id: first.to_string(),
    };
    for _ in 0..2 {
        desk.operations
            .discard_parked_record(by_operator(request()))
            .await
            .unwrap();
    }

    assert_eq!(
        desk.number("select count(*) from platform.parked_records").await,
        2
    );
    assert_eq!(
        desk.number("select record_offset from platform.parked_records where retry_at <= now()")
            .await,
        1
    );
}

#[tokio::test]
async fn republishing_writes_every_aggregate_and_a_tombstone_for_every_key_that_is_gone() {
    let desk = Desk::with_things(1200).await;

    let count = republish(&desk.stand.database, &Things).await.unwrap();

    assert_eq!(count, 1201);
    assert_eq!(
        desk.number("select count(distinct key) from platform.outbox where payload like 'state %'")
            .await,
        1200
    );
    assert_eq!(
        desk.number("select count(*) from platform.outbox where payload is null and key = 'gone' and n = 2")
            .await,
        1
    );
    assert_eq!(
        desk.number("select count(*) from platform.outbox where key = 'heartbeat'")
            .await,
        1
    );
}

#[tokio::test]
async fn a_republished_topic_is_written_once_by_a_job() {
    let desk = Desk::with_things(1200).await;
    let request = pb::RepublishTopicRequest {
        topic: TOPIC.to_owned(),
        request_id: "0198f0aa-0000-7000-8000-000000000001".to_owned(),
    };
    let first = desk
        .operations
        .republish_topic(by_operator(request.clone()))
        .await
        .unwrap()
        .into_inner();
    let again = desk
        .operations
        .republish_topic(by_operator(request))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(first, again);

    let stopping = CancellationToken::new();
    let runner = Runner::new(desk.stand.database.clone(), desk.stand.entropy.clone())
        .with(desk.operations.republisher());
    let task = TaskTracker::new().spawn(runner.run(stopping.clone()));
    eventually(DEADLINE, || async {
        desk.number("select count(*) from platform.jobs").await == 0
    })
    .await;
    stopping.cancel();
    task.await.unwrap().unwrap();

    assert_eq!(
        desk.number("select count(*) from platform.outbox where payload like 'state %'")
            .await,
        1200
    );
}

#[tokio::test]
async fn a_topic_of_another_service_is_not_found() {
    let desk = Desk::new().await;
    let request = pb::RepublishTopicRequest {
        topic: "other.thing.v1".to_owned(),
        request_id: "0198f0aa-0000-7000-8000-000000000001".to_owned(),
    };

    let refused = desk
        .operations
        .republish_topic(by_operator(request))
        .await
        .unwrap_err();

    assert_eq!(refused.code(), Code::NotFound);
}

fn by_operator<T>(request: T) -> Request<T> {
    let who = SignedIn {
        person_id: PERSON,
        aliases: Vec::new(),
        session_id: Uuid::from_u128(78),
        assurance: Assurance::Bankid,
    };
    let mut request = Request::new(request);
    request
        .extensions_mut()
        .insert(Principal::Staff { who, account: None });
    request
}
