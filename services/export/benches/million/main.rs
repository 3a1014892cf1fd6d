//! A run of a million rows in parts of ten thousand: export as a process of its own, ESF's and SCB's receivers opening
//! and judging every row. Once with consent and identity as they are, over a million persons with numbers and consents;
//! once with doubles that authorise everything and know everybody's number. Bar: export's memory never exceeds 256 MiB.
//! It ends by counting what the receivers opened, the ledger, the audit lines and the rows of the run.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark stops where it stands and prints"
)]

mod doubles;
mod load;
mod opened;
mod peers;
mod process;
mod run;

use std::time::Instant;

use load::{Databases, ROWS_OF_A_PART};
use receivers_simulator::{Config as ReceiversConfig, Recipient, Simulator};
use run::Figures;
use support::ca::Authority;

const MOST_MEMORY: u64 = 256 << 20;

/// What both variants stand on.
struct Stand {
    rows: i64,
    folder: tempfile::TempDir,
    authority: &'static Authority,
    brokers: String,
    databases: Databases,
    receivers: Simulator,
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(bench());
}

async fn bench() {
    let rows = support::shared::given("EXPORT_ROWS").map_or(1_000_000, |rows| rows.parse().unwrap());
    let kafka = support::kafka::shared().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let receivers = ReceiversConfig::new(folder.path().join("receivers"), kafka.authority().ca_file());
    let began = Instant::now();
    let stand = Stand {
        rows,
        authority: kafka.authority(),
        brokers: kafka.brokers().to_owned(),
        databases: Databases::loaded(rows).await,
        receivers: Simulator::start(receivers).await.unwrap(),
        folder,
    };
    println!(
        "{rows} rows in parts of {ROWS_OF_A_PART}, loaded in {:.0} s; PostgreSQL fsync {}; 8 connections a service",
        began.elapsed().as_secs_f64(),
        stand.databases.fsync().await,
    );
    let with = with(&stand).await;
    let without = without(&stand).await;
    stand.databases.remove().await;
    for figures in [&with, &without] {
        figures.tell();
    }
    for figures in [with, without] {
        assert!(
            figures.memory <= MOST_MEMORY,
            "the bar of {} MiB is missed: {figures:?}",
            MOST_MEMORY >> 20
        );
    }
}

async fn with(stand: &Stand) -> Figures {
    let peers = peers::start(stand).await;
    let figures = run::run(
        stand,
        "with authorisation and numbers",
        Recipient::Esf,
        &peers.addresses,
    )
    .await;
    stand.databases.count_disclosures(stand.rows).await;
    peers.stop().await;
    figures
}

async fn without(stand: &Stand) -> Figures {
    let addresses = doubles::start(stand).await;
    run::run(stand, "without", Recipient::Scb, &addresses).await
}
