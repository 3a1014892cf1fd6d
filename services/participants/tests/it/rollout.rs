//! While a release is rolled out: what its migrations find, and what instances of the release before write until they are
//! gone. They keep an interruption although a newer decision lifts it.

use platform::config::Secret;
use platform::db::MIGRATOR as PLATFORM;
use proto::participants::events::v1::PlacementStatus as Published;
use proto::participants::v1::RemoveInterruptedPlacementRequest;
use sqlx::{Connection as _, PgConnection};
use support::eventually;
use support::postgres::fresh_database;

use crate::stand::*;

/// The last migration of the release before.
const BEFORE: i64 = 20_261_122_220_200;
const LIFT: &str = include_str!("../../migrations/20261123013860_lift_kept_interruptions.sql");

/// Sequences of the facts and of the interruption, its day, the status, and whether there is a supervisor, as they were
/// stored; and what is left of them: the status, and the interruption with its removal if it holds.
type Kept = (i64, Option<i64>, Option<&'static str>, &'static str, bool);
type Left = (&'static str, bool);

/// The period begins on 10 March.
const ROWS: [(Kept, Left); 6] = [
    (
        (3, Some(2), Some("2026-03-05"), "interrupted_before_start", false),
        ("received", false),
    ),
    (
        (3, Some(2), Some("2026-03-05"), "interrupted_before_start", true),
        ("assigned", false),
    ),
    (
        (3, Some(2), Some("2026-03-20"), "interrupted", true),
        ("assigned", false),
    ),
    (
        (3, Some(2), Some("2026-04-20"), "active", true),
        ("active", false),
    ),
    (
        (2, Some(3), Some("2026-03-05"), "interrupted_before_start", false),
        ("interrupted_before_start", true),
    ),
    ((2, None, None, "received", false), ("received", false)),
];

/// A database as the release before made it.
async fn before(owner_url: String) -> anyhow::Result<()> {
    platform::db::migrate(&Secret::new(owner_url.clone()), &[&PLATFORM]).await?;
    let mut owner = PgConnection::connect(&owner_url).await?;
    participants::MIGRATOR.run_to(BEFORE, &mut owner).await?;
    Ok(owner.close().await?)
}

async fn keep(owner: &mut PgConnection, (facts, sequence, on, status, is_assigned): Kept, times: i32) {
    sqlx::query(
        "insert into placements (placement_id, case_reference, person_id, organisation_id, unit_id, starts_on, ends_on,
            facts_sequence, interrupted_on, interruption_sequence, supervisor_account_id, removed_at, is_protected,
            wrapped_key, sealed_facts, name_tokens, status, received_at)
        select id, 'A-' || id, id, id, id, '2026-03-10', '2026-06-09', $1, $3::date, $2, case when $5 then id end,
            case when $2 is not null then timestamptz '2026-03-02 08:00:00Z' end, false, '', '', '{}', $4,
            '2026-03-01 08:00:00Z'
        from (select gen_random_uuid() from generate_series(1, $6)) made (id)",
    )
    .bind(facts)
    .bind(sequence)
    .bind(on)
    .bind(status)
    .bind(is_assigned)
    .bind(times)
    .execute(owner)
    .await
    .unwrap();
}

/// How many placements stand as is expected of those that were lifted, and of those that were not.
async fn left(owner: &mut PgConnection, facts: i64, (status, holds): Left) -> i64 {
    let query = "select count(*) from placements where facts_sequence = $1 and status = $2
        and (interrupted_on is not null) = $3 and (interruption_sequence is not null) = $3
        and (removed_at is not null) = $3 and (next_change_on is not null) = ($1 = 3)";
    sqlx::query_scalar(query)
        .bind(facts)
        .bind(status)
        .bind(holds)
        .fetch_one(owner)
        .await
        .unwrap()
}

#[tokio::test]
async fn interruptions_that_were_kept_against_a_newer_decision_are_lifted() {
    let database = fresh_database("participants_before", before).await.unwrap();
    let mut owner = PgConnection::connect(&database.owner_url).await.unwrap();
    for (kept, _) in ROWS {
        keep(&mut owner, kept, 1).await;
    }
    // More than one transaction takes.
    keep(&mut owner, ROWS[0].0, 2100).await;

    participants::MIGRATOR.run(&mut owner).await.unwrap();
    for _ in 0..2 {
        for (facts, left_of, expected) in [
            (3, ("received", false), 2101),
            (3, ("assigned", false), 2),
            (3, ("active", false), 1),
            (2, ("interrupted_before_start", true), 1),
            (2, ("received", false), 1),
        ] {
            assert_eq!(left(&mut owner, facts, left_of).await, expected, "{left_of:?}");
        }
        // Once more, as after a migration that was broken off.
        sqlx::raw_sql(LIFT).execute(&mut owner).await.unwrap();
    }
}

#[tokio::test]
async fn what_an_instance_of_the_release_before_keeps_interrupted_goes_on_and_is_told_within_minutes() {
    let world = World::new().await;
    let placements = [world.placed(0, "KA1001").await, world.placed(1, "KA1001").await];
    world.assign(&[&placements[1]]).await.unwrap();
    world
        .import(vec![
            interruption("A-0", 2, "2026-03-05"),
            interruption("A-1", 3, "2026-03-05"),
        ])
        .await;
    let request = world.receiver.request(RemoveInterruptedPlacementRequest {
        placement_id: placements[0].clone(),
    });
    let mut inbox = world.receiver.inbox();
    inbox.remove_interrupted_placement(request).await.unwrap();
    let mut older = PgConnection::connect(&world.stand.addresses.application_url)
        .await
        .unwrap();

    // A newer full decision, and an interruption that comes after a newer full decision.
    for statement in [
        "update placements set facts_sequence = 3, interrupted_on = '2026-03-05', interruption_sequence = 2,
            status = 'interrupted_before_start', next_change_on = null where case_reference = 'A-0'",
        "update placements set facts_sequence = 4, interrupted_on = '2026-03-05', interruption_sequence = 3,
            status = 'interrupted_before_start', next_change_on = null where case_reference = 'A-1'",
    ] {
        sqlx::query(statement).execute(&mut older).await.unwrap();
    }
    world.stand.clock.advance(jiff::SignedDuration::from_mins(5));

    for (placement, status) in placements.iter().zip([Published::Received, Published::Assigned]) {
        eventually(DEADLINE, async || {
            let told = world.stand.published(placement).await.pop().unwrap();
            (told.status(), told.interrupted_on) == (status, None)
        })
        .await;
    }
    world.stand.heartbeat();
    assert_eq!(world.inbox(&world.receiver).await.len(), 2);
}
