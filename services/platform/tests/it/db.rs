//! Transactions, their retries, and errors told apart.

use std::sync::atomic::{AtomicU32, Ordering};

use platform::db::{Database, Day, DbError, Instant, MIGRATOR, SchemaState, Tx};
use support::eventually;

use crate::stand::{DEADLINE, Stand};

/// An error of a service, with the database's below two layers that say nothing of their own.
#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error(transparent)]
    Stored(#[from] NotAppended),
    #[error("not allowed")]
    NotAllowed,
}

#[derive(Debug, thiserror::Error)]
enum NotAppended {
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<DbError> for Refused {
    fn from(error: DbError) -> Self {
        NotAppended::Db(error).into()
    }
}

#[tokio::test]
async fn a_conflicting_transaction_is_tried_again_and_leaves_one_effect() {
    let stand = Stand::new().await;
    let attempts = AtomicU32::new(0);

    let result: Result<(), Refused> = stand
        .database
        .transaction("test.conflict", async |tx| {
            write(tx, "once").await?;
            if attempts.fetch_add(1, Ordering::SeqCst) < 2 {
                fail_with(tx, "40001").await?;
            }
            Ok(())
        })
        .await;

    result.unwrap();
    assert_eq!(attempts.load(Ordering::SeqCst), 3);
    assert_eq!(written(&stand.database).await, 1);
}

#[tokio::test]
async fn a_transaction_that_always_conflicts_ends_at_the_limit() {
    let stand = Stand::new().await;
    let database = stand.with(|config| config.transaction_attempts = 3);
    let attempts = AtomicU32::new(0);

    let result: Result<(), DbError> = database
        .transaction("test.conflict", async |tx| {
            attempts.fetch_add(1, Ordering::SeqCst);
            fail_with(tx, "40P01").await
        })
        .await;

    assert!(matches!(result, Err(DbError::Conflict(_))), "{result:?}");
    assert_eq!(attempts.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn two_transactions_that_block_each_other_both_succeed() {
    let stand = Stand::new().await;
    for key in ["a", "b"] {
        stand
            .database
            .transaction("test.prepare", async |tx| write(tx, key).await)
            .await
            .unwrap();
    }
    let meeting = tokio::sync::Barrier::new(2);
    let cross = async |first: &'static str, second: &'static str| {
        let is_first_attempt = AtomicU32::new(1);
        stand
            .database
            .transaction("test.cross", async |tx| {
                touch(tx, first).await?;
                if is_first_attempt.swap(0, Ordering::SeqCst) == 1 {
                    meeting.wait().await;
                }
                touch(tx, second).await
            })
            .await
    };

    let (one, other) = tokio::join!(cross("a", "b"), cross("b", "a"));

    one.unwrap();
    other.unwrap();
}

#[tokio::test]
async fn work_that_refuses_is_rolled_back_and_not_tried_again() {
    let stand = Stand::new().await;
    let attempts = AtomicU32::new(0);

    let result: Result<(), Refused> = stand
        .database
        .transaction("test.refuse", async |tx| {
            attempts.fetch_add(1, Ordering::SeqCst);
            write(tx, "never").await?;
            Err(Refused::NotAllowed)
        })
        .await;

    assert!(matches!(result, Err(Refused::NotAllowed)));
    assert_eq!(attempts.load(Ordering::SeqCst), 1);
    assert_eq!(written(&stand.database).await, 0);
}

#[tokio::test]
async fn violations_are_told_apart_by_constraint() {
    let stand = Stand::new().await;
    let violate = async |statement: &'static str| {
        let result: Result<(), DbError> = stand
            .database
            .transaction("test.violate", async |tx| {
                sqlx::query(statement).execute(&mut **tx).await?;
                Ok(())
            })
            .await;
        result.unwrap_err()
    };

    let unique = violate("insert into platform.inbox select 'c', $$00000000-0000-0000-0000-000000000000$$, now() from generate_series(1, 2)").await;
    let check = violate("insert into platform.revisions values ('topic', 'key', 0)").await;
    let foreign = violate("insert into platform.upload_chunks values (gen_random_uuid(), 0, 1, '')").await;

    assert_eq!(unique.unique_violation(), Some("inbox_pkey"));
    assert!(matches!(check, DbError::Check { constraint, .. } if constraint == "revisions_n_check"));
    assert!(
        matches!(foreign, DbError::ForeignKey { constraint, .. } if constraint == "upload_chunks_upload_id_fkey")
    );
}

#[tokio::test]
async fn an_error_never_repeats_a_value() {
    let stand = Stand::new().await;
    let marker = "marker-of-a-person";
    let refusals = [
        "insert into platform.revisions select 'topic', 'marker-of-a-person', 1 from generate_series(1, 2)",
        "insert into platform.revisions values ('topic', 'marker-of-a-person', 0)",
        "select 'marker-of-a-person'::uuid",
    ];

    for statement in refusals {
        let error = DbError::from(
            sqlx::query(statement)
                .execute(stand.database.pool())
                .await
                .unwrap_err(),
        );
        let mut shown = format!("{error:?}");
        let mut cause: Option<&dyn std::error::Error> = Some(&error);
        while let Some(error) = cause {
            shown += &error.to_string();
            cause = error.source();
        }
        assert!(!shown.contains(marker), "{shown}");
    }
}

#[tokio::test]
async fn a_database_that_is_away_is_unavailable() {
    let stand = Stand::new().await;
    let nowhere = stand.with(|config| {
        config.application_url = platform::config::Secret::new("postgres://nobody@127.0.0.1:1/nothing");
        config.acquire_timeout_ms = 200;
    });

    assert!(matches!(nowhere.ping().await, Err(DbError::Unavailable(_))));
}

#[tokio::test]
async fn a_pool_that_is_used_up_is_unavailable() {
    let stand = Stand::new().await;
    let narrow = stand.with(|config| (config.pool_size, config.acquire_timeout_ms) = (1, 50));
    let _held = narrow.pool().acquire().await.unwrap();

    let result: Result<(), DbError> = narrow.transaction("test.wait", async |_| Ok(())).await;

    assert!(matches!(result, Err(DbError::Unavailable(_))));
}

#[tokio::test]
async fn a_statement_that_runs_too_long_is_unavailable() {
    let stand = Stand::new().await;
    let hasty = stand.with(|config| config.statement_timeout_ms = 50);

    let error = DbError::from(
        sqlx::query("select pg_sleep(5)")
            .execute(hasty.pool())
            .await
            .unwrap_err(),
    );

    assert!(matches!(error, DbError::Unavailable(_)), "{error:?}");
}

#[tokio::test]
async fn what_a_stuck_transaction_holds_is_let_go_in_time_for_who_waits() {
    let stand = Stand::new().await;
    let hasty = stand.with(|config| config.statement_timeout_ms = 2000);
    let stuck: Result<(), DbError> = hasty
        .transaction("test.stuck", async |tx| {
            lock(tx).await?;
            hasty.transaction("test.wait", async |tx| lock(tx).await).await?;
            lock(tx).await?;
            panic!("it still holds what it held");
        })
        .await;

    assert!(format!("{stuck:?}").contains("25P03"), "{stuck:?}");
}

#[tokio::test]
async fn long_statements_give_a_stuck_transaction_no_more_time() {
    let stand = Stand::new().await;
    let patient = stand.with(|config| config.statement_timeout_ms = 600_000);

    let told: String = sqlx::query_scalar("show idle_in_transaction_session_timeout")
        .fetch_one(patient.pool())
        .await
        .unwrap();

    assert_eq!(told, "30s");
}

#[tokio::test]
async fn connections_that_were_cut_are_replaced() {
    let stand = Stand::new().await;
    let (proxy, distant) = stand.behind_proxy(|config| config.acquire_timeout_ms = 300).await;
    distant.ping().await.unwrap();

    proxy.cut();
    let cut: Result<(), DbError> = distant
        .transaction("test.cut", async |tx| write(tx, "a").await)
        .await;
    proxy.resume();

    assert!(matches!(cut, Err(DbError::Unavailable(_))), "{cut:?}");
    eventually(DEADLINE, || async { distant.ping().await }).await;
}

#[tokio::test]
async fn a_silent_database_is_unavailable_and_the_pool_recovers() {
    let stand = Stand::new().await;
    let (proxy, distant) = stand
        .behind_proxy(|config| {
            (
                config.pool_size,
                config.acquire_timeout_ms,
                config.statement_timeout_ms,
            ) = (1, 300, 100);
        })
        .await;
    distant.ping().await.unwrap();

    proxy.half_open();
    let silent: Result<(), DbError> = distant
        .transaction("test.silence", async |tx| write(tx, "a").await)
        .await;
    proxy.resume();

    assert!(matches!(silent, Err(DbError::Unavailable(_))), "{silent:?}");
    eventually(DEADLINE, || async { distant.ping().await }).await;
}

#[tokio::test]
async fn instants_and_days_come_back_as_they_were_written() {
    let stand = Stand::new().await;
    for text in [
        "1890-01-02T03:04:05.123456Z",
        "1999-12-31T23:59:59.999999Z",
        "2026-03-02T08:00:00Z",
    ] {
        let instant = Instant::from(text.parse::<jiff::Timestamp>().unwrap());
        let (read, shown): (Instant, String) =
            sqlx::query_as("select $1, to_char($1 at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')")
                .bind(instant)
                .fetch_one(stand.database.pool())
                .await
                .unwrap();
        assert_eq!(read, instant);
        assert!(
            shown.replace(' ', "T").starts_with(text.trim_end_matches('Z')),
            "{shown}"
        );
    }
    for text in ["1890-01-02", "2000-01-01", "1999-12-31", "2026-03-29"] {
        let day = Day(text.parse().unwrap());
        let (read, shown): (Day, String) = sqlx::query_as("select $1, $1::text")
            .bind(day)
            .fetch_one(stand.database.pool())
            .await
            .unwrap();
        assert_eq!((read, shown.as_str()), (day, text));
    }
}

#[tokio::test]
async fn a_schema_that_lacks_a_migration_is_older() {
    let stand = Stand::new().await;
    let state = async || stand.database.schema_state(&[&MIGRATOR]).await.unwrap();
    assert_eq!(state().await, SchemaState::Current);

    let newest = "delete from platform._sqlx_migrations where version = (select max(version) from platform._sqlx_migrations)";
    sqlx::query(newest)
        .execute(&mut stand.owner().await)
        .await
        .unwrap();

    assert_eq!(state().await, SchemaState::Older { missing: 1 });
}

async fn write(tx: &mut Tx, key: &str) -> Result<(), DbError> {
    sqlx::query("insert into platform.revisions (topic, key, n) values ('test', $1, 1)")
        .bind(key)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

async fn touch(tx: &mut Tx, key: &str) -> Result<(), DbError> {
    sqlx::query("update platform.revisions set n = n + 1 where key = $1")
        .bind(key)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

async fn lock(tx: &mut Tx) -> Result<(), DbError> {
    sqlx::query("select pg_advisory_xact_lock(1)")
        .execute(&mut **tx)
        .await?;
    Ok(())
}

async fn fail_with(tx: &mut Tx, sqlstate: &str) -> Result<(), DbError> {
    let statement = format!("do $$ begin raise exception using errcode = '{sqlstate}'; end $$");
    sqlx::query(sqlx::AssertSqlSafe(statement))
        .execute(&mut **tx)
        .await?;
    Ok(())
}

async fn written(database: &Database) -> i64 {
    sqlx::query_scalar("select count(*) from platform.revisions")
        .fetch_one(database.pool())
        .await
        .unwrap()
}
