//! What goes wrong at a recipient ends right: a corrected month is sent into every fault, and in the end it stands there
//! once with its highest revision, the run has said what was the matter, and nothing is sent after a withdrawal.

use anyhow::{Context as _, Result, ensure};
use e2e::world::World;
use journey::Receivers;
use journey::job::{CASES, Job, Office};
use journey::receivers::Arrived;
use journey::tour::CAST;
use proto::consent::v1::ExplainReason;
use proto::export::v1::{AttemptOutcome, PartAttempt, RunStage, RunStatus};
use proto::types::v1::Recipient;
use serde_json::{Value, json};

/// A participant with consent to both, whose month is corrected again and again.
const CASE: usize = 4;
/// Another one, who withdraws in the end.
const WITHDRAWING: usize = 3;

/// What goes wrong, what the run says of the attempt, and what the recipient has of the first attempt.
struct Fault {
    switch: Value,
    problem: &'static str,
    first: AttemptOutcome,
}

fn faults() -> Vec<Fault> {
    let once = |effect: Value| json!({"effect": effect, "times": 1});
    vec![
        Fault {
            switch: once(json!({"cut": {"after": 100}})),
            problem: "not_arrived",
            first: AttemptOutcome::Failed,
        },
        Fault {
            switch: once(json!("lost_answer")),
            problem: "answer_lost",
            first: AttemptOutcome::Delivered,
        },
        Fault {
            switch: once(json!("other_part")),
            problem: "receipt_for_another_part",
            first: AttemptOutcome::Delivered,
        },
        Fault {
            switch: once(json!("duplicate_receipt")),
            problem: "",
            first: AttemptOutcome::Delivered,
        },
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_goes_wrong_at_a_recipient_ends_with_the_row_there_once() -> Result<()> {
    let world = World::whole("receivers").await?;
    let folder = world.stack.plan.folder.join("journey");
    let job = Job {
        places: &world.places,
        cast: &CAST,
        folder: &folder,
        today: world.today()?,
    };
    Box::pin(job.perform(&mut |_| {})).await?;
    let office = Box::pin(Office::open(&job)).await?;
    let receivers = Receivers::new(&world.places.receivers);

    let mut revision = 1;
    for fault in faults() {
        revision += 1;
        let hours = Box::pin(office.correct(CASE, revision)).await?;
        suffer(&office, &receivers, &fault)
            .await
            .with_context(|| format!("{}", fault.switch))?;
        stands_once(&office, &receivers, revision, hours).await?;
    }
    revision += 1;
    let hours = Box::pin(office.correct(CASE, revision)).await?;
    is_down(&office, &receivers).await?;
    stands_once(&office, &receivers, revision, hours).await?;
    is_withdrawn(&office, &receivers).await?;
    world.stop().await
}

async fn suffer(office: &Office<'_>, receivers: &Receivers, fault: &Fault) -> Result<()> {
    receivers.set_switch(Recipient::Esf, &fault.switch).await?;
    let run_id = office.begin(Recipient::Esf, RunStage::Unspecified).await?;
    office.reached(&run_id, RunStatus::Ended).await?;
    let attempts = office.attempts(&run_id).await?;
    let first = attempts.iter().find(|attempt| attempt.attempt == 1);
    let first = first.context("a first attempt")?;
    ensure!(
        first.outcome() == fault.first && first.problem == fault.problem,
        "the attempts were {:?}",
        told(&attempts)
    );
    Ok(())
}

// Nobody answers for a while: the run says so, the row waits, and goes when the recipient is back.
async fn is_down(office: &Office<'_>, receivers: &Receivers) -> Result<()> {
    receivers
        .set_switch(Recipient::Esf, &json!({"effect": "down"}))
        .await?;
    let run_id = office.begin(Recipient::Esf, RunStage::Unspecified).await?;
    office.troubled(&run_id, "recipient_unreachable").await?;
    let row = office.explain(CASE, Recipient::Esf).await?;
    ensure!(
        row.reason() != ExplainReason::Unspecified,
        "a row is done at a recipient that is down"
    );
    receivers.set_switch(Recipient::Esf, &json!({})).await?;
    office.retry(&run_id).await?;
    office.reached(&run_id, RunStatus::Ended).await?;
    Ok(())
}

async fn is_withdrawn(office: &Office<'_>, receivers: &Receivers) -> Result<()> {
    office.correct(WITHDRAWING, 2).await?;
    let told = office.withdraw(WITHDRAWING, Recipient::Esf).await?;
    ensure!(!told.already_sent.is_empty(), "what had left before is not told");
    let before = rows(receivers, WITHDRAWING).await?;
    let run_id = office.begin(Recipient::Esf, RunStage::Unspecified).await?;
    office.reached(&run_id, RunStatus::Ended).await?;
    ensure!(
        rows(receivers, WITHDRAWING).await? == before,
        "a correction was sent after the withdrawal"
    );
    Ok(())
}

async fn stands_once(office: &Office<'_>, receivers: &Receivers, revision: usize, hours: u32) -> Result<()> {
    let rows = rows(receivers, CASE).await?;
    let newest = rows
        .iter()
        .filter(|held| held.counts && usize::try_from(held.row.revision).is_ok_and(|held| held == revision));
    let hours_held: Vec<_> = newest.map(|held| held.row.hours.as_u64()).collect();
    ensure!(
        hours_held == [Some(u64::from(hours))],
        "revision {revision} should stand there once with {hours} h: {rows:#?}"
    );
    let row = support::try_eventually(std::time::Duration::from_secs(20), || async {
        let row = office.explain(CASE, Recipient::Esf).await?;
        ensure!(row.reason() == ExplainReason::Unspecified, "{:?}", row.reason());
        anyhow::Ok(row)
    })
    .await?;
    ensure!(usize::try_from(row.revision)? == revision);
    Ok(())
}

async fn rows(receivers: &Receivers, case: usize) -> Result<Vec<Arrived>> {
    let number = CASES[case].person.digits();
    let mut rows = receivers.rows(Recipient::Esf).await?;
    rows.retain(|held| held.row.personal_number == number && held.outcome == "stored");
    Ok(rows)
}

fn told(attempts: &[PartAttempt]) -> Vec<(i32, AttemptOutcome, &str)> {
    let told = attempts
        .iter()
        .map(|attempt| (attempt.attempt, attempt.outcome(), attempt.problem.as_str()));
    told.collect()
}
