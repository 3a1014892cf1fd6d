//! What identity holds about a person, given to that person.

use std::collections::{BTreeMap, BTreeSet};

use prost::Name;
use prost_types::Any;
use proto::identity::v1 as pb;
use proto::identity::v1::person_service_client::PersonServiceClient;
use proto::identity::v1::signing_service_client::SigningServiceClient;
use proto::subject::v1::ExportSubjectRequest;
use proto::subject::v1::subject_service_client::SubjectServiceClient;
use proto::types::v1::Language;
use tonic::transport::Channel;
use uuid::Uuid;

use crate::contacts::{EMAIL, give_contacts};
use crate::flows::sign_in;
use crate::notices::record;
use crate::stand::{Stand, signed_in};

const ALVA: &str = "19450312-9803";

/// Where the rows of each table are: in the stream, under the name of a message, or left out for a reason.
enum Held {
    In(String),
    Out(&'static str),
}

/// Tables that hold nothing about a person.
const OF_NOBODY: [&str; 15] = [
    "public.void_invitations",
    "public.clients",
    "public.signing_keys",
    "platform.audit_unsealed",
    "platform.audit_seals",
    "platform.parked_records",
    "platform.inbox",
    "platform.consumed_revisions",
    "platform.consumed_offsets",
    "platform.epoch",
    "platform.ring_keys",
    "platform.uploads",
    "platform.upload_chunks",
    "platform._sqlx_migrations",
    "public._sqlx_migrations",
];

async fn export(gateway: &Channel, token: &str) -> Vec<Any> {
    let mut stream = SubjectServiceClient::new(gateway.clone())
        .export_subject(signed_in(token, ExportSubjectRequest {}))
        .await
        .unwrap()
        .into_inner();
    let mut records = Vec::new();
    while let Some(answer) = stream.message().await.unwrap() {
        records.push(answer.record.unwrap());
    }
    records
}

fn all<M: Name + Default>(records: &[Any]) -> Vec<M> {
    let of_kind = records.iter().filter(|record| record.type_url == M::type_url());
    of_kind.map(|record| record.to_msg().unwrap()).collect()
}

async fn person(stand: &Stand, number: &str) -> String {
    let request = pb::RegisterPersonsRequest {
        numbers: vec![number.to_owned()],
    };
    let mut persons = PersonServiceClient::new(stand.channel("staff").await);
    let answer = persons.register_persons(request).await.unwrap().into_inner();
    answer.person_ids.into_iter().next().unwrap()
}

async fn prepare(attendance: &Channel, id: u128, person_id: &str) {
    let request = pb::PrepareSignatureRequest {
        signature_id: Uuid::from_u128(id).to_string(),
        kind: "statement".to_owned(),
        document_id: Uuid::from_u128(id + 1_000).to_string(),
        document_hash: vec![7; 32].into(),
        visible_text: format!("Text {id}"),
        person_id: person_id.to_owned(),
        context: "attendance".to_owned(),
    };
    SigningServiceClient::new(attendance.clone())
        .prepare_signature(request)
        .await
        .unwrap();
}

/// Somebody of whom identity holds all that it ever holds of anybody.
async fn everything(stand: &Stand, gateway: &Channel) -> Vec<Any> {
    let alva = sign_in(stand, gateway, pb::Portal::Participant, "alva").await;
    give_contacts(gateway, &alva.access_token).await;
    record(gateway, &alva.access_token, "2026-11", Language::Sv)
        .await
        .unwrap();
    let alva_id = person(stand, ALVA).await;
    prepare(&stand.channel("attendance").await, 1, &alva_id).await;
    export(gateway, &alva.access_token).await
}

#[tokio::test]
async fn a_person_is_given_everything_kind_by_kind_and_nothing_of_anybody_else() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;
    let bertil = sign_in(&stand, &gateway, pb::Portal::Participant, "bertil").await;
    give_contacts(&gateway, &bertil.access_token).await;
    let bertil_id = person(&stand, "19571105-9815").await;
    prepare(&stand.channel("attendance").await, 2, &bertil_id).await;

    let records = everything(&stand, &gateway).await;

    let kinds: Vec<_> = records.iter().map(|record| record.type_url.as_str()).collect();
    let expected = [
        "OwnPerson",
        "OwnContacts",
        "ShownNotice",
        "OwnSession",
        "OwnSignature",
    ];
    let expected = expected.map(|name| format!("type.googleapis.com/deltaga.identity.v1.{name}"));
    assert_eq!(kinds, expected);
    let person: &pb::OwnPerson = &all(&records)[0];
    assert_eq!(
        (person.given_name.as_str(), person.surname.as_str()),
        ("ALVA", "PROVBERG")
    );
    assert_eq!(all::<pb::OwnContacts>(&records)[0].email, EMAIL);
    let session: &pb::OwnSession = &all(&records)[0];
    assert_eq!(
        (session.portal(), session.user_agent.as_str()),
        (pb::Portal::Participant, "Testbrowser 1.0")
    );
    let signature: &pb::OwnSignature = &all(&records)[0];
    assert_eq!(
        (signature.context.as_str(), signature.kind.as_str()),
        ("attendance", "statement")
    );
    assert_eq!(
        (signature.visible_text.as_str(), signature.state()),
        ("Text 1", pb::SignatureState::Prepared)
    );
}

#[tokio::test]
async fn the_whole_number_does_not_leave_with_it() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;

    let records = everything(&stand, &gateway).await;

    let person: &pb::OwnPerson = &all(&records)[0];
    assert_eq!(person.numbers[0].masked, "19450312-**03");
    for record in &records {
        let text = String::from_utf8_lossy(&record.value).into_owned();
        assert!(!text.contains("9803"), "{}", record.type_url);
    }
}

