//! Decisions that come from several sides at once: the ledger takes each once, and tells whoever comes second what the first
//! has entered.

use proto::errors::v1::ErrorReason;
use proto::participants::v1::*;
use sqlx::Connection as _;
use support::eventually;

use crate::decisions::{reasons, results};
use crate::stand::*;

#[tokio::test]
async fn the_same_batch_from_many_sides_at_once_counts_once() {
    let world = World::new().await;
    let batch = || {
        (0..8)
            .map(|n| new(&format!("A-{n}"), 1, assigned(n, "KA1001")))
            .collect::<Vec<_>>()
    };

    let all = futures::future::join_all((0..6).map(|_| world.import(batch()))).await;

    let created = all
        .iter()
        .flatten()
        .filter(|it| it.result() == DecisionResult::Created);
    assert_eq!(created.count(), 8);
    assert_eq!(world.stand.count("placements").await, 8);
    assert_eq!(world.stand.outbox("participants.placement.v1").await.len(), 8);
}

/// Takes a row out of the ledger and puts it back in a transaction that is still under way when `work` comes to it.
async fn while_entering<F: Future>(world: &World, decision_id: &str, case: &str, work: F) -> F::Output {
    let mut owner = world.stand.owner().await;
    let mut other = owner.begin().await.unwrap();
    sqlx::query(
        "insert into decisions select $1, $2, sequence, kind, interrupted_on, content_mac, received_at from kept",
    )
    .bind(decision_id)
    .bind(case)
    .execute(&mut *other)
    .await
    .unwrap();
    let commits = async {
        eventually(DEADLINE, async || world.stand.waiting().await > 0).await;
        other.commit().await.unwrap();
    };
    tokio::join!(work, commits).0
}

/// Forgets the one decision that was taken and keeps its row aside.
async fn forget(world: &World) {
    let mut owner = world.stand.owner().await;
    for statement in [
        "create table kept as select * from decisions",
        "delete from decisions",
        "delete from placements",
    ] {
        sqlx::query(statement).execute(&mut owner).await.unwrap();
    }
}

#[tokio::test]
async fn a_decision_that_a_cancelled_import_still_enters_is_unchanged() {
    let world = World::new().await;
    let told = || vec![new("A-1", 1, assigned(0, "KA1001"))];
    let id = told()[0].decision_id.clone();
    world.import(told()).await;
    forget(&world).await;

    let again = while_entering(&world, &id, "A-1", world.try_import(told())).await;

    assert_eq!(results(&again.unwrap()), [DecisionResult::Unchanged]);
    assert_eq!(world.stand.count("decisions").await, 1);
}

#[tokio::test]
async fn an_id_that_another_case_is_just_given_is_refused_to_the_second() {
    let world = World::new().await;
    let told = |case: &str| {
        let mut told = new(case, 1, assigned(0, "KA1001"));
        told.decision_id = "B-1".to_owned();
        vec![told]
    };
    // The first has entered its decision, and cannot make its placement yet.
    let mut owner = world.stand.owner().await;
    let mut held = owner.begin().await.unwrap();
    sqlx::query("lock table placements in share mode")
        .execute(&mut *held)
        .await
        .unwrap();
    let first = world.import(told("A-1"));
    let second = async {
        eventually(DEADLINE, async || world.stand.waiting().await == 1).await;
        world.import(told("A-2")).await
    };
    let release = async {
        eventually(DEADLINE, async || world.stand.waiting().await == 2).await;
        held.commit().await.unwrap();
    };

    let (first, second, ()) = tokio::join!(first, second, release);

    assert_eq!(results(&first), [DecisionResult::Created]);
    let refused = [("decisions[0].decision_id", ErrorReason::DecisionDiffers)];
    for second in [second, world.import(told("A-2")).await] {
        assert_eq!(results(&second), [DecisionResult::Refused]);
        assert_eq!(reasons(&second[0]), refused);
    }
    assert_eq!(world.stand.count("decisions").await, 1);
    assert_eq!(world.stand.count("placements").await, 1);
}
