//! How soon a revocation bites.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use e2e::accounts::{Administrator, Change, Subject};
use e2e::numbers::{count, percentile, tell};
use e2e::probe::Probe;
use e2e::world::World;
use futures::future::try_join_all;
use proto::policy::v1::Permission;
use proto::staff::v1::Unit;

use super::ARRIVAL;

/// Accounts that change side by side.
const SIDE_BY_SIDE: usize = 4;
const LIMIT: Duration = Duration::from_secs(1);
const GIVEN_UP: Duration = Duration::from_secs(10);
const REPORTING: Permission = Permission::ReportAndPlan;

struct Measurement<'a> {
    administrator: &'a Administrator,
    probes: &'a [Probe; 2],
    units: &'a [Unit],
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revocation_bites_on_every_replica_within_a_second() -> Result<()> {
    let changes = count("GRANT_CHANGES", 200)?;
    let mut world = World::toured("revocation").await?;
    let probes = [
        Probe::start(&world, "probe-1").await?,
        Probe::start(&world, "probe-2").await?,
    ];
    let mut administrator = world.administrator().await?;
    let mut subjects = world.colleagues(&administrator, SIDE_BY_SIDE).await?;
    world.be_alone().await?;
    let mut times = Vec::with_capacity(changes);
    while times.len() + SIDE_BY_SIDE < changes {
        administrator.stay_signed_in().await?;
        let measurement = Measurement {
            administrator: &administrator,
            probes: &probes,
            units: &world.units,
        };
        times.extend(try_join_all(subjects.iter_mut().map(|subject| measurement.revoke(subject))).await?);
    }
    let measurement = Measurement {
        administrator: &administrator,
        probes: &probes,
        units: &world.units,
    };
    times.extend(try_join_all(subjects.iter_mut().map(|subject| measurement.end(subject))).await?);

    let [half, most, worst] = [0.5, 0.99, 1.0].map(|share| percentile(&times, share));
    tell(&format!(
        "revocation, {} changes: p50 {half:?}, p99 {most:?}, worst {worst:?}",
        times.len()
    ));
    ensure!(
        most <= LIMIT,
        "the p99 of {} revocations is {most:?}",
        times.len()
    );
    world.stop().await
}

impl Measurement<'_> {
    async fn revoke(&self, subject: &mut Subject) -> Result<Duration> {
        self.allow(subject).await?;
        let change = Change::without_reporting(self.units);
        let answered = self.administrator.change(subject, change).await?;
        self.refused_after(answered, subject).await
    }

    async fn end(&self, subject: &mut Subject) -> Result<Duration> {
        self.allow(subject).await?;
        let answered = self.administrator.end(subject).await?;
        self.refused_after(answered, subject).await
    }

    async fn allow(&self, subject: &mut Subject) -> Result<()> {
        self.administrator
            .change(subject, Change::all(self.units))
            .await?;
        for probe in self.probes {
            probe.comes_to(true, subject, REPORTING, ARRIVAL).await;
        }
        Ok(())
    }

    async fn refused_after(&self, answered: tokio::time::Instant, subject: &Subject) -> Result<Duration> {
        let waits = self
            .probes
            .iter()
            .map(|probe| probe.refuses_after(answered, subject, REPORTING, GIVEN_UP));
        let times = try_join_all(waits)
            .await
            .context("a revocation that does not arrive")?;
        Ok(times.into_iter().max().unwrap_or_default())
    }
}
