//! The main job from end to end: what arrives at ESF and SCB is what the input files say, counted as it came over the
//! wire, and a second journey sends nothing more.

use anyhow::{Context as _, Result, ensure};
use e2e::arrivals::{Arrival, arrivals};
use e2e::world::World;
use expected::{Inputs, Row};
use journey::job::{CASES, Job, Report};
use journey::tour::CAST;

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

    let again = Box::pin(job.perform(&mut |_| {})).await?;
    ensure!(again.lines.len() == CASES.len());
    let deliveries = arrivals(&world.places).await?;
    ensure_exact(&deliveries, &expected).context("a second journey sent something")?;
    world.stop().await
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
