//! Child processes with one log file each, in their own process group, killed when their handle is dropped.
//! A registry of live groups lets a signal to the parent end every child, so that Ctrl-C leaves nothing behind.

mod record;

use std::collections::BTreeSet;
use std::fs::File;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{LazyLock, Mutex, Once, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use crate::eventually::try_eventually;
use crate::files;

pub use record::keep_record;

static LIVE: LazyLock<Mutex<BTreeSet<i32>>> = LazyLock::new(Mutex::default);
static GUARD: Once = Once::new();

/// How long a killed process may take until it is gone.
const DEATH: Duration = Duration::from_secs(10);

/// A running (or ended) child process with its log.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    log_file: PathBuf,
    ended: Option<ExitStatus>,
}

impl Process {
    /// Starts the command in its own process group, its output appended to the log file.
    pub fn spawn(name: &str, command: &mut Command, log_file: &Path) -> Result<Self> {
        install_guard();
        let log = open_log(log_file)?;
        let child = command
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("cannot start {name} ({})", command.get_program().display()))?;
        let process = Self {
            name: name.to_owned(),
            child,
            log_file: log_file.to_path_buf(),
            ended: None,
        };
        change_live(|live| live.insert(process.group().as_raw()));
        Ok(process)
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn log_file(&self) -> &Path {
        &self.log_file
    }

    /// The exit status, once the process has ended.
    pub fn exit_status(&mut self) -> Result<Option<ExitStatus>> {
        if self.ended.is_none() {
            self.ended = self.child.try_wait()?;
            if self.ended.is_some() {
                change_live(|live| live.remove(&self.group().as_raw()));
            }
        }
        Ok(self.ended)
    }

    /// Fails, with the last lines of its log, when the process has ended.
    pub fn ensure_running(&mut self) -> Result<()> {
        if let Some(status) = self.exit_status()? {
            let tail = files::tail(&self.log_file, 15);
            bail!(
                "{} has ended ({status}); the end of {}:\n{tail}",
                self.name,
                self.log_file.display()
            );
        }
        Ok(())
    }

    /// Sends a signal to the process and its own children.
    pub fn signal(&mut self, signal: Signal) -> Result<()> {
        self.ensure_running()?;
        killpg(self.group(), signal).with_context(|| format!("cannot send {signal} to {}", self.name))
    }

    /// Asks the process to stop (SIGTERM) and waits for its exit status.
    pub async fn terminate(&mut self, deadline: Duration) -> Result<ExitStatus> {
        self.stop_by(Signal::SIGTERM, deadline).await
    }

    /// Sends the signal unless the process has ended already, and waits for its exit status.
    pub async fn stop_by(&mut self, signal: Signal, deadline: Duration) -> Result<ExitStatus> {
        if let Some(status) = self.exit_status()? {
            return Ok(status);
        }
        self.signal(signal)?;
        self.wait(deadline).await
    }

    /// Kills the process (SIGKILL) and waits until it is gone.
    pub async fn kill(&mut self) -> Result<ExitStatus> {
        self.stop_by(Signal::SIGKILL, DEATH).await
    }

    /// Stops the process where it stands (SIGSTOP); its sockets stay open.
    pub fn pause(&mut self) -> Result<()> {
        self.signal(Signal::SIGSTOP)
    }

    /// Lets a paused process go on (SIGCONT).
    pub fn resume(&mut self) -> Result<()> {
        self.signal(Signal::SIGCONT)
    }

    /// Waits for the process to end by itself.
    pub async fn wait(&mut self, deadline: Duration) -> Result<ExitStatus> {
        let name = self.name.clone();
        let this = Mutex::new(self);
        try_eventually(deadline, || async {
            let ended = this.lock().unwrap_or_else(PoisonError::into_inner).exit_status();
            ended
                .map_err(|error| error.to_string())?
                .ok_or_else(|| "it still runs".to_owned())
        })
        .await
        .with_context(|| format!("{name} has not ended"))
    }

