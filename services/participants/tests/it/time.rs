//! What midnight in Stockholm does.

use proto::participants::events::v1::{PlacementState, PlacementStatus as Published};
use support::eventually;

use crate::stand::*;

/// Waits until the job has told of so many further states.
pub async fn turned(world: &World, placements: usize) {
    let query = "select count(*) from placements where next_change_on <= $1::date";
    let today = participants::domain::calendar::day_of(platform::clock::Clock::now(&*world.stand.clock));
    eventually(DEADLINE, || async {
        let due: i64 = sqlx::query_scalar(query)
            .bind(platform::db::Day(today))
            .fetch_one(&mut world.stand.owner().await)
            .await
            .unwrap();
        due == 0
    })
    .await;
    assert!(world.stand.outbox("participants.placement.v1").await.len() > placements);
}

#[tokio::test]
async fn placements_begin_and_end_at_midnight_in_stockholm() {
    let world = World::new().await;
    let placement = world.placed(0, "KA1001").await;
    world.assign(&[&placement]).await.unwrap();
    let mut expected = vec![Published::Received, Published::Assigned];
    for (instant, status) in [
        ("2026-03-09T22:59:59Z", None),
        ("2026-03-09T23:00:00Z", Some(Published::Active)),
        ("2026-06-09T21:59:59Z", None),
        ("2026-06-09T22:00:00Z", Some(Published::Ended)),
    ] {
        world.stand.clock.set(instant.parse().unwrap());
        turned(&world, 1).await;
        expected.extend(status);
        let told = world.stand.published(&placement).await;
        let told: Vec<_> = told.iter().map(PlacementState::status).collect();
        assert_eq!(told, expected, "{instant}");
    }
}

#[tokio::test]
async fn an_interruption_that_lies_ahead_counts_from_its_day() {
    let world = World::new().await;
    let placement = world.placed(0, "KA1001").await;
    world.assign(&[&placement]).await.unwrap();
    world.import(vec![interruption("A-0", 2, "2026-04-01")]).await;
    let told = world.stand.published(&placement).await.pop().unwrap();
    assert_eq!(
        (told.status(), told.interrupted_on),
        (Published::Assigned, Some(day("2026-04-01")))
    );

    for (instant, status) in [
        ("2026-03-31T12:00:00Z", Published::Active),
        ("2026-04-01T12:00:00Z", Published::Interrupted),
    ] {
        world.stand.clock.set(instant.parse().unwrap());
        turned(&world, 1).await;
        assert_eq!(
            world.stand.published(&placement).await.pop().unwrap().status(),
            status
        );
    }
}

#[tokio::test]
async fn what_somebody_worked_on_at_midnight_turns_soon_after_and_is_in_no_inbox_meanwhile() {
    let world = World::new().await;
    let placement = world.placed(0, "KA1001").await;
    world.assign(&[&placement]).await.unwrap();
    let mut owner = world.stand.owner().await;
    let mut work = sqlx::Connection::begin(&mut owner).await.unwrap();
    sqlx::query("select 1 from placements for update")
        .execute(&mut *work)
        .await
        .unwrap();
    let midnight = "2026-03-09T23:00:00Z".parse::<jiff::Timestamp>().unwrap();
    world.stand.clock.set(midnight);
    world.stand.heartbeat();
    let is_late =
        "select due_at > $1 and lease_id is null from platform.jobs where kind = 'participants.turn_day'";
    eventually(DEADLINE, || async {
        sqlx::query_scalar::<_, bool>(is_late)
            .bind(platform::db::Instant::from(midnight))
            .fetch_one(&mut world.stand.owner().await)
            .await
            .unwrap()
    })
    .await;
    assert!(world.inbox(&world.receiver).await.is_empty());

    work.rollback().await.unwrap();
    world.stand.clock.advance(jiff::SignedDuration::from_mins(5));

    turned(&world, 2).await;
}

#[tokio::test]
async fn many_placements_turn_in_several_transactions() {
    let world = World::new().await;
    for batch in 0..2 {
        let cases = (0..110).map(|n| {
            let case = format!("A-{batch}-{n}");
            new(&case, 1, assigned(0, "KA1001"))
        });
        world.import(cases.collect()).await;
    }

    world.stand.clock.set("2026-06-10T12:00:00Z".parse().unwrap());
    turned(&world, 1).await;

    let ended = "select count(*) from placements where status = 'ended'";
    let ended: i64 = sqlx::query_scalar(ended)
        .fetch_one(&mut world.stand.owner().await)
        .await
        .unwrap();
    assert_eq!(ended, 220);
}
