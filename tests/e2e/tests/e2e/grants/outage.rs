//! What replicas decide while they are cut off: first from Kafka, then from staff as well.

use std::time::Duration;

use anyhow::{Result, ensure};
use e2e::accounts::{Administrator, Change, Subject};
use e2e::numbers::tell;
use e2e::probe::Probe;
use e2e::world::World;
use proto::policy::v1::Permission;
use tokio::time::Instant;

use super::ARRIVAL;

const REPORTING: Permission = Permission::ReportAndPlan;
/// From five seconds of silence on staff is asked, every two seconds.
const PULLED: Duration = Duration::from_secs(12);
/// Older than this nothing is decided.
const OLDEST: Duration = Duration::from_secs(30);

struct Scene {
    world: World,
    probes: [Probe; 2],
    administrator: Administrator,
    kept: Subject,
    revoked: Subject,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_kafka_staff_is_asked_and_without_both_everything_is_refused() -> Result<()> {
    let mut scene = Box::pin(Scene::set()).await?;
    scene.world.be_alone().await?;

    scene.world.stack.kafka.process().pause()?;
    scene.decisions_follow_staff_itself().await?;

    let cut = Instant::now();
    scene.probes.iter().for_each(|probe| probe.staff_line.cut());
    scene.still_decide().await?;
    scene.revoke().await?;
    scene.refuse_everything_within(cut).await?;

    scene.probes.iter().for_each(|probe| probe.staff_line.resume());
    scene.decide_again().await;

    scene.world.stack.kafka.process().resume()?;
    scene.follow_kafka_again().await?;
    scene.world.stop().await
}

impl Scene {
    async fn set() -> Result<Self> {
        let world = World::toured("outage").await?;
        let probes = [
            Probe::start(&world, "probe-1").await?,
            Probe::start(&world, "probe-2").await?,
        ];
        let administrator = world.administrator().await?;
        let mut subjects = world.colleagues(&administrator, 2).await?;
        let (revoked, kept) = (subjects.remove(1), subjects.remove(0));
        for probe in &probes {
            probe.comes_to(true, &kept, REPORTING, ARRIVAL).await;
            probe.comes_to(true, &revoked, REPORTING, ARRIVAL).await;
        }
        Ok(Self {
            world,
            probes,
            administrator,
            kept,
            revoked,
        })
    }

    async fn decisions_follow_staff_itself(&mut self) -> Result<()> {
        self.revoke().await?;
        self.all_come_to(false, &self.revoked, PULLED).await;
        self.administrator.stay_signed_in().await?;
        self.administrator
            .change(&mut self.revoked, Change::all(&self.world.units))
            .await?;
        self.all_come_to(true, &self.revoked, PULLED).await;
        self.all_come_to(true, &self.kept, PULLED).await;
        Ok(())
    }

    async fn revoke(&mut self) -> Result<()> {
        self.administrator.stay_signed_in().await?;
        self.administrator
            .change(&mut self.revoked, Change::without_reporting(&self.world.units))
            .await?;
        Ok(())
    }

    // Being cut off is no reason to stop at once.
    async fn still_decide(&self) -> Result<()> {
        for probe in &self.probes {
            let decision = probe.decide(&self.kept, REPORTING, None).await?;
            ensure!(decision.allowed, "refused as soon as cut off: {decision:?}");
        }
        Ok(())
    }

    async fn refuse_everything_within(&self, cut: Instant) -> Result<()> {
        for probe in &self.probes {
            // The last answer of staff came before the cut; a moment on top for asking.
            let limit = OLDEST + Duration::from_secs(1);
            let after = probe.refuses_after(cut, &self.kept, REPORTING, limit).await?;
            tell(&format!("both ways cut: everything refused after {after:?}"));
            let decision = probe.decide(&self.kept, REPORTING, None).await?;
            ensure!(
                decision.reason == "ERROR_REASON_GRANTS_STALE",
                "refused for another reason: {decision:?}"
            );
        }
        Ok(())
    }

    async fn decide_again(&self) {
        self.all_come_to(true, &self.kept, PULLED).await;
        // What was revoked while nothing arrived is not allowed for a moment.
        self.all_come_to(false, &self.revoked, Duration::from_secs(1))
            .await;
    }

    async fn follow_kafka_again(&mut self) -> Result<()> {
        // From here on only Kafka is left.
        self.probes.iter().for_each(|probe| probe.staff_line.cut());
        self.administrator.stay_signed_in().await?;
        self.administrator
            .change(&mut self.revoked, Change::all(&self.world.units))
            .await?;
        self.all_come_to(true, &self.revoked, OLDEST).await;
        self.revoke().await?;
        self.all_come_to(false, &self.revoked, ARRIVAL).await;
        self.all_come_to(true, &self.kept, ARRIVAL).await;
        Ok(())
    }

    async fn all_come_to(&self, is_allowed: bool, subject: &Subject, within: Duration) {
        for probe in &self.probes {
            probe.comes_to(is_allowed, subject, REPORTING, within).await;
        }
    }
}
