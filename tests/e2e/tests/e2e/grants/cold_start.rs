//! What a replica learns that starts anew, from a topic that two relays wrote and the broker compacted.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use e2e::accounts::{Administrator, Change, PERMISSIONS, Subject};
use e2e::numbers::tell;
use e2e::probe::Probe;
use e2e::topic;
use e2e::world::World;
use futures::future::try_join_all;
use proto::policy::v1::Permission;
use support::eventually::eventually;

use super::ARRIVAL;

const SUBJECTS: usize = 4;
const TURNS: usize = 25;
/// The stand-by takes over within two seconds; starting to produce takes a moment more.
const TAKEN_OVER: Duration = Duration::from_secs(20);
const COMPACTED: Duration = Duration::from_secs(90);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_revoked_permission_returns_from_a_compacted_topic() -> Result<()> {
    let mut world = World::toured("cold-start").await?;
    topic::compact_soon(&world).await?;
    let witness = Probe::start(&world, "probe-1").await?;
    let replica = world.stack.staff.plan().replica("staff-2")?.serve().await?;
    let mut places = world.places.clone();
    places.staff = replica.address();
    let administrator = world.administrator_at(&places).await?;
    let mut subjects = world.colleagues(&world.administrator().await?, SUBJECTS).await?;

    turn_on_and_off(&world, &administrator, &mut subjects).await?;
    // In the midst of it: what the first relay has read is neither sent nor given up.
    world.stack.staff.process().pause()?;
    turn_on_and_off(&world, &administrator, &mut subjects).await?;
    witness
        .comes_to(true, &subjects[0], Permission::ReportAndPlan, TAKEN_OVER)
        .await;
    world.stack.staff.process().resume()?;
    turn_on_and_off(&world, &administrator, &mut subjects).await?;
    revoke_all(&world, &administrator, &mut subjects).await?;
    compacted(&world, &witness).await?;

    let newcomer = Probe::launch(&world, "probe-2").await?;
    newcomer.staff_line.cut();
    starts_with_what_staff_says(&world, newcomer, &subjects).await?;
    drop(replica);
    world.stop().await
}

/// Grants and revokes in turn; ends with a grant.
async fn turn_on_and_off(
    world: &World,
    administrator: &Administrator,
    subjects: &mut [Subject],
) -> Result<()> {
    let turns = subjects.iter_mut().map(|subject| async {
        for _turn in 0..TURNS {
            administrator
                .change(subject, Change::without_reporting(&world.units))
                .await?;
            administrator.change(subject, Change::all(&world.units)).await?;
        }
        anyhow::Ok(())
    });
    try_join_all(turns).await.map(drop)
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

async fn compacted(world: &World, witness: &Probe) -> Result<()> {
    let expected = world.recompute().await?;
    eventually(ARRIVAL, || async {
        witness.dump().await.is_ok_and(|held| held == expected)
    })
    .await;
    let written = TURNS * 2 * 3;
    let left: BTreeMap<String, usize> = eventually(COMPACTED, || async {
        let left = topic::records_per_account(world)
            .await
            .map_err(|error| format!("{error:#}"))?;
        let most = left.values().copied().max().unwrap_or_default();
        if most <= written / 10 {
            Ok(left)
        } else {
            Err(format!("{most} records of one account"))
        }
    })
    .await;
    tell(&format!(
        "compacted: of {written} records per account at most {:?} are left",
        left.values().max()
    ));
    Ok(())
}

async fn starts_with_what_staff_says(world: &World, mut newcomer: Probe, subjects: &[Subject]) -> Result<()> {
    newcomer
        .process
        .wait_until_ready()
        .await
        .context("a cold start without staff")?;
    for subject in subjects {
        for permission in PERMISSIONS {
            let decision = newcomer.decide(subject, permission, None).await?;
            ensure!(
                !decision.allowed,
                "revoked and allowed: {subject:?} {permission:?}"
            );
        }
    }
    ensure!(
        newcomer.dump().await? == world.recompute().await?,
        "the newcomer holds something else"
    );
    Ok(())
}
