//! `test-surroundings` as a process: what the command gets, its exit code, and nothing left behind. Each has a home of its
//! own, since the tests themselves run in surroundings.

use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use support::process::Process;
use support::{eventually, files};

const LONG: Duration = Duration::from_mins(2);

/// Checks what was handed over, writes down both addresses and then does as told.
const LOOK: &str = r#"
test "$WANTED" = yes || exit 8
test -f "$TEST_KAFKA_CERTIFICATES/ca.certificate.pem" || exit 9
host=${TEST_DATABASE_URL#*@}
printf '%s\n%s\n' "${host%/*}" "$TEST_KAFKA_BROKERS" > "$0.draft"
mv "$0.draft" "$0"
"#;

fn surroundings(folder: &Path, then: &str) -> Result<(Process, PathBuf)> {
    let addresses = folder.join("addresses");
    let mut command = Command::new(env!("CARGO_BIN_EXE_devstack"));
    command
        .args(["test-surroundings", "--home"])
        .arg(folder)
        .args(["--", "WANTED=yes", "sh", "-c", &format!("{LOOK}{then}")])
        .arg(&addresses);
    Ok((
        Process::spawn("devstack", &mut command, &folder.join("log"))?,
        addresses,
    ))
}

fn addresses(file: &Path) -> Result<Vec<String>> {
    let addresses: Vec<String> = std::fs::read_to_string(file)?
        .lines()
        .map(str::to_owned)
        .collect();
    (addresses.len() == 2)
        .then_some(addresses)
        .context("not both addresses were given")
}

fn answers(address: &String) -> bool {
    TcpStream::connect(address).is_ok()
}

#[tokio::test]
async fn the_command_gets_both_servers_and_its_exit_code_is_kept() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (mut process, file) = surroundings(folder.path(), "exit 7")?;
    let status = process.wait(LONG).await?;
    assert_eq!(status.code(), Some(7), "{}", files::tail(process.log_file(), 20));
    assert!(!addresses(&file)?.iter().any(answers));
    Ok(())
}

#[tokio::test]
async fn a_signal_ends_the_command_and_both_servers() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (mut process, file) = surroundings(folder.path(), "exec sleep 600")?;
    let servers = eventually(LONG, || async { addresses(&file) }).await;
    assert!(servers.iter().all(answers));
    kill(Pid::from_raw(i32::try_from(process.id())?), Signal::SIGTERM)?;
    process.wait(LONG).await?;
    assert!(!servers.iter().any(answers));
    Ok(())
}
