//! Remarks on rows: written by the participant while the month can be answered, read with it by both sides, and nowhere else.

use proto::attendance::v1 as pb;
use proto::errors::v1::ErrorReason;
use proto::types::v1::Day;
use support::people::PEOPLE;

use crate::answers::approve;
use crate::stand::*;

const WORDS: &str = "Den dagen var jag hos tandläkaren.";
const OTHER_WORDS: &str = "Jag kom klockan tio.";
const OFF: &str = "additions = { row_remarks = false }";

/// A remark on guidance on the second of the month.
fn remark(report: &str, revision: i32, text: &str) -> pb::SetRowRemarkRequest {
    pb::SetRowRemarkRequest {
        month_report_id: report.to_owned(),
        revision,
        day: Some(day(2026, 2, 2)),
        activity_code: "VAGLEDNING".to_owned(),
        text: text.to_owned(),
    }
}

async fn set(
    caller: &Caller,
    request: pb::SetRowRemarkRequest,
) -> Result<Option<pb::RowRemark>, tonic::Status> {
    let answer = inner(caller.answers().set_row_remark(caller.request(request)).await)?;
    Ok(answer.remark)
}

fn words(remarks: &[pb::RowRemark]) -> Vec<(Option<Day>, &str, &str)> {
    let words = remarks.iter();
    words
        .map(|remark| (remark.day, remark.activity_code.as_str(), remark.text.as_str()))
        .collect()
}

/// A month that its participant was shown.
async fn shown(world: &World) -> pb::SubmitMonthResponse {
    let submitted = world.submit(two_days()).await;
    world.read(&submitted.month_report_id).await.unwrap();
    submitted
}

async fn refused(world: &World, request: pb::SetRowRemarkRequest) -> ErrorReason {
    refusal(set(&world.person, request).await).reason()
}

#[tokio::test]
async fn a_remark_is_read_with_the_month_by_both_sides_and_changes_no_state() {
    let world = World::new().await;
    let submitted = shown(&world).await;
    let id = &submitted.month_report_id;
    let before = world.read(id).await.unwrap();
    assert!(before.remarks_offered && before.remarks.is_empty());
    let written = set(&world.person, remark(id, 1, WORDS)).await.unwrap().unwrap();
    let expected = [(Some(day(2026, 2, 2)), "VAGLEDNING", WORDS)];
    assert_eq!(words(std::slice::from_ref(&written)), expected);
    let after = world.read(id).await.unwrap();
    assert_eq!(after.remarks, std::slice::from_ref(&written));
    let without = pb::OwnMonth {
        remarks: Vec::new(),
        ..after
    };
    assert_eq!(without, before, "nothing else of the month changed");
    let told = world.stand.outbox("audit.access.v1").await.len();
    let month = world.month().await;
    assert_eq!(month.revisions[0].remarks, [written]);
    assert_eq!(month.status(), pb::MonthStatus::Waiting);
    let told_after = world.stand.outbox("audit.access.v1").await.len();
    assert_eq!(
        told_after,
        told + 1,
        "the read is told of as every read of a month"
    );
    let records = world.stand.outbox("attendance.month-report.v1").await;
    assert_eq!(records.len(), 2, "submitted and shown; a remark is no record");
}

#[tokio::test]
async fn a_remark_is_changed_and_removed_and_the_same_words_again_change_nothing() {
    let world = World::new().await;
    let id = shown(&world).await.month_report_id;
    let first = set(&world.person, remark(&id, 1, WORDS)).await.unwrap();
    world.stand.later(jiff::SignedDuration::from_secs(60));
    let again = set(&world.person, remark(&id, 1, &format!(" {WORDS}\n")))
        .await
        .unwrap();
    assert_eq!(again, first);
    assert_eq!(world.stand.audited("attendance.set_row_remark").await, 1);
    let changed = set(&world.person, remark(&id, 1, OTHER_WORDS)).await.unwrap();
    assert_ne!(changed.as_ref().unwrap().written_at, first.unwrap().written_at);
    assert_eq!(world.read(&id).await.unwrap().remarks, [changed.unwrap()]);
    for _ in 0..2 {
        assert_eq!(set(&world.person, remark(&id, 1, " ")).await.unwrap(), None);
    }
    assert!(world.read(&id).await.unwrap().remarks.is_empty());
    assert_eq!(world.stand.audited("attendance.set_row_remark").await, 3);
}

#[tokio::test]
async fn a_remark_is_on_a_row_of_an_own_month_that_was_shown() {
    let world = World::new().await;
    let id = world.submit(two_days()).await.month_report_id;
    let unseen = refused(&world, remark(&id, 1, WORDS)).await;
    assert_eq!(unseen, ErrorReason::NotFound);
    world.read(&id).await.unwrap();
    let on = |of: i32, code: &str| pb::SetRowRemarkRequest {
        day: Some(day(2026, 2, of)),
        activity_code: code.to_owned(),
        ..remark(&id, 1, WORDS)
    };
    for nowhere in [on(2, "WORKSHOP"), on(4, "VAGLEDNING"), on(2, "NO_SUCH_CODE")] {
        assert_eq!(refused(&world, nowhere).await, ErrorReason::NotFound);
    }
    assert_eq!(
        refused(&world, remark(&id, 2, WORDS)).await,
        ErrorReason::NotFound
    );
    let stranger = world.stand.participant(SECOND_PERSON);
    let answer = refusal(set(&stranger, remark(&id, 1, WORDS)).await);
    assert_eq!(answer.reason(), ErrorReason::NotFound);
    assert!(world.read(&id).await.unwrap().remarks.is_empty());
}

