//! Processes that outlive the launcher or the main process of their cluster. A server's processes are known by their
//! working folder, which is the data; while one is left, no new server may start on it.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::eventually::try_eventually;

const GONE: Duration = Duration::from_mins(1);

/// Ends a server that an earlier launcher left on the data, and clears its lock file.
pub async fn end(data: &Path) -> Result<()> {
    let lock_file = data.join("postmaster.pid");
    let main = fs::read_to_string(&lock_file)
        .ok()
        .and_then(|lock| lock.lines().next()?.trim().parse().ok());
    if let Some(main) = main.filter(|main| users(data).contains(main)) {
        kill(Pid::from_raw(main), Signal::SIGQUIT)
            .context("cannot stop an earlier server of the same data")?;
    }
    await_end(data).await?;
    // The server would judge by the id in it, which may by now be another process's, or a dead one nobody collects.
    if lock_file.exists() {
        fs::remove_file(&lock_file)?;
    }
    Ok(())
}

/// Waits until no process works on the data.
pub async fn await_end(data: &Path) -> Result<()> {
    let left = || async { users(data).is_empty() };
    try_eventually(GONE, left)
        .await
        .context("processes of an earlier server of the same data do not end")
}

fn users(data: &Path) -> Vec<i32> {
    let Ok(data) = fs::canonicalize(data) else {
        return Vec::new();
    };
    let ids = fs::read_dir("/proc").into_iter().flatten().flatten();
    let ids = ids.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    ids.filter(|id: &i32| fs::read_link(format!("/proc/{id}/cwd")).is_ok_and(|folder| folder == data))
        .collect()
}
