//! When the stored offset means nothing any more: away for too long, or another log under the same name.

use std::time::Duration;

use platform::consumer::ConsumerSettings;

use super::ledger::{Desk, settings};
use crate::broker::Topic;

/// 2020-01-01.
const LONG_AGO_MS: i64 = 1_577_836_800_000;

/// A key that the consumer holds and the topic does not show; every record is from long ago.
async fn with_ghost() -> Desk {
    let desk = Desk::on(Topic::with(&[("cleanup.policy", "compact")]).await).await;
    desk.topic
        .write_at("ghost", "1.1", Some("gone since"), Some(LONG_AGO_MS))
        .await;
    desk.consume_all().await;
    // As if the log had lost the record to compaction after a tombstone that nobody here has seen.
    desk.execute("update platform.consumed_revisions set key = 'ghost-' || key")
        .await;
    desk.execute("update ledger set key = 'ghost-' || key").await;
    for key in ["a", "b", "c", "d", "e"] {
        desk.topic
            .write_at(key, "1.1", Some("there"), Some(LONG_AGO_MS))
            .await;
    }
    desk.consume_all().await;
    desk
}

#[tokio::test]
async fn whoever_was_away_longer_than_tombstones_are_kept_deletes_what_the_log_does_not_show() {
    let desk = with_ghost().await;
    assert!(desk.state("ghost-ghost").await.is_some());
    desk.execute("update platform.consumed_offsets set position_at = '2020-01-02'")
        .await;
    desk.topic.write("b", "1.2", Some("news")).await;

    let consumer = desk.consume().await;
    support::eventually(crate::stand::DEADLINE, || async {
        desk.state("ghost-ghost").await.is_none()
    })
    .await;
    desk.caught_up().await;
    consumer.stop().await;

    assert_eq!(desk.state("b").await, Some(("news".to_owned(), 2)));
    for key in ["a", "c", "d", "e"] {
        assert_eq!(desk.state(key).await, Some(("there".to_owned(), 1)), "{key}");
    }
}

#[tokio::test]
async fn a_log_that_ends_before_the_stored_offset_is_read_again_and_deletes_nothing() {
    let desk = with_ghost().await;
    desk.execute("update platform.consumed_offsets set next_offset = 10000")
        .await;
    desk.topic.write("a", "1.2", Some("after the loss")).await;

    let consumer = desk.consume().await;
    support::eventually(crate::stand::DEADLINE, || async {
        desk.state("a").await == Some(("after the loss".to_owned(), 2))
    })
    .await;
    consumer.stop().await;

    assert_eq!(desk.state("b").await, Some(("there".to_owned(), 1)));
    assert!(desk.state("ghost-ghost").await.is_some());
}

#[tokio::test]
async fn a_log_made_anew_is_noticed_by_the_time_of_its_records() {
    let desk = with_ghost().await;
    // The consumer was last there long before the first record of this log, at an offset this log has.
    desk.execute("update platform.consumed_offsets set position_at = '2019-12-01'")
        .await;
    desk.execute("update ledger set times = 7").await;
    desk.execute("delete from platform.consumed_revisions where key = 'a'")
        .await;

    let consumer = desk
        .consume_with(ConsumerSettings {
            tombstones_kept: Duration::from_hours(24 * 36_500),
            ..settings()
        })
        .await;
    support::eventually(crate::stand::DEADLINE, || async {
        desk.state("a").await.is_some_and(|(_, times)| times == 8)
    })
    .await;
    consumer.stop().await;

    assert!(desk.state("ghost-ghost").await.is_some());
}
