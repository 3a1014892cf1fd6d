//! Pages of a month's list: whatever a caller reaches and asks for, the pages hold, in the order of the ids and each once,
//! what the definition of the list says.

use std::collections::BTreeMap;

use proto::attendance::v1 as pb;
use proto::types::v1::PageRequest;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::stand::*;

const STATES: [(pb::MonthStatus, &str); 6] = [
    (pb::MonthStatus::NotBegun, "not_begun"),
    (pb::MonthStatus::Draft, "draft"),
    (pb::MonthStatus::Waiting, "waiting"),
    (pb::MonthStatus::Approved, "approved"),
    (pb::MonthStatus::Rejected, "rejected"),
    (pb::MonthStatus::Lapsed, "lapsed"),
];
/// Organisation, unit and office.
type Place = (Uuid, Uuid, Option<Uuid>);
type Reaches<'r> = &'r dyn Fn(&Place) -> bool;
const PLACES: [Place; 4] = [
    (OWN, UNIT, None),
    (OWN, UNIT, Some(OFFICE)),
    (OWN, SECOND_UNIT, None),
    (OTHER, OTHER_UNIT, None),
];
/// First day, last day and day of the interruption, and whether there is a day in February.
const PERIODS: [(&str, &str, Option<&str>, bool); 8] = [
    ("2026-01-12", "2026-06-30", None, true),
    ("2026-02-28", "2026-06-30", None, true),
    ("2025-09-01", "2026-02-01", None, true),
    ("2026-01-12", "2026-06-30", Some("2026-02-02"), true),
    ("2025-09-01", "2026-01-31", None, false),
    ("2026-03-01", "2026-06-30", None, false),
    ("2026-01-12", "2026-06-30", Some("2026-02-01"), false),
    ("2026-02-16", "2026-06-30", Some("2026-02-16"), false),
];

struct Made {
    place: Place,
    is_at_work: bool,
    /// State and latest revision.
    report: Option<(&'static str, i32)>,
}

impl Made {
    fn is_listed_as(&self, state: &str) -> bool {
        let (is, latest) = self.report.unwrap_or(("not_begun", 0));
        is == state && (latest > 0 || self.is_at_work)
    }
}

/// One placement of every kind, those of a kind far from each other in the order of the ids.
async fn made(world: &World) -> BTreeMap<Uuid, Made> {
    let reports = STATES.map(|(_, state)| Some((state, i32::from(!matches!(state, "not_begun" | "draft")))));
    let mut made = BTreeMap::new();
    let mut owner = world.stand.owner().await;
    for place in PLACES {
        for (from, to, interrupted, is_at_work) in PERIODS {
            for report in reports.into_iter().chain([None]) {
                let id = Uuid::from_u128(0x10_000 + u128::try_from(made.len()).unwrap() * 101 % 1009);
                insert(&mut owner, id, place, (from, to, interrupted)).await;
                if let Some((state, latest)) = report {
                    insert_report(&mut owner, id, state, latest).await;
                }
                made.insert(
                    id,
                    Made {
                        place,
                        is_at_work,
                        report,
                    },
                );
            }
        }
    }
    assert_eq!(made.len(), PLACES.len() * PERIODS.len() * 7);
    made
}

async fn insert(
    owner: &mut PgConnection,
    id: Uuid,
    (organisation, unit, office): Place,
    (from, to, interrupted): (&str, &str, Option<&str>),
) {
    sqlx::query(
        "insert into placements (placement_id, person_id, case_reference, organisation_id, unit_id, office_id, decided_from,
            decided_to, interrupted_on, status)
        values ($1, $1, $1::text, $2, $3, $4, $5::date, $6::date, $7::date, 'active')",
    )
    .bind(id)
    .bind(organisation)
    .bind(unit)
    .bind(office)
    .bind(from)
    .bind(to)
    .bind(interrupted)
    .execute(owner)
    .await
    .unwrap();
}

async fn insert_report(owner: &mut PgConnection, placement: Uuid, state: &str, latest: i32) {
    sqlx::query(
        "insert into month_reports (month_report_id, placement_id, month, person_id, organisation_id, unit_id, rule_set,
            latest_revision, status)
        select placement_id, placement_id, '2026-02-01', person_id, organisation_id, unit_id, 'cooperation_history', $2, $3
        from placements where placement_id = $1",
    )
    .bind(placement)
    .bind(latest)
    .bind(state)
    .execute(owner)
    .await
    .unwrap();
}

