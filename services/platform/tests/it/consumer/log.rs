//! Log topics: each event once, and in order per key even when one is parked.

use support::eventually;
use uuid::Uuid;

use super::ledger::Desk;
use crate::broker::Written;
use crate::stand::DEADLINE;

async fn happened(desk: &Desk, key: &str, id: u128, what: &str) {
    let written = Written {
        key,
        revision: None,
        payload: Some(prost::Message::encode_to_vec(&what.to_owned())),
        event_id: Uuid::from_u128(id),
        partition: None,
        produced_at_ms: None,
    };
    desk.topic.write_raw(written).await;
}

#[tokio::test]
async fn an_event_counts_once_however_often_it_comes() {
    let desk = Desk::new().await;
    for id in [1, 2, 1, 2, 1] {
        happened(&desk, "a", id, "read").await;
    }
    let consumer = desk.consume_log().await;
    desk.caught_up().await;
    consumer.stop().await;

    assert_eq!(desk.state("a").await, Some(("read".to_owned(), 2)));
}

#[tokio::test]
async fn later_events_of_a_key_wait_for_a_parked_one_and_follow_it() {
    let desk = Desk::new().await;
    happened(&desk, "a", 1, "poison").await;
    happened(&desk, "a", 2, "second").await;
    happened(&desk, "a", 3, "third").await;
    happened(&desk, "b", 4, "beside").await;
    let consumer = desk.consume_log().await;
    desk.caught_up().await;
    assert_eq!(
        desk.parked().await,
        ["poison", "waits_for_earlier", "waits_for_earlier"]
    );
    assert_eq!(desk.state("a").await, None);
    assert_eq!(desk.state("b").await, Some(("beside".to_owned(), 1)));

    // Asked for out of turn, it goes on waiting.
    desk.execute("update platform.parked_records set retry_at = now() where event_id like '%3'")
        .await;
    eventually(DEADLINE, || async { desk.attempts_of("%3").await == 2 }).await;
    assert_eq!(desk.state("a").await, None);
    // Once the first one goes, the others follow in their order.
    desk.execute("delete from platform.parked_records where event_id like '%1'")
        .await;
    desk.execute("update platform.parked_records set retry_at = now() where event_id like '%2'")
        .await;
    eventually(DEADLINE, || async { desk.parked().await.is_empty() }).await;

    assert_eq!(desk.state("a").await, Some(("third".to_owned(), 2)));
    consumer.stop().await;
}

impl Desk {
    async fn attempts_of(&self, event_id: &str) -> i32 {
        sqlx::query_scalar("select attempts from platform.parked_records where event_id like $1")
            .bind(event_id)
            .fetch_one(self.stand.database.pool())
            .await
            .unwrap()
    }
}
