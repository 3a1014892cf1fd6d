//! Databases of one test's own in the shared cluster, and what the roles of a service may do in them.

use std::time::{Duration, Instant};

use anyhow::Result;
use sqlx::{Connection, PgConnection};
use support::postgres::{APPLICATION_GROUP, TestDatabase, fresh_database};

async fn migrate(owner_url: String) -> Result<()> {
    let mut owner = PgConnection::connect(&owner_url).await?;
    let script = format!(
        "CREATE TABLE things (id int PRIMARY KEY); GRANT SELECT, INSERT ON things TO {APPLICATION_GROUP};"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(script))
        .execute(&mut owner)
        .await?;
    Ok(owner.close().await?)
}

async fn database() -> Result<TestDatabase> {
    fresh_database("probe", migrate).await
}

async fn application(database: &TestDatabase) -> Result<PgConnection> {
    Ok(PgConnection::connect(&database.application_url).await?)
}

#[tokio::test]
async fn two_tests_never_see_each_others_rows() -> Result<()> {
    let (mut one, mut other) = (
        application(&database().await?).await?,
        application(&database().await?).await?,
    );
    sqlx::query("INSERT INTO things VALUES (1)")
        .execute(&mut one)
        .await?;
    let seen: i64 = sqlx::query_scalar("SELECT count(*) FROM things")
        .fetch_one(&mut other)
        .await?;
    assert_eq!(seen, 0);
    Ok(())
}

#[tokio::test]
async fn the_application_role_may_do_only_what_is_granted() -> Result<()> {
    let mut application = application(&database().await?).await?;
    sqlx::query("INSERT INTO things VALUES (1)")
        .execute(&mut application)
        .await?;
    assert!(
        sqlx::query("UPDATE things SET id = 2")
            .execute(&mut application)
            .await
            .is_err()
    );
    assert!(
        sqlx::query("CREATE TABLE mine (id int)")
            .execute(&mut application)
            .await
            .is_err()
    );
    Ok(())
}

#[tokio::test]
async fn a_service_cannot_enter_the_database_of_another() -> Result<()> {
    let database = database().await?;
    fresh_database("stranger", |_owner_url| async { anyhow::Ok(()) }).await?;
    let strangers_url = database.application_url.replace("probe_app", "stranger_app");
    let refusal = PgConnection::connect(&strangers_url)
        .await
        .unwrap_err()
        .to_string();
    assert!(refusal.contains("permission denied"), "{refusal}");
    Ok(())
}

#[tokio::test]
async fn a_clone_is_made_quickly() -> Result<()> {
    database().await?;
    let start = Instant::now();
    database().await?;
    // The aim is 100 ms; the limit leaves room for a busy machine.
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    Ok(())
}