    /// Leaves the process running when this one ends; whoever calls this sees to its end.
    pub fn detach(self) -> u32 {
        change_live(|live| live.remove(&self.group().as_raw()));
        let id = self.child.id();
        std::mem::forget(self);
        id
    }

    fn group(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.child.id()).expect("a process id fits in 31 bits"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if matches!(self.exit_status(), Ok(Some(_))) {
            return;
        }
        let _already_gone = killpg(self.group(), Signal::SIGKILL);
        let _status = self.child.wait();
        change_live(|live| live.remove(&self.group().as_raw()));
    }
}

/// Runs a program to its successful end; it is killed when the caller gives up waiting.
pub async fn run(name: &str, command: &mut Command, log_file: &Path, deadline: Duration) -> Result<()> {
    let mut process = Process::spawn(name, command, log_file)?;
    let status = process.wait(deadline).await?;
    if !status.success() {
        bail!(
            "{name} failed ({status}); the end of {}:\n{}",
            log_file.display(),
            files::tail(log_file, 15)
        );
    }
    Ok(())
}

/// Whether the exit status is that of a clean end.
pub fn ended_cleanly(status: ExitStatus) -> bool {
    status.code() == Some(0) && status.signal().is_none()
}

/// Leaves signals to the caller, who stops the children in his own order. To be called before the first spawn.
pub fn leave_signals_to_caller() {
    GUARD.call_once(|| {});
}

/// Kills every child that still runs.
pub fn kill_all() {
    for group in live().clone() {
        let _already_gone = killpg(Pid::from_raw(group), Signal::SIGKILL);
    }
}

/// A signal ends this process; its children, being in groups of their own, would not hear of it.
fn install_guard() {
    GUARD.call_once(|| {
        std::thread::Builder::new()
            .name("child-guard".to_owned())
            .spawn(|| {
                if let Ok(signal) = wait_for_end_signal() {
                    kill_all();
                    std::process::exit(128 + signal);
                }
            })
            .expect("the machine allows one more thread");
    });
}

fn wait_for_end_signal() -> Result<i32> {
    use tokio::signal::unix::{SignalKind, signal};
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let mut hang_up = signal(SignalKind::hangup())?;
        tokio::select! {
            _ = interrupt.recv() => Ok(2),
            _ = terminate.recv() => Ok(15),
            _ = hang_up.recv() => Ok(1),
        }
    })
}

fn change_live(change: impl FnOnce(&mut BTreeSet<i32>) -> bool) {
    let mut live = live();
    change(&mut live);
    record::write(&live);
}

fn live() -> std::sync::MutexGuard<'static, BTreeSet<i32>> {
    LIVE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn open_log(path: &Path) -> Result<File> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    File::options()
        .create(true)
        .append(true)
        .open(path)
        .with_context(|| format!("cannot open {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sleeper() -> (tempfile::TempDir, Process) {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", "sleep 600 & wait"]);
        let process = Process::spawn("sleeper", &mut command, &folder.path().join("log")).unwrap();
        (folder, process)
    }

    fn is_alive(group: i32) -> bool {
        killpg(Pid::from_raw(group), None).is_ok()
    }

    #[tokio::test]
    async fn dropping_the_handle_ends_the_whole_group() {
        let (_folder, process) = sleeper();
        let group = process.group().as_raw();
        assert!(is_alive(group));
        drop(process);
        try_eventually(DEATH, || async { !is_alive(group) })
            .await
            .unwrap();
    }

    #[tokio::test]
    async fn a_killed_process_reports_the_signal() {
        let (_folder, mut process) = sleeper();
        assert_eq!(process.kill().await.unwrap().signal(), Some(9));
    }

    #[tokio::test]
    async fn an_ended_process_is_reported_with_the_end_of_its_log() {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", "echo the key is missing; exit 78"]);
        let mut process = Process::spawn("broken", &mut command, &folder.path().join("log")).unwrap();
        assert_eq!(process.wait(DEATH).await.unwrap().code(), Some(78));
        let message = process.ensure_running().unwrap_err().to_string();
        assert!(message.contains("the key is missing"), "{message}");
    }
}
