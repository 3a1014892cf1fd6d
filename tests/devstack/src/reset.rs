//! `devstack reset`: removes whatever `run` and tests left in `.run`. Fetched jars stay, since they are no state.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use support::files;
use support::postgres::Cluster;

use crate::run::hold_stack_lock;

/// What stays in `.run`: the broker's jars, and the lock that is held meanwhile.
const KEPT: [&str; 2] = ["kafka", "stack.lock"];

/// Removes the state of this workspace.
pub fn reset() -> Result<()> {
    let _alone = hold_stack_lock()?;
    let folder = files::run_folder();
    ensure_no_tests(&folder)?;
    for cluster in ["postgres", "test/postgres/cluster", "surroundings/postgres"] {
        Cluster::remove(&folder.join(cluster))?;
    }
    remove(&folder.join("kafka/broker"))?;
    for entry in fs::read_dir(&folder)? {
        let entry = entry?;
        if !KEPT.iter().any(|kept| entry.file_name() == *kept) {
            remove(&entry.path())?;
        }
    }
    Ok(())
}

fn ensure_no_tests(folder: &Path) -> Result<()> {
    for server in ["postgres", "kafka"] {
        let lock = files::open_lock(&folder.join("test").join(server).join("users.lock"))?;
        ensure!(
            lock.try_lock().is_ok(),
            "tests of this workspace still use {server}; wait until they have ended"
        );
    }
    Ok(())
}

fn remove(path: &Path) -> Result<()> {
    let outcome = match fs::symlink_metadata(path) {
        Err(_absent) => return Ok(()),
        Ok(entry) if entry.is_dir() => fs::remove_dir_all(path),
        Ok(_file) => fs::remove_file(path),
    };
    outcome.with_context(|| format!("cannot remove {}", path.display()))
}
