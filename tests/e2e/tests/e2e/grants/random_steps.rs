//! Random steps of grant, revoke, expire, restart and check: what the replicas hold is what staff's tables say, and what
//! they decide is what staff last answered.

use std::time::Duration;

use anyhow::{Context, Result};
use e2e::accounts::{Administrator, Change, PERMISSIONS, Subject};
use e2e::numbers::{count, draws, seed, tell};
use e2e::probe::Probe;
use e2e::world::World;
use futures::future::try_join_all;
use rand::Rng;
use rand::seq::{IndexedRandom, SliceRandom};
use rand_chacha::ChaCha8Rng;
use support::eventually::try_eventually;

const SUBJECTS: usize = 8;
/// A stack that came back needs a moment.
const SAME: Duration = Duration::from_secs(30);
/// One round in so many ends with a check.
const CHECKED: u32 = 12;

struct Walk {
    world: World,
    probes: [Probe; 2],
    administrator: Administrator,
    subjects: Vec<Subject>,
    draws: ChaCha8Rng,
}

/// Steps at which something other than a change is done, spread evenly.
struct Agenda {
    every: usize,
    next: usize,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_replicas_hold_is_what_staff_says_after_any_steps() -> Result<()> {
    let seed = seed()?;
    let steps = count("GRANT_STEPS", 5_000)?;
    let restarts = count("GRANT_RESTARTS", 3)?;
    let days = count("GRANT_DAYS", (steps / 1_000).clamp(3, 20))?;
    let mut walk = Box::pin(Walk::begin(seed)).await?;
    let walked = walk
        .go(
            steps,
            &mut Agenda::of(restarts, steps),
            &mut Agenda::of(days, steps),
        )
        .await;
    walked.with_context(|| format!("random steps with SEED={seed}"))?;
    walk.world.stop().await
}

impl Walk {
    async fn begin(seed: u64) -> Result<Self> {
        let world = World::toured("random-steps").await?;
        let probes = [
            Probe::start(&world, "probe-1").await?,
            Probe::start(&world, "probe-2").await?,
        ];
        let administrator = world.administrator().await?;
        let subjects = world.colleagues(&administrator, SUBJECTS).await?;
        Ok(Self {
            world,
            probes,
            administrator,
            subjects,
            draws: draws(seed, 1),
        })
    }

    async fn go(&mut self, steps: usize, restarts: &mut Agenda, days: &mut Agenda) -> Result<()> {
        let began = tokio::time::Instant::now();
        let (mut done, mut checks) = (0, 0);
        while done < steps {
            done += self
                .change_some()
                .await
                .with_context(|| format!("changes after step {done}"))?;
            if days.is_due(done) {
                self.let_a_day_pass()
                    .await
                    .with_context(|| format!("a new day after step {done}"))?;
                done += 1;
            }
            if restarts.is_due(done) {
                self.restart()
                    .await
                    .with_context(|| format!("a restart after step {done}"))?;
                done += 1;
            }
            if done >= steps || self.draws.random_ratio(1, CHECKED) {
                self.check()
                    .await
                    .with_context(|| format!("a check after step {done}"))?;
                (done, checks) = (done + 1, checks + 1);
            }
        }
        tell(&format!(
            "random steps: {done} in {:?}, {checks} of them checks",
            began.elapsed()
        ));
        Ok(())
    }

    async fn change_some(&mut self) -> Result<usize> {
        self.administrator.stay_signed_in().await?;
        let today = self.world.today()?;
        self.subjects.shuffle(&mut self.draws);
        let number = self.draws.random_range(1..=self.subjects.len());
        let mut changes = Vec::with_capacity(number);
        for subject in &mut self.subjects[..number] {
            let change = Change::draw(&mut self.draws, &self.world.units, today)?;
            changes.push(self.administrator.change(subject, change));
        }
        try_join_all(changes).await?;
        Ok(number)
    }

    async fn let_a_day_pass(&mut self) -> Result<()> {
        self.world.next_day()?;
        // The session of yesterday has ended; whether the new one is taken everywhere shows when it works.
        let administrator = &mut self.administrator;
        if administrator.sign_in_again().await.is_ok() {
            return Ok(());
        }
        // One that began before every service had seen the new day ended with the old one.
        administrator.sign_in_again().await
    }

    async fn restart(&mut self) -> Result<()> {
        match self.draws.random_range(0..3) {
            0 => self.world.stack.staff.restart().await,
            probe => self.probes[probe - 1].process.restart().await,
        }
    }

    async fn check(&mut self) -> Result<()> {
        let expected = self.world.recompute().await?;
        for probe in &self.probes {
            let same = || async {
                let held = probe.dump().await.map_err(|error| format!("{error:#}"))?;
                let differs = held
                    .iter()
                    .zip(&expected)
                    .find(|(held, expected)| held != expected);
                if held == expected {
                    Ok(())
                } else {
                    Err(format!("{} held, first difference {differs:?}", held.len()))
                }
            };
            try_eventually(SAME, same).await?;
        }
        let subject = self.subjects.choose(&mut self.draws).context("a subject")?;
        for probe in &self.probes {
            self.decides_as_answered(probe, subject).await?;
        }
        Ok(())
    }

    async fn decides_as_answered(&self, probe: &Probe, subject: &Subject) -> Result<()> {
        let units = self.world.units.iter().map(|unit| Some(unit.unit_id.as_str()));
        for unit in units.chain([None]) {
            for permission in PERMISSIONS {
                // A stale moment passes; any other difference stays and is reported.
                let right = || async {
                    let decision = probe
                        .decide(subject, permission, unit)
                        .await
                        .map_err(|error| format!("{error:#}"))?;
                    let today = self.world.today().map_err(|error| format!("{error:#}"))?;
                    let is_right = decision.allowed == subject.may(permission, unit, today);
                    if is_right {
                        Ok(())
                    } else {
                        Err(format!("{decision:?} for {permission:?} in {subject:?}"))
                    }
                };
                try_eventually(Duration::from_secs(5), right).await?;
            }
        }
        Ok(())
    }
}

impl Agenda {
    fn of(number: usize, steps: usize) -> Self {
        let every = steps
            .checked_div(number + 1)
            .filter(|_| number > 0)
            .unwrap_or(usize::MAX)
            .max(1);
        Self { every, next: every }
    }

    fn is_due(&mut self, step: usize) -> bool {
        let is_due = step >= self.next;
        if is_due {
            self.next = self.next.saturating_add(self.every);
        }
        is_due
    }
}
