//! Processes are killed one after another while people sign in and an administrator changes grants. What was answered
//! stays, nothing is there twice, and what was lost is counted and was lost in the one place where it may be. Nobody's
//! number or name is found in what the killed have left behind.

mod bankid;
mod books;
mod changes;
mod crowd;
mod log_in;
mod outage;

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, ensure};
use e2e::numbers::{count, draws, seed, tell};
use e2e::scan::Scanner;
use e2e::sinks::telemetry::{Searched, SearchedTelemetry};
use e2e::world::World;
use rand::Rng as _;
use rand::seq::SliceRandom as _;
use rand_chacha::ChaCha8Rng;
use support::people::PEOPLE;

use books::Books;
use changes::Changes;
use crowd::Crowd;
use log_in::Entrance;

/// Until people can sign in and grants can be changed again after a kill.
const RECOVERED: Duration = Duration::from_mins(2);
/// So many log-ins later BankID's answers are late everywhere.
const LATE: usize = 20;

#[derive(Clone, Copy, Debug)]
enum Victim {
    Identity,
    Staff,
    Postgres,
    Kafka,
}

const VICTIMS: [Victim; 4] = [Victim::Identity, Victim::Staff, Victim::Postgres, Victim::Kafka];

struct Scene {
    telemetry: SearchedTelemetry,
    world: World,
    entrance: Arc<Entrance>,
    before: Books,
    crowd: Crowd,
    changes: Changes,
    draws: ChaCha8Rng,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_killed_one_order_is_one_session_and_what_was_answered_stays() -> Result<()> {
    let (seed, kills) = (seed()?, count("KILLS", VICTIMS.len())?);
    tell(&format!("{kills} kills by seed {seed}"));
    let mut scene = Scene::set(seed).await?;
    for victim in victims(kills, seed) {
        scene.go_on().await?;
        scene.kill(victim).await?;
    }
    scene.go_on().await?;
    Box::pin(scene.settle()).await
}

impl Scene {
    async fn set(seed: u64) -> Result<Self> {
        let telemetry = SearchedTelemetry::start(Scanner::for_people(&PEOPLE)?)?;
        let world = World::toured_durably("kills", &telemetry).await?;
        world.let_everything_go_well(&PEOPLE).await?;
        let changes = Changes::begin(&world, seed).await?;
        let before = Books::open(&world).await?;
        let entrance = Arc::new(Entrance::open(&world)?);
        Ok(Self {
            crowd: Crowd::gather(&entrance),
            telemetry,
            world,
            entrance,
            before,
            changes,
            draws: draws(seed, 0),
        })
    }

    // How much is done between two kills decides where the next one strikes.
    async fn go_on(&mut self) -> Result<()> {
        let (log_ins, changes) = (self.draws.random_range(20..60), self.draws.random_range(3..15));
        self.crowd.workers.do_more(log_ins, RECOVERED).await?;
        self.changes.writers.do_more(changes, RECOVERED).await
    }

    async fn kill(&mut self, victim: Victim) -> Result<()> {
        match victim {
            Victim::Identity => {
                self.entrance.bankid.dawdle().await?;
                self.crowd.workers.do_more(LATE, RECOVERED).await?;
                self.world.stack.identity.kill().await?;
                self.entrance.bankid.hurry().await?;
                self.world.stack.identity.start_again().await
            }
            Victim::Staff => self.world.stack.staff.restart().await,
            Victim::Postgres => self.kill_postgres().await,
            Victim::Kafka => {
                let stack = &mut self.world.stack;
                stack.kafka.kill().await?;
                stack.kafka.start_again().await
            }
        }
    }

    // Results that were told shortly before find no database; they wait for it with whoever collected them.
    async fn kill_postgres(&mut self) -> Result<()> {
        self.entrance.bankid.dawdle().await?;
        self.crowd.workers.do_more(LATE, RECOVERED).await?;
        let postgres = &mut self.world.stack.postgres;
        if self.draws.random() {
            postgres.crash().await?;
        } else {
            postgres.stop_immediately().await?;
        }
        self.entrance.bankid.hurry().await?;
        self.world.stack.postgres.start_again().await
    }

    async fn settle(self) -> Result<()> {
        let log_ins = self.crowd.leave().await?;
        self.changes.settle(&self.world).await?;
        self.entrance.answer_the_same_again(&log_ins).await?;
        let after = Books::open(&self.world).await?;
        tell(&books::balance(&self.before, &after, &log_ins)?.to_string());
        self.world.stop_searched().await?;
        let Searched { exports, findings } = self.telemetry.searched();
        ensure!(exports > 0, "no spans were sent");
        ensure!(findings.is_empty(), "leaks: {findings:#?}");
        Ok(())
    }
}

// Each kind once before one comes again.
fn victims(kills: usize, seed: u64) -> Vec<Victim> {
    let mut draws = draws(seed, 1);
    let mut order = Vec::new();
    while order.len() < kills {
        let mut round = VICTIMS;
        round.shuffle(&mut draws);
        order.extend(round);
    }
    order.truncate(kills);
    order
}
