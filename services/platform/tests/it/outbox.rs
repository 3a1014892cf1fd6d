//! Records and their revisions.

use std::collections::BTreeMap;

use futures::future::join_all;
use platform::db::{DbError, Tx};
use platform::outbox::{self, MAX_PAYLOAD, OutboxError, OutboxRecord, Revision};

use crate::stand::Stand;

const WRITERS: usize = 50;
const RECORDS_OF_A_WRITER: usize = 6;
const KEYS: usize = 7;

#[tokio::test]
async fn ids_rise_per_key_in_the_order_of_commits_under_many_writers() {
    let stand = Stand::new().await;
    let writers = join_all((0..WRITERS).map(|writer| write_many(&stand, writer)));
    let total = WRITERS * RECORDS_OF_A_WRITER;

    let ((), seen) = tokio::join!(async { drop(writers.await) }, claim_until(&stand, total));

    let mut last = BTreeMap::new();
    for (id, key, n) in seen {
        let (last_id, last_n) = last.insert(key.clone(), (id, n)).unwrap_or((0, 0));
        assert!(id > last_id, "key {key}: id {id} was claimed after {last_id}");
        assert_eq!(n, last_n + 1, "key {key}");
    }
}

#[tokio::test]
async fn a_transaction_that_is_rolled_back_leaves_no_gap() {
    let stand = Stand::new().await;
    let refused: Result<(), OutboxError> = stand
        .database
        .transaction("test.refuse", async |tx| {
            outbox::append(tx, record("a", Some(vec![1]))).await?;
            Err(OutboxError::TooLarge {
                topic: "test",
                size: 0,
            })
        })
        .await;
    refused.unwrap_err();

    assert_eq!(
        append(&stand, record("a", Some(vec![1]))).await.unwrap(),
        Revision { epoch: 1, n: 1 }
    );
    assert_eq!(
        append(&stand, record("a", None)).await.unwrap(),
        Revision { epoch: 1, n: 2 }
    );
    assert_eq!(
        append(&stand, record("b", None)).await.unwrap(),
        Revision { epoch: 1, n: 1 }
    );
}

#[tokio::test]
async fn a_raised_epoch_makes_every_later_revision_newer() {
    let stand = Stand::new().await;
    let before = append(&stand, record("a", None)).await.unwrap();
    sqlx::query("update platform.epoch set epoch = epoch + 1")
        .execute(&mut stand.owner().await)
        .await
        .unwrap();

    let after = append(&stand, record("b", None)).await.unwrap();

    assert!(after > before);
    assert_eq!(after, Revision { epoch: 2, n: 1 });
}

#[tokio::test]
async fn the_application_cannot_raise_the_epoch() {
    let stand = Stand::new().await;

    let raised = sqlx::query("update platform.epoch set epoch = 9")
        .execute(stand.database.pool())
        .await;

    raised.unwrap_err();
}

#[tokio::test]
async fn a_record_over_the_limit_is_refused() {
    let stand = Stand::new().await;

    let at_limit = append(&stand, record("a", Some(vec![0; MAX_PAYLOAD]))).await;
    let over_limit = append(&stand, record("a", Some(vec![0; MAX_PAYLOAD + 1]))).await;

    at_limit.unwrap();
    assert!(matches!(over_limit, Err(OutboxError::TooLarge { size, .. }) if size == MAX_PAYLOAD + 1));
}

async fn write_many(stand: &Stand, writer: usize) {
    for step in 0..RECORDS_OF_A_WRITER {
        let key = format!("key-{}", (writer + step * 3) % KEYS);
        let written: Result<(), OutboxError> = stand
            .database
            .transaction("test.write", async |tx| {
                outbox::append(tx, record(&key, Some(vec![1, 2, 3]))).await?;
                // Commits in another order than the ids were given, where the locks allow it.
                linger(tx, (writer * 7 + step) % 5).await?;
                Ok(())
            })
            .await;
        written.unwrap();
    }
}

async fn linger(tx: &mut Tx, milliseconds: usize) -> Result<(), DbError> {
    let seconds = f64::from(u32::try_from(milliseconds).unwrap()) / 1_000.0;
    sqlx::query("select pg_sleep($1)")
        .bind(seconds)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Claims and deletes as the relay does, in the order of ids, until `total` records were seen.
async fn claim_until(stand: &Stand, total: usize) -> Vec<(i64, String, i64)> {
    let mut seen = Vec::new();
    while seen.len() < total {
        let mut claimed: Vec<(i64, String, i64)> =
            sqlx::query_as("delete from platform.outbox returning id, key, n")
                .fetch_all(stand.database.pool())
                .await
                .unwrap();
        claimed.sort_unstable();
        seen.append(&mut claimed);
        tokio::task::yield_now().await;
    }
    seen
}

async fn append(stand: &Stand, record: OutboxRecord) -> Result<Revision, OutboxError> {
    stand
        .database
        .transaction("test.append", async |tx| outbox::append(tx, record).await)
        .await
}

fn record(key: &str, payload: Option<Vec<u8>>) -> OutboxRecord {
    OutboxRecord {
        topic: "test.thing.v1",
        key: key.to_owned(),
        record_type: "se.deltaga.test.thing.v1",
        payload,
        partition: None,
    }
}
