//! `devstack reset`: removes whatever `run` and tests left in `.run`. Fetched jars stay, since they are no state.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use support::postgres::Cluster;
use support::{files, process};

use crate::run::{PROCESSES, hold_stack_lock};
use crate::surroundings::SURROUNDINGS_LOCK;

/// What stays in `.run`: the broker's jars, and the locks that are held meanwhile.
const KEPT: [&str; 3] = ["kafka", "stack.lock", SURROUNDINGS_LOCK];

/// Removes the state of this workspace.
pub fn reset() -> Result<()> {
    let _alone = hold_stack_lock()?;
    let folder = files::run_folder();
    let surroundings = files::open_lock(&folder.join(SURROUNDINGS_LOCK))?;
    ensure!(
        surroundings.try_lock().is_ok(),
        "tests of this workspace still run; wait until they have ended"
    );
    ensure_no_tests(&folder)?;
    end_survivors(&folder)?;
    for cluster in [
        "postgres",
        "test/postgres/cluster",
        "surroundings/postgres",
        "bench/postgres",
    ] {
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

// A launcher that was killed left its processes running on the files that are about to go.
fn end_survivors(folder: &Path) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(process::keep_record(&folder.join(PROCESSES)))
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