#[tokio::test]
async fn once_answered_remarks_stay_as_they_are() {
    let world = World::new().await;
    let submitted = shown(&world).await;
    let id = &submitted.month_report_id;
    set(&world.person, remark(id, 1, WORDS)).await.unwrap();
    approve(&world, &submitted).await;
    for text in [OTHER_WORDS, ""] {
        assert_eq!(
            refused(&world, remark(id, 1, text)).await,
            ErrorReason::MonthAnswered
        );
    }
    let month = world.month().await;
    assert_eq!(words(&month.revisions[0].remarks)[0].2, WORDS);
}

#[tokio::test]
async fn without_an_answer_in_time_nothing_more_is_remarked() {
    let mut world = World::new().await;
    let id = shown(&world).await.month_report_id;
    world.days_later(93);
    assert_eq!(
        refused(&world, remark(&id, 1, WORDS)).await,
        ErrorReason::AnswerLapsed
    );
}

#[tokio::test]
async fn a_remark_stays_with_the_revision_it_was_written_on() {
    let world = World::new().await;
    let id = shown(&world).await.month_report_id;
    set(&world.person, remark(&id, 1, WORDS)).await.unwrap();
    world
        .submit(vec![entry(2, "VAGLEDNING", 120), entry(3, "WORKSHOP", 120)])
        .await;
    assert!(world.read(&id).await.unwrap().remarks.is_empty());
    assert_eq!(
        refused(&world, remark(&id, 1, OTHER_WORDS)).await,
        ErrorReason::RevisionSuperseded
    );
    set(&world.person, remark(&id, 2, OTHER_WORDS)).await.unwrap();
    let month = world.month().await;
    let told: Vec<&str> = month
        .revisions
        .iter()
        .map(|revision| words(&revision.remarks)[0].2)
        .collect();
    assert_eq!(told, [WORDS, OTHER_WORDS]);
}

#[tokio::test]
async fn what_a_remark_cannot_hold_is_refused_without_repeating_it() {
    let world = World::new().await;
    let id = shown(&world).await.month_report_id;
    let number = PEOPLE[0].number;
    for (text, expected) in [
        (
            format!("Mitt nummer är {number}."),
            ErrorReason::PersonalNumberInText,
        ),
        ("ö".repeat(501), ErrorReason::FieldTooLong),
        ("a\u{1}b".to_owned(), ErrorReason::FieldMalformed),
    ] {
        let status = set(&world.person, remark(&id, 1, &text)).await.unwrap_err();
        assert!(!format!("{status:?}").contains(&text));
        let violations = refusal::<()>(Err(status)).violations().to_vec();
        assert_eq!(
            (violations[0].path.as_str(), violations[0].reason),
            ("text", expected)
        );
    }
    let longest = "ö".repeat(500);
    assert!(set(&world.person, remark(&id, 1, &longest)).await.is_ok());
}

#[tokio::test]
async fn the_words_are_in_no_record_no_signature_no_audit_and_not_in_clear() {
    let world = World::new().await;
    let submitted = shown(&world).await;
    set(&world.person, remark(&submitted.month_report_id, 1, WORDS))
        .await
        .unwrap();
    approve(&world, &submitted).await;
    for table in [
        "month_remarks",
        "month_revisions",
        "approvals",
        "platform.audit_lines",
    ] {
        let rows = world.stand.rows_of(table).await;
        assert!(!rows.is_empty(), "{table}");
        assert!(!rows.contains("tandl"), "{table}");
        assert!(!rows.contains(&hex::encode("tandl")), "{table}");
    }
    for topic in ["attendance.month-report.v1", "audit.access.v1"] {
        for (_, payload) in world.stand.outbox(topic).await {
            assert!(!String::from_utf8_lossy(&payload).contains("tandl"), "{topic}");
        }
    }
}

#[tokio::test]
async fn a_remark_beside_an_answer_is_written_before_it_or_not_at_all() {
    for _ in 0..8 {
        let world = World::new().await;
        let id = shown(&world).await.month_report_id;
        let (written, rejected) = tokio::join!(
            set(&world.person, remark(&id, 1, WORDS)),
            world.try_reject(&id, 1)
        );
        rejected.unwrap();
        let month = world.month().await;
        let stands = words(&month.revisions[0].remarks).len();
        match written {
            Ok(_) => assert_eq!(stands, 1),
            Err(status) => {
                let refused = refusal::<()>(Err(status));
                assert_eq!((refused.reason(), stands), (ErrorReason::MonthAnswered, 0));
            }
        }
    }
}

#[tokio::test]
async fn where_remarks_are_off_none_is_written_and_pages_are_told() {
    let world = World::with(OFF).await;
    let id = shown(&world).await.month_report_id;
    let answer = refusal(set(&world.person, remark(&id, 1, WORDS)).await);
    assert_eq!(answer.reason(), ErrorReason::NotOffered);
    assert_eq!(answer.metadata()["addition"], "row_remarks");
    let month = world.read(&id).await.unwrap();
    assert!(!month.remarks_offered && month.remarks.is_empty());
}
