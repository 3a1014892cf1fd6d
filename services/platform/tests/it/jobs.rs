//! Jobs: due times, leases, settlement.

mod worker;

use std::sync::atomic::Ordering;
use std::time::Duration;

use jiff::SignedDuration;
use platform::db::{DbError, Instant};
use platform::jobs::{self, Enqueued, JobError, NewJob};
use serde_json::{Value, json};
use support::eventually;

use self::worker::{Conduct, KIND, Replica, Worker};
use crate::stand::{DEADLINE, Stand};

const SHORT_LEASE: Duration = Duration::from_millis(600);

#[tokio::test]
async fn a_job_runs_when_the_services_clock_says_it_is_due() {
    let stand = Stand::new().await;
    let worker = Worker::new(&stand, Conduct::Works);
    enqueue(&stand, "a", SignedDuration::from_hours(1)).await;
    let replica = Replica::start(&stand, &worker);

    stand.clock.advance(SignedDuration::from_mins(59));
    enqueue(&stand, "witness", SignedDuration::ZERO).await;
    eventually(DEADLINE, || async { effects(&stand).await == 1 }).await;
    assert_eq!(waiting(&stand).await, 1, "the first is not due");

    stand.clock.advance(SignedDuration::from_mins(1));
    eventually(DEADLINE, || async {
        effects(&stand).await == 2 && waiting(&stand).await == 0
    })
    .await;
    replica.stop().await;
}

#[tokio::test]
async fn effect_and_completion_are_committed_together_or_not_at_all() {
    let stand = Stand::new().await;
    let worker = Worker::new(&stand, Conduct::Fails);
    enqueue(&stand, "a", SignedDuration::ZERO).await;

    let replica = Replica::start(&stand, &worker);
    eventually(DEADLINE, || async {
        reason(&stand).await.as_deref() == Some("test.failed")
    })
    .await;

    assert_eq!(effects(&stand).await, 0);
    assert_eq!(waiting(&stand).await, 1);
    replica.stop().await;
}

#[tokio::test]
async fn a_failed_job_is_tried_again_after_a_pause_until_it_gives_up() {
    let stand = Stand::new().await;
    let mut worker = Worker::new(&stand, Conduct::Fails);
    worker.settings.max_attempts = 3;
    enqueue(&stand, "a", SignedDuration::ZERO).await;

    let replica = Replica::start(&stand, &worker);
    eventually(DEADLINE, || async {
        stand.clock.advance(SignedDuration::from_secs(5));
        gave_up(&stand).await == 1
    })
    .await;

    assert_eq!(worker.runs(), 3);
    replica.stop().await;
}

#[tokio::test]
async fn a_job_that_gave_up_begins_anew_when_it_is_enqueued() {
    let stand = Stand::new().await;
    enqueue(&stand, "a", SignedDuration::ZERO).await;
    let hopeless = Replica::start(&stand, &Worker::new(&stand, Conduct::GivesUp));
    eventually(DEADLINE, || async { gave_up(&stand).await == 1 }).await;
    hopeless.stop().await;

    assert_eq!(enqueue(&stand, "a", SignedDuration::ZERO).await, Enqueued::Added);
    let replica = Replica::start(&stand, &Worker::new(&stand, Conduct::Works));

    eventually(DEADLINE, || async { effects(&stand).await == 1 }).await;
    replica.stop().await;
}

#[tokio::test]
async fn a_panic_is_a_failure_like_another() {
    let stand = Stand::new().await;
    enqueue(&stand, "a", SignedDuration::ZERO).await;

    let replica = Replica::start(&stand, &Worker::new(&stand, Conduct::Panics));

    eventually(DEADLINE, || async {
        reason(&stand).await.as_deref() == Some("panicked")
    })
    .await;
    replica.stop().await;
}

#[tokio::test]
async fn there_is_one_job_per_kind_and_key() {
    let stand = Stand::new().await;

    assert_eq!(enqueue(&stand, "a", SignedDuration::ZERO).await, Enqueued::Added);
    assert_eq!(
        enqueue(&stand, "a", SignedDuration::ZERO).await,
        Enqueued::AlreadyThere
    );
    assert_eq!(enqueue(&stand, "b", SignedDuration::ZERO).await, Enqueued::Added);
}

