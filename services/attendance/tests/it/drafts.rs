//! Drafts: every entry is judged, every wrong field is named, and nobody overwrites what they have not seen.

use proto::attendance::v1 as pb;
use proto::errors::v1::ErrorReason;

use crate::stand::*;

/// The violations of a refused draft, as (path, reason).
async fn violations(world: &World, entries: Vec<pb::MonthEntry>) -> Vec<(String, ErrorReason)> {
    let refused = refusal(world.try_save(entries, |_| ()).await);
    let told = refused.violations().iter();
    told.map(|violation| (violation.path.clone(), violation.reason))
        .collect()
}

fn only(path: &str, reason: ErrorReason) -> Vec<(String, ErrorReason)> {
    vec![(path.to_owned(), reason)]
}

#[tokio::test]
async fn a_draft_is_saved_whole_and_read_back() {
    let world = World::new().await;
    let draft = saved(world.try_save(two_days(), |_| ()).await.unwrap());
    let month = world.month().await;
    assert_eq!(month.draft, Some(draft.clone()));
    assert_eq!(
        (month.etag, month.status),
        (draft.etag, pb::MonthStatus::Draft.into())
    );
    let etag = month.draft.unwrap().etag;
    saved(
        world
            .try_save(vec![entry(4, "WORKSHOP", 60)], |request| request.etag = etag)
            .await
            .unwrap(),
    );
    assert_eq!(
        world.month().await.draft.unwrap().entries,
        vec![entry(4, "WORKSHOP", 60)]
    );
}

#[tokio::test]
async fn no_row_of_a_draft_outlives_it() {
    let world = World::new().await;
    for entries in [two_days(), Vec::new(), vec![entry(4, "WORKSHOP", 60)], two_days()] {
        world.save(entries.clone()).await;
        let draft = world.month().await.draft.unwrap();
        let rows = world.stand.rows_of("draft_entries").await;
        assert_eq!(
            (draft.entries.len(), rows.lines().count()),
            (entries.len(), entries.len())
        );
    }
    let etag = world.month().await.etag;
    world.try_submit(&etag, |_| ()).await.unwrap();
    assert_eq!(world.stand.rows_of("draft_entries").await, "");
}

#[tokio::test]
async fn a_saturday_is_no_working_day() {
    let world = World::new().await;
    let told = violations(&world, vec![entry(2, "WORKSHOP", 60), entry(7, "WORKSHOP", 60)]).await;
    assert_eq!(told, only("entries[1].day", ErrorReason::DayNotWorking));
}

#[tokio::test]
async fn midsummer_eve_is_no_working_day() {
    let mut world = World::new().await;
    world.days_later(120);
    let entries = vec![pb::MonthEntry {
        day: Some(day(2026, 6, 19)),
        ..entry(2, "WORKSHOP", 60)
    }];
    let june = proto::types::v1::Month { year: 2026, month: 6 };
    let refused = refusal(
        world
            .try_save(entries, |request| request.month = Some(june))
            .await,
    );
    assert_eq!(refused.violations()[0].reason, ErrorReason::DayNotWorking);
}

#[tokio::test]
async fn tomorrow_has_not_been() {
    let world = World::new().await;
    let of_march = |of| pb::MonthEntry {
        day: Some(day(2026, 3, of)),
        ..entry(2, "WORKSHOP", 60)
    };
    let save = |of| world.try_save(vec![of_march(of)], |request| request.month = Some(MARCH));
    let refused = refusal(save(11).await);
    assert_eq!(refused.violations()[0].path, "entries[0].day");
    assert_eq!(refused.violations()[0].reason, ErrorReason::DayAhead);
    saved(save(10).await.unwrap());
}

#[tokio::test]
async fn parallel_activities_share_the_cap_of_a_day_after_rounding() {
    let world = World::new().await;
    let entries = vec![entry(2, "WORKSHOP", 301), entry(2, "VAGLEDNING", 121)];
    let refused = refusal(world.try_save(entries, |_| ()).await);
    let violation = &refused.violations()[0];
    assert_eq!(violation.path, "entries[1].minutes");
    assert_eq!(violation.reason, ErrorReason::DayCapExceeded);
    assert_eq!(violation.metadata["limit"], "480");
}

