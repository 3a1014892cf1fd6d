//! `mutants`: parses what is asked for and hands over.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;
use mutants::bar::Bar;
use mutants::results::render;
use mutants::run::{Places, run};
use mutants::table;

/// Breaks a rule of the services at a time and asks whether the suite notices.
#[derive(Parser)]
#[command(version)]
struct Options {
    /// Whose sources, instead of those of this workspace.
    #[arg(long)]
    sources: Option<PathBuf>,
    /// Only the mutations with one of these texts, separated by commas, in their name; their results are not kept.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
}

fn main() -> ExitCode {
    match carry_out(Options::parse()) {
        Ok(code) => code,
        Err(error) => {
            // Nobody is left to be told that standard error is closed.
            let _unsaid = writeln!(std::io::stderr(), "mutants: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn carry_out(options: Options) -> Result<ExitCode> {
    let sources = options.sources.unwrap_or_else(support::files::workspace_root);
    let table = table::read(&sources.join(table::FILE))?;
    let places = Places {
        work: sources.join(".run/mutants"),
        sources,
        built: std::env::current_exe()?.parent().map(Path::to_path_buf),
    };
    let rows = run(&places, &table, &options.only, &Bar::detect())?;
    writeln!(std::io::stdout(), "{}", render(&rows))?;
    Ok(if rows.iter().all(|(_, row)| row.verdict.is_caught()) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
