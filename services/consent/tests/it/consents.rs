//! Wordings, and how a consent is given: prepared here, signed at identity, completed by the reading call or the record.

use std::collections::BTreeSet;

use futures::future::join_all;
use platform::auth::token::{ClientKind, Portal};
use platform::grpc::Code;
use platform::grpc::convert::to_timestamp;
use prost::Message as _;
use proto::attendance::events::v1::MonthAnswer;
use proto::consent::events::v1::ConsentState;
use proto::consent::v1::*;
use proto::errors::v1::ErrorReason;
use proto::identity::events::v1::{PersonState, SignatureOutcome, SignatureState};
use proto::policy::v1::Assurance;
use proto::types::v1::{Language, Recipient};

use crate::stand::*;

#[tokio::test]
async fn both_recipients_have_a_wording_in_each_language() {
    let world = World::empty().await;
    for language in [Language::Sv, Language::En] {
        let caller = world.person();
        let request = caller.request(ListConsentTextsRequest {
            language: language.into(),
            page: None,
        });
        let answer = caller.consents().list_consent_texts(request).await.unwrap();
        let texts = answer.into_inner().texts;
        let recipients: Vec<_> = texts.iter().map(ConsentText::recipient).collect();
        assert_eq!(recipients, [Recipient::Esf, Recipient::Scb]);
        assert!(
            texts
                .iter()
                .all(|text| text.language() == language && text.content_hash.len() == 32)
        );
    }
}

#[tokio::test]
async fn a_signed_consent_holds_and_is_listed_with_its_wording() {
    let world = World::new().await;
    let given = world.consent(&world.person(), Recipient::Esf).await;

    let listed = world.own_consents(&world.person()).await;

    assert_eq!(listed, std::slice::from_ref(&given));
    let text = given.text.unwrap();
    assert_eq!(
        (text.recipient(), text.version, text.language()),
        (Recipient::Esf, 1, Language::Sv)
    );
    let document = world.stand.identity.document(&given.signature_id).request;
    assert_eq!(document.visible_text, format!("{}\n\n{}", text.title, text.body));
    assert_eq!(
        (document.kind.as_str(), document.context.as_str()),
        ("consent", "consent")
    );
    assert_eq!(document.document_id, given.consent_id);
    let records = world.stand.outbox("consent.consent.v1").await;
    let state = ConsentState::decode(records[0].1.as_slice()).unwrap();
    assert_eq!((records.len(), &state.consent_id), (1, &given.consent_id));
    assert_eq!((state.recipient(), state.withdrawn_at), (Recipient::Esf, None));
}

#[tokio::test]
async fn nobody_consents_before_the_first_month_was_submitted() {
    let world = World::empty().await;
    world.hear(placement(world.placement, PERSON)).await;

    let refused = refusal(world.prepare(&world.person(), Recipient::Esf).await);

    assert_eq!(
        (refused.code(), refused.reason()),
        (Code::Precondition, ErrorReason::ConsentTooEarly)
    );
    world
        .hear(month_report(
            world.report,
            world.placement,
            PERSON,
            1,
            MonthAnswer::Waiting,
        ))
        .await;
    world.prepare(&world.person(), Recipient::Esf).await.unwrap();
}

#[tokio::test]
async fn an_unknown_recipient_or_wording_is_refused_by_its_field() {
    let world = World::new().await;
    for (recipient, text_version, path, reason) in [
        (0, 1, "recipient", ErrorReason::FieldRequired),
        (9, 1, "recipient", ErrorReason::FieldUnknownValue),
        (1, 0, "text_version", ErrorReason::FieldRequired),
        (1, 2, "text_version", ErrorReason::ConsentTextNotInForce),
    ] {
        let caller = world.person();
        let request = caller.request(PrepareConsentRequest {
            recipient,
            text_version,
            language: 0,
        });
        let refused = refusal(caller.consents().prepare_consent(request).await);
        let violation = &refused.violations()[0];
        assert_eq!((violation.path.as_str(), violation.reason), (path, reason));
        let texts = platform::grpc::rejection::texts(violation.reason);
        assert!(!texts.sv.is_empty() && !texts.en.is_empty());
    }
}

