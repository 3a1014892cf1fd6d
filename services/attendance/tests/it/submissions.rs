//! Submissions: a draft becomes a frozen revision that asks for an answer; a correction asks anew.

use proto::attendance::events::v1::{MonthAnswer, MonthRevision};
use proto::attendance::v1 as pb;
use proto::errors::v1::ErrorReason;
use support::eventually::eventually;

use crate::stand::*;

#[tokio::test]
async fn a_draft_becomes_a_revision_with_rounded_hours_and_a_hash() {
    let world = World::new().await;
    let submitted = world.submit(two_days()).await;
    let revision = submitted.revision.unwrap();
    assert_eq!((revision.revision, revision.credited_minutes), (1, 360));
    assert_eq!(revision.answer(), pb::Answer::Waiting);
    assert_eq!(revision.content_hash.len(), 32);
    let sums: Vec<i32> = revision.days.iter().map(|day| day.credited_minutes).collect();
    assert_eq!(sums, [180, 180]);
    let month = world.month().await;
    assert_eq!(
        (month.draft, month.status),
        (None, pb::MonthStatus::Waiting.into())
    );
    assert_eq!(month.revisions, vec![revision]);
}

#[tokio::test]
async fn the_record_tells_sums_and_answers_and_no_days() {
    let world = World::new().await;
    let submitted = world.submit(two_days()).await;
    let told = world.stand.told(&submitted.month_report_id).await;
    assert_eq!(told.placement_id, PLACEMENT.to_string());
    assert_eq!(told.person_id, PERSON.to_string());
    assert_eq!(
        (told.organisation_id, told.unit_id),
        (OWN.to_string(), UNIT.to_string())
    );
    assert_eq!(
        (told.month, told.rule_set.as_str()),
        (Some(FEBRUARY), "cooperation_history")
    );
    let revision = &told.revisions[0];
    assert_eq!((told.revisions.len(), revision.credited_minutes), (1, 360));
    assert_eq!(revision.answer(), MonthAnswer::Waiting);
    assert_eq!(revision.content_hash, submitted.revision.unwrap().content_hash);
}

#[tokio::test]
async fn a_month_can_be_answered_through_the_same_day_three_months_later() {
    let world = World::new().await;
    let submitted = world.submit(two_days()).await;
    // 11 June 2026, midnight in Stockholm.
    let end: jiff::Timestamp = "2026-06-10T22:00:00Z".parse().unwrap();
    let told = submitted.revision.unwrap().answer_before;
    assert_eq!(platform::grpc::convert::timestamp(told.as_ref()), Some(end));
}

#[tokio::test]
async fn a_month_is_submitted_after_its_last_day() {
    let world = World::new().await;
    let march = pb::MonthEntry {
        day: Some(day(2026, 3, 2)),
        ..entry(2, "WORKSHOP", 60)
    };
    let draft = world
        .try_save(vec![march], |request| request.month = Some(MARCH))
        .await;
    let etag = saved(draft.unwrap()).etag;
    let refused = refusal(
        world
            .try_submit(&etag, |request| request.month = Some(MARCH))
            .await,
    );
    assert_eq!(refused.violations()[0].path, "month");
    assert_eq!(refused.violations()[0].reason, ErrorReason::MonthNotOver);
}

#[tokio::test]
async fn a_zero_month_has_to_be_meant() {
    let world = World::new().await;
    let refused = refusal(world.try_submit("", |_| ()).await);
    assert_eq!(refused.violations()[0].reason, ErrorReason::ZeroMonthUnconfirmed);
    let etag = world.save(two_days()).await;
    let refused = refusal(world.try_submit(&etag, |request| request.zero_month = true).await);
    assert_eq!(refused.violations()[0].path, "zero_month");
    assert_eq!(refused.violations()[0].reason, ErrorReason::ZeroMonthHasEntries);
    let etag = world.save(Vec::new()).await;
    let answer = world
        .try_submit(&etag, |request| request.zero_month = true)
        .await
        .unwrap();
    let revision = answer.revision.unwrap();
    assert_eq!(
        (revision.revision, revision.credited_minutes, revision.days.len()),
        (1, 0, 0)
    );
}

#[tokio::test]
async fn a_zero_month_needs_no_draft() {
    let world = World::new().await;
    let answer = world
        .try_submit("", |request| request.zero_month = true)
        .await
        .unwrap();
    assert_eq!(answer.revision.unwrap().credited_minutes, 0);
    assert_eq!(world.stand.told(&answer.month_report_id).await.revisions.len(), 1);
}

#[tokio::test]
async fn the_same_request_submits_once() {
    let world = World::new().await;
    let etag = world.save(two_days()).await;
    let id = fresh_id();
    let first = world
        .try_submit(&etag, |request| request.request_id.clone_from(&id))
        .await
        .unwrap();
    let again = world
        .try_submit(&etag, |request| request.request_id.clone_from(&id))
        .await
        .unwrap();
    assert_eq!(first, again);
    let other = world
        .try_submit(&etag, |request| {
            request.request_id.clone_from(&id);
            request.zero_month = true;
        })
        .await;
    assert_eq!(refusal(other).reason(), ErrorReason::RequestIdReused);
    assert_eq!(world.stand.outbox("attendance.month-report.v1").await.len(), 1);
}

