//! The entry function of a service without state: the same roles and exit codes as every service. `migrate` has nothing
//! to do and ends well, so that all services are rolled out alike.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use super::{Configuration, Parts, Running, Stateless, default_file};
use crate::service::core_dumps;
use crate::service::entry::{VERSION, exit_code, live, on_runtime, print};
use crate::service::running::End;
use crate::telemetry;

#[derive(Parser)]
struct Options {
    /// The configuration file.
    #[arg(long, global = true, default_value = "/etc/deltaga/config.toml")]
    config: PathBuf,
    #[command(subcommand)]
    role: Role,
}

#[derive(Clone, Copy, Subcommand)]
enum Role {
    /// Answer calls until SIGTERM.
    Serve,
    /// There is no database: judge the configuration and end.
    Migrate,
    /// Judge the configuration, print it without its secrets, and end.
    CheckConfig,
    /// Print a documented configuration to begin with, and end.
    DefaultConfig,
}

/// Everything that `main` does.
pub fn run<S: Stateless>() -> ExitCode {
    telemetry::tell_location_only();
    let command = Options::command()
        .name(S::NAME)
        .version(VERSION)
        .about(format!("The service {} of Deltaga", S::NAME));
    let options = Options::from_arg_matches(&command.get_matches());
    let options = options.unwrap_or_else(|error| error.exit());
    // Fails only if it was installed before, which is what is wanted.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();

    let ended = match core_dumps::forbid() {
        Ok(()) => ended::<S>(&options),
        Err(error) => Err(error).context("core dumps cannot be forbidden"),
    };
    exit_code(S::NAME, ended)
}

fn ended<S: Stateless>(options: &Options) -> anyhow::Result<End> {
    if let Role::DefaultConfig = options.role {
        return print(&default_file::<S::Config>(S::NAME)?);
    }
    let configuration = Configuration::<S::Config>::load(S::NAME, &options.config)?;
    let parts = Parts::load(&configuration.platform)?;
    S::judge(&configuration.service)?;
    match options.role {
        Role::Migrate => Ok(End::Clean),
        Role::DefaultConfig | Role::CheckConfig => print(&configuration.redacted()),
        Role::Serve => {
            let told = configuration.platform.telemetry.clone();
            on_runtime(S::NAME, &told, |telemetry| {
                let shown = configuration.redacted();
                live(shown, Running::start::<S>(configuration, parts, telemetry))
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_the_roles_of_every_service() {
        for role in ["serve", "migrate", "check-config", "default-config"] {
            assert!(Options::try_parse_from(["door", role]).is_ok(), "{role}");
        }
        assert!(Options::try_parse_from(["door", "dance"]).is_err());
    }
}
