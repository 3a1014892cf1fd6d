//! Revisions that were answered can be read again when a later one has taken their place; no other can.

use proto::attendance::v1 as pb;
use proto::errors::v1::ErrorReason;

use crate::answers::approve;
use crate::stand::*;

async fn get(caller: &Caller, report: &str, revision: i32) -> Result<pb::OwnRevision, tonic::Status> {
    let request = caller.request(pb::GetOwnRevisionRequest {
        month_report_id: report.to_owned(),
        revision,
    });
    let answer = inner(caller.answers().get_own_revision(request).await)?;
    Ok(answer.revision.unwrap())
}

async fn is_hidden(caller: &Caller, report: &str, revision: i32) -> bool {
    refusal(get(caller, report, revision).await).reason() == ErrorReason::NotFound
}

#[tokio::test]
async fn an_approved_revision_is_read_as_it_was_after_a_correction() {
    let world = World::new().await;
    let first = world.submit(two_days()).await;
    let id = &first.month_report_id;
    let as_read = world.read(id).await.unwrap();
    approve(&world, &first).await;
    world.submit(vec![entry(4, "WORKSHOP", 60)]).await;
    let earlier = get(&world.person, id, 1).await.unwrap();
    assert_eq!(
        (earlier.revision, earlier.answer(), earlier.credited_minutes),
        (1, pb::Answer::Approved, 360)
    );
    assert_eq!(
        (earlier.month, earlier.placement_id),
        (Some(FEBRUARY), PLACEMENT.to_string())
    );
    assert_eq!(earlier.content_hash, as_read.content_hash);
    assert_eq!((earlier.days, earlier.totals), (as_read.days, as_read.totals));
    assert!(earlier.answered_at.is_some() && earlier.first_shown_at.is_some());
    assert!(is_hidden(&world.person, id, 2).await, "it waits for an answer");
}

#[tokio::test]
async fn a_rejected_revision_is_read_too() {
    let world = World::new().await;
    let id = world.submit(two_days()).await.month_report_id;
    world.try_reject(&id, 1).await.unwrap();
    let rejected = get(&world.person, &id, 1).await.unwrap();
    assert_eq!(rejected.answer(), pb::Answer::Rejected);
}

#[tokio::test]
async fn what_was_superseded_lapsed_or_never_there_does_not_exist() {
    let mut world = World::new().await;
    let id = world.submit(two_days()).await.month_report_id;
    world.submit(vec![entry(4, "WORKSHOP", 60)]).await;
    assert!(is_hidden(&world.person, &id, 1).await);
    assert!(is_hidden(&world.person, &id, 3).await);
    world.days_later(93);
    support::eventually::eventually(DEADLINE, || async {
        world.month().await.status() == pb::MonthStatus::Lapsed
    })
    .await;
    assert!(is_hidden(&world.person, &id, 2).await);
    assert!(is_hidden(&world.person, &fresh_id(), 1).await);
}

#[tokio::test]
async fn a_revision_of_somebody_else_does_not_exist() {
    let world = World::new().await;
    let submitted = world.submit(two_days()).await;
    approve(&world, &submitted).await;
    let stranger = world.stand.participant(SECOND_PERSON);
    assert!(is_hidden(&stranger, &submitted.month_report_id, 1).await);
}

#[tokio::test]
async fn minutes_are_shown_where_they_are_shown_with_the_month() {
    for (settings, is_shown) in [("", true), ("additions = { minutes_shown = false }", false)] {
        let world = World::with(settings).await;
        let submitted = world.submit(two_days()).await;
        approve(&world, &submitted).await;
        let own = get(&world.person, &submitted.month_report_id, 1).await.unwrap();
        let differs = |activity: &pb::DayActivity| activity.minutes != activity.credited_minutes;
        assert_eq!(own.totals.iter().any(differs), is_shown);
    }
}