#[tokio::test]
async fn a_stale_etag_submits_nothing() {
    let world = World::new().await;
    let old = world.save(two_days()).await;
    world.save(vec![entry(4, "WORKSHOP", 60)]).await;
    let refused = refusal(world.try_submit(&old, |_| ()).await);
    assert_eq!(refused.code(), platform::grpc::Code::Conflict);
    assert_eq!(refused.violations()[0].path, "etag");
    assert_eq!(world.month().await.status(), pb::MonthStatus::Draft);
}

#[tokio::test]
async fn a_correction_is_a_new_revision_and_supersedes_a_waiting_one() {
    let world = World::new().await;
    let first = world.submit(two_days()).await;
    let second = world.submit(vec![entry(2, "VAGLEDNING", 60)]).await;
    assert_eq!(first.month_report_id, second.month_report_id);
    assert_eq!(second.revision.as_ref().unwrap().revision, 2);
    let answers: Vec<pb::Answer> = world
        .month()
        .await
        .revisions
        .iter()
        .map(pb::SubmittedMonth::answer)
        .collect();
    assert_eq!(answers, [pb::Answer::Superseded, pb::Answer::Waiting]);
    let told = world.stand.told(&first.month_report_id).await;
    let told: Vec<MonthAnswer> = told.revisions.iter().map(MonthRevision::answer).collect();
    assert_eq!(told, [MonthAnswer::Superseded, MonthAnswer::Waiting]);
}

#[tokio::test]
async fn what_changes_nothing_is_not_asked_again() {
    let world = World::new().await;
    world.submit(two_days()).await;
    let etag = world.save(two_days()).await;
    let refused = refusal(world.try_submit(&etag, |_| ()).await);
    assert_eq!(refused.reason(), ErrorReason::MonthUnchanged);
}

#[tokio::test]
async fn a_submitted_revision_cannot_be_changed_in_the_database() {
    let world = World::new().await;
    world.submit(two_days()).await;
    for statement in [
        "update month_revisions set credited_minutes = 0",
        "delete from month_revisions",
        "update month_days set credited_minutes = 60",
        "delete from month_days",
    ] {
        assert!(
            world.stand.try_as_application(statement).await.is_err(),
            "{statement}"
        );
    }
}

#[tokio::test]
async fn the_rules_of_a_day_are_constraints_too() {
    let world = World::new().await;
    world.submit(two_days()).await;
    let insert = "insert into month_days select month, month_report_id, revision, $day, activity_codes, minutes, credited,
        $credited, 480, period_from, period_to from month_days where day = '2026-02-02'";
    for (day, credited) in [
        ("date '2026-02-07'", "60"),
        ("date '2026-02-04'", "540"),
        ("date '2026-03-04'", "60"),
    ] {
        let statement = insert.replace("$day", day).replace("$credited", credited);
        let mut owner = world.stand.owner().await;
        let tried = sqlx::query(sqlx::AssertSqlSafe(statement))
            .execute(&mut owner)
            .await;
        assert!(tried.is_err(), "{day} {credited}");
    }
}

#[tokio::test]
async fn a_month_without_answer_lapses_at_its_time() {
    let mut world = World::new().await;
    let submitted = world.submit(two_days()).await;
    world.days_later(93);
    eventually(DEADLINE, || async {
        let told = world.stand.told(&submitted.month_report_id).await;
        told.revisions[0].answer() == MonthAnswer::Lapsed
    })
    .await;
    let told = world.stand.told(&submitted.month_report_id).await;
    assert_eq!(told.revisions[0].answered_at, told.revisions[0].answer_before);
    assert_eq!(
        refusal(world.read(&submitted.month_report_id).await).reason(),
        ErrorReason::NotFound
    );
}

#[tokio::test]
async fn a_correction_lapses_at_a_time_of_its_own() {
    let mut world = World::new().await;
    let first = world.submit(two_days()).await;
    world.days_later(5);
    world.submit(vec![entry(4, "WORKSHOP", 60)]).await;
    let due = "select due_at from platform.jobs where kind = 'attendance.lapse_month' and key = $1";
    let due: Vec<platform::db::Instant> = sqlx::query_scalar(due)
        .bind(&first.month_report_id)
        .fetch_all(&mut world.stand.owner().await)
        .await
        .unwrap();
    let last_moment: jiff::Timestamp = "2026-06-15T22:00:00Z".parse().unwrap();
    assert_eq!(due, [platform::db::Instant::from(last_moment)]);
    world.days_later(93);
    eventually(DEADLINE, || async {
        let told = world.stand.told(&first.month_report_id).await;
        told.revisions.last().map(MonthRevision::answer) == Some(MonthAnswer::Lapsed)
    })
    .await;
}
