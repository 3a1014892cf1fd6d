//! Every process is killed once while the main job is under way. Whoever does it tries again, as people do, and in the
//! end the same rows have arrived: none lost, none that counts twice, and none that may not be known to the recipient.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use devstack::stack::Stack;
use e2e::arrivals::arrivals;
use e2e::numbers::{draws, seed, tell};
use e2e::world::World;
use expected::{Inputs, Row};
use journey::job::{Job, Report};
use journey::tour::CAST;
use rand::Rng as _;
use rand_chacha::ChaCha8Rng;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Until the job is done, however often it has to be begun again.
const PATIENCE: Duration = Duration::from_mins(8);

/// With which step who is killed.
const KILLS: [(&str, &[&str]); 5] = [
    ("Receivers find", &["participants", "staff"]),
    ("The providers' hours", &["attendance", "kafka"]),
    ("The participants read", &["identity", "gateway"]),
    ("One month is corrected", &["consent"]),
    ("The agency runs the export to ESF", &["export", "postgres"]),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_killed_the_same_rows_arrive() -> Result<()> {
    let seed = seed()?;
    tell(&format!("kills during the journey by seed {seed}"));
    let mut world = World::whole_durably("journey-kills").await?;
    let folder = world.stack.plan.folder.join("journey");
    let (places, today) = (world.places.clone(), world.today()?);
    let job = Job {
        places: &places,
        cast: &CAST,
        folder: &folder,
        today,
    };
    let (told, heard) = unbounded_channel();
    let killing = Box::pin(kill_all(&mut world.stack, heard, draws(seed, 1)));
    let (done, killed) = tokio::join!(Box::pin(perform(&job, told)), killing);
    killed.context("a process did not come back")?;
    done?;

    let expected = Inputs::read(&folder)?.rows(&job.month_name())?;
    let arrived = arrivals(&world.places).await?;
    let counting = arrived.iter().filter(|arrival| arrival.counts);
    let counting: Vec<Row> = counting.map(|arrival| arrival.row.clone()).collect();
    ensure!(
        counting == expected,
        "what counts:\n{counting:#?}\nexpected:\n{expected:#?}"
    );
    let ever: BTreeSet<Row> = arrived.into_iter().map(|arrival| arrival.row).collect();
    ensure!(
        ever.into_iter().eq(expected),
        "something arrived that may not be known there"
    );
    world.stop().await
}

async fn perform(job: &Job<'_>, told: UnboundedSender<String>) -> Result<Report> {
    support::try_eventually(PATIENCE, || {
        let told = told.clone();
        async move {
            let mut tell_killer = |line: &str| drop(told.send(line.to_owned()));
            let done = Box::pin(job.perform(&mut tell_killer)).await;
            done.inspect_err(|error| tell(&format!("  begun again after: {error:#}")))
        }
    })
    .await
}

async fn kill_all(
    stack: &mut Stack,
    mut heard: UnboundedReceiver<String>,
    mut draws: ChaCha8Rng,
) -> Result<()> {
    for (step, victims) in KILLS {
        while let Some(line) = heard.recv().await {
            if line.starts_with(step) {
                break;
            }
        }
        for victim in victims {
            // The instant within the step is drawn; nothing waits for it.
            tokio::time::sleep(Duration::from_millis(draws.random_range(100..1500))).await;
            tell(&format!("  {victim} is killed during: {step}"));
            kill(stack, victim).await.with_context(|| (*victim).to_owned())?;
        }
    }
    Ok(())
}

async fn kill(stack: &mut Stack, victim: &str) -> Result<()> {
    match victim {
        "postgres" => {
            stack.postgres.crash().await?;
            stack.postgres.start_again().await
        }
        "kafka" => {
            stack.kafka.kill().await?;
            stack.kafka.start_again().await
        }
        service => stack.service(service)?.restart().await,
    }
}
