//! Those who know numbers die while they do: identity in the middle of a sign-in, export in the middle of sealing.

use std::os::unix::process::ExitStatusExt as _;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use e2e::world::World;
use journey::AgencyClient;
use journey::job::Job;
use nix::sys::signal::Signal;
use proto::export::v1::{RunStage, RunStatus};
use support::service::Service;

use super::{ensure_sealed, month};

const CRASHED: Duration = Duration::from_secs(20);

/// Identity knows all numbers; what it says when it dies is in its log.
pub async fn of_identity(world: &mut World) -> Result<()> {
    let gateway = world.gateway()?;
    let pending = gateway.start_sign_in(proto::identity::v1::Portal::Staff).await?;
    let identity = &mut world.stack.identity;
    crash(identity).await?;
    identity.start_again().await?;
    gateway
        .look(&pending)
        .await
        .context("the sign-in after the crash")?;
    Ok(())
}

/// Export knows those of the file that it seals. Identity stands still, so that it dies before it can end.
pub async fn of_export(world: &mut World, job: &Job<'_>, system: &AgencyClient) -> Result<()> {
    let run_id = month::run_held(job, system, RunStage::Seal).await?;
    world.stack.identity.process().pause()?;
    month::release(system, &run_id, RunStage::Seal).await?;
    let run = month::look(system, &run_id).await?;
    ensure!(
        (run.status(), run.stage()) == (RunStatus::Running, RunStage::Seal),
        "the run is {:?} at {:?}",
        run.status(),
        run.stage()
    );
    let export = world.stack.service("export")?;
    crash(export).await?;
    ensure_sealed(world, &[]).context("while export is dead")?;
    world.stack.identity.process().resume()?;
    world.stack.service("export")?.start_again().await?;
    month::ended(system, &run_id).await
}

async fn crash(service: &mut Service) -> Result<()> {
    ensure!(
        core_limits(service.process().id())? == ["0", "0"],
        "a core dump could be written"
    );
    let status = service
        .process()
        .stop_by(Signal::SIGABRT, CRASHED)
        .await
        .context("the crash")?;
    ensure!(
        status.signal() == Some(Signal::SIGABRT as i32),
        "it did not crash: {status}"
    );
    ensure!(!status.core_dumped(), "the crash left an image of the memory");
    Ok(())
}

/// The soft and the hard limit of what a process may write when it crashes, in bytes.
fn core_limits(process: u32) -> Result<[String; 2]> {
    let limits = std::fs::read_to_string(format!("/proc/{process}/limits"))?;
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max core file size"));
    let mut limits = line
        .context("a limit for core dumps")?
        .split_whitespace()
        .map(str::to_owned);
    Ok([
        limits.next().context("a soft limit")?,
        limits.next().context("a hard limit")?,
    ])
}
