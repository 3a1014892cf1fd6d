//! Every list of participants over a million placements: latency from the intended send time, over mutual TLS, for the
//! organisation that has a tenth of everything, for an ordinary one, for staff of few and of many units, for participants
//! and for the agency. Prints the plans that the calls ran by. Bar: p99 at most 50 ms.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark stops where it stands and prints"
)]

#[path = "shared/million.rs"]
mod million;
#[path = "shared/quiet.rs"]
mod quiet;

use std::time::Duration;

use futures::future::BoxFuture;
use load::{Caller, Case, Pinned, Plans, Recipe, Stand, Tables, check, id, measure};
use million::{ORGANISATION, PERSON, PLACEMENT, SUPERVISOR, UNIT};
use platform::auth::token::ClientKind;
use platform::db::Database;
use platform::keys::KeyRing;
use proto::participants::v1 as pb;
use proto::participants::v1::access_log_service_client::AccessLogServiceClient;
use proto::participants::v1::inbox_service_client::InboxServiceClient;
use proto::participants::v1::placement_service_client::PlacementServiceClient;
use proto::participants::v1::plan_service_client::PlanServiceClient;
use quiet::{Quiet, lead};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use uuid::Uuid;

const NOW: &str = "2026-03-02T08:00:00Z";
const TODAY: &str = "2026-03-02";
const BAR: Duration = Duration::from_millis(50);
const CALLS: u64 = 200;
const PER_SECOND: u32 = 50;
/// Of lists that take a fifth of a core and more.
const HEAVY: u32 = 15;
const ACCOUNT: u32 = 0x1100_0000;
const STAFF: u32 = 0x1200_0000;
/// The largest organisation has 400 units, every tenth placement; the one called ordinary has four.
const LARGEST: u64 = 0;
const ORDINARY: u64 = 300;
/// What `million` is made from, so that another one makes other tables.
const MADE_FROM: &str = concat!(
    include_str!("shared/million.rs"),
    include_str!("shared/million.sql")
);

struct Callers {
    largest: Caller,
    ordinary: Caller,
    agency: Caller,
    /// Leads one unit, twenty, every one of the largest organisation.
    leads: [Caller; 3],
    people: Vec<Caller>,
}

