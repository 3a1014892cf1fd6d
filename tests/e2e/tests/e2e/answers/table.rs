//! The table of expected answers.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};
use prost_reflect::DescriptorPool;

use super::callers::{SERVERS, Server};

const TABLE: &str = include_str!("../../../answers.tsv");
/// The calls that each service answers for itself.
const OF_EVERY_SERVICE: &str = "deltaga.operations.v1.";
const OF_WHOEVER_TAKES_FILES: &str = "deltaga.uploads.v1.";
const OF_WHOEVER_HOLDS_PERSONS: &str = "deltaga.subject.v1.";

/// Contexts whose calls have no rows yet, with the services that answer them: nothing else may be missing, and whatever
/// has a row is not pending.
pub const PENDING: [&str; 0] = [];

/// What one call of one service answers, by column.
pub struct Row {
    pub server: Server,
    /// `package.Service/Method`.
    pub method: String,
    cells: BTreeMap<String, String>,
}

impl Row {
    /// The expected answer.
    pub fn cell(&self, column: &str) -> Result<&str> {
        let cell = self.cells.get(column).map(String::as_str);
        cell.with_context(|| format!("{} has no column {column}", self.method))
    }

    /// The answer a service expects.
    pub fn for_service(&self, name: &str) -> Result<&str> {
        let listed = self.cell("services")?;
        if listed == "all" || listed.split(',').any(|service| service == name) {
            Ok(match self.server {
                Server::Identity | Server::Staff => "ok",
                Server::Participants | Server::Attendance | Server::Consent | Server::Export => "admitted",
            })
        } else {
            self.cell("nobody")
        }
    }
}

/// All rows, if they are those of the contract.
pub fn rows() -> Result<Vec<Row>> {
    let mut lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    let header: Vec<&str> = lines.next().context("a header")?.split('\t').collect();
    let rows = lines
        .map(|line| row(&header, line))
        .collect::<Result<Vec<Row>>>()?;
    let in_table: Vec<_> = rows.iter().map(|row| (row.server, row.method.clone())).collect();
    let distinct: BTreeSet<_> = in_table.iter().cloned().collect();
    ensure!(distinct.len() == in_table.len(), "a row stands twice");
    let contract = contract()?;
    let pending: Vec<_> = rows.iter().filter(|row| is_pending(&row.method)).collect();
    ensure!(pending.is_empty(), "{} rows are pending no more", pending.len());
    let missing: Vec<_> = contract.difference(&distinct).collect();
    let surplus: Vec<_> = distinct.difference(&contract).collect();
    ensure!(missing.is_empty(), "calls without a row: {missing:?}");
    ensure!(surplus.is_empty(), "rows without a call: {surplus:?}");
    Ok(rows)
}

fn row(header: &[&str], line: &str) -> Result<Row> {
    let cells: Vec<&str> = line.split('\t').collect();
    ensure!(cells.len() == header.len(), "a row with other columns: {line}");
    let cell = |(name, cell): (&&str, &&str)| ((*name).to_owned(), (*cell).to_owned());
    Ok(Row {
        server: Server::named(cells[0])?,
        method: cells[1].to_owned(),
        cells: header.iter().zip(&cells).map(cell).collect(),
    })
}

fn contract() -> Result<BTreeSet<(Server, String)>> {
    let mut calls = BTreeSet::new();
    for service in DescriptorPool::decode(proto::DESCRIPTORS)?.services() {
        if is_pending(service.full_name()) {
            continue;
        }
        for method in service.methods() {
            let name = format!("{}/{}", service.full_name(), method.name());
            let servers = servers(service.full_name())?;
            calls.extend(servers.into_iter().map(|server| (server, name.clone())));
        }
    }
    Ok(calls)
}

/// Of a pending context, which the contract must have.
fn is_pending(name: &str) -> bool {
    PENDING
        .iter()
        .any(|context| name.starts_with(&format!("deltaga.{context}.")))
}

fn servers(service: &str) -> Result<Vec<Server>> {
    if service.starts_with(OF_EVERY_SERVICE) {
        return Ok(SERVERS.to_vec());
    }
    if service.starts_with(OF_WHOEVER_TAKES_FILES) {
        return Ok(vec![Server::Staff, Server::Attendance]);
    }
    if service.starts_with(OF_WHOEVER_HOLDS_PERSONS) {
        return Ok(vec![
            Server::Identity,
            Server::Participants,
            Server::Attendance,
            Server::Consent,
            Server::Export,
        ]);
    }
    let context = service.split('.').nth(1).context("a package")?;
    Ok(vec![Server::named(context)?])
}