/// The ids of all pages, as they came.
async fn pages(caller: &Caller, unit: Option<Uuid>, status: pb::MonthStatus, size: i32) -> Vec<Uuid> {
    let mut found = Vec::new();
    let mut token = String::new();
    loop {
        let request = caller.request(pb::ListMonthsRequest {
            month: Some(FEBRUARY),
            unit_id: unit.map(|unit| unit.to_string()).unwrap_or_default(),
            status: status.into(),
            page: Some(PageRequest { size, token }),
        });
        let answer = inner(caller.months().list_months(request).await).unwrap();
        assert!(answer.months.len() <= usize::try_from(size).unwrap());
        found.extend(
            answer
                .months
                .iter()
                .map(|it| it.placement_id.parse::<Uuid>().unwrap()),
        );
        token = answer.page.unwrap().next_token;
        if token.is_empty() {
            return found;
        }
    }
}

#[tokio::test]
async fn every_reach_is_listed_page_by_page_as_the_list_is_defined() {
    let world = World::new().await;
    let made = made(&world).await;
    let supplier = world.supplier(OWN);
    let staff = |person| world.staff(person);
    let is_own = |place: &Place| place.0 == OWN;
    let in_office = |place: &Place| place.2 == Some(OFFICE);
    let beside = |place: &Place| place.1 == SECOND_UNIT || in_office(place);
    let cases: [(&str, Caller, Option<Uuid>, Reaches<'_>); 9] = [
        ("all", supplier.clone(), None, &is_own),
        ("one unit of all", supplier, Some(UNIT), &|place| place.1 == UNIT),
        ("a unit", staff(REPORTER), None, &|place| place.1 == UNIT),
        ("an office", staff(OFFICE_REPORTER), None, &in_office),
        ("beside", staff(BESIDE_REPORTER), None, &beside),
        (
            "the office of beside",
            staff(BESIDE_REPORTER),
            Some(UNIT),
            &in_office,
        ),
        ("many", staff(MANY_REPORTER), None, &is_own),
        ("many beside", staff(MANY_BESIDE_REPORTER), None, &beside),
        (
            "the office of many",
            staff(MANY_BESIDE_REPORTER),
            Some(UNIT),
            &in_office,
        ),
    ];
    for (name, caller, unit, reaches) in cases {
        let everything = (
            pb::MonthStatus::Unspecified,
            STATES.map(|(_, state)| state).to_vec(),
        );
        let single = STATES.map(|(status, state)| (status, vec![state]));
        for (status, states) in single.into_iter().chain([everything]) {
            let is_expected =
                |it: &Made| reaches(&it.place) && states.iter().any(|state| it.is_listed_as(state));
            let expected = made.iter().filter(|(_, it)| is_expected(it));
            let expected: Vec<Uuid> = expected.map(|(id, _)| *id).collect();
            assert!(!expected.is_empty());
            let mut found = pages(&caller, unit, status, 7).await;
            // What stood there before.
            found.retain(|id| made.contains_key(id));
            assert_eq!(found, expected, "{name}, {status:?}");
        }
    }
}

#[tokio::test]
async fn who_has_not_begun_is_found_behind_a_thousand_who_have() {
    const MORE: u128 = 1100;
    let world = World::new().await;
    let mut owner = world.stand.owner().await;
    let id = |n: u128| Uuid::from_u128(0x10_000 + n);
    // They came, and their last days come, in another order than their ids.
    for n in (0..MORE).rev() {
        let last_day = if n < MORE / 2 { "2026-06-30" } else { "2026-05-31" };
        let period = ("2026-01-12", last_day, None);
        insert(&mut owner, id(n), (OWN, SECOND_UNIT, None), period).await;
        if !matches!(n, 3 | 499 | 1000 | 1099) {
            insert_report(&mut owner, id(n), "waiting", 1).await;
        }
    }
    let mut expected = vec![PLACEMENT, SECOND_PLACEMENT];
    expected.extend([3, 499, 1000, 1099].map(id));
    let callers = [world.supplier(OWN), world.staff(MANY_REPORTER)];
    let check = async |expected: &[Uuid]| {
        for (caller, size) in callers
            .iter()
            .flat_map(|caller| [1, 2, 50].map(|size| (caller, size)))
        {
            let found = pages(caller, None, pb::MonthStatus::NotBegun, size).await;
            assert_eq!(found, expected, "{size} a page");
        }
    };
    check(&expected).await;
    // With the two who stood there before, the thousandth of all.
    sqlx::query("delete from month_reports where placement_id = $1")
        .bind(id(997))
        .execute(&mut owner)
        .await
        .unwrap();
    expected.insert(4, id(997));
    check(&expected).await;
}
