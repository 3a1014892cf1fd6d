//! Everything that is held of a person, for that person.

use platform::auth::token::Portal;
use prost::Name as _;
use proto::attendance::v1 as pb;
use proto::policy::v1::Assurance;
use proto::subject::v1::ExportSubjectRequest;
use support::held_tables::check_tables;
use uuid::Uuid;

use crate::answers::approve;
use crate::stand::*;

/// More months than a page has.
const MANY: u128 = 23;

const EXPORTED: [&str; 5] = [
    "approvals",
    "month_answers",
    "month_days",
    "month_remarks",
    "month_revisions",
];

const LEFT_OUT: [(&str, &str); 8] = [
    ("activities", "the catalogue"),
    (
        "draft_entries",
        "working paper of the provider: nothing rests on it, and it is submitted or replaced",
    ),
    (
        "month_reports",
        "what of it is about the person is told with each of its revisions; one that was never submitted is a draft",
    ),
    ("organisations", "copied from staff: organisations"),
    ("placements", "copied from participants, which tells it"),
    ("sent_plans", "copied from participants, which tells it"),
    ("units", "copied from staff: units"),
    ("working_days", "the calendar"),
];

/// What the stream holds, kind by kind.
#[derive(Default)]
struct Held {
    revisions: Vec<pb::OwnRevision>,
    approvals: Vec<pb::OwnApproval>,
}

async fn held(caller: &Caller) -> Held {
    let request = caller.request(ExportSubjectRequest {});
    let mut stream = inner(caller.subject().export_subject(request).await).unwrap();
    let mut held = Held::default();
    while let Some(answer) = stream.message().await.unwrap() {
        let record = answer.record.unwrap();
        if record.type_url == pb::OwnRevision::type_url() {
            assert!(held.approvals.is_empty(), "kind by kind");
            held.revisions.push(record.to_msg().unwrap());
        } else {
            held.approvals.push(record.to_msg().unwrap());
        }
    }
    held
}

#[tokio::test]
async fn every_table_is_in_the_stream_or_left_out_for_a_reason() {
    let world = World::new().await;
    check_tables(&world.stand.addresses.owner_url, &EXPORTED, &LEFT_OUT)
        .await
        .unwrap();
}

#[tokio::test]
async fn all_revisions_come_with_their_answers_remarks_and_signatures() {
    let world = World::new().await;
    let first = world.submit(two_days()).await;
    let id = &first.month_report_id;
    let as_read = world.read(id).await.unwrap();
    let request = world.person.request(pb::SetRowRemarkRequest {
        month_report_id: id.clone(),
        revision: 1,
        day: Some(day(2026, 2, 2)),
        activity_code: "VAGLEDNING".to_owned(),
        text: "Jag kom klockan tio.".to_owned(),
    });
    let remark = inner(world.person.answers().set_row_remark(request).await)
        .unwrap()
        .remark;
    approve(&world, &first).await;
    world.submit(vec![entry(4, "WORKSHOP", 60)]).await;
    let third = world.submit(vec![entry(5, "WORKSHOP", 60)]).await;
    world.stand.later(jiff::SignedDuration::from_secs(1));
    world.try_prepare(&third).await.unwrap();
    let held = held(&world.person).await;
    let answers: Vec<(i32, pb::Answer)> = held
        .revisions
        .iter()
        .map(|revision| (revision.revision, revision.answer()))
        .collect();
    let (approved, superseded) = (pb::Answer::Approved, pb::Answer::Superseded);
    assert_eq!(
        answers,
        [(1, approved), (2, superseded), (3, pb::Answer::Waiting)]
    );
    assert_eq!(held.revisions[0].days, as_read.days);
    assert_eq!(held.revisions[0].remarks, [remark.unwrap()]);
    assert!(
        held.revisions[2].first_shown_at.is_none(),
        "also what was never shown"
    );
    let outcomes: Vec<(i32, pb::ApprovalOutcome)> = held
        .approvals
        .iter()
        .map(|kept| (kept.revision, kept.outcome()))
        .collect();
    let not_signed = pb::ApprovalOutcome::NotSigned;
    assert_eq!(outcomes, [(1, pb::ApprovalOutcome::Approved), (3, not_signed)]);
    assert!(held.approvals[0].visible_text.contains("Vägledning"));
    assert!(held.approvals[0].signed_at.is_some() && held.approvals[1].signed_at.is_none());
}

#[tokio::test]
async fn reading_it_changes_nothing_and_tells_nobody() {
    let world = World::new().await;
    world.submit(two_days()).await;
    let before = world.stand.rows_of("month_answers").await;
    held(&world.person).await;
    assert_eq!(world.stand.rows_of("month_answers").await, before);
    assert_eq!(world.stand.outbox("attendance.month-report.v1").await.len(), 1);
}

#[tokio::test]
async fn nobody_gets_what_is_held_of_another() {
    let world = World::new().await;
    let submitted = world.submit(two_days()).await;
    approve(&world, &submitted).await;
    for person in [SECOND_PERSON, Uuid::from_u128(0x59)] {
        let held = held(&world.stand.participant(person)).await;
        assert!(held.revisions.is_empty() && held.approvals.is_empty());
    }
    let refused = world
        .reporter
        .subject()
        .export_subject(world.reporter.request(ExportSubjectRequest {}))
        .await;
    assert!(refused.is_err());
}

#[tokio::test]
async fn a_person_who_was_two_gets_what_is_held_of_both() {
    let world = World::new().await;
    let submitted = world.submit(two_days()).await;
    approve(&world, &submitted).await;
    let joined = world.stand.signed_in(
        Portal::Participant,
        SECOND_PERSON,
        vec![PERSON],
        Assurance::Bankid,
    );
    let held = held(&joined).await;
    assert_eq!((held.revisions.len(), held.approvals.len()), (1, 1));
}

#[tokio::test]
async fn many_months_come_page_by_page_each_once() {
    let world = World::new().await;
    let supplier = world.supplier(OWN);
    for n in 0..MANY {
        let id = Uuid::from_u128(0x7_000 + n);
        let state = placement(id, PERSON, OWN, UNIT, &format!("AF-M{n}"));
        world
            .hear(&Record::new(id, 1, State::Placement(Some(state))))
            .await;
        let request = supplier.request(pb::SubmitMonthRequest {
            request_id: fresh_id(),
            placement_id: id.to_string(),
            month: Some(FEBRUARY),
            etag: String::new(),
            zero_month: true,
        });
        let submitted = inner(supplier.months().submit_month(request).await).unwrap();
        world.try_prepare(&submitted).await.unwrap();
    }
    let held = held(&world.person).await;
    let mut reports: Vec<&str> = held
        .revisions
        .iter()
        .map(|revision| revision.month_report_id.as_str())
        .collect();
    assert!(reports.is_sorted(), "in the order they came to be");
    reports.dedup();
    assert_eq!(reports.len(), usize::try_from(MANY).unwrap());
    let mut signatures: Vec<&str> = held
        .approvals
        .iter()
        .map(|kept| kept.signature_id.as_str())
        .collect();
    assert!(signatures.is_sorted());
    signatures.dedup();
    assert_eq!(signatures.len(), reports.len());
}
