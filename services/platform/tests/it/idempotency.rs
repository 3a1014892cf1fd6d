//! Repeated calls.

use std::sync::atomic::{AtomicU32, Ordering};

use jiff::SignedDuration;
use platform::db::DbError;
use platform::idempotency::{self, Call, IdempotencyError, PurgeRequests};
use platform::jobs::Runner;
use platform::keys::KeyRing;
use proto::uploads::v1::{UploadChunkRequest, UploadChunkResponse};
use support::eventually;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::stand::{DEADLINE, Stand};

#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error(transparent)]
    Repeated(#[from] IdempotencyError),
    #[error(transparent)]
    Db(#[from] DbError),
    #[error("not allowed")]
    NotAllowed,
}

/// Counts how often the work was done; answers with the count.
struct Desk {
    stand: Stand,
    keys: KeyRing,
    done: AtomicU32,
}

#[tokio::test]
async fn a_repeated_call_gets_the_first_answer_and_does_nothing() {
    let desk = Desk::new().await;

    let first = desk.call("person:1", 1, "content").await.unwrap();
    let second = desk.call("person:1", 1, "content").await.unwrap();

    assert_eq!((first, second), (1, 1));
    assert_eq!(desk.done(), 1);
}

#[tokio::test]
async fn the_same_id_with_another_request_is_refused() {
    let desk = Desk::new().await;
    desk.call("person:1", 1, "content").await.unwrap();

    let refused = desk.call("person:1", 1, "other content").await;

    assert!(
        matches!(refused, Err(Refused::Repeated(IdempotencyError::Reused))),
        "{refused:?}"
    );
    assert_eq!(desk.done(), 1);
}

#[tokio::test]
async fn an_id_belongs_to_its_principal() {
    let desk = Desk::new().await;

    assert_eq!(desk.call("person:1", 1, "content").await.unwrap(), 1);
    assert_eq!(desk.call("person:2", 1, "content").await.unwrap(), 2);
}

#[tokio::test]
async fn calls_at_the_same_moment_do_the_work_once() {
    let desk = Desk::new().await;

    let answers = futures::future::join_all((0..10).map(|_| desk.call("person:1", 1, "content"))).await;

    assert!(answers.into_iter().all(|answer| answer.unwrap() == 1));
    assert_eq!(desk.done(), 1);
}

#[tokio::test]
async fn work_that_fails_leaves_the_id_free() {
    let desk = Desk::new().await;
    let call = Call {
        principal: "person:1",
        method: "test.Method",
        request_id: Uuid::from_u128(1),
    };
    let failed: Result<UploadChunkResponse, Refused> = desk
        .stand
        .database
        .transaction("test.call", async |tx| {
            idempotency::run(tx, &desk.keys, call, &request("content"), async |_| {
                Err(Refused::NotAllowed)
            })
            .await
        })
        .await;
    failed.unwrap_err();

    assert_eq!(desk.call("person:1", 1, "content").await.unwrap(), 1);
}

#[tokio::test]
async fn an_answer_is_kept_for_a_day() {
    let desk = Desk::new().await;
    desk.call("person:1", 1, "content").await.unwrap();

    desk.stand
        .clock
        .advance(SignedDuration::from_hours(24) - SignedDuration::from_secs(1));
    assert_eq!(desk.call("person:1", 1, "content").await.unwrap(), 1);

    desk.stand.clock.advance(SignedDuration::from_secs(1));
    assert_eq!(desk.call("person:1", 1, "other content").await.unwrap(), 2);
}

#[tokio::test]
async fn old_answers_are_purged() {
    let desk = Desk::new().await;
    desk.call("person:1", 1, "content").await.unwrap();
    desk.stand.clock.advance(SignedDuration::from_hours(25));
    let database = &desk.stand.database;
    let runner =
        Runner::new(database.clone(), desk.stand.entropy.clone()).with(PurgeRequests(database.clone()));
    let stopping = CancellationToken::new();

    let purged = async {
        eventually(DEADLINE, || async {
            let kept: i64 = sqlx::query_scalar("select count(*) from platform.requests")
                .fetch_one(database.pool())
                .await
                .unwrap();
            kept == 0
        })
        .await;
        stopping.cancel();
    };

    tokio::join!(purged, async { runner.run(stopping.clone()).await.unwrap() });
}

#[tokio::test]
async fn neither_request_nor_answer_can_be_read_in_the_table() {
    let desk = Desk::new().await;
    desk.call("person:1", 1, "content of a person").await.unwrap();

    let row: String =
        sqlx::query_scalar("select encode(request_hash || sealed_response, 'escape') from platform.requests")
            .fetch_one(desk.stand.database.pool())
            .await
            .unwrap();

    assert!(!row.contains("content"), "{row}");
}

// === impl Desk ===

impl Desk {
    async fn new() -> Self {
        let stand = Stand::new().await;
        let keys = stand.keys().await;
        Self {
            stand,
            keys,
            done: AtomicU32::new(0),
        }
    }

    fn done(&self) -> u32 {
        self.done.load(Ordering::SeqCst)
    }

    async fn call(&self, principal: &str, request_id: u128, content: &'static str) -> Result<i64, Refused> {
        let call = Call {
            principal,
            method: "test.Method",
            request_id: Uuid::from_u128(request_id),
        };
        let request = request(content);
        let answer = self
            .stand
            .database
            .transaction("test.call", async |tx| {
                idempotency::run(tx, &self.keys, call, &request, async |_| {
                    let received = i64::from(self.done.fetch_add(1, Ordering::SeqCst) + 1);
                    Ok::<_, Refused>(UploadChunkResponse { received })
                })
                .await
            })
            .await?;
        Ok(answer.received)
    }
}

fn request(content: &'static str) -> UploadChunkRequest {
    UploadChunkRequest {
        upload_id: String::new(),
        offset: 0,
        content: content.as_bytes().into(),
    }
}
