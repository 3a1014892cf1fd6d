//! A service as its own process: its configuration file is written from a builder with valid defaults, its migrations
//! run, and it counts as started when its health page says ready.

mod builder;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::process::{self, Process};
use crate::ready;

pub use builder::{ServiceBuilder, ServicePorts};

const STARTED: Duration = Duration::from_mins(1);
const STOPPED: Duration = Duration::from_secs(40);

/// A running service process.
#[derive(Debug)]
pub struct Service {
    plan: ServiceBuilder,
    process: Process,
}

impl Service {
    fn new(plan: ServiceBuilder, process: Process) -> Self {
        Self { plan, process }
    }

    /// What other services and clients are configured with.
    pub fn address(&self) -> String {
        format!("https://localhost:{}", self.plan.grpc_port())
    }

    pub fn grpc_address(&self) -> SocketAddr {
        self.plan.ports.grpc.address()
    }

    pub fn admin_url(&self) -> String {
        format!("http://{}", self.plan.ports.admin.address())
    }

    /// A page of the health port: `live` or `ready`.
    pub fn health_url(&self, page: &str) -> String {
        format!("http://{}/{page}", self.plan.ports.health.address())
    }

    pub fn plan(&self) -> &ServiceBuilder {
        &self.plan
    }

    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// Waits until the health page says ready.
    pub async fn wait_until_ready(&mut self) -> Result<()> {
        let url = self.health_url("ready");
        ready::http(&mut self.process, &url, STARTED).await
    }

    /// Asks the service to stop and waits for its exit status.
    pub async fn terminate(&mut self) -> Result<ExitStatus> {
        self.process.terminate(STOPPED).await
    }

    /// Stops the service and fails unless it ended cleanly.
    pub async fn stop(&mut self) -> Result<()> {
        let status = self.terminate().await?;
        ensure!(
            process::ended_cleanly(status),
            "{} ended with {status}",
            self.plan.label
        );
        Ok(())
    }

    pub async fn kill(&mut self) -> Result<()> {
        self.process.kill().await?;
        Ok(())
    }

    /// Starts an ended service anew with the same configuration and waits until ready.
    pub async fn start_again(&mut self) -> Result<()> {
        ensure!(
            self.process.exit_status()?.is_some(),
            "{} still runs",
            self.plan.label
        );
        *self = self.plan.clone().launch()?;
        self.wait_until_ready().await
    }

    /// Kills and starts anew.
    pub async fn restart(&mut self) -> Result<()> {
        self.kill().await?;
        self.start_again().await
    }
}

/// A binary of this workspace, beside the running executable.
pub fn program(name: &str) -> Result<PathBuf> {
    let here = std::env::current_exe()?;
    let folder = here.parent().context("an executable lies in a folder")?;
    let folder = if folder.ends_with("deps") {
        folder.parent().unwrap_or(folder)
    } else {
        folder
    };
    let program = folder.join(name);
    ensure!(
        program.exists(),
        "{} is not built; run `cargo build` first",
        program.display()
    );
    Ok(program)
}
