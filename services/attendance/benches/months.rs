//! The month view and every list of attendance over a million placements and ten million day rows: latency from the
//! intended send time, over mutual TLS, for the organisation that has a tenth of everything, for an ordinary one, for
//! participants and for the agency. Prints the plans that the calls ran by. Bar: p99 at most 50 ms.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark stops where it stands and prints"
)]

#[path = "shared/quiet.rs"]
mod quiet;

use std::time::Duration;

use attendance::commands::seed::seed;
use attendance::domain::calendar::{Calendar, Eves};
use futures::future::BoxFuture;
use load::{Caller, Case, Pinned, Plans, Recipe, Stand, Tables, check, id, measure};
use platform::auth::token::ClientKind;
use platform::db::Database;
use platform::keys::KeyRing;
use proto::attendance::v1 as pb;
use proto::attendance::v1::answer_service_client::AnswerServiceClient;
use proto::attendance::v1::month_service_client::MonthServiceClient;
use proto::attendance::v1::payment_service_client::PaymentServiceClient;
use proto::types::v1::{Month, PageRequest};
use quiet::{Quiet, reporter};
use sqlx::{AssertSqlSafe, PgConnection};
use uuid::Uuid;

const NOW: &str = "2026-03-10T08:00:00Z";
const BAR: Duration = Duration::from_millis(50);
const CALLS: u64 = 200;
const PER_SECOND: u32 = 50;
/// Of lists that take a fifth of a core and more.
const HEAVY: u32 = 15;
const MILLION: &str = include_str!("million.sql");
const FEBRUARY: Month = Month { year: 2026, month: 2 };
const JANUARY: Month = Month { year: 2026, month: 1 };

/// Ids of `million.sql`.
const ORGANISATION: u32 = 0x0a00_0000;
const UNIT: u32 = 0x0b00_0000;
const PERSON: u32 = 0x0c00_0000;
const PLACEMENT: u32 = 0x0d00_0000;
const ACCOUNT: u32 = 0x1100_0000;
const STAFF: u32 = 0x1200_0000;
/// The largest organisation has 400 units, every tenth placement; the one called ordinary has four.
const LARGEST: u64 = 0;
const ORDINARY: u64 = 300;
/// Of the last months' placements, so that every one that is asked for was at work in February.
const RECENT: u64 = 900_000;

struct Callers {
    largest: Caller,
    ordinary: Caller,
    agency: Caller,
    /// Reports in one unit, in twenty.
    one_unit: Caller,
    twenty_units: Caller,
    participants: Vec<Caller>,
}

fn main() {
    let (callers, server) = (Pinned::new(0), Pinned::new(1));
    let mut tables = server.run(Tables::open());
    let recipe = Recipe {
        name: "months",
        service: "attendance",
        migrator: &attendance::MIGRATOR,
        text: MILLION,
        fill,
    };
    let database = server.run(tables.clone_of(&recipe));
    let stand = server.run(Stand::start::<Quiet>(&database, accounts(), NOW.parse().unwrap()));
    let who = callers.run(async { Callers::of(&stand) });
    let shown = callers.run(latest_months(&who.participants));
    let cases = cases(&who, &shown);
    let measured: Vec<_> = cases.iter().map(|case| measure(&callers, case, CALLS)).collect();
    callers.run(async {
        let plans = Plans::of(&database).await;
        for case in &cases {
            plans.print(case.name, (case.call)(CALLS + 1)).await;
        }
        plans.end().await;
    });
    server.run(async {
        stand.stop().await;
        count(&database.admin_url).await;
        tables.close(&database).await;
    });
    check(&measured, BAR);
}

/// Working days and catalogue as the service's own start does it, the rest by the file.
async fn fill(superuser: &mut PgConnection, database: &Database, _keys: &KeyRing) {
    seed(database, Calendar { eves: Eves::Off }).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(MILLION))
        .execute(superuser)
        .await
        .unwrap();
}