#[tokio::test]
async fn an_activity_must_stand_in_the_plan_or_be_marked_always() {
    let world = World::new().await;
    let told = violations(&world, vec![entry(2, "SPRAKSTOD", 60)]).await;
    assert_eq!(
        told,
        only("entries[0].activity_code", ErrorReason::ActivityNotPlanned)
    );
    let told = violations(&world, vec![entry(2, "NOBODY_KNOWS_IT", 60)]).await;
    assert_eq!(
        told,
        only("entries[0].activity_code", ErrorReason::ActivityUnknown)
    );
    saved(
        world
            .try_save(vec![entry(2, "INDIVIDUELLT_MOTE", 60)], |_| ())
            .await
            .unwrap(),
    );
}

#[tokio::test]
async fn a_day_must_lie_within_month_and_placement() {
    let world = World::new().await;
    let outside = pb::MonthEntry {
        day: Some(day(2026, 1, 30)),
        ..entry(2, "WORKSHOP", 60)
    };
    let told = violations(&world, vec![outside]).await;
    assert_eq!(told, only("entries[0].day", ErrorReason::DayOutsideMonth));
    let mut broken_off = placement(PLACEMENT, PERSON, OWN, UNIT, "AF-1");
    broken_off.interrupted_on = Some(day(2026, 2, 10));
    world
        .hear(&Record::new(PLACEMENT, 2, State::Placement(Some(broken_off))))
        .await;
    let told = violations(&world, vec![entry(9, "WORKSHOP", 60), entry(10, "WORKSHOP", 60)]).await;
    assert_eq!(told, only("entries[1].day", ErrorReason::DayOutsidePlacement));
}

#[tokio::test]
async fn a_placement_that_never_began_has_no_month() {
    let world = World::new().await;
    let mut never = placement(PLACEMENT, PERSON, OWN, UNIT, "AF-1");
    never.set_status(proto::participants::events::v1::PlacementStatus::InterruptedBeforeStart);
    world
        .hear(&Record::new(PLACEMENT, 2, State::Placement(Some(never))))
        .await;
    let told = violations(&world, Vec::new()).await;
    assert_eq!(told, only("month", ErrorReason::MonthOutsidePlacement));
}

#[tokio::test]
async fn a_submitted_month_is_emptied_when_the_placement_no_longer_touches_it() {
    let world = World::new().await;
    world.submit(two_days()).await;
    let mut broken_off = placement(PLACEMENT, PERSON, OWN, UNIT, "AF-1");
    broken_off.interrupted_on = Some(day(2026, 1, 20));
    world
        .hear(&Record::new(PLACEMENT, 2, State::Placement(Some(broken_off))))
        .await;
    let etag = world.save(Vec::new()).await;
    let submitted = world.try_submit(&etag, |request| request.zero_month = true).await;
    assert_eq!(submitted.unwrap().revision.unwrap().revision, 2);
}

#[tokio::test]
async fn a_closed_month_is_closed() {
    let mut world = World::new().await;
    world.days_later(113);
    let told = violations(&world, vec![entry(2, "WORKSHOP", 60)]).await;
    assert_eq!(told, only("month", ErrorReason::MonthClosed));
}

#[tokio::test]
async fn every_wrong_field_is_named_at_once() {
    let world = World::new().await;
    let told = violations(
        &world,
        vec![
            entry(2, "WORKSHOP", 60),
            entry(2, "WORKSHOP", 60),
            entry(7, "SPRAKSTOD", 0),
            entry(3, "WORKSHOP", 481),
        ],
    )
    .await;
    let expected = [
        ("entries[1].activity_code", ErrorReason::EntryDuplicate),
        ("entries[2].day", ErrorReason::DayNotWorking),
        ("entries[2].activity_code", ErrorReason::ActivityNotPlanned),
        ("entries[2].minutes", ErrorReason::FieldOutOfRange),
        ("entries[3].minutes", ErrorReason::FieldOutOfRange),
    ];
    assert_eq!(told, expected.map(|(path, reason)| (path.to_owned(), reason)));
}

