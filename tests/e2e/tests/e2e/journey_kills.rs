//! Processes are killed while the main job is under way, most of them with work in their hands. Whoever does it tries
//! again, as people do, and in the end the same rows have arrived: none lost, none that counts twice, and none that may
//! not be known to the recipient.

mod plan;
mod strike;
mod work;

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use devstack::stack::Stack;
use e2e::arrivals::arrivals;
use e2e::numbers::{count, draws, seed, tell};
use e2e::world::World;
use expected::{Inputs, Row};
use jiff::ToSpan as _;
use journey::job::waiting::Tally;
use journey::job::{Job, Report};
use journey::tour::CAST;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use plan::{MOST_JOURNEYS, Plan, VICTIMS};
use strike::{Striker, Struck};

/// Until the job is done, however often it has to be begun again.
const PATIENCE: Duration = Duration::from_mins(8);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_killed_the_same_rows_arrive() -> Result<()> {
    let (seed, kills) = (seed()?, count("JOURNEY_KILLS", VICTIMS.len())?);
    tell(&format!("{kills} kills during the journey by seed {seed}"));
    let mut draws = draws(seed, 1);
    let mut world = World::whole_durably("journey-kills").await?;
    let (places, today) = (world.places.clone(), world.today()?);
    let (mut expected, mut struck) = (Vec::new(), Vec::new());
    let plans = Plan::draw(kills, &mut draws);
    ensure!(plans.len() <= MOST_JOURNEYS, "earlier months are closed");
    for (journey, plan) in plans.into_iter().enumerate() {
        // One journey for each month that can still be reported, the last one first.
        let job = Job {
            places: &places,
            cast: &CAST,
            folder: &world.stack.plan.folder.join(format!("journey-{journey}")),
            today: today - i32::try_from(journey)?.months(),
        };
        tell(&format!("  {}:", job.month_name()));
        struck.extend(under_attack(&mut world.stack, &job, plan).await?);
        expected.extend(Inputs::read(job.folder)?.rows(&job.month_name())?);
    }
    expected.sort();
    ensure_exact(&world, &expected).await?;
    ensure_most_were_hit(&struck)?;
    world.stop().await
}

async fn under_attack(stack: &mut Stack, job: &Job<'_>, plan: Plan) -> Result<Vec<Struck>> {
    let (told, heard) = unbounded_channel();
    let tally = Tally::default();
    let striker = Striker::new(stack, tally.clone());
    let attacking = Box::pin(attack(striker, &tally, heard, plan));
    let performing = tally.over(Box::pin(perform(job, told)));
    let (_report, struck) = tokio::try_join!(performing, attacking)?;
    Ok(struck)
}

async fn perform(job: &Job<'_>, told: UnboundedSender<String>) -> Result<Report> {
    support::try_eventually(PATIENCE, || {
        let told = told.clone();
        async move {
            let mut tell_attacker = |line: &str| drop(told.send(line.to_owned()));
            let done = Box::pin(job.perform(&mut tell_attacker)).await;
            done.inspect_err(|error| tell(&format!("    begun again after: {error:#}")))
        }
    })
    .await
}

async fn attack(
    mut striker: Striker<'_>,
    tally: &Tally,
    mut heard: UnboundedReceiver<String>,
    plan: Plan,
) -> Result<Vec<Struck>> {
    let mut reached = None;
    for planned in plan.0 {
        if reached.is_none_or(|step| step < planned.step) {
            tally.go_on();
        }
        // What is told of steps that were passed while a process was coming back is read here too.
        while reached.is_none_or(|step| step < planned.step)
            && let Some(line) = striker.while_all_run(heard.recv()).await?
        {
            reached = reached.max(plan::step_of(&line));
        }
        let is_over = || heard.is_closed();
        striker
            .strike(&planned, is_over)
            .await
            .context("a process did not come back")?;
    }
    tally.go_on();
    while striker.while_all_run(heard.recv()).await?.is_some() {}
    Ok(striker.struck)
}

async fn ensure_exact(world: &World, expected: &[Row]) -> Result<()> {
    let arrived = arrivals(&world.places).await?;
    let counting = arrived.iter().filter(|arrival| arrival.counts);
    let counting: Vec<Row> = counting.map(|arrival| arrival.row.clone()).collect();
    ensure!(
        counting == expected,
        "what counts:\n{counting:#?}\nexpected:\n{expected:#?}"
    );
    let ever: BTreeSet<Row> = arrived.into_iter().map(|arrival| arrival.row).collect();
    ensure!(
        ever.iter().eq(expected),
        "something arrived that may not be known there"
    );
    Ok(())
}

fn ensure_most_were_hit(struck: &[Struck]) -> Result<()> {
    let hits = struck.iter().filter(|struck| struck.is_hit()).count();
    tell(&format!("{hits} of {} had work in their hands", struck.len()));
    ensure!(
        3 * hits >= 2 * struck.len(),
        "too few of the kills hit anybody at work"
    );
    Ok(())
}
