//! Months of 40 entries on 20 days, saved as a draft and submitted by calls over mutual TLS, against a script that writes
//! the rows which that leaves with UNNEST and nothing else: no certificate, no token, no rule, no read. Both in as many
//! transactions, with as many callers and connections, in tables of the same database, interleaved in one run. Ends by
//! counting rows, records and lines of both. Bar: at least 0.35 as many months per second.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark stops where it stands and prints"
)]

#[path = "shared/quiet.rs"]
mod quiet;
#[path = "shared/script.rs"]
mod script;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use attendance::commands::seed::seed;
use attendance::domain::calendar::{Calendar, Eves};
use futures::future::BoxFuture;
use load::{Caller, Pinned, Recipe, Stand, Tables, conclude, cpu_of_database, id};
use platform::db::Database;
use platform::ids::new_uuid;
use platform::keys::KeyRing;
use proto::attendance::v1 as pb;
use proto::attendance::v1::month_service_client::MonthServiceClient;
use proto::types::v1::{Day, Month};
use quiet::{Quiet, reporter};
use script::Script;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tokio::task::JoinSet;

const NOW: &str = "2026-03-10T08:00:00Z";
const PAIRS: usize = 8;
const MONTHS: usize = 400;
const CALLERS: usize = 16;
/// As many as the service has by default.
const CONNECTIONS: u32 = 8;
const BAR: f64 = 0.35;
const FEBRUARY: Month = Month { year: 2026, month: 2 };
const CODES: [&str; 2] = ["VAGLEDNING", "WORKSHOP"];

const ORGANISATION: u32 = 0x0a00_0000;
const UNIT: u32 = 0x0b00_0000;
const PLACEMENT: u32 = 0x0d00_0000;
const ACCOUNT: u32 = 0x1100_0000;
const STAFF: u32 = 0x1200_0000;

/// Placements of two organisations: the calls report for those of the first, the script writes of those of the second.
const WORLD: &str = include_str!("shared/submit.sql");

/// Which of the two acts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Act {
    Save,
    Submit,
}

/// One way to get months submitted.
struct Side {
    name: &'static str,
    /// Does the act for the placement of that number.
    act: Arc<dyn Fn(Act, usize) -> BoxFuture<'static, ()> + Send + Sync>,
    done: usize,
    /// Seconds of each round: saving, submitting.
    rounds: Vec<(f64, f64)>,
}

fn main() {
    let (callers, server) = (Pinned::new(0), Pinned::new(1));
    let mut tables = server.run(Tables::open());
    let recipe = Recipe {
        name: "submit",
        service: "attendance",
        migrator: &attendance::MIGRATOR,
        text: WORLD,
        fill,
    };
    let database = server.run(tables.clone_of(&recipe));
    let postmaster = tables.postmaster();
    let account = reporter(id(ACCOUNT, 1), id(STAFF, 1), id(ORGANISATION, 0), &[id(UNIT, 0)]);
    let now = NOW.parse().unwrap();
    let stand = server.run(Stand::start::<Quiet>(&database, vec![account], now));
    let caller = callers.run(async { stand.staff(id(STAFF, 1), id(ACCOUNT, 1)) });
    let script = server.run(Script::open(&database.application_url, CONNECTIONS));
    println!(
        "months a round {MONTHS}, 40 entries on 20 days each, 2 transactions each, callers {CALLERS}, connections {CONNECTIONS}"
    );
    let mut sides = [
        calls(&caller),
        Side::new("script", move |act, n| script.act(act == Act::Submit, n)),
    ];
    for round in 0..=PAIRS {
        // A B B A, so that a machine that warms up or slows down favours neither. The first of each makes connections.
        for place in if round % 2 == 0 { [0, 1] } else { [1, 0] } {
            // The script runs where the service does; it has no callers.
            let at = if place == 0 { &callers } else { &server };
            sides[place].round(at, &callers, &server, postmaster);
        }
    }
    let [calls, script] = &sides;
    server.run(async {
        count(&database.admin_url, calls.done).await;
        stand.stop().await;
        tables.close(&database).await;
    });
    let ratios = |of: fn(&(f64, f64)) -> f64| -> Vec<f64> {
        let pairs = calls.rounds.iter().zip(&script.rounds).skip(1);
        pairs.map(|(calls, script)| of(script) / of(calls)).collect()
    };
    conclude("saving a draft against the script", ratios(|it| it.0), None);
    conclude("submitting against the script", ratios(|it| it.1), Some(BAR));
    conclude(
        "saving and submitting against the script",
        ratios(|it| it.0 + it.1),
        Some(BAR),
    );
}

async fn fill(superuser: &mut PgConnection, database: &Database, _keys: &KeyRing) {
    seed(database, Calendar { eves: Eves::Off }).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(WORLD))
        .execute(superuser)
        .await
        .unwrap();
}

impl Side {
    fn new(
        name: &'static str,
        act: impl Fn(Act, usize) -> BoxFuture<'static, ()> + Send + Sync + 'static,
    ) -> Self {
        Self {
            name,
            act: Arc::new(act),
            done: 0,
            rounds: Vec::new(),
        }
    }