/// What is asked was there: a fast answer from emptier tables is none.
async fn count(admin_url: &str) {
    use sqlx::Connection as _;
    let mut admin = PgConnection::connect(admin_url).await.unwrap();
    for (table, least) in [
        ("placements", 1_000_000),
        ("month_days", 10_000_000),
        ("platform.access_days", 1),
    ] {
        let statement = AssertSqlSafe(format!("select count(*) from {table}"));
        let rows: i64 = sqlx::query_scalar(statement).fetch_one(&mut admin).await.unwrap();
        println!("{table}: {rows} rows");
        assert!(rows >= least, "{table} has {rows} rows");
    }
}

fn accounts() -> Vec<proto::staff::events::v1::AccountState> {
    let units = |count| (0..count).map(|unit| id(UNIT, unit)).collect::<Vec<_>>();
    let account =
        |n, units: &[Uuid]| reporter(id(ACCOUNT, n), id(STAFF, n), id(ORGANISATION, LARGEST), units);
    vec![account(1, &units(1)), account(2, &units(20))]
}

impl Callers {
    fn of(stand: &Stand) -> Self {
        let system = |organisation| stand.machine(ClientKind::Supplier, id(ORGANISATION, organisation));
        let people = (0..CALLS + 50).map(|n| stand.participant(id(PERSON, RECENT + n * 97)));
        Self {
            largest: system(LARGEST),
            ordinary: system(ORDINARY),
            agency: stand.machine(ClientKind::Agency, Uuid::from_u128(0xAF)),
            one_unit: stand.staff(id(STAFF, 1), id(ACCOUNT, 1)),
            twenty_units: stand.staff(id(STAFF, 2), id(ACCOUNT, 2)),
            participants: people.collect(),
        }
    }
}

fn cases(callers: &Callers, shown: &[(Caller, String)]) -> Vec<Case> {
    use pb::MonthStatus::{Approved, Draft, Lapsed, NotBegun, Rejected, Unspecified, Waiting};
    let Callers {
        largest,
        ordinary,
        one_unit,
        twenty_units,
        ..
    } = callers;
    let month = |name, caller: &Caller, status, rows| list(name, caller, FEBRUARY, status, rows);
    let mut cases = vec![
        view("month view, largest organisation", largest, |n| RECENT + n * 10),
        view("month view, a reporter of one unit", one_unit, |n| {
            RECENT + 4000 * (n % 20)
        }),
        month("months of the largest organisation", largest, Unspecified, 50).at(HEAVY),
        month("  not begun", largest, NotBegun, 50).at(HEAVY),
        month("  drafts", largest, Draft, 50),
        month("  waiting", largest, Waiting, 50),
        month("  approved", largest, Approved, 50),
        month("  rejected (1 of 1,000)", largest, Rejected, 5),
        month("  lapsed (3 of 10,000)", largest, Lapsed, 1),
        list(
            "  drafts of a month that has none",
            largest,
            Month {
                year: 2025,
                month: 11,
            },
            Draft,
            0,
        ),
        list("  a month before", largest, JANUARY, Unspecified, 50).at(HEAVY),
        list(
            "  a year before",
            largest,
            Month { year: 2025, month: 2 },
            Unspecified,
            50,
        )
        .at(HEAVY),
        month("months of an ordinary organisation", ordinary, Unspecified, 50),
        month("  rejected", ordinary, Rejected, 0),
        month("months of one unit", one_unit, Unspecified, 50),
        month("  rejected", one_unit, Rejected, 0),
        month("months of twenty units", twenty_units, Unspecified, 50).at(HEAVY),
        month("  rejected", twenty_units, Rejected, 0).at(HEAVY),
    ];
    cases.extend(payments(&callers.agency));
    cases.extend([own_list(&callers.participants), own_view(shown)]);
    cases
}

fn view(name: &'static str, caller: &Caller, placement: impl Fn(u64) -> u64 + 'static) -> Case {
    let caller = caller.clone();
    let call = move |number| -> BoxFuture<'static, usize> {
        let request = caller.request(pb::GetMonthRequest {
            placement_id: id(PLACEMENT, placement(number)).to_string(),
            month: Some(FEBRUARY),
        });
        let mut client = MonthServiceClient::new(caller.channel.clone());
        Box::pin(async move {
            let month = client.get_month(request).await.unwrap().into_inner();
            month.revisions.len() + month.open_days.len()
        })
    };
    Case {
        name,
        call: Box::new(call),
        rows: 1,
        per_second: PER_SECOND,
    }
}

