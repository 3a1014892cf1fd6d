//! The entry function: options, configuration, runtime, telemetry, and then the role that was asked for. Exit codes
//! are 0 for a clean end, 1 for a failure and 78 for a configuration that cannot be run with.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use super::parts::Parts;
use super::running::{Alive, End, Running};
use super::signals::Signals;
use super::{Service, core_dumps, restore, schema};
use crate::config::{ConfigError, Configuration, default_file};
use crate::telemetry::{self, Telemetry, TelemetryConfig};

pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");
const FAILURE: u8 = 1;
const BAD_CONFIGURATION: u8 = 78;
const STUCK_THREADS: Duration = Duration::from_secs(1);

#[derive(Parser)]
struct Options<C: Subcommand> {
    /// The configuration file.
    #[arg(long, global = true, default_value = "/etc/deltaga/config.toml")]
    config: PathBuf,
    #[command(subcommand)]
    role: Role<C>,
}

#[derive(Subcommand)]
enum Role<C: Subcommand> {
    /// Answer calls until SIGTERM.
    Serve,
    /// Bring the database's schema up to date, by the owner role, and end.
    Migrate,
    /// After a restore from backup, while no replica runs: make what is published from now on newer than everything that
    /// was published before, and have every topic written out again.
    RaiseEpoch,
    /// Judge the configuration, print it without its secrets, and end.
    CheckConfig,
    /// Print a documented configuration to begin with, and end.
    DefaultConfig,
    #[command(flatten)]
    Local(C),
}

/// Everything that `main` does.
pub fn run<S: Service>() -> ExitCode {
    telemetry::tell_location_only();
    let command = Options::<S::Command>::command()
        .name(S::NAME)
        .version(VERSION)
        .about(format!("The service {} of Deltaga", S::NAME));
    let options = Options::<S::Command>::from_arg_matches(&command.get_matches());
    let options = options.unwrap_or_else(|error| error.exit());
    // Fails only if it was installed before, which is what is wanted.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();

    let ended = match core_dumps::forbid() {
        Ok(()) => ended::<S>(options),
        Err(error) => Err(error).context("core dumps cannot be forbidden"),
    };
    exit_code(S::NAME, ended)
}

fn ended<S: Service>(options: Options<S::Command>) -> anyhow::Result<End> {
    if let Role::DefaultConfig = options.role {
        return print(&default_file::<S::Config>(S::NAME)?);
    }
    let configuration = Configuration::<S::Config>::load(S::NAME, &options.config)?;
    let parts = Parts::load(&configuration.platform)?;
    carry_out::<S>(options.role, configuration, parts)
}

fn carry_out<S: Service>(
    role: Role<S::Command>,
    configuration: Configuration<S::Config>,
    parts: Parts,
) -> anyhow::Result<End> {
    let told = configuration.platform.telemetry.clone();
    match role {
        Role::DefaultConfig | Role::CheckConfig => print(&configuration.redacted()),
        Role::Migrate => on_runtime(S::NAME, &told, |_| migrate::<S>(configuration)),
        Role::RaiseEpoch => on_runtime(S::NAME, &told, |_| {
            restore::raise_epoch::<S>(configuration.platform, parts)
        }),
        Role::Serve => on_runtime(S::NAME, &told, |telemetry| {
            let shown = configuration.redacted();
            live(shown, Running::start::<S>(configuration, parts, telemetry))
        }),
        Role::Local(command) => on_runtime(S::NAME, &told, |telemetry| async move {
            let context = Running::context(S::NAME, &configuration.platform, parts, telemetry).await?;
            S::execute(command, context, configuration.service)
                .await
                .map(|()| End::Clean)
        }),
    }
}

pub(super) fn exit_code(service: &str, ended: anyhow::Result<End>) -> ExitCode {
    match ended {
        Ok(End::Clean) => ExitCode::SUCCESS,
        Ok(End::Failed | End::CutOff) => ExitCode::FAILURE,
        Err(error) => {
            // Nobody can be told when even this fails.
            let _ = writeln!(std::io::stderr(), "{service}: {error:#}");
            ExitCode::from(if error.is::<ConfigError>() {
                BAD_CONFIGURATION
            } else {
                FAILURE
            })
        }
    }
}

/// Runs `work` on a runtime of its own, with telemetry that is flushed at the end.
pub(super) fn on_runtime<F>(
    service: &'static str,
    told: &TelemetryConfig,
    work: impl FnOnce(Telemetry) -> F,
) -> anyhow::Result<End>
where
    F: Future<Output = anyhow::Result<End>>,
{
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("no runtime")?;
    let ended = runtime.block_on(async {
        let telemetry = Telemetry::install(service, told)?;
        let ended = work(telemetry.clone()).await;
        if let Err(error) = &ended {
            tracing::error!(error = format!("{error:#}"), "cannot go on");
        }
        telemetry.flush().await;
        ended
    });
    runtime.shutdown_timeout(STUCK_THREADS);
    ended
}

async fn migrate<S: Service>(configuration: Configuration<S::Config>) -> anyhow::Result<End> {
    let missing = || ConfigError::at("db.owner_url", "missing, and `migrate` needs it");
    let owner_url = configuration.platform.db.owner_url.ok_or_else(missing)?;
    schema::migrate::<S>(&owner_url).await?;
    Ok(End::Clean)
}

/// Lives from the start until a signal or a dead task ends it; `configuration` is what the log shows of it.
pub(super) async fn live<R: Alive>(
    configuration: String,
    starting: impl Future<Output = anyhow::Result<R>>,
) -> anyhow::Result<End> {
    tracing::info!(version = VERSION, configuration, "starting");
    let mut signals = Signals::listen().context("no signals")?;
    let running = tokio::select! {
        running = starting => running?,
        () = signals.next() => {
            tracing::info!("ended before it was ready");
            return Ok(End::Clean);
        }
    };
    tokio::select! {
        () = signals.next() => tracing::info!("shutdown begins: signal"),
        () = running.ending() => tracing::error!("shutdown begins: a task died"),
    }
    let end = running.stop(signals.next()).await;
    tracing::info!(?end, "shutdown complete");
    Ok(end)
}

pub(super) fn print(text: &str) -> anyhow::Result<End> {
    std::io::stdout()
        .write_all(text.as_bytes())
        .context("standard output is closed")?;
    Ok(End::Clean)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::NoCommands;

    #[derive(Subcommand)]
    enum Errands {
        /// Fetches the post.
        Fetch { parcels: u32 },
    }

    #[test]
    fn a_service_adds_its_own_commands() {
        let options =
            Options::<Errands>::try_parse_from(["post", "fetch", "3", "--config", "post.toml"]).unwrap();

        assert!(matches!(options.role, Role::Local(Errands::Fetch { parcels: 3 })));
        assert_eq!(options.config, PathBuf::from("post.toml"));
    }

    #[test]
    fn every_service_has_the_same_roles() {
        for role in [
            "serve",
            "migrate",
            "raise-epoch",
            "check-config",
            "default-config",
        ] {
            assert!(
                Options::<NoCommands>::try_parse_from(["post", role]).is_ok(),
                "{role}"
            );
        }
        assert!(Options::<NoCommands>::try_parse_from(["post", "dance"]).is_err());
    }
}
