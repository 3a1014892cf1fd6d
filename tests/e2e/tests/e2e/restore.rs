//! The database of staff is restored from a backup. Whoever decides by its records ends with the accounts as they were
//! restored: what was revoked since is granted again, what was granted since is not, and who was hired since is unknown.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use e2e::accounts::{Administrator, Change, Subject};
use e2e::probe::Probe;
use e2e::world::World;
use proto::policy::v1::Permission;
use support::eventually::try_eventually;
use support::people::PEOPLE;
use support::postgres;

const REPORTING: Permission = Permission::ReportAndPlan;
/// A record of a busy stack, or a topic that is written out again.
const ARRIVAL: Duration = Duration::from_secs(30);

struct Scene {
    world: World,
    probe: Probe,
    administrator: Administrator,
    revoked_later: Subject,
    granted_later: Subject,
    ended_later: Subject,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deciders_end_with_the_accounts_of_the_backup() -> Result<()> {
    let mut scene = Box::pin(Scene::set()).await?;
    let folder = tempfile::tempdir()?;
    let backup = folder.path().join("staff.backup");
    scene.decide(true, false, true).await;
    postgres::back_up(&scene.world.stack.postgres.url("staff"), &backup).await?;

    let hired_later = scene.go_on().await?;
    scene.restore(&backup).await?;

    scene.holds_what_staff_holds().await?;
    scene.decide(true, false, true).await;
    scene
        .probe
        .comes_to(false, &hired_later, REPORTING, ARRIVAL)
        .await;
    // Life goes on from there.
    scene.administrator.end(&mut scene.revoked_later).await?;
    scene.decide(false, false, true).await;
    scene.world.stop().await
}

impl Scene {
    async fn set() -> Result<Self> {
        let world = World::toured("restore").await?;
        let probe = Probe::start(&world, "probe").await?;
        let administrator = world.administrator().await?;
        let mut hired = world.colleagues(&administrator, 3).await?.into_iter();
        let mut next = || hired.next().context("three colleagues");
        let mut scene = Self {
            revoked_later: next()?,
            granted_later: next()?,
            ended_later: next()?,
            world,
            probe,
            administrator,
        };
        let without = Change::without_reporting(&scene.world.units);
        scene
            .administrator
            .change(&mut scene.granted_later, without)
            .await?;
        Ok(scene)
    }

    /// What happens after the backup, many times over: the revisions of then are far beyond those of the backup.
    async fn go_on(&mut self) -> Result<Subject> {
        let units = self.world.units.clone();
        for _turn in 0..10 {
            for change in [Change::all(&units), Change::without_reporting(&units)] {
                self.administrator.change(&mut self.revoked_later, change).await?;
            }
        }
        let all = Change::all(&units);
        self.administrator.change(&mut self.granted_later, all).await?;
        self.administrator.end(&mut self.ended_later).await?;
        let hired = self.world.hire(&self.administrator, &PEOPLE[9..10]).await?;
        let hired = hired.into_iter().next().context("a fourth colleague")?;
        self.decide(false, true, false).await;
        self.probe.comes_to(true, &hired, REPORTING, ARRIVAL).await;
        Ok(hired)
    }

    /// The command is refused while staff runs, and then does what it is for.
    async fn restore(&mut self, backup: &Path) -> Result<()> {
        let stack = &mut self.world.stack;
        let refused = stack.staff.plan().run(&["raise-epoch"]).await?;
        ensure!(!refused.success(), "the epoch was raised under a running service");
        stack.staff.stop().await?;
        postgres::restore(&stack.postgres.url("postgres"), "staff", "staff", backup).await?;
        let raised = stack.staff.plan().run(&["raise-epoch"]).await?;
        ensure!(raised.success(), "the epoch was not raised: {raised}");
        stack.staff.start_again().await
    }

    async fn decide(&self, revoked_later: bool, granted_later: bool, ended_later: bool) {
        for (subject, is_allowed) in [
            (&self.revoked_later, revoked_later),
            (&self.granted_later, granted_later),
            (&self.ended_later, ended_later),
        ] {
            self.probe.comes_to(is_allowed, subject, REPORTING, ARRIVAL).await;
        }
    }

    /// Account by account with revisions; of others the probe knows no more than that they are gone.
    async fn holds_what_staff_holds(&self) -> Result<()> {
        try_eventually(ARRIVAL, || async {
            let expected = self.world.recompute().await?;
            let is_expected = |account: &str| expected.iter().any(|held| held.account == account);
            let mut held = self.probe.dump().await?;
            held.retain(|held| held.grant.is_some() || is_expected(&held.account));
            ensure!(held == expected, "{held:?} is held instead of {expected:?}");
            Ok(())
        })
        .await
    }
}
