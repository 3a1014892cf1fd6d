//! Numbers and names stay where they belong: after a tour, many mistakes and a crash nobody of those concerned is found
//! in databases, topics, logs, spans, metrics and crash output, while a canary per sink is.

mod canaries;
mod mistakes;

use std::os::unix::process::ExitStatusExt as _;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use e2e::scan::{Finding, Scanner};
use e2e::sinks;
use e2e::world::World;
use journey::tour::CAST;
use nix::sys::signal::Signal;
use support::otlp::Sink;
use support::people::Person;

use canaries::CANARY;
use mistakes::{COLLEAGUE, MISTYPED};

const CRASHED: Duration = Duration::from_secs(20);
/// A tour leaves hundreds of records and kilobytes of spans; less would mean that a sink was not really read.
const FEWEST_RECORDS: usize = 100;

/// What was found in which sink.
type Found = Vec<(&'static str, Vec<Finding>)>;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_and_names_are_nowhere_but_in_their_columns() -> Result<()> {
    let sink = Sink::start().await?;
    let mut world = World::toured_telling("personal-data", &sink).await?;
    mistakes::make_all(&world).await?;
    crash_identity(&mut world).await?;

    canaries::plant(&world, &sink).await?;
    let mut found = search_what_runs(&world).await?;
    let logs = world.stack.plan.log_folder();
    world.stop().await?;
    canaries::write_log_line(&logs)?;
    let scanner = scanner()?;
    found.push(("logs", sinks::logs(&scanner, &logs)?));
    found.push(("OTLP", sinks::telemetry(&scanner, &sink)));

    judge(&found)
}

fn judge(found: &Found) -> Result<()> {
    let is_canary = |finding: &&Finding| finding.person == CANARY;
    for (name, findings) in found {
        let is_found = findings.iter().any(|finding| is_canary(&finding));
        ensure!(
            is_found,
            "the canary in {name} was not found: the scan is blind there"
        );
    }
    let all = found.iter().flat_map(|(_, findings)| findings);
    let leaked: Vec<_> = all.filter(|finding| !is_canary(finding)).collect();
    ensure!(leaked.is_empty(), "{} leaks: {leaked:#?}", leaked.len());
    Ok(())
}

fn scanner() -> Result<Scanner> {
    let people: [Person; 8] = [
        CAST.officer,
        CAST.administrator,
        CAST.stranger,
        CAST.supervisor,
        CAST.sole_trader,
        COLLEAGUE,
        MISTYPED,
        CANARY,
    ];
    Scanner::for_people(&people)
}

async fn search_what_runs(world: &World) -> Result<Found> {
    let (stack, scanner) = (&world.stack, scanner()?);
    let mut found = Found::new();
    for (name, database) in [("identity's database", "identity"), ("staff's database", "staff")] {
        found.push((
            name,
            sinks::database::scan(&scanner, &stack.postgres.url(database)).await?,
        ));
    }
    let (records, in_topics) = sinks::broker::scan(self::scanner()?, &stack.kafka).await?;
    ensure!(records >= FEWEST_RECORDS, "only {records} records were read");
    found.push(("topics", in_topics));
    let mut in_metrics = canaries::page(&scanner).await?;
    for service in [&stack.identity, &stack.staff] {
        let page = format!("{}/metrics", service.admin_url());
        in_metrics.extend(sinks::page(&scanner, &page).await?);
    }
    found.push(("metrics", in_metrics));
    Ok(found)
}

/// Identity, which knows all numbers, dies in the middle of a sign-in; what it says then is in its log.
async fn crash_identity(world: &mut World) -> Result<()> {
    let gateway = world.gateway()?;
    let pending = gateway.start_sign_in(proto::identity::v1::Portal::Staff).await?;
    let identity = &mut world.stack.identity;
    ensure!(
        core_limits(identity.process().id())? == ["0", "0"],
        "a core dump could be written"
    );
    let status = identity
        .process()
        .stop_by(Signal::SIGABRT, CRASHED)
        .await
        .context("the crash")?;
    ensure!(
        status.signal() == Some(Signal::SIGABRT as i32),
        "it did not crash: {status}"
    );
    ensure!(!status.core_dumped(), "the crash left an image of the memory");
    identity.start_again().await?;
    gateway
        .look(&pending)
        .await
        .context("the sign-in after the crash")?;
    Ok(())
}

/// The soft and the hard limit of what a process may write when it crashes, in bytes.
fn core_limits(process: u32) -> Result<[String; 2]> {
    let limits = std::fs::read_to_string(format!("/proc/{process}/limits"))?;
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max core file size"));
    let mut limits = line
        .context("a limit for core dumps")?
        .split_whitespace()
        .map(str::to_owned);
    Ok([
        limits.next().context("a soft limit")?,
        limits.next().context("a hard limit")?,
    ])
}
