//! The broker's jars, fetched once from Maven Central into `.run/kafka/libs` and kept there; they are a download, not
//! state, so `make reset` leaves them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::files;

const POM: &str = include_str!("../../kafka/pom.xml");

/// The folder with the jars, filled on first use.
pub fn libraries() -> Result<PathBuf> {
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
    copy_dependencies(&pom, &libraries)?;
    files::replace_with_mode(&marker, POM, 0o644)?;
    Ok(libraries)
}

fn copy_dependencies(pom: &Path, libraries: &Path) -> Result<()> {
    let output = Command::new("mvn")
        .args(["--quiet", "--batch-mode", "--file"])
        .arg(pom)
        .arg("dependency:copy-dependencies")
        .arg(format!("-DoutputDirectory={}", libraries.display()))
        .output()
        .context("cannot start mvn (Debian package maven)")?;
    if !output.status.success() {
        bail!(
            "mvn could not fetch the broker's jars:\n{}",
            String::from_utf8_lossy(&output.stdout)
        );
    }
    Ok(())
}
