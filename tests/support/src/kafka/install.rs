//! The broker's jars, fetched once from Maven Central into `.run/kafka/libs` and kept there; they are a download, not
//! state, so `make reset` leaves them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::{files, process};

const POM: &str = include_str!("../../kafka/pom.xml");

const FETCHED: Duration = Duration::from_mins(10);

/// The folder with the jars, filled on first use.
pub async fn libraries() -> Result<PathBuf> {
    let home = files::run_folder().join("kafka");
    let _lock = files::lock(&home.join("install.lock"))?;
    let libraries = home.join("libs");
    let marker = home.join("installed.pom.xml");
    if fs::read_to_string(&marker).is_ok_and(|installed| installed == POM) {
        return Ok(libraries);
    }
    let pom = home.join("pom.xml");
    files::replace_with_mode(&pom, POM, 0o644)?;
    if libraries.exists() {
        fs::remove_dir_all(&libraries)?;
    }
    copy_dependencies(&pom, &libraries).await?;
    files::replace_with_mode(&marker, POM, 0o644)?;
    Ok(libraries)
}

async fn copy_dependencies(pom: &Path, libraries: &Path) -> Result<()> {
    let mut command = Command::new("mvn");
    command
        .args(["--quiet", "--batch-mode", "--file"])
        .arg(pom)
        .arg("dependency:copy-dependencies");
    command.arg(format!("-DoutputDirectory={}", libraries.display()));
    let log_file = pom.with_file_name("maven.log");
    process::run("mvn", &mut command, &log_file, FETCHED)
        .await
        .context("the broker's jars cannot be fetched (Debian package maven)")
}