#[tokio::test]
async fn what_cannot_be_read_is_named_too() {
    let world = World::new().await;
    let entries = vec![
        pb::MonthEntry {
            day: Some(day(2026, 2, 30)),
            ..entry(2, "", -1)
        },
        pb::MonthEntry {
            day: None,
            ..entry(2, "workshop", 60)
        },
    ];
    let expected = [
        ("entries[0].day", ErrorReason::DayImpossible),
        ("entries[0].activity_code", ErrorReason::FieldRequired),
        ("entries[0].minutes", ErrorReason::FieldOutOfRange),
        ("entries[1].day", ErrorReason::FieldRequired),
        ("entries[1].activity_code", ErrorReason::ActivityUnknown),
    ];
    assert_eq!(
        violations(&world, entries).await,
        expected.map(|(path, reason)| (path.to_owned(), reason))
    );
}

#[tokio::test]
async fn a_stale_etag_gets_both_versions_and_saves_nothing() {
    let world = World::new().await;
    world.save(two_days()).await;
    let mine = vec![entry(4, "WORKSHOP", 60)];
    let conflict = conflict(world.try_save(mine.clone(), |_| ()).await.unwrap());
    assert_eq!(conflict.reason(), ErrorReason::EtagMismatch);
    assert_eq!(conflict.field, "etag");
    assert_eq!(conflict.refused.unwrap().entries, mine);
    let standing = world.month().await;
    assert_eq!(conflict.current_etag, standing.etag);
    assert_eq!(conflict.current, standing.draft);
    assert_eq!(standing.draft.unwrap().entries.len(), 3);
}

#[tokio::test]
async fn a_draft_that_is_there_already_is_answered_as_saved() {
    let world = World::new().await;
    let first = saved(world.try_save(two_days(), |_| ()).await.unwrap());
    let again = saved(world.try_save(two_days(), |_| ()).await.unwrap());
    assert_eq!(again, first);
}

#[tokio::test]
async fn checking_alone_saves_nothing() {
    let world = World::new().await;
    let draft = world
        .try_save(two_days(), |request| request.validate_only = true)
        .await;
    assert_eq!(saved(draft.unwrap()).entries.len(), 3);
    let month = world.month().await;
    assert_eq!(
        (month.draft, month.etag.as_str(), month.month_report_id),
        (None, "", None)
    );
}

#[tokio::test]
async fn open_days_are_what_a_draft_may_hold() {
    let world = World::new().await;
    let month = world.month().await;
    assert_eq!(month.open_days.len(), 20);
    assert_eq!(month.day_cap_minutes, 480);
    let codes = ["EGET_ARBETE_GP", "INDIVIDUELLT_MOTE", "VAGLEDNING", "WORKSHOP"];
    assert!(month.open_days.iter().all(|open| open.activity_codes == codes));
    let everything = month.open_days.iter().flat_map(|open| {
        let of = open.day.unwrap().day;
        open.activity_codes.iter().map(move |code| entry(of, code, 120))
    });
    saved(world.try_save(everything.collect(), |_| ()).await.unwrap());
}

#[tokio::test]
async fn a_placement_or_plan_not_heard_of_may_come() {
    let world = World::new().await;
    let unheard = uuid::Uuid::from_u128(0x4444);
    let refused = refusal(
        world
            .try_save(two_days(), |request| request.placement_id = unheard.to_string())
            .await,
    );
    assert_eq!(refused.reason(), ErrorReason::NotFound);
    assert!(refused.retry_delay().is_some());
    let state = placement(unheard, PERSON, OWN, UNIT, "AF-9");
    world
        .hear(&Record::new(unheard, 1, State::Placement(Some(state))))
        .await;
    let refused = refusal(
        world
            .try_save(two_days(), |request| request.placement_id = unheard.to_string())
            .await,
    );
    assert_eq!(refused.violations()[0].reason, ErrorReason::ActivityNotPlanned);
    assert!(refused.retry_delay().is_some());
}

#[tokio::test]
async fn own_work_needs_a_plan_sent_since_the_code_began() {
    let world = World::new().await;
    let document = uuid::Uuid::from_u128(PLACEMENT.as_u128() + 0x1000);
    let mut old = plan(document, PLACEMENT, 1);
    old.sent_at = Some(prost_types::Timestamp {
        seconds: 1_600_000_000,
        nanos: 0,
    });
    world
        .hear(&Record::new(document, 2, State::Document(Some(old))))
        .await;
    let told = violations(&world, vec![entry(2, "EGET_ARBETE_GP", 60)]).await;
    assert_eq!(told, only("entries[0].activity_code", ErrorReason::PlanTooOld));
}
