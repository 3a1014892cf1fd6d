//! `devstack`: parses the command and hands over.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use devstack::{manifests, reset, run, surroundings, topics, torture};

/// The whole of Deltaga on one machine.
#[derive(Parser)]
#[command(version)]
struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Starts everything on fixed ports, does the tour and runs until Ctrl-C. State stays in `.run`.
    Run,
    /// Removes the state of `run` and of tests; fetched programs stay.
    Reset,
    /// Starts PostgreSQL and Kafka on free ports, runs the command with their addresses and ends both.
    TestSurroundings {
        /// Where they live, instead of `.run`: for surroundings beside those of another run.
        #[arg(long)]
        home: Option<PathBuf>,
        #[arg(last = true, required = true)]
        command: Vec<String>,
    },
    /// Writes the Kubernetes resources that are generated from the list of topics.
    Manifests,
    /// Prints the list of topics.
    Topics,
    /// Runs the invariants under large numbers; `make torture` gives it surroundings.
    Torture {
        /// A seed that failed before; otherwise a new one.
        #[arg(long, env = "SEED")]
        seed: Option<u64>,
    },
    /// Runs the benchmarks.
    Bench,
}

fn main() -> ExitCode {
    match carry_out(Options::parse().command) {
        Ok(code) => code,
        Err(error) => {
            // Nobody is left to be told that standard error is closed.
            let _unsaid = writeln!(std::io::stderr(), "devstack: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn carry_out(command: Command) -> Result<ExitCode> {
    match command {
        Command::Run => run::run(),
        Command::Reset => reset::reset().map(|()| ExitCode::SUCCESS),
        Command::TestSurroundings { home, command } => surroundings::run(home.as_deref(), &command),
        Command::Manifests => manifests::write().map(|()| ExitCode::SUCCESS),
        Command::Torture { seed } => torture::torture(seed),
        Command::Bench => torture::bench(),
        Command::Topics => topics::print(&mut std::io::stdout()).map(|()| ExitCode::SUCCESS),
    }
}
