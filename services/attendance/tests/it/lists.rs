//! Lists of a month: whoever asks, and however they are narrowed, a list of one state holds the months that the view says
//! are in it.

mod pages;

use std::collections::BTreeSet;

use proto::attendance::v1 as pb;

use crate::stand::*;

const STATES: [pb::MonthStatus; 6] = [
    pb::MonthStatus::NotBegun,
    pb::MonthStatus::Draft,
    pb::MonthStatus::Waiting,
    pb::MonthStatus::Approved,
    pb::MonthStatus::Rejected,
    pb::MonthStatus::Lapsed,
];

async fn listed(caller: &Caller, status: pb::MonthStatus, size: i32) -> BTreeSet<String> {
    listed_of(caller, "", status, size).await
}

async fn listed_of(caller: &Caller, unit: &str, status: pb::MonthStatus, size: i32) -> BTreeSet<String> {
    let mut placements = BTreeSet::new();
    let mut token = String::new();
    loop {
        let request = caller.request(pb::ListMonthsRequest {
            month: Some(FEBRUARY),
            unit_id: unit.to_owned(),
            status: status.into(),
            page: Some(proto::types::v1::PageRequest { size, token }),
        });
        let answer = inner(caller.months().list_months(request).await).unwrap();
        assert!(
            answer
                .months
                .iter()
                .all(|month| status == pb::MonthStatus::Unspecified || month.status() == status)
        );
        placements.extend(answer.months.into_iter().map(|month| month.placement_id));
        token = answer.page.unwrap().next_token;
        if token.is_empty() {
            return placements;
        }
    }
}

/// Every caller finds the first placement in its state alone, and all the others where they were.
pub async fn check(world: &World, callers: &[&Caller], expected: pb::MonthStatus) {
    assert_eq!(world.month().await.status(), expected);
    for caller in callers {
        let everything = listed(caller, pb::MonthStatus::Unspecified, 1).await;
        let mut found = BTreeSet::new();
        for status in STATES {
            let of_status = listed(caller, status, 1).await;
            assert_eq!(
                of_status.contains(&PLACEMENT.to_string()),
                status == expected,
                "{status:?}"
            );
            assert!(found.is_disjoint(&of_status), "{status:?}");
            found.extend(of_status);
        }
        assert_eq!(found, everything);
    }
}

#[tokio::test]
async fn a_list_of_one_state_holds_the_months_in_it_through_a_months_whole_life() {
    let mut world = World::new().await;
    // What the database does for instances of the release before, ours do without.
    let off = "alter table month_reports disable trigger month_reports_status";
    sqlx::query(off)
        .execute(&mut world.stand.owner().await)
        .await
        .unwrap();
    let supplier = world.supplier(OWN);
    let of_many = world.staff(MANY_REPORTER);
    let callers = [&supplier, &of_many, &world.reporter.clone()];
    check(&world, &callers, pb::MonthStatus::NotBegun).await;
    let etag = world.save(two_days()).await;
    check(&world, &callers, pb::MonthStatus::Draft).await;
    let submitted = world.try_submit(&etag, |_| ()).await.unwrap();
    check(&world, &callers, pb::MonthStatus::Waiting).await;
    world.try_reject(&submitted.month_report_id, 1).await.unwrap();
    check(&world, &callers, pb::MonthStatus::Rejected).await;
    world.save(vec![entry(4, "WORKSHOP", 60)]).await;
    check(&world, &callers, pb::MonthStatus::Rejected).await;
    let etag = world.month().await.etag;
    let corrected = world.try_submit(&etag, |_| ()).await.unwrap();
    check(&world, &callers, pb::MonthStatus::Waiting).await;
    let signature = world.try_prepare(&corrected).await.unwrap();
    world.stand.identity.sign(&signature);
    world.complete(&signature).await;
    check(&world, &callers, pb::MonthStatus::Approved).await;
    world.days_later(1);
}

#[tokio::test]
async fn a_month_that_lapsed_is_listed_as_such() {
    let mut world = World::new().await;
    world.submit(two_days()).await;
    world.days_later(93);
    let supplier = world.supplier(OWN);
    support::eventually::eventually(DEADLINE, || async {
        world.month().await.status() == pb::MonthStatus::Lapsed
    })
    .await;
    check(&world, &[&supplier], pb::MonthStatus::Lapsed).await;
}

#[tokio::test]
async fn who_had_no_day_in_the_month_is_not_listed_unless_something_was_submitted() {
    let world = World::new().await;
    let supplier = world.supplier(OWN);
    let everybody = BTreeSet::from([PLACEMENT, SECOND_PLACEMENT].map(|id| id.to_string()));
    let all = async || listed(&supplier, pb::MonthStatus::Unspecified, 50).await;
    assert_eq!(all().await, everybody);
    world.submit(two_days()).await;
    for (id, person, unit, case) in [
        (PLACEMENT, PERSON, UNIT, "AF-1"),
        (SECOND_PLACEMENT, SECOND_PERSON, SECOND_UNIT, "AF-2"),
    ] {
        let mut state = placement(id, person, OWN, unit, case);
        state.interrupted_on = Some(day(2026, 1, 20));
        world
            .hear(&Record::new(id, 2, State::Placement(Some(state))))
            .await;
    }
    assert_eq!(all().await, BTreeSet::from([PLACEMENT.to_string()]));
}

#[tokio::test]
async fn a_list_asks_for_the_callers_reach_with_the_rows_too_and_goes_on_when_one_left_it() {
    let world = World::new().await;
    let third = uuid::Uuid::from_u128(0x49);
    let state = placement(third, SECOND_PERSON, OWN, SECOND_UNIT, "AF-9");
    world
        .hear(&Record::new(third, 1, State::Placement(Some(state))))
        .await;
    let supplier = world.supplier(OWN);
    let others = BTreeSet::from([SECOND_PLACEMENT, third].map(|id| id.to_string()));
    let of_unit = SECOND_UNIT.to_string();
    let moves = [
        (&world.reporter, "", OWN, SECOND_UNIT, &BTreeSet::new()),
        (&supplier, of_unit.as_str(), OWN, UNIT, &others),
        (&supplier, "", OTHER, OTHER_UNIT, &others),
    ];
    for (n, (caller, unit, organisation, to, expected)) in (2..).zip(moves) {
        // The statement that finds the ids does not read revisions, the one that reads the rows waits for them.
        let mut owner = world.stand.owner().await;
        let mut held = sqlx::Connection::begin(&mut owner).await.unwrap();
        sqlx::query("lock table month_revisions in access exclusive mode")
            .execute(&mut *held)
            .await
            .unwrap();
        let moved = async {
            support::eventually::eventually(DEADLINE, || world.stand.is_somebody_waiting()).await;
            let state = placement(PLACEMENT, PERSON, organisation, to, "AF-1");
            world
                .hear(&Record::new(PLACEMENT, n, State::Placement(Some(state))))
                .await;
            held.commit().await.unwrap();
        };
        let (found, ()) = tokio::join!(listed_of(caller, unit, pb::MonthStatus::Unspecified, 1), moved);
        assert_eq!(&found, expected, "{n}");
    }
}
