//! Answers: a participant reads own months, approves with BankID or rejects; nobody else's exist.

use proto::attendance::events::v1::{MonthAnswer, MonthRevision};
use proto::attendance::v1 as pb;
use proto::errors::v1::ErrorReason;

use crate::stand::*;

#[tokio::test]
async fn a_participant_reads_days_totals_and_is_noted_as_shown_once() {
    let world = World::new().await;
    let submitted = world.submit(two_days()).await;
    let month = world.read(&submitted.month_report_id).await.unwrap();
    let summary = month.summary.unwrap();
    assert_eq!(
        (summary.revision, summary.credited_minutes, summary.answer()),
        (1, 360, pb::Answer::Waiting)
    );
    assert_eq!(month.content_hash, submitted.revision.unwrap().content_hash);
    let totals: Vec<(String, i32)> = month
        .totals
        .into_iter()
        .map(|total| (total.activity_code, total.credited_minutes))
        .collect();
    assert_eq!(
        totals,
        [("VAGLEDNING".to_owned(), 240), ("WORKSHOP".to_owned(), 120)]
    );
    world.read(&summary.month_report_id).await.unwrap();
    let records = world.stand.outbox("attendance.month-report.v1").await;
    assert_eq!(records.len(), 2, "submitted, and shown for the first time");
    let told = world.stand.told(&summary.month_report_id).await;
    assert_eq!(told.revisions[0].first_shown_at, month.first_shown_at);
}

#[tokio::test]
async fn a_participant_lists_own_months_alone() {
    let world = World::new().await;
    let submitted = world.submit(two_days()).await;
    let list = async |caller: &Caller| {
        let request = caller.request(pb::ListOwnMonthsRequest::default());
        inner(caller.answers().list_own_months(request).await)
            .unwrap()
            .months
    };
    let own = list(&world.person).await;
    assert_eq!((own.len(), own[0].month), (1, Some(FEBRUARY)));
    assert_eq!(own[0].month_report_id, submitted.month_report_id);
    let stranger = world.stand.participant(SECOND_PERSON);
    assert!(list(&stranger).await.is_empty());
    let request = stranger.request(pb::GetOwnMonthRequest {
        month_report_id: submitted.month_report_id,
    });
    let refused = refusal(stranger.answers().get_own_month(request).await);
    assert_eq!(refused.reason(), ErrorReason::NotFound);
}

#[tokio::test]
async fn an_approval_takes_a_signature_over_the_hash_of_what_was_read() {
    let world = World::new().await;
    let submitted = world.submit(two_days()).await;
    let signature = world.try_prepare(&submitted).await.unwrap();
    let document = world.stand.identity.document(&signature).request;
    assert_eq!(document.context, "attendance");
    assert_eq!(document.document_id, submitted.month_report_id);
    assert_eq!(document.document_hash, submitted.revision.unwrap().content_hash);
    assert_eq!(document.person_id, PERSON.to_string());
    for part in ["2026-02-02", "Vägledning", "Workshop", "6 timmar"] {
        assert!(
            document.visible_text.contains(part),
            "{part}: {}",
            document.visible_text
        );
    }
    assert_eq!(world.complete(&signature).await, pb::ApprovalOutcome::NotSigned);
    world.stand.identity.sign(&signature);
    assert_eq!(world.complete(&signature).await, pb::ApprovalOutcome::Approved);
    let told = world.stand.told(&submitted.month_report_id).await;
    assert_eq!(told.revisions[0].answer(), MonthAnswer::Approved);
    assert_eq!(
        told.revisions[0].signature_id.as_deref(),
        Some(signature.as_str())
    );
}

#[tokio::test]
async fn nothing_is_approved_without_a_signature() {
    let world = World::new().await;
    let submitted = world.submit(two_days()).await;
    let signature = world.try_prepare(&submitted).await.unwrap();
    let prepared = world.signature_record(&signature, 1);
    world.hear(&prepared).await;
    assert_eq!(world.complete(&signature).await, pb::ApprovalOutcome::NotSigned);
    let told = world.stand.told(&submitted.month_report_id).await;
    assert_eq!(told.revisions[0].answer(), MonthAnswer::Waiting);
}

