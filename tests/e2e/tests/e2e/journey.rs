//! The main job from end to end: what arrives at ESF and SCB is what the input files say, counted as it came over the
//! wire, and a second journey sends nothing more.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use devstack::stack::OTHERS;
use e2e::arrivals::{Arrival, arrivals};
use e2e::world::World;
use expected::{Inputs, Row};
use journey::job::{CASES, Job, Report};
use journey::tour::CAST;
use support::files;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exactly_what_was_approved_and_consented_to_arrives() -> Result<()> {
    let world = World::whole("journey").await?;
    let folder = world.stack.plan.folder.join("journey");
    let mut told = Vec::new();
    let job = Job {
        places: &world.places,
        cast: &CAST,
        folder: &folder,
        today: world.today()?,
    };
    let report = Box::pin(job.perform(&mut |line| told.push(line.to_owned()))).await;
    let report = report.with_context(|| format!("the job came so far: {told:#?}"))?;

    let expected = Inputs::read(&folder)?.rows(&job.month_name())?;
    ensure_exact(&arrivals(&world.places).await?, &expected)?;
    every_participant_is_told(&report)?;
    crate::own_data::everybody_downloads_their_own(&world.places, &job.month_name()).await?;

    let again = Box::pin(job.perform(&mut |_| {})).await?;
    ensure!(again.lines.len() == CASES.len());
    let deliveries = arrivals(&world.places).await?;
    ensure_exact(&deliveries, &expected).context("a second journey sent something")?;
    Box::pin(crate::rebuild::nothing_changes_however_records_come_again(world)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_every_addition_switched_off_the_same_rows_arrive() -> Result<()> {
    let mut world = World::whole_without_additions("journey-without-additions").await?;
    ensure_switched_off(&mut world)?;
    let folder = world.stack.plan.folder.join("journey");
    let job = Job {
        places: &world.places,
        cast: &CAST,
        folder: &folder,
        today: world.today()?,
    };
    let report = Box::pin(job.perform(&mut |_| {})).await?;
    let expected = Inputs::read(&folder)?.rows(&job.month_name())?;
    ensure_exact(&arrivals(&world.places).await?, &expected)?;
    every_participant_is_told(&report)?;
    world.stop().await
}

/// Every switch of an addition in the default configuration is off in the one that the service runs by.
fn ensure_switched_off(world: &mut World) -> Result<()> {
    let mut switches = 0;
    for service in ["identity", "staff"].into_iter().chain(OTHERS) {
        let default = files::workspace_root().join(format!("services/{service}/config.default.toml"));
        let (default, used) = (
            additions(&default)?,
            world.stack.service(service)?.plan().config_file(),
        );
        let used = additions(&used)?;
        ensure!(default.keys().eq(used.keys()), "{service} has other switches");
        ensure!(
            used.values().all(|is_on| !is_on),
            "an addition of {service} is on"
        );
        switches += used.len();
    }
    ensure!(switches > 0, "there is no addition to switch off");
    Ok(())
}

fn additions(configuration: &Path) -> Result<BTreeMap<String, bool>> {
    let table: toml::Table = std::fs::read_to_string(configuration)?.parse()?;
    match table.get("additions") {
        Some(switches) => Ok(switches.clone().try_into()?),
        None => Ok(BTreeMap::new()),
    }
}

fn ensure_exact(arrived: &[Arrival], expected: &[Row]) -> Result<()> {
    let wrong = arrived.iter().find(|arrival| !arrival.counts);
    ensure!(wrong.is_none(), "a delivery went wrong: {wrong:?}");
    let rows: Vec<&Row> = arrived.iter().map(|arrival| &arrival.row).collect();
    ensure!(
        rows.iter().copied().eq(expected),
        "what arrived:\n{rows:#?}\nwhat should have arrived:\n{expected:#?}"
    );
    Ok(())
}

fn every_participant_is_told(report: &Report) -> Result<()> {
    ensure!(report.lines.len() == CASES.len(), "a participant is missing");
    let unclear = report
        .lines
        .iter()
        .find(|line| [&line.esf, &line.scb].iter().any(|told| told.as_str() == "done"));
    ensure!(unclear.is_none(), "done, and nothing arrived: {unclear:?}");
    ensure!(!report.objects.is_empty(), "no sealed file is told");
    ensure!(report.open.1 > 0, "nothing is open to work in");
    Ok(())
}