#[tokio::test]
async fn a_new_wording_takes_over_at_midnight_in_stockholm_and_old_consents_keep_theirs() {
    let world = World::new().await;
    let given = world.consent(&world.person(), Recipient::Scb).await;
    let waiting = world.prepare(&world.person(), Recipient::Esf).await.unwrap();
    sqlx::raw_sql(
        "update consent_texts set valid_to = '2026-03-31';
        insert into consent_texts select recipient, 2, language, title || ' 2', body,
            sha256(convert_to(title || ' 2' || E'\\n\\n' || body, 'UTF8')), '2026-04-01', null
        from consent_texts",
    )
    .execute(&mut world.stand.owner().await)
    .await
    .unwrap();
    for (now, version) in [("2026-03-31T21:59:59Z", 1), ("2026-03-31T22:00:00Z", 2)] {
        world.stand.clock.set(now.parse().unwrap());
        let caller = world.person();
        let request = caller.request(ListConsentTextsRequest::default());
        let answer = caller.consents().list_consent_texts(request).await.unwrap();
        assert_eq!(answer.into_inner().texts[1].version, version);
    }
    world.stand.identity.sign(&waiting.signature_id);
    let outdated = world
        .complete(&world.person(), &waiting.signature_id)
        .await
        .unwrap();
    assert_eq!(outdated.outcome(), ConsentOutcome::Overtaken);
    world.withdraw(&world.person(), Recipient::Scb).await.unwrap();
    let refused = refusal(world.prepare(&world.person(), Recipient::Scb).await);
    assert_eq!(refused.violations()[0].reason, ErrorReason::ConsentTextNotInForce);
    let held = world.own_consents(&world.person()).await.remove(0).text.unwrap();
    let signed = given.text.unwrap();
    assert_eq!((held.version, held.content_hash), (1, signed.content_hash));
}

#[tokio::test]
async fn preparing_again_answers_the_same_document_until_it_is_signed() {
    let world = World::new().await;
    let first = world.prepare(&world.person(), Recipient::Esf).await.unwrap();
    let again = world.prepare(&world.person(), Recipient::Esf).await.unwrap();
    assert_eq!(first, again);
    let other = world.prepare(&world.person(), Recipient::Scb).await.unwrap();
    assert_ne!(first, other);

    world.stand.identity.sign(&first.signature_id);
    world
        .complete(&world.person(), &first.signature_id)
        .await
        .unwrap();

    let refused = refusal(world.prepare(&world.person(), Recipient::Esf).await);
    assert_eq!(refused.reason(), ErrorReason::ConsentAlreadyGiven);
    assert_eq!(refused.metadata()["consent_id"], first.consent_id);
}

#[tokio::test]
async fn what_is_not_signed_is_not_given() {
    let world = World::new().await;
    let prepared = world.prepare(&world.person(), Recipient::Esf).await.unwrap();

    let refused = refusal(world.complete(&world.person(), &prepared.signature_id).await);

    assert_eq!(refused.reason(), ErrorReason::ConsentNotSigned);
    assert!(world.own_consents(&world.person()).await.is_empty());
}

#[tokio::test]
async fn an_identity_that_is_away_is_told_as_such_and_the_next_attempt_goes_on() {
    let world = World::new().await;
    world.stand.identity.set_away(true);
    let refused = refusal(world.prepare(&world.person(), Recipient::Esf).await);
    assert_eq!(refused.code(), Code::Unavailable);
    world.stand.identity.set_away(false);
    world.consent(&world.person(), Recipient::Esf).await;
    assert_eq!(world.stand.count_of("preparations").await, 1);
}

