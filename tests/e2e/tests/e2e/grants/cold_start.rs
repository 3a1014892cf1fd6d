//! What a replica learns that starts anew, from a topic that two relays wrote in turns and the broker compacted. In every
//! round the relay that leads is stopped in the midst of its work, replaced, and continued.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use e2e::accounts::{Administrator, Change, PERMISSIONS, Subject};
use e2e::numbers::{count, tell};
use e2e::probe::Probe;
use e2e::world::World;
use e2e::{projection, topic};
use futures::future::{try_join, try_join_all};
use journey::Places;
use proto::staff::v1::Unit;
use support::eventually::{eventually, try_eventually};
use support::process::Process;

use super::ARRIVAL;

const SUBJECTS: usize = 4;
const TURNS: usize = 10;
/// The stand-by takes over within two seconds; starting to produce takes a moment more.
const TAKEN_OVER: Duration = Duration::from_secs(20);
const COMPACTED: Duration = Duration::from_secs(90);

/// The way to one replica of staff.
struct Door {
    places: Places,
    administrator: Administrator,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_revoked_permission_returns_from_a_compacted_topic() -> Result<()> {
    let rounds = count("COLD_START_ROUNDS", 4)?;
    let mut world = World::toured("cold-start").await?;
    topic::compact_soon(&world).await?;
    let witness = Probe::start(&world, "probe-1").await?;
    let mut replica = world.stack.staff.plan().replica("staff-2")?.serve().await?;
    let mut doors = [
        Door::to(&world, &world.stack.staff.address()).await?,
        Door::to(&world, &replica.address()).await?,
    ];
    let mut subjects = world.colleagues(&doors[0].administrator, SUBJECTS).await?;
    let units = world.units.clone();
    for round in 0..rounds {
        // The first replica leads at first; whoever was stopped stands by afterwards.
        let (leader, door) = match round % 2 {
            0 => (world.stack.staff.process(), &mut doors[1]),
            _ => (replica.process(), &mut doors[0]),
        };
        let round_done = door.take_over_from(leader, &witness, &mut subjects, &units).await;
        round_done.with_context(|| format!("round {round}"))?;
    }
    revoke_all(&world, &doors[0].administrator, &mut subjects).await?;
    doors[0].same_as(&witness, ARRIVAL).await?;
    compacted(&world, rounds * TURNS * 4).await;

    let mut newcomer = Probe::launch(&world, "probe-2").await?;
    newcomer.staff_line.cut();
    newcomer
        .process
        .wait_until_ready()
        .await
        .context("a cold start without staff")?;
    refuses_all(&newcomer, &subjects).await?;
    doors[0].same_as(&newcomer, Duration::from_secs(1)).await?;
    replica.stop().await?;
    world.stop().await
}

impl Door {
    async fn to(world: &World, address: &str) -> Result<Self> {
        let mut places = world.places.clone();
        address.clone_into(&mut places.staff);
        Ok(Self {
            administrator: world.administrator_at(&places).await?,
            places,
        })
    }

    /// Stops the leader while changes come in by this door; what it has read by then is neither sent nor given up.
    async fn take_over_from(
        &mut self,
        leader: &mut Process,
        witness: &Probe,
        subjects: &mut [Subject],
        units: &[Unit],
    ) -> Result<()> {
        self.administrator.stay_signed_in().await?;
        let first = subjects[0].clone();
        let seen = witness.revision(&first).await?;
        let stop = async {
            try_eventually(ARRIVAL, || async {
                witness.revision(&first).await.is_ok_and(|now| now != seen)
            })
            .await?;
            leader.pause()
        };
        try_join(self.turn_on_and_off(subjects, units, TURNS), stop).await?;
        self.turn_on_and_off(subjects, units, 1).await?;
        self.same_as(witness, TAKEN_OVER)
            .await
            .context("nobody took over")?;
        leader.resume()?;
        self.turn_on_and_off(subjects, units, TURNS).await
    }

    /// Grants and revokes in turn; ends with a grant.
    async fn turn_on_and_off(&self, subjects: &mut [Subject], units: &[Unit], turns: usize) -> Result<()> {
        let turns = subjects.iter_mut().map(|subject| async {
            for _turn in 0..turns {
                self.administrator
                    .change(subject, Change::without_reporting(units))
                    .await?;
                self.administrator.change(subject, Change::all(units)).await?;
            }
            anyhow::Ok(())
        });
        try_join_all(turns).await.map(drop)
    }

    async fn same_as(&self, probe: &Probe, within: Duration) -> Result<()> {
        let staff = self.places.to_staff(&self.places.service("participants")?)?;
        let expected = projection::recompute(staff).await?;
        let same = || async { probe.dump().await.is_ok_and(|held| held == expected) };
        try_eventually(within, same)
            .await
            .context("the probe holds something else than staff's tables")
    }
}

async fn revoke_all(world: &World, administrator: &Administrator, subjects: &mut [Subject]) -> Result<()> {
    let today = world.today()?;
    let (ended, over) = subjects.split_at_mut(1);
    for subject in over {
        administrator
            .change(subject, Change::over(&world.units, today)?)
            .await?;
    }
    for subject in ended {
        administrator.end(subject).await?;
    }
    Ok(())
}

async fn compacted(world: &World, written: usize) {
    let most = eventually(COMPACTED, || async {
        let left = topic::records_per_account(world)
            .await
            .map_err(|error| format!("{error:#}"))?;
        let most = left.values().copied().max().unwrap_or_default();
        if most <= 2 {
            Ok(most)
        } else {
            Err(format!("{most} records of one account"))
        }
    })
    .await;
    tell(&format!(
        "compacted: of more than {written} records per account at most {most} are left"
    ));
}

async fn refuses_all(newcomer: &Probe, subjects: &[Subject]) -> Result<()> {
    for subject in subjects {
        for permission in PERMISSIONS {
            let decision = newcomer.decide(subject, permission, None).await?;
            ensure!(
                !decision.allowed,
                "revoked and allowed: {subject:?} {permission:?}"
            );
        }
    }
    Ok(())
}
