//! ExplainRow: the whole way for those who may see it, three steps for those who work with the participant, nothing for
//! everybody else.

use platform::auth::token::{ClientKind, Portal};
use platform::grpc::Code;
use prost::Message as _;
use proto::attendance::events::v1::MonthAnswer;
use proto::audit::events::v1::AccessRecorded;
use proto::consent::v1::*;
use proto::errors::v1::ErrorReason;
use proto::export::events::v1::RowOutcome;
use proto::policy::v1::Assurance;
use proto::types::v1::Recipient;
use uuid::Uuid;

use crate::ledger::delivery;
use crate::stand::*;

const PART: Uuid = Uuid::from_u128(0x800);

fn told(answer: &ExplainRowResponse) -> (usize, ExplainReason, NextAct) {
    let done = answer
        .steps
        .iter()
        .filter(|step| step.state() == ExplainStepState::Done)
        .count();
    (done, answer.reason(), answer.next_act())
}

#[tokio::test]
async fn the_way_of_a_month_is_told_from_submission_to_receipt() {
    let world = World::empty().await;
    world.hear(placement(world.placement, PERSON)).await;
    let person = world.person();
    let look = async || told(&world.explain(&person).await.unwrap());
    assert_eq!(
        look().await,
        (0, ExplainReason::NotSubmitted, NextAct::ProviderSubmits)
    );
    let waiting = month_report(world.report, world.placement, PERSON, 1, MonthAnswer::Waiting);
    world.hear(waiting).await;
    assert_eq!(
        look().await,
        (2, ExplainReason::NotAnswered, NextAct::ParticipantAnswers)
    );
    let approved = month_report(world.report, world.placement, PERSON, 1, MonthAnswer::Approved);
    world.hear(approved).await;
    assert_eq!(
        look().await,
        (3, ExplainReason::NoConsent, NextAct::ParticipantConsents)
    );
    world.consent(&person, Recipient::Esf).await;
    assert_eq!(
        look().await,
        (4, ExplainReason::WaitingForRun, NextAct::AgencyRunsExport)
    );
    world.send(PART).await;
    assert_eq!(look().await, (4, ExplainReason::InTransfer, NextAct::Unspecified));
    world.end(PART, 1, SendingOutcome::Unknown).await.unwrap();
    assert_eq!(
        look().await,
        (4, ExplainReason::OutcomeUnknown, NextAct::AgencyAsksRecipient)
    );
    world.end(PART, 1, SendingOutcome::Delivered).await.unwrap();
    assert_eq!(
        look().await,
        (5, ExplainReason::NoReceipt, NextAct::RecipientReceipts)
    );
    world
        .hear(delivery(PART, world.report, RowOutcome::Receipted))
        .await;
    assert_eq!(
        look().await,
        (6, ExplainReason::Unspecified, NextAct::Unspecified)
    );
}

#[tokio::test]
async fn a_refusing_receipt_is_told_with_its_code() {
    let world = World::new().await;
    world.consent(&world.person(), Recipient::Esf).await;
    world.send(PART).await;
    world.end(PART, 1, SendingOutcome::Delivered).await.unwrap();
    world
        .hear(delivery(PART, world.report, RowOutcome::Refused))
        .await;

    let answer = world.explain(&world.person()).await.unwrap();

    assert_eq!(
        (answer.reason(), answer.refusal_code.as_str()),
        (ExplainReason::RefusedByRecipient, "R7")
    );
}

#[tokio::test]
async fn a_provider_is_answered_the_same_before_and_after_consent_sending_and_receipt() {
    let world = World::new().await;
    let providers = [
        world.stand.staff(REPORTER.1, REPORTER.0),
        world.stand.machine(ClientKind::Supplier, PROVIDER),
    ];
    let look = async || {
        let mut answers = Vec::new();
        for provider in &providers {
            for recipient in [Recipient::Esf, Recipient::Scb] {
                answers.push(world.explain_for(provider, recipient).await.unwrap());
            }
        }
        answers
    };
    let before = look().await;
    assert_eq!(before[0].steps.len(), 3);
    assert_eq!(
        told(&before[0]),
        (3, ExplainReason::Unspecified, NextAct::Unspecified)
    );
    assert!(before.iter().all(|answer| *answer == before[0]));

    world.consent(&world.person(), Recipient::Esf).await;
    assert_eq!(look().await, before);
    world.send(PART).await;
    world.end(PART, 1, SendingOutcome::Delivered).await.unwrap();
    assert_eq!(look().await, before);
    world
        .hear(delivery(PART, world.report, RowOutcome::Refused))
        .await;
    assert_eq!(look().await, before);
    world.withdraw(&world.person(), Recipient::Esf).await.unwrap();
    assert_eq!(look().await, before);
}