#[tokio::test]
async fn call_and_record_give_one_consent_in_either_order_and_however_often() {
    for record_first in [true, false] {
        let world = World::new().await;
        let prepared = world.prepare(&world.person(), Recipient::Esf).await.unwrap();
        world.stand.identity.sign(&prepared.signature_id);
        let record = signature_record(&world, &prepared.signature_id);
        if record_first {
            world.hear(record.clone()).await;
        }
        for _ in 0..2 {
            let completed = world
                .complete(&world.person(), &prepared.signature_id)
                .await
                .unwrap();
            assert_eq!(completed.outcome(), ConsentOutcome::Given);
            assert_eq!(completed.consent.unwrap().consent_id, prepared.consent_id);
        }
        world.hear(record).await;
        assert_eq!(world.stand.outbox("consent.consent.v1").await.len(), 1);
        assert_eq!(world.stand.audited("consent.complete_signature").await, 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn simultaneous_preparations_are_one_and_so_are_simultaneous_completions() {
    let world = World::new().await;
    let caller = world.person();
    let preparing = (0..8).map(|_| world.prepare(&caller, Recipient::Esf));
    let prepared: BTreeSet<_> = join_all(preparing)
        .await
        .into_iter()
        .map(|answer| answer.unwrap().signature_id)
        .collect();
    assert_eq!(prepared.len(), 1);
    let signature_id = prepared.into_iter().next().unwrap();
    world.stand.identity.sign(&signature_id);

    let record = signature_record(&world, &signature_id);
    let completing = join_all((0..8).map(|_| world.complete(&caller, &signature_id)));
    let (completed, ()) = tokio::join!(completing, world.hear(record));

    for answer in completed {
        assert_eq!(answer.unwrap().outcome(), ConsentOutcome::Given);
    }
    assert_eq!(world.stand.outbox("consent.consent.v1").await.len(), 1);
}

#[tokio::test]
async fn a_second_wording_signed_beside_a_consent_that_holds_changes_nothing() {
    let world = World::new().await;
    let caller = world.person();
    let english = PrepareConsentRequest {
        recipient: Recipient::Esf.into(),
        text_version: 1,
        language: Language::En.into(),
    };
    let answer = caller.consents().prepare_consent(caller.request(english)).await;
    let english = answer.unwrap().into_inner();
    let swedish = world.consent(&caller, Recipient::Esf).await;

    world.stand.identity.sign(&english.signature_id);
    let completed = world.complete(&caller, &english.signature_id).await.unwrap();

    assert_eq!(completed.outcome(), ConsentOutcome::AlreadyGiven);
    assert_eq!(completed.consent.unwrap().consent_id, swedish.consent_id);
    assert_eq!(world.own_consents(&caller).await.len(), 1);
}

#[tokio::test]
async fn another_person_finds_neither_signature_nor_consent() {
    let world = World::new().await;
    let prepared = world.prepare(&world.person(), Recipient::Esf).await.unwrap();
    world.stand.identity.sign(&prepared.signature_id);
    let stranger = world.stand.participant(STRANGER);

    let refused = refusal(world.complete(&stranger, &prepared.signature_id).await);

    assert_eq!(
        (refused.code(), refused.reason()),
        (Code::NotFound, ErrorReason::NotFound)
    );
    assert!(world.own_consents(&stranger).await.is_empty());
}

#[tokio::test]
async fn a_person_found_to_be_two_has_the_consents_of_both() {
    let world = World::new().await;
    world.consent(&world.person(), Recipient::Esf).await;
    let merged = PersonState {
        person_id: PERSON.to_string(),
        registered_at: None,
        merged_into: Some(STRANGER.to_string()),
    };
    world
        .hear(HeardRecord {
            key: PERSON.to_string(),
            n: 2,
            state: HeardState::Person(Some(merged)),
        })
        .await;
    let stranger = world.stand.participant(STRANGER);
    assert_eq!(world.own_consents(&stranger).await.len(), 1);
    let refused = refusal(world.prepare(&stranger, Recipient::Esf).await);
    assert_eq!(refused.reason(), ErrorReason::ConsentAlreadyGiven);
}

#[tokio::test]
async fn giving_needs_bankid_and_staff_and_machines_may_not() {
    let world = World::new().await;
    let with_password =
        world
            .stand
            .signed_in(Portal::Participant, PERSON, Vec::new(), Assurance::PasswordCode);
    let refused = refusal(world.prepare(&with_password, Recipient::Esf).await);
    assert_eq!(refused.reason(), ErrorReason::AssuranceTooLow);
    assert!(world.own_consents(&with_password).await.is_empty());
    for caller in [
        world.stand.staff(EXPORTER.1, EXPORTER.0),
        world.stand.machine(ClientKind::Agency, AGENCY),
        world.stand.machine(ClientKind::Supplier, PROVIDER),
    ] {
        let refused = refusal(world.prepare(&caller, Recipient::Esf).await);
        assert_eq!(refused.code(), Code::Forbidden);
        let request = caller.request(ListOwnConsentsRequest::default());
        let refused = refusal(caller.consents().list_own_consents(request).await);
        assert_eq!(refused.code(), Code::Forbidden);
    }
}

pub fn signature_record(world: &World, signature_id: &str) -> HeardRecord {
    let document = world.stand.identity.document(signature_id);
    let state = SignatureState {
        signature_id: signature_id.to_owned(),
        context: document.request.context,
        kind: document.request.kind,
        document_id: document.request.document_id,
        document_hash: document.request.document_hash,
        person_id: document.request.person_id,
        outcome: SignatureOutcome::Signed.into(),
        started_at: document.signed_at.map(to_timestamp),
        signed_at: document.signed_at.map(to_timestamp),
    };
    HeardRecord {
        key: signature_id.to_owned(),
        n: 2,
        state: HeardState::Signature(Some(state)),
    }
}