#[tokio::test]
async fn a_job_enqueued_in_a_transaction_that_fails_never_was() {
    let stand = Stand::new().await;
    let failed: Result<(), JobError> = stand
        .database
        .transaction("test.fail", async |tx| {
            let due_at = tx.now();
            jobs::enqueue(
                tx,
                NewJob {
                    kind: KIND,
                    key: "a".to_owned(),
                    due_at,
                    payload: Value::Null,
                },
            )
            .await?;
            Err(JobError::lasting("test.failed"))
        })
        .await;

    failed.unwrap_err();
    assert_eq!(waiting(&stand).await, 0);
}

#[tokio::test]
async fn a_job_of_a_replica_that_died_is_taken_over_when_its_lease_expires() {
    let stand = Stand::new().await;
    let mut dying = Worker::new(&stand, Conduct::WaitsForWord);
    dying.settings.lease = SHORT_LEASE;
    enqueue(&stand, "a", SignedDuration::ZERO).await;
    let first = Replica::start(&stand, &dying);
    eventually(DEADLINE, || async { dying.runs() == 1 }).await;

    let heir = Worker::new(&stand, Conduct::Works);
    let second = Replica::start(&stand, &heir);
    first.kill();

    eventually(DEADLINE, || async {
        effects(&stand).await == 1 && waiting(&stand).await == 0
    })
    .await;
    assert_eq!(heir.runs(), 1);
    second.stop().await;
}

#[tokio::test]
async fn a_replica_whose_database_falls_silent_lets_go_before_another_takes_over() {
    let stand = Stand::new().await;
    let (proxy, distant) = stand.behind_proxy(|config| config.acquire_timeout_ms = 500).await;
    let mut cut_off = Worker::new(&stand, Conduct::WaitsForWord);
    cut_off.settings.lease = SHORT_LEASE;
    enqueue(&stand, "a", SignedDuration::ZERO).await;
    let first = Replica::start_on(&distant, &stand, &cut_off);
    eventually(DEADLINE, || async { cut_off.runs() == 1 }).await;

    proxy.half_open();
    let mut heir = Worker::new(&stand, Conduct::Works);
    heir.book = cut_off.book.clone();
    let second = Replica::start(&stand, &heir);

    eventually(DEADLINE, || async { waiting(&stand).await == 0 }).await;
    assert_eq!(heir.runs(), 2, "once each");
    assert_eq!(heir.book.most_at_once.load(Ordering::SeqCst), 1);
    proxy.resume();
    first.stop().await;
    second.stop().await;
}

#[tokio::test]
async fn a_living_replica_keeps_a_job_for_longer_than_its_lease() {
    let stand = Stand::new().await;
    let mut slow = Worker::new(&stand, Conduct::WaitsForWord);
    slow.settings.lease = SHORT_LEASE;
    enqueue(&stand, "a", SignedDuration::ZERO).await;
    let first = Replica::start(&stand, &slow);
    eventually(DEADLINE, || async { slow.runs() == 1 }).await;
    let rival = Worker::new(&stand, Conduct::Works);
    let second = Replica::start(&stand, &rival);
    let taken_until = leased_until(&stand).await;

    eventually(DEADLINE, || async { database_is_past(&stand, taken_until).await }).await;
    slow.book.word.notify_one();
    eventually(DEADLINE, || async { waiting(&stand).await == 0 }).await;

    assert_eq!(rival.runs(), 0);
    assert_eq!(effects(&stand).await, 1);
    first.stop().await;
    second.stop().await;
}

#[tokio::test]
async fn a_job_that_was_taken_away_cannot_commit_its_effect() {
    let stand = Stand::new().await;
    let worker = Worker::new(&stand, Conduct::WaitsForWord);
    enqueue(&stand, "a", SignedDuration::ZERO).await;
    let replica = Replica::start(&stand, &worker);
    eventually(DEADLINE, || async { worker.runs() == 1 }).await;

    let cancelled = stand
        .database
        .transaction("test.cancel", async |tx| jobs::cancel(tx, KIND, "a").await);
    assert!(cancelled.await.unwrap());
    worker.book.word.notify_one();
    replica.stop().await;

    assert_eq!(effects(&stand).await, 0);
}

