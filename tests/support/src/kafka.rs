//! One Apache Kafka broker in KRaft mode with TLS, a principal per service and grants from `deploy/kafka/topics.yaml`;
//! started from jars, so no container engine is needed. Tests share one broker and make topics of their own on it.

pub mod acl;
mod admin;
mod classes;
mod install;
mod settings;
mod tests_broker;

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use nix::sys::signal::Signal;

use crate::ca::{Authority, Identity};
use crate::ports::ReservedPort;
use crate::process::{self, Process};
use crate::topics::TopicList;
use crate::{files, ready};

pub use admin::{apply, client_config, create_topic};
pub use tests_broker::{Kafka, TESTER, shared};

/// The principal that may do everything: the broker itself and whoever administers it.
pub const ADMINISTRATOR: &str = "kafka";

const STARTED: Duration = Duration::from_secs(90);
const STOPPED: Duration = Duration::from_secs(30);
const CLUSTER_ID: &str = "ZGVsdGFnYS1kZXZlbG9wbQ";

/// Where a broker lives and how it is reached.
pub struct Options {
    /// Data and configuration.
    pub folder: PathBuf,
    pub log_file: PathBuf,
    pub port: ReservedPort,
    pub controller_port: ReservedPort,
    /// The port written into answers to clients that come by [`Broker::behind_proxy_port`]: that of a fault proxy.
    pub proxy: Option<Proxied>,
    /// Principals besides [`ADMINISTRATOR`] that may do everything; for tests.
    pub super_users: Vec<String>,
}

/// A second listener whose clients are sent to a proxy, so that tests can cut them off and nobody else.
pub struct Proxied {
    pub listener: ReservedPort,
    pub proxy_port: u16,
}

/// A broker started by this process and killed with it.
pub struct Broker {
    options: Options,
    administrator: Identity,
    process: Process,
}

impl Broker {
    /// Starts the broker of the folder, formatting its storage the first time, and waits until it answers.
    pub async fn start(options: Options, authority: &Authority) -> Result<Self> {
        let administrator = authority.service(ADMINISTRATOR)?;
        let libraries = install::libraries().await?;
        settings::write(&options, &administrator)?;
        format_storage(&options, &libraries).await?;
        let making = classes::in_the_making(&libraries, options.port.number());
        let is_first = !classes::are_kept(&libraries);
        let option = if is_first {
            classes::kept_at_end(&making)
        } else {
            classes::mapped(&libraries)
        };
        let process = spawn(&options, &libraries, &option)?;
        let mut broker = Self {
            options,
            administrator,
            process,
        };
        broker.wait_until_ready().await?;
        if is_first {
            broker.stop().await?;
            classes::keep(&making, &libraries)?;
            broker.start_again().await?;
        }
        Ok(broker)
    }

    /// What clients are configured with.
    pub fn address(&self) -> String {
        format!("localhost:{}", self.options.port.number())
    }

    /// The port a fault proxy forwards to; its clients use `localhost:<proxy port>`.
    pub fn behind_proxy_port(&self) -> Option<u16> {
        self.options
            .proxy
            .as_ref()
            .map(|proxied| proxied.listener.number())
    }

    pub fn administrator(&self) -> &Identity {
        &self.administrator
    }

    /// Makes the topics and grants of the committed list.
    pub async fn apply_topics(&self) -> Result<()> {
        apply(&self.address(), &self.administrator, &TopicList::committed()?).await
    }

    /// The process, for signals: pause and resume it, or look whether it lives.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// Stops in an orderly way.
    pub async fn stop(&mut self) -> Result<()> {
        self.process.stop_by(Signal::SIGTERM, STOPPED).await?;
        Ok(())
    }

    /// Kills the broker where it stands.
    pub async fn kill(&mut self) -> Result<()> {
        self.process.kill().await?;
        Ok(())
    }

    /// Starts a stopped or killed broker on the same data and port.
    pub async fn start_again(&mut self) -> Result<()> {
        ensure!(self.process.exit_status()?.is_some(), "the broker still runs");
        let libraries = install::libraries().await?;
        self.process = spawn(&self.options, &libraries, &classes::mapped(&libraries))?;
        self.wait_until_ready().await
    }

    pub(crate) fn into_process(self) -> Process {
        self.process
    }

    // The port opens before the broker serves; it is ready when it answers a request of its protocol.
    async fn wait_until_ready(&mut self) -> Result<()> {
        let (address, administrator) = (self.address(), self.administrator.clone());
        ready::wait(&mut self.process, STARTED, || {
            acl::create(&address, &administrator, &[])
        })
        .await
    }
}

fn spawn(options: &Options, libraries: &std::path::Path, class_option: &str) -> Result<Process> {
    let mut command = java(libraries, &options.folder);
    command.args([
        class_option,
        "-Xmx512m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "kafka.Kafka",
    ]);
    command.arg(options.folder.join("server.properties"));
    Process::spawn("kafka", &mut command, &options.log_file)
}

async fn format_storage(options: &Options, libraries: &std::path::Path) -> Result<()> {
    let (data, marker) = (options.folder.join("data"), options.folder.join("formatted"));
    if marker.exists() {
        return Ok(());
    }
    if data.exists() {
        fs::remove_dir_all(&data).context("cannot clear a half-formatted storage")?;
    }
    let mut command = java(libraries, &options.folder);
    command.args([
        &classes::mapped(libraries),
        "-XX:TieredStopAtLevel=1",
        "kafka.tools.StorageTool",
        "format",
        "--standalone",
    ]);
    command
        .args(["-t", CLUSTER_ID, "-c"])
        .arg(options.folder.join("server.properties"));
    process::run("kafka-format", &mut command, &options.log_file, STARTED)
        .await
        .context(
            "the broker's storage cannot be formatted (it needs the Debian package default-jre-headless)",
        )?;
    files::replace(&marker, "")
}

fn java(libraries: &std::path::Path, folder: &std::path::Path) -> Command {
    let mut command = Command::new("java");
    command.arg("-cp").arg(libraries.join("*"));
    command.arg(format!(
        "-Dlog4j2.configurationFile={}",
        folder.join("log4j2.properties").display()
    ));
    command
}