fn main() {
    let (callers, server) = (Pinned::new(0), Pinned::new(1));
    let mut tables = server.run(Tables::open());
    let recipe = Recipe {
        name: "placements",
        service: "participants",
        migrator: &participants::MIGRATOR,
        text: MADE_FROM,
        fill,
    };
    let database = server.run(tables.clone_of(&recipe));
    let stand = server.run(Stand::start::<Quiet>(&database, accounts(), NOW.parse().unwrap()));
    let who = callers.run(async { Callers::of(&stand) });
    let cases = cases(&who);
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

async fn fill(superuser: &mut PgConnection, _database: &Database, keys: &KeyRing) {
    million::fill(superuser, keys, TODAY.parse().unwrap()).await;
}

/// What is asked was there: a fast answer from emptier tables is none.
async fn count(admin_url: &str) {
    let mut admin = PgConnection::connect(admin_url).await.unwrap();
    for (table, least) in [
        ("placements", 1_000_000),
        ("accesses", 2_000_000),
        ("platform.access_days", 1),
    ] {
        let statement = AssertSqlSafe(format!("select count(*) from {table}"));
        let rows: i64 = sqlx::query_scalar(statement).fetch_one(&mut admin).await.unwrap();
        println!("{table}: {rows} rows");
        assert!(rows >= least, "{table} has {rows} rows");
    }
}

fn accounts() -> Vec<proto::staff::events::v1::AccountState> {
    let accounts = [1, 20, 400].map(|units| {
        let units: Vec<Uuid> = (0..units).map(|unit| id(UNIT, unit)).collect();
        let number = units.len() as u64;
        lead(
            id(ACCOUNT, number),
            id(STAFF, number),
            id(ORGANISATION, LARGEST),
            &units,
        )
    });
    accounts.to_vec()
}

impl Callers {
    fn of(stand: &Stand) -> Self {
        let system = |organisation| stand.machine(ClientKind::Supplier, id(ORGANISATION, organisation));
        // Some of them have been read of two thousand times.
        let people = (0..100).map(|n| stand.participant(id(PERSON, 900_000 + n * 10)));
        Self {
            largest: system(LARGEST),
            ordinary: system(ORDINARY),
            agency: stand.machine(ClientKind::Agency, Uuid::from_u128(0xAF)),
            leads: [1, 20, 400].map(|units| stand.staff(id(STAFF, units), id(ACCOUNT, units))),
            people: people.collect(),
        }
    }
}

fn cases(callers: &Callers) -> Vec<Case> {
    let Callers {
        largest,
        ordinary,
        leads: [one_unit, twenty_units, all_units],
        ..
    } = callers;
    let mut cases = vec![
        inbox("inbox of one unit", one_unit, 1),
        inbox("inbox of twenty units", twenty_units, 40),
        inbox("inbox of 400 units", all_units, 50),
        list("placements of the largest organisation", largest, 50, |_, _| ()),
        list("  interrupted only", largest, 50, |it, _| {
            only(it, pb::PlacementStatus::Interrupted);
        }),
        list("  of one unit", largest, 50, |it, n| {
            it.unit_id = id(UNIT, n % 400).to_string();
        }),
        list("  of one supervisor", largest, 1, |it, n| {
            it.supervisor_account_id = id(SUPERVISOR, n % 2000).to_string();
        }),
        list("placements of an ordinary organisation", ordinary, 50, |_, _| ()),
        list("placements of twenty units", twenty_units, 50, |_, _| ()),
        list("placements of 400 units", all_units, 50, |_, _| ()),
    ];
    cases.extend(searches(callers));
    cases.extend(looks(&callers.agency, largest));
    cases.extend(own(&callers.people));
    cases
}

fn searches(callers: &Callers) -> Vec<Case> {
    let Callers {
        largest,
        ordinary,
        leads: [one_unit, ..],
        ..
    } = callers;
    let search = |name, caller: &Caller, rows, text: &'static str| {
        list(name, caller, rows, move |it, _| text.clone_into(&mut it.search))
    };
    vec![
        search("search for two letters, largest organisation", largest, 50, "pr").at(HEAVY),
        search("  for three", largest, 50, "tes").at(HEAVY),
        search("  for a given name", largest, 50, "provia").at(HEAVY),
        search("  for both names", largest, 1, "provia testb"),
        search("  for nobody's name", largest, 0, "ingenhetersa"),
        search("  for two letters, ordinary organisation", ordinary, 1, "pr"),
        search("  for two letters, staff of one unit", one_unit, 1, "pr").at(HEAVY),
        list("  for a case reference", largest, 1, |it, n| {
            it.search = million::case(n * 10);
        }),
        search("  for the beginning of ten", largest, 10, "AF-2025-04501"),
        search("  for the beginning of a year's", largest, 50, "AF-2025-").at(HEAVY),
        search("  for the beginning of all", largest, 50, "AF").at(HEAVY),
        search(
            "  for the beginning of all, staff of one unit",
            one_unit,
            50,
            "AF",
        )
        .at(HEAVY),
    ]
}

fn only(request: &mut pb::ListPlacementsRequest, status: pb::PlacementStatus) {
    request.statuses = vec![status.into()];
}

