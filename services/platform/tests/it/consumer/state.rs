//! State topics: newer only, tombstones, parking, waiting.

use std::sync::atomic::Ordering;
use std::time::Duration;

use platform::consumer::ConsumerSettings;
use support::eventually;

use super::ledger::{Desk, settings};
use crate::broker::Written;
use crate::stand::DEADLINE;

#[tokio::test]
async fn copies_and_older_states_change_nothing() {
    let desk = Desk::new().await;
    for (revision, state) in [
        ("1.1", "first"),
        ("1.3", "third"),
        ("1.3", "third"),
        ("1.2", "second"),
        ("1.1", "first"),
    ] {
        desk.topic.write("a", revision, Some(state)).await;
    }

    desk.consume_all().await;

    assert_eq!(desk.state("a").await, Some(("third".to_owned(), 2)));
}

#[tokio::test]
async fn a_replay_from_the_beginning_changes_nothing() {
    let desk = Desk::new().await;
    for (revision, state) in [("1.1", Some("first")), ("1.2", None), ("1.3", Some("third"))] {
        desk.topic.write("a", revision, state).await;
        desk.topic.write("b", revision, state.or(Some("second"))).await;
    }
    desk.consume_all().await;
    let before = (desk.state("a").await, desk.state("b").await);
    desk.execute("delete from platform.consumed_offsets").await;

    desk.consume_all().await;

    assert_eq!(
        before,
        (Some(("third".to_owned(), 1)), Some(("third".to_owned(), 3)))
    );
    assert_eq!((desk.state("a").await, desk.state("b").await), before);
}

#[tokio::test]
async fn nothing_older_comes_back_after_a_tombstone() {
    let desk = Desk::new().await;
    desk.topic.write("a", "1.1", Some("first")).await;
    desk.topic.write("a", "1.3", None).await;
    desk.topic.write("a", "1.2", Some("second")).await;

    desk.consume_all().await;

    assert_eq!(desk.state("a").await, None);
}

#[tokio::test]
async fn a_raised_epoch_wins_over_any_number_of_an_earlier_one() {
    let desk = Desk::new().await;
    desk.topic.write("a", "1.900", Some("lost by the restore")).await;
    desk.topic.write("a", "2.3", Some("restored")).await;
    desk.topic.write("a", "1.901", Some("late")).await;

    desk.consume_all().await;

    assert_eq!(desk.state("a").await, Some(("restored".to_owned(), 2)));
}

#[tokio::test]
async fn a_poison_record_is_parked_sealed_and_costs_only_itself() {
    let desk = Desk::new().await;
    desk.topic.write("a", "1.1", Some("before")).await;
    desk.topic.write("a", "1.2", Some("poison")).await;
    desk.topic.write("b", "1.1", Some("beside")).await;

    desk.consume_all().await;

    assert_eq!(desk.state("a").await, Some(("before".to_owned(), 1)));
    assert_eq!(desk.state("b").await, Some(("beside".to_owned(), 1)));
    assert_eq!(desk.parked().await, ["poison"]);
    let bytes: Vec<u8> = sqlx::query_scalar("select sealed_payload from platform.parked_records")
        .fetch_one(desk.stand.database.pool())
        .await
        .unwrap();
    assert!(
        !bytes.windows(6).any(|window| window == b"poison"),
        "the bytes are not sealed"
    );
}

#[tokio::test]
async fn a_newer_state_that_applies_settles_what_was_parked() {
    let desk = Desk::new().await;
    desk.topic.write("a", "1.1", Some("poison")).await;
    desk.topic.write("b", "1.1", Some("poison")).await;
    desk.consume_all().await;
    assert_eq!(desk.parked().await.len(), 2);

    desk.topic.write("a", "1.2", Some("healed")).await;
    desk.consume_all().await;

    assert_eq!(desk.state("a").await, Some(("healed".to_owned(), 1)));
    assert_eq!(desk.parked().await.len(), 1);
}

#[tokio::test]
async fn what_has_no_revision_or_cannot_be_decoded_is_parked() {
    let desk = Desk::new().await;
    let written = |revision, payload: &[u8]| Written {
        key: "a",
        revision,
        payload: Some(payload.to_vec()),
        event_id: uuid::Uuid::from_u128(1),
        partition: None,
        produced_at_ms: None,
    };
    desk.topic.write_raw(written(None, b"")).await;
    desk.topic.write_raw(written(Some("1.1"), &[0xff, 0xff])).await;

    desk.consume_all().await;

    assert_eq!(desk.parked().await, ["no_revision", "undecodable"]);
    assert_eq!(desk.state("a").await, None);
}

#[tokio::test]
async fn a_state_waits_for_what_it_refers_to_and_those_behind_it_too() {
    let desk = Desk::new().await;
    desk.topic.write("a", "1.1", Some("later")).await;
    desk.topic.write("a", "1.2", Some("after")).await;
    let consumer = desk.consume().await;
    eventually(DEADLINE, || async { desk.offsets_are_planned().await }).await;
    assert_eq!(desk.state("a").await, None);

    desk.ledger.gate.store(true, Ordering::Relaxed);
    desk.caught_up().await;

    assert_eq!(desk.state("a").await, Some(("after".to_owned(), 2)));
    assert!(desk.parked().await.is_empty());
    consumer.stop().await;
}

#[tokio::test]
async fn when_patience_ends_the_record_is_parked_and_tried_again_later() {
    let desk = Desk::new().await;
    desk.topic.write("a", "1.1", Some("later")).await;
    desk.topic.write("b", "1.1", Some("beside")).await;
    let consumer = desk
        .consume_with(ConsumerSettings {
            patience: Duration::from_millis(300),
            ..settings()
        })
        .await;
    desk.caught_up().await;
    assert_eq!(desk.parked().await, ["not_here_yet"]);

    desk.ledger.gate.store(true, Ordering::Relaxed);
    desk.execute("update platform.parked_records set retry_at = now()")
        .await;
    eventually(DEADLINE, || async { desk.parked().await.is_empty() }).await;

    assert_eq!(desk.state("a").await, Some(("later".to_owned(), 1)));
    consumer.stop().await;
}

impl Desk {
    async fn offsets_are_planned(&self) -> bool {
        let count: i64 = sqlx::query_scalar("select count(*) from platform.consumed_offsets")
            .fetch_one(self.stand.database.pool())
            .await
            .unwrap();
        count == i64::from(crate::broker::PARTITIONS)
    }
}
