//! Races: a correction against an approval, in both orders and at once; two writers of one draft.

use proto::attendance::events::v1::{MonthAnswer, MonthRevision};
use proto::attendance::v1 as pb;

use crate::stand::*;

const ROUNDS: usize = 8;

async fn answers(world: &World, report: &str) -> Vec<MonthAnswer> {
    let told = world.stand.told(report).await;
    told.revisions.iter().map(MonthRevision::answer).collect()
}

#[tokio::test]
async fn a_correction_before_the_approval_keeps_the_signature_as_evidence() {
    let world = World::new().await;
    let first = world.submit(two_days()).await;
    let signature = world.try_prepare(&first).await.unwrap();
    world.stand.identity.sign(&signature);
    world.submit(vec![entry(2, "WORKSHOP", 60)]).await;
    assert_eq!(
        world.complete(&signature).await,
        pb::ApprovalOutcome::TooLateSuperseded
    );
    assert_eq!(
        answers(&world, &first.month_report_id).await,
        [MonthAnswer::Superseded, MonthAnswer::Waiting]
    );
    assert!(world.stand.rows_of("approvals").await.contains("superseded"));
}

#[tokio::test]
async fn a_correction_after_the_approval_leaves_the_approval() {
    let world = World::new().await;
    let first = world.submit(two_days()).await;
    let signature = world.try_prepare(&first).await.unwrap();
    world.stand.identity.sign(&signature);
    assert_eq!(world.complete(&signature).await, pb::ApprovalOutcome::Approved);
    world.submit(vec![entry(2, "WORKSHOP", 60)]).await;
    assert_eq!(world.complete(&signature).await, pb::ApprovalOutcome::Approved);
    assert_eq!(
        answers(&world, &first.month_report_id).await,
        [MonthAnswer::Approved, MonthAnswer::Waiting]
    );
}

#[tokio::test]
async fn at_once_one_of_them_is_first_and_both_know_which() {
    let world = World::new().await;
    let mut last = world.submit(two_days()).await;
    for round in 1..=ROUNDS {
        let signature = world.try_prepare(&last).await.unwrap();
        world.stand.identity.sign(&signature);
        let minutes = i32::try_from(60 * (round % 8 + 1)).unwrap();
        let etag = world.save(vec![entry(4, "WORKSHOP", minutes)]).await;
        let record = world.signature_record(&signature, 2);
        let (submitted, outcome, heard) = tokio::join!(
            world.try_submit(&etag, |_| ()),
            world.complete(&signature),
            record.apply(world.stand.database())
        );
        heard.unwrap();
        last = submitted.unwrap();
        let told = answers(&world, &last.month_report_id).await;
        let expected = if outcome == pb::ApprovalOutcome::Approved {
            MonthAnswer::Approved
        } else {
            assert_eq!(outcome, pb::ApprovalOutcome::TooLateSuperseded);
            MonthAnswer::Superseded
        };
        assert_eq!(told[told.len() - 2..], [expected, MonthAnswer::Waiting]);
    }
}

#[tokio::test]
async fn of_two_writers_one_saves_and_the_other_sees_both_versions() {
    let world = World::new().await;
    let (one, other) = tokio::join!(
        world.try_save(two_days(), |_| ()),
        world.try_save(vec![entry(4, "WORKSHOP", 60)], |_| ())
    );
    let is_saved = |answer: &pb::SaveMonthDraftResponse| {
        matches!(
            answer.outcome,
            Some(pb::save_month_draft_response::Outcome::Saved(_))
        )
    };
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_ne!(is_saved(&one), is_saved(&other));
    let lost = conflict(if is_saved(&one) { other } else { one });
    assert_eq!(lost.current, world.month().await.draft);
}

#[tokio::test]
async fn of_two_submissions_of_one_draft_one_is_taken() {
    let world = World::new().await;
    let etag = world.save(two_days()).await;
    let (one, other) = tokio::join!(world.try_submit(&etag, |_| ()), world.try_submit(&etag, |_| ()));
    assert_ne!(one.is_ok(), other.is_ok());
    assert_eq!(world.month().await.revisions.len(), 1);
}

#[tokio::test]
async fn a_month_that_somebody_is_just_beginning_is_theirs_if_they_do_begin_it() {
    let rival = uuid::Uuid::from_u128(0x71);
    for begins in [true, false] {
        let world = World::new().await;
        let mut owner = world.stand.owner().await;
        let mut begun = sqlx::Connection::begin(&mut owner).await.unwrap();
        sqlx::query(
            "insert into month_reports (month_report_id, placement_id, month, person_id, organisation_id, unit_id, rule_set)
            values ($1, $2, '2026-02-01', $3, $4, $5, 'cooperation_history')",
        )
        .bind(rival)
        .bind(PLACEMENT)
        .bind(PERSON)
        .bind(OWN)
        .bind(UNIT)
        .execute(&mut *begun)
        .await
        .unwrap();
        let ended = async {
            support::eventually::eventually(DEADLINE, || world.stand.is_somebody_waiting()).await;
            if begins {
                begun.commit().await.unwrap();
            } else {
                begun.rollback().await.unwrap();
            }
        };
        let submitted = world.try_submit("", |request| request.zero_month = true);
        let submitted = tokio::join!(submitted, ended).0.unwrap();
        assert_eq!(submitted.month_report_id == rival.to_string(), begins);
        assert_eq!(world.month().await.revisions.len(), 1);
    }
}