fn inbox(name: &'static str, caller: &Caller, rows: usize) -> Case {
    let caller = caller.clone();
    let call = move |_| -> BoxFuture<'static, usize> {
        let request = caller.request(pb::ListInboxRequest::default());
        let mut client = InboxServiceClient::new(caller.channel.clone());
        Box::pin(async move {
            client
                .list_inbox(request)
                .await
                .unwrap()
                .into_inner()
                .placements
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

fn list(
    name: &'static str,
    caller: &Caller,
    rows: usize,
    change: impl Fn(&mut pb::ListPlacementsRequest, u64) + 'static,
) -> Case {
    let caller = caller.clone();
    let call = move |number| -> BoxFuture<'static, usize> {
        let mut request = pb::ListPlacementsRequest::default();
        change(&mut request, number);
        let request = caller.request(request);
        let mut client = PlacementServiceClient::new(caller.channel.clone());
        Box::pin(async move {
            client
                .list_placements(request)
                .await
                .unwrap()
                .into_inner()
                .placements
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

fn looks(agency: &Caller, largest: &Caller) -> [Case; 2] {
    let (agency, largest) = (agency.clone(), largest.clone());
    let batch = move |number: u64| -> BoxFuture<'static, usize> {
        let ids = (0..200).map(|n| id(PLACEMENT, (number * 200 + n) * 19 % 1_000_000).to_string());
        let request = agency.request(pb::BatchGetPlacementsRequest {
            placement_ids: ids.collect(),
        });
        let mut client = PlacementServiceClient::new(agency.channel.clone());
        Box::pin(async move {
            let found = client.batch_get_placements(request).await.unwrap();
            found.into_inner().placements.len()
        })
    };
    let one = move |number: u64| -> BoxFuture<'static, usize> {
        let request = largest.request(pb::GetPlacementRequest {
            placement_id: id(PLACEMENT, number * 3010 % 1_000_000).to_string(),
        });
        let mut client = PlacementServiceClient::new(largest.channel.clone());
        Box::pin(async move {
            let found = client.get_placement(request).await.unwrap().into_inner();
            usize::from(found.placement.is_some())
        })
    };
    [
        Case {
            name: "two hundred placements by id, the agency",
            call: Box::new(batch),
            rows: 200,
            per_second: PER_SECOND,
        },
        Case {
            name: "one placement",
            call: Box::new(one),
            rows: 1,
            per_second: PER_SECOND,
        },
    ]
}

fn own(people: &[Caller]) -> [Case; 3] {
    let [placements, plans, accesses] = [people.to_vec(), people.to_vec(), people.to_vec()];
    let of = |people: &[Caller], number: u64| people[usize::try_from(number).unwrap() % people.len()].clone();
    let placements = move |number| -> BoxFuture<'static, usize> {
        let caller = of(&placements, number);
        let request = caller.request(pb::ListOwnPlacementsRequest::default());
        let mut client = PlacementServiceClient::new(caller.channel);
        Box::pin(async move {
            let found = client.list_own_placements(request).await.unwrap();
            found.into_inner().placements.len()
        })
    };
    let plans = move |number| -> BoxFuture<'static, usize> {
        let caller = of(&plans, number);
        let request = caller.request(pb::ListOwnPlansRequest::default());
        let mut client = PlanServiceClient::new(caller.channel);
        Box::pin(async move {
            client
                .list_own_plans(request)
                .await
                .unwrap()
                .into_inner()
                .plans
                .len()
        })
    };
    let accesses = move |number| -> BoxFuture<'static, usize> {
        let caller = of(&accesses, number);
        let request = caller.request(pb::ListAccessesRequest::default());
        let mut client = AccessLogServiceClient::new(caller.channel);
        Box::pin(async move {
            client
                .list_accesses(request)
                .await
                .unwrap()
                .into_inner()
                .accesses
                .len()
        })
    };
    [
        (
            "own placements of a participant",
            1,
            Box::new(placements) as Box<dyn Fn(u64) -> _>,
        ),
        ("own plans", 0, Box::new(plans)),
        (
            "reads of a participant that was read of 2,000 times",
            50,
            Box::new(accesses),
        ),
    ]
    .map(|(name, rows, call)| Case {
        name,
        call,
        rows,
        per_second: PER_SECOND,
    })
}
