//! The live children in a file, so that the next launcher can end those of a launcher that was killed and could not.
//! A process is known by its id and the instant it started, since ids are given anew.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use crate::eventually::try_eventually;
use crate::files;

static FILE: Mutex<Option<PathBuf>> = Mutex::new(None);

/// How long a killed process may take until it is gone.
const DEATH: Duration = Duration::from_secs(10);

/// Ends whatever the file still names, and keeps this process's own children in it from now on.
pub async fn keep_record(file: &Path) -> Result<()> {
    let survivors = fs::read_to_string(file).unwrap_or_default();
    let survivors: Vec<i32> = survivors.lines().filter_map(survivor).collect();
    for group in &survivors {
        let _already_gone = killpg(Pid::from_raw(*group), Signal::SIGKILL);
    }
    let gone = || async { survivors.iter().all(|id| started_at(*id).is_none()) };
    try_eventually(DEATH, gone)
        .await
        .context("processes of an earlier launcher do not end")?;
    *FILE.lock().unwrap_or_else(PoisonError::into_inner) = Some(file.to_path_buf());
    Ok(())
}

/// Writes the children that live now.
pub(super) fn write(live: &BTreeSet<i32>) {
    let file = FILE.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(file) = file.as_deref() else { return };
    let lines = live
        .iter()
        .filter_map(|id| Some(format!("{id} {}\n", started_at(*id)?)));
    if let Err(error) = files::replace(file, &lines.collect::<String>()) {
        tracing::warn!(%error, "cannot keep the record of children");
    }
}

fn survivor(line: &str) -> Option<i32> {
    let (id, start) = line.split_once(' ')?;
    let id = id.parse().ok()?;
    (started_at(id)?.to_string() == start).then_some(id)
}

/// Ticks from the machine's start to the process's, of a process that is not dead already.
fn started_at(id: i32) -> Option<u64> {
    let facts = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The program's name, in parentheses, may hold anything; the state follows it.
    let fields: Vec<&str> = facts.rsplit_once(") ")?.1.split(' ').collect();
    // A dead main thread may have others that still hold the ports.
    let threads = fs::read_dir(format!("/proc/{id}/task")).map_or(0, Iterator::count);
    let is_dead = matches!(fields.first(), Some(&("Z" | "X"))) && threads <= 1;
    (!is_dead).then(|| fields.get(19)?.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_known_by_its_id_and_start() {
        let id = i32::try_from(std::process::id()).unwrap();
        let start = started_at(id).unwrap();
        assert_eq!(survivor(&format!("{id} {start}")), Some(id));
        assert_eq!(survivor(&format!("{id} {}", start + 1)), None);
    }
}
