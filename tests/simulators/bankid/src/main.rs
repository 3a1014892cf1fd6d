//! The simulator as a program. With no arguments it makes its certificates, listens on loopback and prints where.

use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result};
use bankid_simulator::{Config, Simulator, SystemClock, refuse_production};
use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};

/// A local BankID for development and tests.
#[derive(Parser)]
#[command(name = "bankid-simulator", version)]
struct Arguments {
    /// Folder for certificates and keys.
    #[arg(long, default_value = ".run/bankid")]
    state: PathBuf,
    /// Address of the RP API.
    #[arg(long, default_value = "127.0.0.1:7170")]
    listen: SocketAddr,
    /// Address of the control port with the phone page.
    #[arg(long, default_value = "127.0.0.1:7171")]
    control: SocketAddr,
    /// File with a signed number of seconds that is added to the machine's clock.
    #[arg(long)]
    clock_offset_file: Option<PathBuf>,
}

fn main() -> ExitCode {
    match start(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to do when even this cannot be written.
            let _ = writeln!(std::io::stderr(), "bankid-simulator: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn start(arguments: Arguments) -> Result<()> {
    refuse_production(std::env::vars())?;
    let is_terminal = std::io::stderr().is_terminal();
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(is_terminal)
        .init();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(run(arguments))
}

async fn run(arguments: Arguments) -> Result<()> {
    let mut config = Config::new(arguments.state);
    config.listen = arguments.listen;
    config.control = arguments.control;
    config.clock = Arc::new(SystemClock::new(arguments.clock_offset_file));
    let simulator = Simulator::start(config).await?;
    announce(&simulator, &mut std::io::stdout()).context("cannot print the addresses")?;
    let mut terminated = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        _ = terminated.recv() => {}
    }
    simulator.shutdown().await;
    Ok(())
}

fn announce(simulator: &Simulator, out: &mut impl Write) -> std::io::Result<()> {
    let files = simulator.files();
    writeln!(out, "BankID simulator")?;
    writeln!(out, "  RP API             {}", simulator.rp_url())?;
    writeln!(out, "  phone and control  {}", simulator.control_url())?;
    writeln!(out, "  RP certificate     {}", files.rp_certificate.display())?;
    writeln!(out, "  RP key             {}", files.rp_key.display())?;
    writeln!(out, "  server CA          {}", files.server_ca.display())?;
    writeln!(out, "  RP issuing CA      {}", files.rp_ca.display())?;
    writeln!(
        out,
        "  signature root     {}",
        files.signature_trust_anchor.display()
    )?;
    out.flush()
}
