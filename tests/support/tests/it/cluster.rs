//! A cluster of the test's own, stopped in every way.

use std::path::Path;

use anyhow::Result;
use sqlx::{Connection, PgConnection};
use support::ports;
use support::postgres::{Cluster, Options};

async fn start(folder: &Path) -> Result<Cluster> {
    let options = Options {
        folder: folder.join("cluster"),
        log_file: folder.join("postgres.log"),
        port: ports::reserve()?,
        durable: true,
    };
    Cluster::start(options).await
}

async fn count(cluster: &Cluster) -> Result<i64> {
    let mut connection = PgConnection::connect(&cluster.url("postgres")).await?;
    Ok(sqlx::query_scalar("SELECT count(*) FROM kept")
        .fetch_one(&mut connection)
        .await?)
}

#[tokio::test]
async fn what_was_committed_survives_a_crash() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut cluster = start(folder.path()).await?;
    let mut connection = PgConnection::connect(&cluster.url("postgres")).await?;
    sqlx::raw_sql("CREATE TABLE kept (id int); INSERT INTO kept VALUES (1)")
        .execute(&mut connection)
        .await?;
    cluster.crash().await?;
    assert!(sqlx::query("SELECT 1").execute(&mut connection).await.is_err());
    cluster.start_again().await?;
    assert_eq!(count(&cluster).await?, 1);
    cluster.stop_immediately().await?;
    cluster.start_again().await?;
    assert_eq!(count(&cluster).await?, 1);
    Cluster::remove(&folder.path().join("cluster"))
}
