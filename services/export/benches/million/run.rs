//! A run from beginning to end: export's process with its memory and CPU, how long each stage took, and what became of
//! the rows.

use std::time::{Duration, Instant};

use export::domain::ids::RunId;
use export::domain::month::Month;
use export::domain::recipient::Recipient as To;
use export::steps::enqueue_run;
use export::store::runs::{self, Run, RunStage};
use platform::db::{DbError, Tx};
use receivers_simulator::Recipient;
use sqlx::{Connection as _, PgConnection};
use support::service::{Service, ServiceBuilder};

use crate::load::{open, parts_of};
use crate::opened::{Opened, open_all};
use crate::peers::Addresses;
use crate::{Stand, process};

const PATIENCE: Duration = Duration::from_mins(20);

/// What a run took.
#[derive(Debug)]
pub struct Figures {
    variant: &'static str,
    rows: i64,
    planned: Duration,
    took: Duration,
    cpu: Duration,
    pub memory: u64,
    bytes: u64,
}

/// Starts export, has the month exported to the recipient, and counts.
pub async fn run(stand: &Stand, variant: &'static str, recipient: Recipient, peers: &Addresses) -> Figures {
    let mut service = start(stand, peers);
    let id = service.process().id();
    let began = Instant::now();
    let run = begin(stand, recipient).await;
    let planned = ended(stand, run, &mut service, RunStage::Parts, began).await;
    let took = ended(stand, run, &mut service, RunStage::Ended, began).await;
    told(stand, &mut service).await;
    let (memory, cpu) = (process::peak_memory(id), process::cpu(id));
    service.stop().await.unwrap();
    let opened = open_all(&stand.receivers, recipient);
    count(stand, run, &opened).await;
    Figures {
        variant,
        rows: stand.rows,
        planned,
        took,
        cpu,
        memory,
        bytes: opened.bytes,
    }
}

impl Figures {
    #[expect(clippy::cast_precision_loss, reason = "rows of a run")]
    pub fn tell(&self) {
        let rows = self.rows as f64;
        println!(
            "{}: {:.0} rows/s ({} rows in {:.1} s, planned and built after {:.1} s), memory at most {} MiB, \
             CPU of export {:.1} µs a row, {} MiB sealed",
            self.variant,
            rows / self.took.as_secs_f64(),
            self.rows,
            self.took.as_secs_f64(),
            self.planned.as_secs_f64(),
            self.memory >> 20,
            self.cpu.as_secs_f64() * 1e6 / rows,
            self.bytes >> 20,
        );
    }
}

fn start(stand: &Stand, peers: &Addresses) -> Service {
    let identity = stand.authority.service("export").unwrap();
    // The same for both variants: with the database goes the key that wraps its key ring.
    let folder = stand.folder.path().join("export");
    let mut builder = ServiceBuilder::new("export", &folder, &identity)
        .unwrap()
        .database(&stand.databases.export)
        .kafka(&stand.brokers)
        .peer("consent", &peers.consent)
        .peer("identity", &peers.identity)
        .peer("staff", "https://localhost:1")
        .set("store.folder", folder.join("store").display().to_string());
    let files = stand.receivers.files();
    for recipient in Recipient::ALL {
        let public_key = files.recipient(recipient).public_key;
        for (key, value) in [
            ("url", stand.receivers.url(recipient)),
            ("ca_file", files.server_ca.display().to_string()),
            (
                "certificate_file",
                identity.certificate_file.display().to_string(),
            ),
            ("key_file", identity.key_file.display().to_string()),
            ("public_key_file", public_key.display().to_string()),
        ] {
            builder = builder.set(&format!("recipients.{}.{key}", recipient.stem()), value);
        }
    }
    // Nobody waits until it is ready for callers, as there are none: its jobs begin by themselves.
    builder.launch().unwrap()
}

/// Writes the run as the call for it does.
async fn begin(stand: &Stand, recipient: Recipient) -> RunId {
    let database = open(&stand.databases.export);
    let run = Run {
        id: RunId::from_uuid(database.new_id()),
        month: Month::parse(2026, 2).unwrap(),
        recipient: match recipient {
            Recipient::Esf => To::Esf,
            Recipient::Scb => To::Scb,
        },
        stage: RunStage::Plan,
        hold_before: None,
        cancel_requested: false,
        planned_to: None,
        parts: 0,
        created_at: database.now(),
        ended_at: None,
    };
    database
        .transaction("bench.begin", async |tx: &mut Tx| {
            runs::insert(tx, &run).await?;
            enqueue_run(tx, run.id).await?;
            Ok::<_, DbError>(())
        })
        .await
        .unwrap();
    run.id
}

/// Waits until the run has reached the stage; answers how long that took since `began`.
async fn ended(
    stand: &Stand,
    run: RunId,
    service: &mut Service,
    stage: RunStage,
    began: Instant,
) -> Duration {
    let database = open(&stand.databases.export);
    loop {
        let mut connection = database.pool().acquire().await.unwrap();
        let now = runs::find(&mut connection, run).await.unwrap().unwrap().stage;
        if now == stage || now == RunStage::Ended {
            return began.elapsed();
        }
        service.process().ensure_running().unwrap();
        assert!(began.elapsed() < PATIENCE, "the run has not ended");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Waits until every record is told.
async fn told(stand: &Stand, service: &mut Service) {
    let database = open(&stand.databases.export);
    loop {
        let left: i64 = sqlx::query_scalar("select count(*) from platform.outbox")
            .fetch_one(database.pool())
            .await
            .unwrap();
        if left == 0 {
            return;
        }
        service.process().ensure_running().unwrap();
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

async fn count(stand: &Stand, run: RunId, opened: &Opened) {
    let mut connection = PgConnection::connect(&stand.databases.export.admin_url)
        .await
        .unwrap();
    let (receipted, parts, attempts): (i64, i64, i64) = sqlx::query_as(
        "select (select count(*) from run_rows where run_id = $1 and state = 'receipted'),
            (select count(*) from parts where run_id = $1 and ending = 'receipted'),
            (select count(*) from attempts join parts using (part_id) where run_id = $1)",
    )
    .bind(run.as_uuid())
    .fetch_one(&mut connection)
    .await
    .unwrap();
    println!("receipted {receipted} rows of {parts} parts in {attempts} attempts; the receiver: {opened:?}");
    let rows = stand.rows;
    assert_eq!(
        (receipted, opened.rows, opened.distinct, opened.accepted),
        (rows, rows, rows, rows)
    );
    let expected = parts_of(rows);
    assert_eq!((parts, attempts), (expected, expected));
}