#[tokio::test]
async fn the_record_of_a_signature_approves_as_the_call_does() {
    let world = World::new().await;
    let submitted = world.submit(two_days()).await;
    let signature = world.try_prepare(&submitted).await.unwrap();
    world.stand.identity.sign(&signature);
    let signed = world.signature_record(&signature, 2);
    world.hear(&signed).await;
    signed.apply(world.stand.database()).await.unwrap();
    assert_eq!(world.complete(&signature).await, pb::ApprovalOutcome::Approved);
    let records = world.stand.outbox("attendance.month-report.v1").await;
    assert_eq!(
        records.len(),
        2,
        "submitted and approved, however often it is told"
    );
    assert_eq!(world.stand.audited("attendance.complete_signature").await, 1);
}

#[tokio::test]
async fn preparing_again_gives_the_same_signature() {
    let world = World::new().await;
    let submitted = world.submit(two_days()).await;
    world.stand.identity.set_away(true);
    let refused = refusal(world.try_prepare(&submitted).await);
    assert_eq!(refused.reason(), ErrorReason::Unavailable);
    world.stand.identity.set_away(false);
    let first = world.try_prepare(&submitted).await.unwrap();
    assert_eq!(world.try_prepare(&submitted).await.unwrap(), first);
}

#[tokio::test]
async fn what_was_not_read_cannot_be_approved() {
    let world = World::new().await;
    let mut submitted = world.submit(two_days()).await;
    submitted.revision.as_mut().unwrap().content_hash = vec![7; 32].into();
    let refused = refusal(world.try_prepare(&submitted).await);
    assert_eq!(refused.violations()[0].path, "content_hash");
    assert_eq!(refused.violations()[0].reason, ErrorReason::ContentHashDiffers);
}

#[tokio::test]
async fn an_old_revision_can_be_neither_approved_nor_rejected() {
    let world = World::new().await;
    let old = world.submit(two_days()).await;
    world.submit(vec![entry(2, "VAGLEDNING", 60)]).await;
    let refused = refusal(world.try_prepare(&old).await);
    assert_eq!(refused.reason(), ErrorReason::RevisionSuperseded);
    assert_eq!(refused.violations()[0].path, "revision");
    assert_eq!(refused.metadata()["revision"], "2");
    let refused = refusal(world.try_reject(&old.month_report_id, 1).await);
    assert_eq!(refused.reason(), ErrorReason::RevisionSuperseded);
    let refused = refusal(world.try_reject(&old.month_report_id, 3).await);
    assert_eq!(refused.reason(), ErrorReason::NotFound);
}

#[tokio::test]
async fn a_correction_after_approval_asks_again_and_shows_what_changed() {
    let world = World::new().await;
    let first = world.submit(two_days()).await;
    approve(&world, &first).await;
    let second = world
        .submit(vec![entry(2, "VAGLEDNING", 240), entry(3, "WORKSHOP", 120)])
        .await;
    let month = world.read(&first.month_report_id).await.unwrap();
    assert_eq!(month.summary.as_ref().unwrap().answer(), pb::Answer::Waiting);
    assert_eq!(month.approved_revision, Some(1));
    assert_eq!(changes(&month), [(2, 180, 240), (3, 60, 0)]);
    approve(&world, &second).await;
    let told = world.stand.told(&first.month_report_id).await;
    let answers: Vec<MonthAnswer> = told.revisions.iter().map(MonthRevision::answer).collect();
    assert_eq!(answers, [MonthAnswer::Approved, MonthAnswer::Approved]);
}

