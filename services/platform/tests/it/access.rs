//! Reads that are told of.

use jiff::SignedDuration;
use platform::access::{self, Depth, PurgeAccessDays, Reader};
use platform::db::DbError;
use platform::jobs::Runner;
use prost::Message as _;
use proto::audit::events::v1::AccessRecorded;
use support::eventually;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::stand::{DEADLINE, Stand};

const ANNA: Uuid = Uuid::from_u128(1);
const BERTIL: Uuid = Uuid::from_u128(2);
const READER: Reader = Reader {
    reader_id: Uuid::from_u128(7),
    organisation_id: Uuid::from_u128(8),
    role: "provider_staff",
};

#[tokio::test]
async fn a_read_says_who_what_why_and_when_but_not_which_employee() {
    let stand = Stand::new().await;

    read(&stand, &READER, "placement", &[ANNA], Depth::Detail).await;

    let told = told(&stand).await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].person_id, ANNA.to_string());
    assert_eq!(told[0].organisation_id, READER.organisation_id.to_string());
    assert_eq!(
        (&*told[0].role, &*told[0].purpose, &*told[0].data_kind),
        ("provider_staff", "report_and_plan", "placement")
    );
    let keys: Vec<String> = sqlx::query_scalar("select key from platform.outbox")
        .fetch_all(stand.database.pool())
        .await
        .unwrap();
    assert_eq!(keys, [ANNA.to_string()]);
}

#[tokio::test]
async fn rows_of_a_list_are_told_once_per_reader_person_kind_and_day() {
    let stand = Stand::new().await;
    let other = Reader {
        reader_id: Uuid::from_u128(9),
        ..READER
    };

    read(&stand, &READER, "placement", &[ANNA, BERTIL, ANNA], Depth::List).await;
    read(&stand, &READER, "placement", &[BERTIL, ANNA], Depth::List).await;
    assert_eq!(told(&stand).await.len(), 2, "the same again");
    read(&stand, &READER, "joint_plan", &[ANNA], Depth::List).await;
    assert_eq!(told(&stand).await.len(), 3, "another kind");
    read(&stand, &other, "placement", &[ANNA], Depth::List).await;
    assert_eq!(told(&stand).await.len(), 4, "another reader");
    stand.clock.advance(SignedDuration::from_hours(24));
    read(&stand, &READER, "placement", &[ANNA], Depth::List).await;
    assert_eq!(told(&stand).await.len(), 5, "another day");
}

#[tokio::test]
async fn details_are_told_every_time() {
    let stand = Stand::new().await;

    read(&stand, &READER, "placement", &[ANNA], Depth::Detail).await;
    read(&stand, &READER, "placement", &[ANNA], Depth::Detail).await;

    assert_eq!(told(&stand).await.len(), 2);
}

#[tokio::test]
async fn a_read_that_fails_is_not_told_of_and_can_be_told_of_later() {
    let stand = Stand::new().await;

    let failed: Result<(), DbError> = stand
        .database
        .transaction("test.read", async |tx| {
            access::record(tx, &READER, "placement", "report_and_plan", &[ANNA], Depth::List).await?;
            Err(DbError::from(sqlx::Error::RowNotFound))
        })
        .await;

    assert!(failed.is_err());
    assert_eq!(told(&stand).await.len(), 0);
    read(&stand, &READER, "placement", &[ANNA], Depth::List).await;
    assert_eq!(told(&stand).await.len(), 1);
}

#[tokio::test]
async fn lists_read_at_the_same_time_in_any_order_tell_of_everybody_once() {
    let stand = Stand::new().await;
    let persons: Vec<Uuid> = (1..=100).map(Uuid::from_u128).collect();
    let reversed: Vec<Uuid> = persons.iter().rev().copied().collect();

    let reads = (0..8).map(|turn| {
        let persons = if turn % 2 == 0 { &persons } else { &reversed };
        read(&stand, &READER, "placement", persons, Depth::List)
    });
    futures::future::join_all(reads).await;

    assert_eq!(told(&stand).await.len(), 100);
}

#[tokio::test]
async fn what_was_told_the_day_before_yesterday_is_forgotten() {
    let stand = Stand::new().await;
    read(&stand, &READER, "placement", &[ANNA], Depth::List).await;
    stand.clock.advance(SignedDuration::from_hours(48));
    read(&stand, &READER, "placement", &[BERTIL], Depth::List).await;
    let stopping = CancellationToken::new();
    let runner = Runner::new(stand.database.clone(), stand.entropy.clone())
        .with(PurgeAccessDays(stand.database.clone()));
    let forgotten = async {
        eventually(DEADLINE, || async {
            let kept: Vec<Uuid> = sqlx::query_scalar("select subject_id from platform.access_days")
                .fetch_all(stand.database.pool())
                .await
                .unwrap();
            kept == [BERTIL]
        })
        .await;
        stopping.cancel();
    };
    tokio::join!(forgotten, async { runner.run(stopping.clone()).await.unwrap() });
}

async fn read(stand: &Stand, reader: &Reader, data_kind: &'static str, persons: &[Uuid], depth: Depth) {
    stand
        .database
        .transaction("test.read", async |tx| {
            access::record(tx, reader, data_kind, "report_and_plan", persons, depth).await
        })
        .await
        .unwrap();
}

async fn told(stand: &Stand) -> Vec<AccessRecorded> {
    let payloads: Vec<Vec<u8>> = sqlx::query_scalar("select payload from platform.outbox order by id")
        .fetch_all(stand.database.pool())
        .await
        .unwrap();
    payloads
        .iter()
        .map(|payload| AccessRecorded::decode(payload.as_slice()).unwrap())
        .collect()
}
