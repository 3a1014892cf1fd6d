//! `receivers-simulator`: both recipients until they are stopped.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Result;
use clap::Parser;
use receivers_simulator::{Config, Simulator};

/// Takes sealed parts for ESF and SCB, opens and checks them, and answers with receipts.
#[derive(Parser)]
#[command(name = "receivers-simulator", version)]
struct Options {
    /// Folder for keys, certificates and everything that arrived.
    #[arg(long, default_value = ".run/receivers")]
    state: PathBuf,
    /// Issues the certificates of those who may deliver.
    #[arg(long)]
    client_ca: PathBuf,
    #[arg(long, default_value = "127.0.0.1:7221")]
    esf: SocketAddr,
    #[arg(long, default_value = "127.0.0.1:7222")]
    scb: SocketAddr,
    /// Switches and what arrived.
    #[arg(long, default_value = "127.0.0.1:7223")]
    control: SocketAddr,
}

fn main() -> Result<()> {
    let options = Options::parse();
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .init();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(run(options))
}

async fn run(options: Options) -> Result<()> {
    let simulator = Simulator::start(Config {
        state: options.state,
        client_ca: options.client_ca,
        esf: options.esf,
        scb: options.scb,
        control: options.control,
    })
    .await?;
    tracing::info!(control = simulator.control_url(), "taking parts");
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        _stopped = terminate.recv() => {}
    }
    simulator.shutdown().await;
    Ok(())
}
