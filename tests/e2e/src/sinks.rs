//! Everything that a running stack writes anywhere, handed to a scanner piece by piece: databases, the broker, logs,
//! pages of metrics, what is sent by OTLP, and files, sealed ones as their recipients open them.

pub mod broker;
pub mod database;
pub mod files;
pub mod telemetry;

use std::path::Path;

use anyhow::{Context, Result};
use devstack::stack::Stack;
use support::otlp::Sink;
use support::people::Person;

use crate::scan::{Finding, Scanner};

/// The simulators stand for others' systems, which know the numbers and write them down; they are not Deltaga's.
const NOT_OURS: [&str; 2] = ["bankid-simulator.log", "messages-simulator.log"];

/// Searches everything that a running stack has written but its telemetry: every database, every topic, the pages of
/// metrics and all logs. Tells also how many records there were.
pub async fn stack(people: &[Person], stack: &Stack) -> Result<(usize, Vec<Finding>)> {
    let scanner = Scanner::for_people(people)?;
    let mut findings = Vec::new();
    for name in database::names(&stack.postgres.url("postgres")).await? {
        findings.extend(database::scan(&scanner, &stack.postgres.url(&name)).await?);
    }
    for service in [&stack.identity, &stack.staff]
        .into_iter()
        .chain(stack.others.values())
    {
        findings.extend(page(&scanner, &format!("{}/metrics", service.admin_url())).await?);
    }
    findings.extend(logs(&scanner, &stack.plan.log_folder())?);
    let (records, in_topics) = broker::scan(scanner, &stack.kafka).await?;
    findings.extend(in_topics);
    Ok((records, findings))
}

/// Searches the log of every process, what is said by one that crashes included.
pub fn logs(scanner: &Scanner, folder: &Path) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for entry in std::fs::read_dir(folder).context("the folder of the logs")? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !NOT_OURS.contains(&name.as_str()) {
            findings.extend(scanner.scan(&name, &std::fs::read(entry.path())?));
        }
    }
    Ok(findings)
}

/// Searches all spans and metrics that were sent.
pub fn telemetry(scanner: &Scanner, sink: &Sink) -> Vec<Finding> {
    let exports = sink.exports();
    exports
        .iter()
        .flat_map(|export| scanner.scan("OTLP", export))
        .collect()
}

/// Searches a page of metrics.
pub async fn page(scanner: &Scanner, url: &str) -> Result<Vec<Finding>> {
    let answer = reqwest::get(url).await?.error_for_status()?;
    Ok(scanner.scan(url, &answer.bytes().await?))
}
