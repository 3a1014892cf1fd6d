//! Taking a consent back: by the person, by the agency on their behalf, again, and before the signature was heard of.

use jiff::SignedDuration;
use platform::auth::token::{ClientKind, Portal};
use platform::grpc::Code;
use prost::Message as _;
use proto::audit::events::v1::AccessRecorded;
use proto::consent::events::v1::ConsentState;
use proto::consent::v1::*;
use proto::errors::v1::ErrorReason;
use proto::identity::events::v1::PersonState;
use proto::policy::v1::Assurance;
use proto::types::v1::Recipient;
use uuid::Uuid;

use crate::consents::signature_record;
use crate::stand::*;

const PART: Uuid = Uuid::from_u128(0x800);

#[tokio::test]
async fn after_a_withdrawal_nothing_is_authorised_until_the_person_consents_anew() {
    let world = World::new().await;
    world.consent(&world.person(), Recipient::Esf).await;
    world.consent(&world.person(), Recipient::Scb).await;

    let answer = world.withdraw(&world.person(), Recipient::Esf).await.unwrap();

    assert!(answer.withdrawn_at.is_some() && answer.already_sent.is_empty() && answer.in_transfer.is_empty());
    let judged = world.authorise(PART, 1, &[(world.report, 1)]).await.unwrap();
    assert_eq!(judged[0].refusal(), DisclosureRefusal::Withdrawn);
    let consents = world.own_consents(&world.person()).await;
    let by: Vec<_> = consents
        .iter()
        .map(|consent| (consent.recipient(), consent.withdrawn_by()))
        .collect();
    assert_eq!(
        by,
        [
            (Recipient::Scb, Withdrawer::Unspecified),
            (Recipient::Esf, Withdrawer::Person)
        ]
    );
    world.consent(&world.person(), Recipient::Esf).await;
    let judged = world.authorise(PART, 2, &[(world.report, 1)]).await.unwrap();
    assert_eq!(judged[0].refusal(), DisclosureRefusal::Unspecified);
}

#[tokio::test]
async fn a_withdrawal_is_published_and_audited_once_however_often_it_is_asked_for() {
    let world = World::new().await;
    let given = world.consent(&world.person(), Recipient::Esf).await;
    let caller = world.person();
    let request = WithdrawRequest {
        request_id: fresh_id(),
        recipient: Recipient::Esf.into(),
    };
    let first = caller.consents().withdraw(caller.request(request.clone())).await;
    world.stand.later(SignedDuration::from_secs(60));
    let again = caller.consents().withdraw(caller.request(request)).await;
    let by_state = world.withdraw(&caller, Recipient::Esf).await.unwrap();

    let first = first.unwrap().into_inner();
    assert_eq!(first, again.unwrap().into_inner());
    assert_eq!(first, by_state);
    let records = world.stand.outbox("consent.consent.v1").await;
    let last = ConsentState::decode(records[1].1.as_slice()).unwrap();
    assert_eq!((records.len(), last.consent_id), (2, given.consent_id));
    assert_eq!(last.withdrawn_at, first.withdrawn_at);
    assert_eq!(world.stand.audited("consent.withdraw").await, 1);
}

#[tokio::test]
async fn a_request_id_with_another_recipient_is_refused() {
    let world = World::new().await;
    let caller = world.person();
    let mut request = WithdrawRequest {
        request_id: fresh_id(),
        recipient: Recipient::Esf.into(),
    };
    let first = caller.consents().withdraw(caller.request(request.clone())).await;
    assert_eq!(first.unwrap().into_inner(), WithdrawResponse::default());
    request.recipient = Recipient::Scb.into();
    let refused = refusal(caller.consents().withdraw(caller.request(request)).await);
    assert_eq!(refused.reason(), ErrorReason::RequestIdReused);
}

#[tokio::test]
async fn the_answer_tells_what_has_left_and_what_is_on_its_way() {
    let world = World::new().await;
    world.consent(&world.person(), Recipient::Esf).await;
    world.send(PART).await;
    let month = PlacementMonth {
        placement_id: world.placement.to_string(),
        month: Some(MONTH),
    };

    let during = world.withdraw(&world.person(), Recipient::Esf).await.unwrap();
    assert_eq!(
        (during.already_sent, during.in_transfer),
        (vec![], vec![month.clone()])
    );

    world.stand.later(SignedDuration::from_mins(10));
    let expired = world.withdraw(&world.person(), Recipient::Esf).await.unwrap();
    assert_eq!(
        (expired.already_sent, expired.in_transfer),
        (vec![month.clone()], vec![])
    );

    world.end(PART, 1, SendingOutcome::Delivered).await.unwrap();
    let delivered = world.withdraw(&world.person(), Recipient::Esf).await.unwrap();
    assert_eq!(delivered.already_sent, [month]);
}

#[tokio::test]
async fn an_attempt_that_failed_is_not_told_as_sent() {
    let world = World::new().await;
    world.consent(&world.person(), Recipient::Esf).await;
    world.send(PART).await;
    world.end(PART, 1, SendingOutcome::Failed).await.unwrap();

    let answer = world.withdraw(&world.person(), Recipient::Esf).await.unwrap();

    assert!(answer.already_sent.is_empty() && answer.in_transfer.is_empty());
}

