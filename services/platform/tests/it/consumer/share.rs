//! Several replicas: partitions move between them under load, and one that has lost its partition changes nothing.

use super::ledger::Desk;

const KEYS: usize = 40;
const ROUNDS: usize = 25;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn partitions_that_move_under_load_lose_and_repeat_nothing() {
    let desk = Desk::new().await;
    let first = desk.consume().await;
    let mut running = vec![first];
    for round in 1..=ROUNDS {
        for key in 0..KEYS {
            let (key, revision) = (format!("key-{key}"), format!("1.{round}"));
            desk.topic
                .write(&key, &revision, Some(&format!("state {round}")))
                .await;
        }
        if round % 5 == 0 {
            running.push(desk.consume().await);
        }
        if round % 8 == 0 {
            running.remove(0).stop().await;
        }
    }
    desk.caught_up().await;
    for consumer in running {
        consumer.stop().await;
    }

    for key in 0..KEYS {
        let expected = Some((format!("state {ROUNDS}"), i32::try_from(ROUNDS).unwrap()));
        assert_eq!(desk.state(&format!("key-{key}")).await, expected, "key-{key}");
    }
}

#[tokio::test]
async fn a_replica_that_was_overtaken_looks_again_where_to_go_on() {
    let desk = Desk::new().await;
    let consumer = desk.consume().await;
    desk.topic.write("a", "1.1", Some("first")).await;
    desk.caught_up().await;
    // As if another replica had the partition meanwhile and had applied what comes next.
    desk.execute("update platform.consumed_offsets set next_offset = next_offset + 1 where next_offset > 0")
        .await;
    desk.topic.write("a", "1.2", Some("applied by the other")).await;
    desk.topic.write("a", "1.3", Some("third")).await;
    desk.caught_up().await;
    consumer.stop().await;

    assert_eq!(desk.state("a").await, Some(("third".to_owned(), 2)));
}
