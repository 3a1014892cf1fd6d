//! The main job from end to end: what arrives at ESF and SCB is what the input files say, counted as it came over the
//! wire, and a second journey sends nothing more.

use anyhow::{Context as _, Result, ensure};
use e2e::world::World;
use expected::{Inputs, Row};
use journey::Receivers;
use journey::job::{CASES, Job, Report};
use journey::receivers::Arrived;
use journey::tour::CAST;
use proto::types::v1::Recipient;

const RECIPIENTS: [(Recipient, &str); 2] = [(Recipient::Esf, "ESF"), (Recipient::Scb, "SCB")];

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
    let arrived = arrived(&world).await?;
    ensure!(
        arrived == expected,
        "what arrived:\n{arrived:#?}\nwhat should have arrived:\n{expected:#?}"
    );
    every_participant_is_told(&report)?;

    let again = Box::pin(job.perform(&mut |_| {})).await?;
    ensure!(again.lines.len() == CASES.len());
    let deliveries = self::arrived(&world).await?;
    ensure!(
        deliveries == expected,
        "a second journey sent something: {deliveries:#?}"
    );
    world.stop().await
}

// Raw deliveries: a row that came twice is here twice, whatever the receiver made of it.
async fn arrived(world: &World) -> Result<Vec<Row>> {
    let receivers = Receivers::new(&world.places.receivers);
    let mut rows = Vec::new();
    for (recipient, name) in RECIPIENTS {
        let arrived = receivers.rows(recipient).await?;
        rows.extend(
            arrived
                .iter()
                .map(|arrived| row(name, arrived))
                .collect::<Result<Vec<_>>>()?,
        );
    }
    rows.sort();
    Ok(rows)
}

fn row(recipient: &str, arrived: &Arrived) -> Result<Row> {
    ensure!(
        arrived.outcome == "stored" && arrived.accepted == Some(true) && arrived.counts,
        "a delivery went wrong: {arrived:?}"
    );
    let row = &arrived.row;
    Ok(Row {
        recipient: recipient.to_owned(),
        personal_number: row.personal_number.clone(),
        placement_start: row.placement_start,
        placement_end: row.placement_end,
        month: row.month.clone(),
        ka_number: row.ka_number.clone(),
        hours: row.hours.as_u64().context("whole hours")?.try_into()?,
        revision: row.revision,
    })
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
