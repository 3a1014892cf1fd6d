//! Kafka is away for longer than its clients' sessions, transactions and records last: it stands still and goes on, or
//! dies and is started again. Meanwhile services go on taking what needs no broker. No process dies when it is back, and
//! what was written meanwhile arrives where it is read, each as it was told last.

mod told;

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use devstack::stack::OTHERS;
use e2e::numbers::{count, tell};
use e2e::world::World;
use journey::AgencyClient;
use journey::tour::{AgencyDesk, CAST};
use support::eventually::try_eventually;
use tokio::time::{Instant, interval};

use told::Told;

/// A member leaves its group after ten seconds, a transaction ends after ten, a record is given up after eight.
const AWAY: Duration = Duration::from_secs(45);
const BEAT: Duration = Duration::from_secs(1);
/// Until a service has heard of the register.
const KNOWN: Duration = Duration::from_secs(30);
/// Until everything has arrived after an outage.
const ARRIVED: Duration = Duration::from_mins(2);

#[derive(Clone, Copy, Debug)]
enum Outage {
    StandsStill,
    Dies,
}

struct Scene {
    world: World,
    system: AgencyClient,
    told: Told,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_written_while_kafka_stands_still_arrives_when_it_goes_on() -> Result<()> {
    everything_arrives_after(Outage::StandsStill, "kafka-stands-still").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_written_while_kafka_is_dead_arrives_when_it_runs_again() -> Result<()> {
    everything_arrives_after(Outage::Dies, "kafka-dies").await
}

async fn everything_arrives_after(outage: Outage, name: &str) -> Result<()> {
    let rounds = count("OUTAGES", 1)?;
    let mut scene = Box::pin(Scene::set(name)).await?;
    for round in 1..=rounds {
        let gone_through = scene.go_through(outage).await;
        gone_through.with_context(|| format!("outage {round} of {rounds}, {outage:?}"))?;
    }
    scene.world.stop().await
}

impl Scene {
    async fn set(name: &str) -> Result<Self> {
        let world = World::whole(name).await?;
        let desk = AgencyDesk::open(&world.places, &world.gateway()?, &CAST.officer).await?;
        let mut scene = Self {
            told: Told::from(world.today()?),
            system: desk.system,
            world,
        };
        let (told, system) = (&scene.told, &scene.system);
        try_eventually(KNOWN, || async { told.is_register_known(system).await }).await?;
        scene.work().await?;
        scene.everything_arrives().await?;
        Ok(scene)
    }

    async fn go_through(&mut self, outage: Outage) -> Result<()> {
        self.system = self.system.renewed().await?;
        let before = self.told.count();
        match outage {
            Outage::StandsStill => self.world.stack.kafka.process().pause()?,
            Outage::Dies => self.world.stack.kafka.kill().await?,
        }
        let back = Instant::now() + AWAY;
        let mut pulse = interval(BEAT);
        while Instant::now() < back {
            pulse.tick().await;
            self.work().await?;
            self.every_service_lives()?;
        }
        match outage {
            Outage::StandsStill => self.world.stack.kafka.process().resume()?,
            Outage::Dies => self.world.stack.kafka.start_again().await?,
        }
        let (told, since) = (self.told.count() - before, Instant::now());
        self.everything_arrives().await?;
        self.every_service_lives()?;
        tell(&format!(
            "{outage:?} for {AWAY:?}: {told} told meanwhile, all there {:?} after its return",
            since.elapsed()
        ));
        Ok(())
    }

    async fn work(&mut self) -> Result<()> {
        self.told.one_more(&self.system).await
    }

    /// Waits for it, and fails as soon as a process has ended.
    async fn everything_arrives(&mut self) -> Result<()> {
        let stack = &mut *self.world.stack;
        let services = ["identity", "staff"].into_iter().chain(OTHERS);
        let databases: BTreeMap<_, _> = services
            .filter(|service| *service != "gateway")
            .map(|service| (service, stack.postgres.url(service)))
            .collect();
        let told = &self.told;
        tokio::select! {
            arrived = try_eventually(ARRIVED, || told.ensure_arrived(&databases)) => arrived,
            died = stack.watch() => {
                died?;
                bail!("the watch over the processes has ended")
            }
        }
    }

    // Without the broker, which may be dead.
    fn every_service_lives(&mut self) -> Result<()> {
        for service in ["identity", "staff"].into_iter().chain(OTHERS) {
            self.world.stack.service(service)?.process().ensure_running()?;
        }
        Ok(())
    }
}
