//! Everything that is held of a person, for that person.

use export::domain::ids::RunId;
use platform::grpc::Code;
use proto::attendance::events::v1::MonthAnswer;
use proto::export::v1::*;
use proto::subject::v1::ExportSubjectRequest;
use proto::types::v1::Recipient;
use support::held_tables::check_tables;
use uuid::Uuid;

use crate::stand::*;

const EXPORTED: [&str; 2] = ["run_rows", "runs"];

const LEFT_OUT: [(&str, &str); 9] = [
    ("attempts", "of files; what they led to is in the row"),
    ("month_reports", "copied from attendance, which tells it"),
    ("organisations", "copied from staff: organisations"),
    ("parts", "of files; where they stand is in the row"),
    ("placements", "copied from participants, which tells it"),
    ("portions", "which record tells of a row"),
    (
        "settlements",
        "of files; which rows were refused, and how, is in the row",
    ),
    ("training_flags", "of organisations"),
    ("units", "copied from staff: units"),
];

async fn held(caller: &Caller) -> Vec<OwnRow> {
    let request = caller.request(ExportSubjectRequest {});
    let answer = caller.subject().export_subject(request).await;
    let mut stream = answer.unwrap().into_inner();
    let mut held = Vec::new();
    while let Some(answer) = stream.message().await.unwrap() {
        held.push(answer.record.unwrap().to_msg().unwrap());
    }
    held
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_is_in_the_stream_or_left_out_for_a_reason() {
    let stand = Stand::by_hand().await;
    check_tables(&stand.addresses.owner_url, &EXPORTED, &LEFT_OUT)
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_of_every_run_come_with_what_became_of_them_and_of_nobody_else() {
    let stand = Stand::by_hand().await;
    let (sent, kept) = (Participant(0), Participant(1));
    stand.hear_of_organisations().await;
    stand.hear_of(sent).await;
    let rejected = report(kept, MonthAnswer::Rejected);
    stand.hear_of_as(kept, placement(kept), rejected).await;
    let mut runs = Vec::new();
    for recipient in [Recipient::Esf, Recipient::Scb] {
        let run = stand.create(recipient, RunStage::Unspecified).await;
        let id: RunId = run.run_id.parse().unwrap();
        work(&stand, id).await.unwrap();
        stand.tick();
        runs.push(run.run_id);
    }
    let own = held(&stand.participant(sent.person(), Vec::new())).await;
    let mut told: Vec<_> = own
        .iter()
        .map(|row| (row.run_id.clone(), row.recipient(), row.outcome()))
        .collect();
    told.sort();
    let mut expected = vec![
        (runs[0].clone(), Recipient::Esf, RunRowOutcome::Receipted),
        (runs[1].clone(), Recipient::Scb, RunRowOutcome::Receipted),
    ];
    expected.sort();
    assert_eq!(told, expected);
    let row = &own[0];
    assert_eq!(
        (row.month, row.revision, row.credited_minutes),
        (Some(FEBRUARY), 1, 2400)
    );
    assert_eq!(
        (row.first_on, row.last_on),
        (Some(day(2026, 1, 5)), Some(day(2026, 6, 30)))
    );
    assert_eq!(row.month_report_id, sent.report().to_string());
    assert_eq!(row.placement_id, sent.placement().to_string());
    assert_eq!(
        (row.ka_number.as_str(), row.run_created_at.is_some()),
        ("10012345", true)
    );
    let own = held(&stand.participant(kept.person(), Vec::new())).await;
    let reasons: Vec<_> = own.iter().map(|row| (row.outcome(), row.reason())).collect();
    assert_eq!(reasons, [(RunRowOutcome::Withheld, RunRowReason::Rejected); 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_was_two_gets_the_rows_of_both_and_a_stranger_none() {
    let stand = Stand::by_hand().await;
    let of = stand.hear_of_many(1).await[0];
    let run = stand.create(Recipient::Esf, RunStage::Authorise).await;
    work(&stand, run.run_id.parse().unwrap()).await.unwrap();
    let other = Uuid::from_u128(0xF1);
    let joined = held(&stand.participant(other, vec![of.person()])).await;
    assert_eq!(joined.len(), 1);
    assert_eq!(joined[0].outcome(), RunRowOutcome::Planned);
    assert!(held(&stand.participant(other, Vec::new())).await.is_empty());
    let staff = stand.staff(RUNS_EXPORTS);
    let request = staff.request(ExportSubjectRequest {});
    let refused = refusal(staff.subject().export_subject(request).await.map(drop));
    assert_eq!(refused.code(), Code::Forbidden);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_rows_than_a_page_come_each_once_and_in_order() {
    let stand = Stand::by_hand().await;
    let many = stand.hear_of_many(130).await;
    let run = stand.create(Recipient::Esf, RunStage::Build).await;
    work(&stand, run.run_id.parse().unwrap()).await.unwrap();
    let persons: Vec<Uuid> = many.iter().map(|of| of.person()).collect();
    let own = held(&stand.participant(persons[0], persons[1..].to_vec())).await;
    let reports: Vec<&str> = own.iter().map(|row| row.month_report_id.as_str()).collect();
    assert_eq!(reports.len(), many.len());
    assert!(reports.is_sorted_by(|one, next| one < next));
}
