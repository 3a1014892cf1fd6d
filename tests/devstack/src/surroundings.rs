//! `devstack test-surroundings -- <command>`: PostgreSQL and Kafka for a whole test run, started once, handed to the
//! command in environment variables and ended with it. The command's exit code becomes our own.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use support::ca::Authority;
use support::kafka::{self, Broker, TESTER};
use support::postgres::{self, Cluster};
use support::{files, ports, process};

use crate::progress::Progress;
use crate::run::EndSignals;

/// Held in `.run` by the surroundings of a test run; a second run waits for it.
pub const SURROUNDINGS_LOCK: &str = "surroundings.lock";

struct Surroundings {
    postgres: Cluster,
    kafka: Broker,
    authority: Authority,
}

/// Runs the command in surroundings of its own, which live below `home` (`.run` unless told otherwise); two runs with one
/// home wait for each other.
pub fn run(home: Option<&Path>, command: &[String]) -> Result<ExitCode> {
    process::leave_signals_to_caller();
    let home = home.map_or_else(files::run_folder, Path::to_path_buf);
    let folder = home.join("surroundings");
    let _alone = files::lock(&home.join(SURROUNDINGS_LOCK))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(async {
        let mut signals = EndSignals::listen()?;
        process::keep_record(&home.join("surroundings.processes")).await?;
        let surroundings = tokio::select! {
            started = start(&folder, Progress::detect()) => started?,
            () = signals.next() => return Ok(ExitCode::FAILURE),
        };
        let code = carry_out(command, &surroundings, &mut signals).await;
        surroundings.stop().await.and(code)
    });
    process::kill_all();
    outcome
}

async fn start(folder: &Path, progress: Progress) -> Result<Surroundings> {
    Cluster::remove(&folder.join("postgres"))?;
    if folder.exists() {
        fs::remove_dir_all(folder).context("cannot clear the surroundings of an earlier run")?;
    }
    let authority = Authority::open(folder.join("certificates"))?;
    let postgres = Cluster::start(postgres::Options {
        folder: folder.join("postgres"),
        log_file: folder.join("postgres.log"),
        port: ports::reserve()?,
        durable: false,
    });
    let options = kafka::Options {
        folder: folder.join("kafka"),
        log_file: folder.join("kafka.log"),
        port: ports::reserve()?,
        controller_port: ports::reserve()?,
        proxy: None,
        super_users: vec![TESTER.to_owned()],
    };
    let kafka = async {
        let broker = Broker::start(options, &authority).await?;
        broker.apply_topics().await?;
        Ok(broker)
    };
    let both = async { tokio::try_join!(postgres, kafka) };
    let (postgres, kafka) = progress.step("PostgreSQL and Kafka for tests", both).await?;
    Ok(Surroundings {
        postgres,
        kafka,
        authority,
    })
}

async fn carry_out(
    command: &[String],
    surroundings: &Surroundings,
    signals: &mut EndSignals,
) -> Result<ExitCode> {
    // env(1), so that the command may begin with variables of its own, as in a shell.
    let mut child = tokio::process::Command::new("env")
        .args(command)
        .envs(surroundings.environment())
        .kill_on_drop(true)
        .spawn()
        .context("cannot start the command")?;
    let status = loop {
        tokio::select! {
            status = child.wait() => break status?,
            () = signals.next() => pass_on(&child),
        }
    };
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

// Ctrl-C reaches the command by itself; SIGTERM to us would not.
fn pass_on(child: &tokio::process::Child) {
    if let Some(id) = child.id().and_then(|id| i32::try_from(id).ok()) {
        let _already_gone = kill(Pid::from_raw(id), Signal::SIGTERM);
    }
}

impl Surroundings {
    fn environment(&self) -> [(&'static str, String); 3] {
        [
            ("TEST_DATABASE_URL", self.postgres.url("postgres")),
            ("TEST_KAFKA_BROKERS", self.kafka.address()),
            (
                "TEST_KAFKA_CERTIFICATES",
                self.authority.folder().display().to_string(),
            ),
        ]
    }

    async fn stop(mut self) -> Result<()> {
        // Nothing in them is kept, so there is no reason to wait for a checkpoint or a clean log.
        let (postgres, kafka) = tokio::join!(self.postgres.stop_immediately(), self.kafka.kill());
        postgres.and(kafka)
    }
}
