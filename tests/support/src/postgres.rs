//! A private PostgreSQL cluster from the installed binaries, and the roles and databases of services in it. Tests share
//! one cluster and take a database of their own from a migrated template; the stack and crash tests run one themselves.

mod backup;
mod databases;
mod programs;
mod survivors;
mod tests_cluster;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use nix::sys::signal::Signal;
use sqlx::{Connection, PgConnection};

use crate::ports::ReservedPort;
use crate::process::Process;
use crate::ready;

pub use backup::{back_up, restore};
pub use databases::{
    APPLICATION_GROUP, ServiceDatabase, TestDatabase, create_database, create_service_roles, fresh_database,
    service_database,
};
use programs::Programs;
pub use tests_cluster::admin_url;

const STARTED: Duration = Duration::from_mins(1);
const STOPPED: Duration = Duration::from_mins(1);

/// Where a cluster lives and how careful it is.
pub struct Options {
    pub folder: PathBuf,
    pub log_file: PathBuf,
    pub port: ReservedPort,
    /// Whether commits reach the disk. Off makes tests fast; on is for whatever survives a crash of the machine.
    pub durable: bool,
}

/// A cluster started by this process and killed with it.
pub struct Cluster {
    options: Options,
    programs: Programs,
    data: PathBuf,
    process: Process,
}

impl Cluster {
    /// Starts the cluster of the folder, making it the first time, and waits until it answers.
    pub async fn start(options: Options) -> Result<Self> {
        let programs = Programs::find()?;
        let data = programs.data_folder(&options.folder)?;
        if !data.join("PG_VERSION").exists() {
            programs.make_cluster(&data, &options.log_file).await?;
        }
        survivors::end(&data).await?;
        let process = spawn(&options, &programs, &data)?;
        let mut cluster = Self {
            options,
            programs,
            data,
            process,
        };
        cluster.wait_until_ready().await?;
        Ok(cluster)
    }

    /// The address of a database for the superuser.
    pub fn url(&self, database: &str) -> String {
        self.url_of("postgres", database)
    }

    /// The address of a database for the given role.
    pub fn url_of(&self, role: &str, database: &str) -> String {
        format!(
            "postgres://{role}@127.0.0.1:{}/{database}",
            self.options.port.number()
        )
    }

    pub fn port(&self) -> u16 {
        self.options.port.number()
    }

    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// Stops in an orderly way: sessions are ended, a checkpoint is written.
    pub async fn stop(&mut self) -> Result<()> {
        self.process.stop_by(Signal::SIGINT, STOPPED).await?;
        Ok(())
    }

    /// Stops at once without a checkpoint; the next start recovers from the log.
    pub async fn stop_immediately(&mut self) -> Result<()> {
        self.process.stop_by(Signal::SIGQUIT, STOPPED).await?;
        Ok(())
    }

    /// Kills the main process where it stands; its sessions notice and end.
    pub async fn crash(&mut self) -> Result<()> {
        self.process.kill().await?;
        survivors::await_end(&self.data).await
    }

    /// Starts a stopped or crashed cluster on the same data and port.
    pub async fn start_again(&mut self) -> Result<()> {
        ensure!(self.process.exit_status()?.is_some(), "the cluster still runs");
        survivors::end(&self.data).await?;
        self.process = spawn(&self.options, &self.programs, &self.data)?;
        self.wait_until_ready().await
    }

    /// Removes everything a cluster of this folder left on disk.
    pub fn remove(folder: &Path) -> Result<()> {
        for folder in [programs::elsewhere(folder), folder.to_path_buf()] {
            if folder.exists() {
                fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
            }
        }
        Ok(())
    }

    fn into_process(self) -> Process {
        self.process
    }

    async fn wait_until_ready(&mut self) -> Result<()> {
        let url = self.url("postgres");
        ready::wait(&mut self.process, STARTED, || async {
            let connection = PgConnection::connect(&url).await?;
            Ok(connection.close().await?)
        })
        .await
    }
}

fn spawn(options: &Options, programs: &Programs, data: &Path) -> Result<Process> {
    let mut command = programs.command("postgres");
    command
        .arg("-D")
        .arg(data)
        .args(["-p", &options.port.number().to_string()]);
    for setting in SETTINGS {
        command.args(["-c", setting]);
    }
    for setting in if options.durable { &[][..] } else { CARELESS } {
        command.args(["-c", setting]);
    }
    Process::spawn("postgres", &mut command, &options.log_file)
}

// Only this machine reaches the cluster, by TCP alone: socket files have a limit on the length of their path.
const SETTINGS: &[&str] = &[
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=400",
    "shared_buffers=128MB",
    "timezone=UTC",
    "log_timezone=UTC",
    "log_min_messages=warning",
    "log_parameter_max_length_on_error=0",
];

const CARELESS: &[&str] = &["fsync=off", "synchronous_commit=off", "full_page_writes=off"];

/// Makes a command forget the caller's folder, which the cluster's user may not be allowed to enter.
fn at_root(mut command: Command) -> Command {
    command.current_dir("/");
    command
}