fn list(name: &'static str, caller: &Caller, month: Month, status: pb::MonthStatus, rows: usize) -> Case {
    let caller = caller.clone();
    let call = move |_| -> BoxFuture<'static, usize> {
        let request = caller.request(pb::ListMonthsRequest {
            month: Some(month),
            status: status.into(),
            ..Default::default()
        });
        let mut client = MonthServiceClient::new(caller.channel.clone());
        Box::pin(async move {
            client
                .list_months(request)
                .await
                .unwrap()
                .into_inner()
                .months
                .len()
        })
    };
    Case {
        name,
        call: Box::new(call),
        rows,
        per_second: PER_SECOND,
    }
}

fn payments(agency: &Caller) -> Vec<Case> {
    let case = |name, organisation: Option<Uuid>, rows| {
        let caller = agency.clone();
        let call = move |_| -> BoxFuture<'static, usize> {
            let request = caller.request(pb::ListPaymentBasesRequest {
                month: Some(FEBRUARY),
                organisation_id: organisation.map(|it| it.to_string()).unwrap_or_default(),
                page: Some(PageRequest {
                    size: 200,
                    token: String::new(),
                }),
            });
            let mut client = PaymentServiceClient::new(caller.channel.clone());
            Box::pin(async move {
                let bases = client.list_payment_bases(request).await.unwrap();
                bases.into_inner().payment_bases.len()
            })
        };
        Case {
            name,
            call: Box::new(call),
            rows,
            per_second: PER_SECOND,
        }
    };
    vec![
        case("payment bases of a month, 200 a page", None, 200),
        case(
            "  of the largest organisation",
            Some(id(ORGANISATION, LARGEST)),
            200,
        ),
        case(
            "  of an ordinary organisation",
            Some(id(ORGANISATION, ORDINARY)),
            100,
        ),
        case("  of one that only trains", Some(id(ORGANISATION, 710)), 0),
    ]
}

fn own_list(people: &[Caller]) -> Case {
    let people = people.to_vec();
    let call = move |number: u64| -> BoxFuture<'static, usize> {
        let caller = people[usize::try_from(number).unwrap() % people.len()].clone();
        Box::pin(async move { own_months(&caller).await.len() })
    };
    Case {
        name: "own months of a participant",
        call: Box::new(call),
        rows: 0,
        per_second: PER_SECOND,
    }
}

fn own_view(shown: &[(Caller, String)]) -> Case {
    let shown = shown.to_vec();
    let call = move |number: u64| -> BoxFuture<'static, usize> {
        let (caller, report) = shown[usize::try_from(number).unwrap() % shown.len()].clone();
        let request = caller.request(pb::GetOwnMonthRequest {
            month_report_id: report,
        });
        let mut client = AnswerServiceClient::new(caller.channel);
        Box::pin(async move {
            let month = client.get_own_month(request).await.unwrap().into_inner().month;
            month.unwrap().days.len()
        })
    };
    Case {
        name: "own month as a participant reads it",
        call: Box::new(call),
        rows: 20,
        per_second: PER_SECOND,
    }
}

/// The latest month of everybody who has one.
async fn latest_months(people: &[Caller]) -> Vec<(Caller, String)> {
    let mut found = Vec::new();
    for caller in people {
        let months = own_months(caller).await;
        found.extend(
            months
                .first()
                .map(|month| (caller.clone(), month.month_report_id.clone())),
        );
    }
    assert!(
        found.len() > people.len() / 2,
        "{} of {} have a month",
        found.len(),
        people.len()
    );
    found
}

async fn own_months(caller: &Caller) -> Vec<pb::OwnMonthSummary> {
    let request = caller.request(pb::ListOwnMonthsRequest::default());
    let mut client = AnswerServiceClient::new(caller.channel.clone());
    client.list_own_months(request).await.unwrap().into_inner().months
}