#[tokio::test]
async fn a_rejection_needs_neither_signature_nor_reason_and_stands() {
    let world = World::new().await;
    let submitted = world.submit(two_days()).await;
    let signature = world.try_prepare(&submitted).await.unwrap();
    let rejected = world.try_reject(&submitted.month_report_id, 1).await.unwrap();
    let again = world.try_reject(&submitted.month_report_id, 1).await.unwrap();
    assert_eq!(rejected, again);
    world.stand.identity.sign(&signature);
    assert_eq!(
        world.complete(&signature).await,
        pb::ApprovalOutcome::TooLateRejected
    );
    let told = world.stand.told(&submitted.month_report_id).await;
    assert_eq!(told.revisions[0].answer(), MonthAnswer::Rejected);
    let refused = refusal(world.try_prepare(&submitted).await);
    assert_eq!(refused.reason(), ErrorReason::MonthAnswered);
}

#[tokio::test]
async fn a_correction_after_a_rejection_shows_what_changed_since_then() {
    let world = World::new().await;
    let first = world.submit(two_days()).await;
    approve(&world, &first).await;
    let second = world.submit(vec![entry(2, "VAGLEDNING", 240)]).await;
    world.try_reject(&second.month_report_id, 2).await.unwrap();
    world.submit(vec![entry(2, "VAGLEDNING", 120)]).await;
    world
        .submit(vec![entry(2, "VAGLEDNING", 120), entry(3, "WORKSHOP", 60)])
        .await;
    let month = world.read(&first.month_report_id).await.unwrap();
    assert_eq!(month.answered_revision, Some(2));
    assert_eq!(month.earlier_answer(), pb::Answer::Rejected);
    assert_eq!(month.approved_revision, Some(1));
    assert_eq!(changes(&month), [(2, 240, 120), (3, 0, 60)]);
}

#[tokio::test]
async fn an_approved_month_cannot_be_rejected() {
    let world = World::new().await;
    let submitted = world.submit(two_days()).await;
    approve(&world, &submitted).await;
    let refused = refusal(world.try_reject(&submitted.month_report_id, 1).await);
    assert_eq!(refused.reason(), ErrorReason::MonthAnswered);
}

#[tokio::test]
async fn the_time_for_an_answer_ends() {
    let mut world = World::new().await;
    let submitted = world.submit(two_days()).await;
    let signature = world.try_prepare(&submitted).await.unwrap();
    world.days_later(93);
    assert_eq!(
        refusal(world.try_prepare(&submitted).await).reason(),
        ErrorReason::AnswerLapsed
    );
    let refused = refusal(world.try_reject(&submitted.month_report_id, 1).await);
    assert_eq!(refused.reason(), ErrorReason::AnswerLapsed);
    // Begun after the end.
    world.stand.identity.sign(&signature);
    assert_eq!(
        world.complete(&signature).await,
        pb::ApprovalOutcome::TooLateLapsed
    );
}

#[tokio::test]
async fn a_signature_begun_in_time_counts_though_it_is_told_of_late() {
    let mut world = World::new().await;
    let submitted = world.submit(two_days()).await;
    let signature = world.try_prepare(&submitted).await.unwrap();
    world.stand.identity.sign(&signature);
    world.days_later(93);
    assert_eq!(world.complete(&signature).await, pb::ApprovalOutcome::Approved);
}

#[tokio::test]
async fn a_signature_of_somebody_else_does_not_exist() {
    let world = World::new().await;
    let submitted = world.submit(two_days()).await;
    let signature = world.try_prepare(&submitted).await.unwrap();
    let stranger = world.stand.participant(SECOND_PERSON);
    let request = stranger.request(pb::CompleteApprovalRequest {
        signature_id: signature,
    });
    let refused = refusal(stranger.answers().complete_approval(request).await);
    assert_eq!(refused.reason(), ErrorReason::NotFound);
}

/// The participant approves a revision.
pub async fn approve(world: &World, submitted: &pb::SubmitMonthResponse) {
    let signature = world.try_prepare(submitted).await.unwrap();
    world.stand.identity.sign(&signature);
    assert_eq!(world.complete(&signature).await, pb::ApprovalOutcome::Approved);
}

/// Day, minutes before and after.
fn changes(month: &pb::OwnMonth) -> Vec<(i32, i32, i32)> {
    let changes = month.changes.iter();
    changes
        .map(|change| {
            let day = change.day.unwrap().day;
            (day, change.before_minutes, change.after_minutes)
        })
        .collect()
}