#[tokio::test]
async fn a_signature_heard_of_after_the_withdrawal_gives_nothing() {
    let world = World::new().await;
    let prepared = world.prepare(&world.person(), Recipient::Esf).await.unwrap();
    world.stand.identity.sign(&prepared.signature_id);

    let answer = world.withdraw(&world.person(), Recipient::Esf).await.unwrap();

    assert_eq!(answer.withdrawn_at, None);
    world.hear(signature_record(&world, &prepared.signature_id)).await;
    let completed = world
        .complete(&world.person(), &prepared.signature_id)
        .await
        .unwrap();
    assert_eq!(
        (completed.outcome(), completed.consent),
        (ConsentOutcome::Overtaken, None)
    );
    let judged = world.authorise(PART, 1, &[(world.report, 1)]).await.unwrap();
    assert_eq!(judged[0].refusal(), DisclosureRefusal::NoConsent);
    world.consent(&world.person(), Recipient::Esf).await;
}

#[tokio::test]
async fn the_agency_withdraws_on_behalf_and_everybody_can_see_that_it_did() {
    let world = World::new().await;
    world.consent(&world.person(), Recipient::Esf).await;
    let exporter = world.stand.staff(EXPORTER.1, EXPORTER.0);

    let answer = on_behalf(&exporter, PERSON).await.unwrap();

    assert!(answer.withdrawn_at.is_some());
    let consents = world.own_consents(&world.person()).await;
    assert_eq!(consents[0].withdrawn_by(), Withdrawer::Agency);
    assert_eq!(world.stand.audited("consent.withdraw_on_behalf").await, 1);
    let reads = world.stand.outbox("audit.access.v1").await;
    let read = AccessRecorded::decode(reads[0].1.as_slice()).unwrap();
    assert_eq!(
        (read.person_id, read.organisation_id, read.role.as_str()),
        (PERSON.to_string(), AGENCY.to_string(), "agency_staff")
    );
}

#[tokio::test]
async fn only_the_agency_withdraws_on_behalf_and_only_for_people_known_here() {
    let world = World::new().await;
    let agency = world.stand.machine(ClientKind::Agency, AGENCY);
    let refused = refusal(on_behalf(&agency, STRANGER).await);
    assert_eq!(refused.code(), Code::NotFound);
    on_behalf(&agency, PERSON).await.unwrap();
    for (caller, reason) in [
        (
            world.stand.staff(REPORTER.1, REPORTER.0),
            ErrorReason::PermissionMissing,
        ),
        (
            world.stand.staff(REGISTRAR.1, REGISTRAR.0),
            ErrorReason::PermissionMissing,
        ),
        (
            world.stand.machine(ClientKind::Supplier, PROVIDER),
            ErrorReason::CallerNotAllowed,
        ),
        (world.person(), ErrorReason::CallerNotAllowed),
    ] {
        let refused = refusal(on_behalf(&caller, PERSON).await);
        assert_eq!(refused.reason(), reason);
    }
}

#[tokio::test]
async fn withdrawing_needs_bankid_but_no_signature() {
    let world = World::new().await;
    let password = world
        .stand
        .signed_in(Portal::Participant, PERSON, Vec::new(), Assurance::PasswordCode);
    let refused = refusal(world.withdraw(&password, Recipient::Esf).await);
    assert_eq!(refused.reason(), ErrorReason::AssuranceTooLow);
}

#[tokio::test]
async fn a_withdrawal_under_one_id_holds_for_the_months_of_another() {
    let world = World::new().await;
    world.consent(&world.person(), Recipient::Esf).await;
    let aliased = world
        .stand
        .signed_in(Portal::Participant, STRANGER, vec![PERSON], Assurance::Bankid);

    world.withdraw(&aliased, Recipient::Esf).await.unwrap();

    let judged = world.authorise(PART, 1, &[(world.report, 1)]).await.unwrap();
    assert_eq!(judged[0].refusal(), DisclosureRefusal::Withdrawn);
}

#[tokio::test]
async fn a_merge_heard_of_later_lets_the_withdrawal_of_one_id_end_the_consent_of_the_other() {
    let world = World::new().await;
    world.consent(&world.person(), Recipient::Esf).await;
    let other = Uuid::from_u128(0x701);
    world
        .hear(month_report(
            other,
            Uuid::from_u128(0x601),
            STRANGER,
            1,
            proto::attendance::events::v1::MonthAnswer::Approved,
        ))
        .await;
    let stranger = world.stand.participant(STRANGER);
    world.stand.later(SignedDuration::from_secs(1));
    world.consent(&stranger, Recipient::Esf).await;
    world.stand.later(SignedDuration::from_secs(1));
    world.withdraw(&stranger, Recipient::Esf).await.unwrap();
    let merged = PersonState {
        person_id: STRANGER.to_string(),
        registered_at: None,
        merged_into: Some(PERSON.to_string()),
    };
    world
        .hear(HeardRecord {
            key: STRANGER.to_string(),
            n: 2,
            state: HeardState::Person(Some(merged)),
        })
        .await;

    let judged = world
        .authorise(PART, 1, &[(world.report, 1), (other, 1)])
        .await
        .unwrap();

    assert!(
        judged
            .iter()
            .all(|row| row.refusal() == DisclosureRefusal::Withdrawn)
    );
}

async fn on_behalf(caller: &Caller, person: Uuid) -> Result<WithdrawOnBehalfResponse, tonic::Status> {
    let request = WithdrawOnBehalfRequest {
        request_id: fresh_id(),
        person_id: person.to_string(),
        recipient: Recipient::Esf.into(),
    };
    let answer = caller
        .consents()
        .withdraw_on_behalf(caller.request(request))
        .await;
    answer.map(tonic::Response::into_inner)
}