#[tokio::test]
async fn sessions_that_are_over_are_told_too() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;
    let first = sign_in(&stand, &gateway, pb::Portal::Staff, "alva").await;
    let request = pb::EndSessionRequest {
        session_id: first.session.session_id.clone(),
    };
    pb::session_service_client::SessionServiceClient::new(gateway.clone())
        .end_session(signed_in(&first.access_token, request))
        .await
        .unwrap();
    let second = sign_in(&stand, &gateway, pb::Portal::Participant, "alva").await;

    let sessions: Vec<pb::OwnSession> = all(&export(&gateway, &second.access_token).await);

    let told: Vec<_> = sessions
        .iter()
        .map(|session| (session.session_id.as_str(), session.ended_at.is_some()))
        .collect();
    assert_eq!(
        told,
        [
            (first.session.session_id.as_str(), true),
            (second.session.session_id.as_str(), false)
        ]
    );
}

#[tokio::test]
async fn more_than_a_page_comes_whole_and_in_order_even_of_one_instant() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;
    let alva = sign_in(&stand, &gateway, pb::Portal::Participant, "alva").await;
    let (alva_id, attendance) = (person(&stand, ALVA).await, stand.channel("attendance").await);
    stand.hold_collectors();
    for id in 1..=120 {
        prepare(&attendance, id, &alva_id).await;
    }
    stand.release_collectors();

    let signatures: Vec<pb::OwnSignature> = all(&export(&gateway, &alva.access_token).await);

    let texts: Vec<_> = signatures
        .into_iter()
        .map(|signature| signature.visible_text)
        .collect();
    let expected: Vec<_> = (1..=120).map(|id| format!("Text {id}")).collect();
    assert_eq!(texts, expected);
}

#[tokio::test]
async fn what_is_held_under_an_earlier_id_of_the_same_person_is_told_too() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;
    let earlier = person(&stand, "19720175-9920").await;
    prepare(&stand.channel("attendance").await, 1, &earlier).await;
    let later = person(&stand, ALVA).await;
    sqlx::query("update persons set merged_into = $2::uuid where person_id = $1::uuid")
        .bind(&earlier)
        .bind(&later)
        .execute(&stand.pool().await)
        .await
        .unwrap();
    let alva = sign_in(&stand, &gateway, pb::Portal::Participant, "alva").await;

    let records = export(&gateway, &alva.access_token).await;

    let persons: Vec<pb::OwnPerson> = all(&records);
    let told: Vec<_> = persons
        .iter()
        .map(|person| {
            (
                person.person_id.as_str(),
                person.merged_into.as_deref(),
                person.numbers[0].kind(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (
                earlier.as_str(),
                Some(later.as_str()),
                pb::NumberKind::Coordination
            ),
            (later.as_str(), None, pb::NumberKind::Personal)
        ]
    );
    assert_eq!(all::<pb::OwnSignature>(&records).len(), 1);
}

#[tokio::test]
async fn every_table_is_in_the_stream_or_left_out_for_a_reason() {
    let stand = Stand::new().await;
    let gateway = stand.channel("gateway").await;
    let tables = "select format('%s.%s', schemaname, tablename) from pg_tables where schemaname in ('public', 'platform')";
    let tables: Vec<String> = sqlx::query_scalar(tables)
        .fetch_all(&stand.pool().await)
        .await
        .unwrap();
    let tables: BTreeSet<_> = tables.into_iter().collect();
    let held = held();
    assert_eq!(tables, held.keys().map(ToString::to_string).collect());

    let records = everything(&stand, &gateway).await;

    let streamed: BTreeSet<_> = records.into_iter().map(|record| record.type_url).collect();
    let mut promised = BTreeSet::new();
    for (table, held) in held {
        match held {
            Held::In(message) => promised.extend([message]),
            Held::Out(reason) => assert!(!reason.is_empty(), "{table}"),
        }
    }
    assert_eq!(streamed, promised);
}

fn held() -> BTreeMap<&'static str, Held> {
    const SHORT: &str = "gone within minutes: what came of it is a session or a signature";
    let mut held = BTreeMap::from([
        ("public.persons", Held::In(pb::OwnPerson::type_url())),
        ("public.person_numbers", Held::In(pb::OwnPerson::type_url())),
        ("public.contacts", Held::In(pb::OwnContacts::type_url())),
        ("public.shown_notices", Held::In(pb::ShownNotice::type_url())),
        ("public.sessions", Held::In(pb::OwnSession::type_url())),
        ("public.signatures", Held::In(pb::OwnSignature::type_url())),
        (
            "public.signature_evidence",
            Held::Out("BankID's proof of the same signatures, with the whole number in it, which stays here"),
        ),
        ("public.flows", Held::Out(SHORT)),
        (
            "public.start_attempts",
            Held::Out("keyed hashes of addresses, for minutes: nobody is found by them"),
        ),
        (
            "public.invitations",
            Held::Out(
                "addresses that others gave, of nobody known: whom a link led to is told by whom it led to",
            ),
        ),
        (
            "platform.audit_lines",
            Held::Out(
                "kept to find misuse, of ids alone: the same acts are sessions, contacts and, of staff, told by who was read",
            ),
        ),
        (
            "platform.access_days",
            Held::Out("nobody reads participants here"),
        ),
        (
            "platform.requests",
            Held::Out("sealed answers of the last day: what they say is in the stream"),
        ),
        (
            "platform.outbox",
            Held::Out("ids on their way out: the same as in the stream"),
        ),
        (
            "platform.revisions",
            Held::Out("counters of persons and signatures that are in the stream"),
        ),
        ("platform.jobs", Held::Out("ids of flows and invitations")),
    ]);
    held.extend(OF_NOBODY.map(|table| (table, Held::Out("holds nothing about a person"))));
    held
}
