//! Backups as operators make them: `pg_dump` of a database, `pg_restore` into an empty one.

use std::fs::File;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use sqlx::{Connection, PgConnection};

use super::databases::{self, ServiceDatabase};
use super::programs::Programs;

/// Writes everything that is in the database of this address into a file.
pub async fn back_up(url: &str, file: &Path) -> Result<()> {
    let mut command = Programs::find()?.command("pg_dump");
    command
        .args(["--format=custom", "--dbname", url])
        .stdout(File::create(file)?);
    run(command).await
}

/// Makes a database of this name with what the file holds; one that is there is dropped, whoever uses it.
pub async fn restore(admin_url: &str, name: &str, service: &str, file: &Path) -> Result<ServiceDatabase> {
    let mut admin = PgConnection::connect(admin_url).await?;
    databases::drop_database(&mut admin, name).await?;
    databases::create_database(&mut admin, name, service, None).await?;
    admin.close().await?;
    let database = databases::addresses(admin_url, service, name)?;
    let mut command = Programs::find()?.command("pg_restore");
    command
        .args(["--exit-on-error", "--dbname", &database.admin_url])
        .stdin(File::open(file)?);
    run(command).await?;
    Ok(database)
}

async fn run(mut command: Command) -> Result<()> {
    let program = command.get_program().display().to_string();
    let output = tokio::task::spawn_blocking(move || command.output()).await?;
    let output = output.with_context(|| format!("{program} cannot be started"))?;
    let told = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{program} failed: {told}");
    Ok(())
}