#[tokio::test]
async fn two_runners_never_run_one_job_at_once() {
    let stand = Stand::new().await;
    let mut worker = Worker::new(&stand, Conduct::Works);
    worker.settings.concurrency = 8;
    for job in 0..60 {
        enqueue(&stand, &format!("job-{job}"), SignedDuration::ZERO).await;
    }

    let replicas: Vec<_> = (0..3).map(|_| Replica::start(&stand, &worker)).collect();
    eventually(DEADLINE, || async { waiting(&stand).await == 0 }).await;
    for replica in replicas {
        replica.stop().await;
    }

    assert_eq!(worker.runs(), 60);
    assert_eq!(effects(&stand).await, 60);
    assert_eq!(worker.book.most_at_once.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_repeating_job_runs_again_at_the_time_it_names() {
    let stand = Stand::new().await;
    let worker = Worker::new(&stand, Conduct::Repeats);
    enqueue(&stand, "a", SignedDuration::ZERO).await;
    let replica = Replica::start(&stand, &worker);
    eventually(DEADLINE, || async {
        worker.runs() == 1 && leases(&stand).await == 0
    })
    .await;

    stand.clock.advance(SignedDuration::from_hours(1));

    eventually(DEADLINE, || async { worker.runs() == 2 }).await;
    replica.stop().await;
}

#[tokio::test]
async fn a_runner_that_stops_lets_its_jobs_finish() {
    let stand = Stand::new().await;
    let worker = Worker::new(&stand, Conduct::WaitsForWord);
    enqueue(&stand, "a", SignedDuration::ZERO).await;
    let replica = Replica::start(&stand, &worker);
    eventually(DEADLINE, || async { worker.runs() == 1 }).await;

    replica.stopping.cancel();
    worker.book.word.notify_one();
    replica.stop().await;

    assert_eq!(effects(&stand).await, 1);
}

async fn enqueue(stand: &Stand, key: &str, delay: SignedDuration) -> Enqueued {
    let enqueued: Result<_, DbError> = stand
        .database
        .transaction("test.enqueue", async |tx| {
            let due_at = tx.now() + delay;
            jobs::enqueue(
                tx,
                NewJob {
                    kind: KIND,
                    key: key.to_owned(),
                    due_at,
                    payload: json!({"a": 1}),
                },
            )
            .await
        })
        .await;
    enqueued.unwrap()
}

async fn count(stand: &Stand, statement: &'static str) -> i64 {
    sqlx::query_scalar(statement)
        .fetch_one(stand.database.pool())
        .await
        .unwrap()
}

async fn effects(stand: &Stand) -> i64 {
    count(
        stand,
        "select count(*) from platform.revisions where topic = 'effect'",
    )
    .await
}

async fn waiting(stand: &Stand) -> i64 {
    count(stand, "select count(*) from platform.jobs").await
}

async fn gave_up(stand: &Stand) -> i64 {
    count(
        stand,
        "select count(*) from platform.jobs where gave_up_at is not null",
    )
    .await
}

async fn leases(stand: &Stand) -> i64 {
    count(
        stand,
        "select count(*) from platform.jobs where lease_id is not null",
    )
    .await
}

async fn reason(stand: &Stand) -> Option<String> {
    sqlx::query_scalar("select last_reason from platform.jobs")
        .fetch_one(stand.database.pool())
        .await
        .unwrap()
}

async fn leased_until(stand: &Stand) -> Instant {
    sqlx::query_scalar("select leased_until from platform.jobs")
        .fetch_one(stand.database.pool())
        .await
        .unwrap()
}

/// Whether the database's clock, which leases run by, shows a later instant by half a lease.
async fn database_is_past(stand: &Stand, instant: Instant) -> bool {
    sqlx::query_scalar("select clock_timestamp() > $1 + interval '300 milliseconds'")
        .bind(instant)
        .fetch_one(stand.database.pool())
        .await
        .unwrap()
}
