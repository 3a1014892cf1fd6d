//! `messages-simulator`: runs the simulator alone until it is stopped.

use std::net::SocketAddr;

use anyhow::Result;
use clap::Parser;
use messages_simulator::{Addresses, Simulator};

/// Takes text messages and mail, delivers none, shows all.
#[derive(Parser)]
#[command(version)]
struct Options {
    /// Text messages, the page and the switches.
    #[arg(long, default_value = "127.0.0.1:7211")]
    http: SocketAddr,
    /// Mail.
    #[arg(long, default_value = "127.0.0.1:7212")]
    smtp: SocketAddr,
}

fn main() -> Result<()> {
    let Options { http, smtp } = Options::parse();
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .init();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let simulator = Simulator::start(Addresses { http, smtp }).await?;
        let addresses = simulator.addresses();
        tracing::info!(http = %addresses.http, smtp = %addresses.smtp, "taking messages");
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            ended = simulator.run() => ended,
            _stopped = terminate.recv() => Ok(()),
            _interrupted = tokio::signal::ctrl_c() => Ok(()),
        }
    })
}