    /// Saves the drafts of as many months, then submits them.
    fn round(&mut self, at: &Pinned, callers: &Pinned, server: &Pinned, postmaster: u32) {
        let cpu = || [callers.cpu(), server.cpu(), cpu_of_database(postmaster)];
        let mut seconds = [0.0; 2];
        for (place, act) in [Act::Save, Act::Submit].into_iter().enumerate() {
            let (before, began) = (cpu(), Instant::now());
            at.run(all(Arc::clone(&self.act), act, self.done));
            seconds[place] = began.elapsed().as_secs_f64();
            let after = cpu();
            let [caller, server, database] = [0, 1, 2].map(|of| each(after[of].saturating_sub(before[of])));
            println!(
                "{:<7} {:<6} {:>6.0}/s, CPU per month: caller {caller:>5.0} µs, server {server:>5.0} µs, PostgreSQL {database:>5.0} µs",
                self.name,
                if act == Act::Save { "save" } else { "submit" },
                count_of(MONTHS) / seconds[place],
            );
        }
        self.done += MONTHS;
        self.rounds.push((seconds[0], seconds[1]));
    }
}

async fn all(act: Arc<dyn Fn(Act, usize) -> BoxFuture<'static, ()> + Send + Sync>, which: Act, from: usize) {
    let next = Arc::new(AtomicUsize::new(from));
    let mut workers = JoinSet::new();
    for _ in 0..CALLERS {
        let (act, next) = (Arc::clone(&act), Arc::clone(&next));
        workers.spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= from + MONTHS {
                    return;
                }
                act(which, number).await;
            }
        });
    }
    while let Some(ended) = workers.join_next().await {
        ended.unwrap();
    }
}

fn calls(caller: &Caller) -> Side {
    let caller = caller.clone();
    Side::new("calls", move |act, number| {
        let caller = caller.clone();
        match act {
            Act::Save => Box::pin(save(caller, number)),
            Act::Submit => Box::pin(submit(caller, number)),
        }
    })
}

async fn save(caller: Caller, number: usize) {
    let request = caller.request(pb::SaveMonthDraftRequest {
        placement_id: placement(number),
        month: Some(FEBRUARY),
        entries: entries(),
        ..Default::default()
    });
    let mut client = MonthServiceClient::new(caller.channel);
    let answer = client.save_month_draft(request).await.unwrap().into_inner();
    let pb::save_month_draft_response::Outcome::Saved(draft) = answer.outcome.unwrap() else {
        panic!("nobody else writes the draft");
    };
    assert_eq!((draft.etag.as_str(), draft.entries.len()), ("1", 40));
}

async fn submit(caller: Caller, number: usize) {
    let (clock, entropy) = (
        platform::clock::SystemClock::new(),
        platform::clock::SystemEntropy,
    );
    let request = caller.request(pb::SubmitMonthRequest {
        request_id: new_uuid(&clock, &entropy).to_string(),
        placement_id: placement(number),
        month: Some(FEBRUARY),
        etag: "1".to_owned(),
        zero_month: false,
    });
    let mut client = MonthServiceClient::new(caller.channel);
    let answer = client.submit_month(request).await.unwrap().into_inner();
    assert_eq!(answer.revision.unwrap().days.len(), 20);
}

/// Two entries of three hours on each of the month's twenty working days.
fn entries() -> Vec<pb::MonthEntry> {
    let days = (0..4).flat_map(|week| (2..7).map(move |day| week * 7 + day));
    let entries = days.flat_map(|day| {
        CODES.map(|code| pb::MonthEntry {
            day: Some(Day {
                year: 2026,
                month: 2,
                day,
            }),
            activity_code: code.to_owned(),
            minutes: 180,
        })
    });
    entries.collect()
}

fn placement(number: usize) -> String {
    id(PLACEMENT, u64::try_from(number).unwrap()).to_string()
}

/// What both have left behind, by the organisation whose months they are.
async fn count(admin_url: &str, months: usize) {
    let mut admin = PgConnection::connect(admin_url).await.unwrap();
    let report = "join month_reports report using (month_report_id) where report.organisation_id = $1";
    let expected = i64::try_from(months).unwrap();
    for (what, from, each) in [
        ("month reports", "month_reports where organisation_id = $1 and latest_revision = 1".to_owned(), 1),
        ("draft entries", format!("draft_entries {report}"), 0),
        ("revisions", format!("month_revisions {report}"), 1),
        ("answers", format!("month_answers {report}"), 1),
        ("day rows", format!("month_days {report}"), 20),
        (
            "records of month reports",
            "platform.outbox join month_reports report on report.month_report_id::text = key and report.organisation_id = $1"
                .to_owned(),
            1,
        ),
        (
            "records of accesses",
            "platform.outbox join placements on person_id::text = key and organisation_id = $1".to_owned(),
            1,
        ),
        ("audit lines", "platform.audit_lines where organisation_id = $1".to_owned(), 1),
        (
            "jobs",
            "platform.jobs join month_reports report on report.month_report_id::text = key and report.organisation_id = $1"
                .to_owned(),
            1,
        ),
    ] {
        let statement = format!("select count(*) from {from}");
        let mut rows = [0; 2];
        for (place, rows) in rows.iter_mut().enumerate() {
            let counted = sqlx::query_scalar(AssertSqlSafe(statement.clone()));
            let organisation = id(ORGANISATION, u64::try_from(place).unwrap());
            *rows = counted.bind(organisation).fetch_one(&mut admin).await.unwrap();
        }
        println!("{what:<25} calls {:>7}, script {:>7}", rows[0], rows[1]);
        assert_eq!(rows, [expected * each; 2], "{what}");
    }
    let kept: i64 = sqlx::query_scalar("select count(*) from platform.requests")
        .fetch_one(&mut admin)
        .await
        .unwrap();
    println!("kept answers of both       {kept}");
    assert_eq!(kept, 2 * expected, "kept answers");
}

fn each(cpu: Duration) -> f64 {
    cpu.as_secs_f64() * 1e6 / count_of(MONTHS)
}

#[expect(clippy::cast_precision_loss, reason = "counts of a round")]
fn count_of(number: usize) -> f64 {
    number as f64
}