#[tokio::test]
async fn the_agency_sees_the_whole_way() {
    let world = World::new().await;
    world.consent(&world.person(), Recipient::Esf).await;
    for agency in [
        world.stand.staff(EXPORTER.1, EXPORTER.0),
        world.stand.machine(ClientKind::Agency, AGENCY),
    ] {
        let answer = world.explain(&agency).await.unwrap();
        assert_eq!(answer.steps.len(), 6);
        assert_eq!(
            told(&answer),
            (4, ExplainReason::WaitingForRun, NextAct::AgencyRunsExport)
        );
    }
}

#[tokio::test]
async fn who_may_not_see_a_placement_cannot_tell_it_from_none() {
    let world = World::new().await;
    let strangers = [
        world.stand.participant(STRANGER),
        world.stand.staff(REPORTER_ELSEWHERE.1, REPORTER_ELSEWHERE.0),
        world.stand.staff(OTHER_REPORTER.1, OTHER_REPORTER.0),
        world.stand.machine(ClientKind::Supplier, OTHER_PROVIDER),
    ];
    for stranger in &strangers {
        let hidden = world.explain(stranger).await.unwrap_err();
        let request = stranger.request(ExplainRowRequest {
            placement_id: Uuid::from_u128(0x999).to_string(),
            month: Some(MONTH),
            recipient: Recipient::Esf.into(),
        });
        let missing = stranger.explain().explain_row(request).await.unwrap_err();
        let hidden = platform::grpc::Rejection::from_status(&hidden);
        let missing = platform::grpc::Rejection::from_status(&missing);
        assert_eq!(hidden.code(), Code::NotFound);
        assert_eq!(format!("{hidden:?}"), format!("{missing:?}"));
        assert!(hidden.retry_delay().is_some());
    }
    assert!(world.stand.outbox("audit.access.v1").await.is_empty());
}

#[tokio::test]
async fn staff_need_the_permission_and_bankid() {
    let world = World::new().await;
    let refused = refusal(world.explain(&world.stand.staff(REGISTRAR.1, REGISTRAR.0)).await);
    assert_eq!(refused.reason(), ErrorReason::PermissionMissing);
    let password = world
        .stand
        .signed_in(Portal::Staff, REPORTER.1, Vec::new(), Assurance::PasswordCode)
        .with(&REPORTER.0.to_string());
    let refused = refusal(world.explain(&password).await);
    assert_eq!(refused.reason(), ErrorReason::AssuranceTooLow);
    let participant = world
        .stand
        .signed_in(Portal::Participant, PERSON, Vec::new(), Assurance::PasswordCode);
    world.explain(&participant).await.unwrap();
}

#[tokio::test]
async fn every_look_of_another_is_told_to_the_participant_and_own_ones_are_not() {
    let world = World::new().await;
    world.explain(&world.person()).await.unwrap();
    for _ in 0..2 {
        world
            .explain(&world.stand.staff(REPORTER.1, REPORTER.0))
            .await
            .unwrap();
    }
    let reads = world.stand.outbox("audit.access.v1").await;
    assert_eq!(reads.len(), 2);
    let read = AccessRecorded::decode(reads[0].1.as_slice()).unwrap();
    assert_eq!(
        (read.person_id, read.organisation_id, read.role.as_str()),
        (PERSON.to_string(), PROVIDER.to_string(), "provider_staff")
    );
}

#[tokio::test]
async fn wrong_fields_are_told_at_once() {
    let world = World::new().await;
    let caller = world.person();
    let request = caller.request(ExplainRowRequest {
        placement_id: "19450312-9803".to_owned(),
        month: Some(proto::types::v1::Month {
            year: 2026,
            month: 13,
        }),
        recipient: 8,
    });
    let refused = refusal(caller.explain().explain_row(request).await);
    let paths: Vec<_> = refused
        .violations()
        .iter()
        .map(|violation| violation.path.as_str())
        .collect();
    assert_eq!(paths, ["placement_id", "month", "recipient"]);
}
