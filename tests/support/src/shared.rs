//! Surroundings that several test processes share. The first one starts the server, every user holds a shared lock, and
//! a small watcher stops the server once nobody holds the lock any more; so nothing is left running after the tests.

use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::files;
use crate::process::Process;

/// Held by a test process for as long as it uses the shared server.
#[derive(Debug)]
pub struct Lease {
    _users: File,
}

/// A server that was just started: where it answers and its process.
pub struct Started {
    pub address: String,
    pub process: Process,
}

// $1 users lock, $2 process id, $3 signal, $4 file naming the running server. While the watcher holds the lock for
// stopping, newcomers wait for it and then start a server of their own.
const WATCHER: &str = r#"
while sleep 10; do
  flock --exclusive --nonblock "$1" sh -c '
    rm -f "$3"; kill -"$2" "$1"; while kill -0 "$1"; do sleep 0.1; done
  ' watcher "$2" "$3" "$4" && exit 0
  kill -0 "$2" || exit 0
done
"#;

/// Joins the users of the server in the folder, starting it when it does not run; `signal` stops it.
pub async fn acquire<F, Fut>(folder: &Path, signal: &str, start: F) -> Result<(Lease, String)>
where
    F: FnOnce() -> Fut,
    Fut: Future<Output = Result<Started>>,
{
    let users_file = folder.join("users.lock");
    let running_file = folder.join("running");
    let _starting = files::lock(&folder.join("start.lock"))?;
    let users = files::open_lock(&users_file)?;
    users
        .lock_shared()
        .context("cannot join the users of a shared server")?;
    if let Some(address) = running_address(&running_file) {
        return Ok((Lease { _users: users }, address));
    }
    let Started { address, process } = start().await?;
    let id = process.detach();
    files::replace(&running_file, &format!("{id}\n{address}\n"))?;
    watch(&users_file, id, signal, &running_file)?;
    Ok((Lease { _users: users }, address))
}

/// A value handed over by the surroundings of the test run.
#[expect(
    clippy::disallowed_methods,
    reason = "the test surroundings hand over addresses by environment variables"
)]
pub fn given(variable: &str) -> Option<String> {
    std::env::var(variable).ok().filter(|value| !value.is_empty())
}

fn running_address(file: &Path) -> Option<String> {
    let content = fs::read_to_string(file).ok()?;
    let (id, address) = content.trim_end().split_once('\n')?;
    // A dead server leaves its file behind; a zombie has no command line.
    let command = fs::read(format!("/proc/{id}/cmdline")).ok()?;
    (!command.is_empty()).then(|| address.to_owned())
}

fn watch(users: &Path, id: u32, signal: &str, running: &Path) -> Result<()> {
    let mut command = Command::new("sh");
    command
        .args(["-c", WATCHER, "watcher"])
        .arg(users)
        .arg(id.to_string())
        .arg(signal)
        .arg(running);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
        .current_dir("/")
        .process_group(0)
        .spawn()
        .context("cannot watch over a shared server")?;
    Ok(())
}
