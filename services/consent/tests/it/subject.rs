//! Everything that is held of a person, for that person.

use consent::domain::ids::{PersonId, Who};
use consent::queries::own_records::{self, Page, Place};
use platform::grpc::Code;
use prost::Name as _;
use proto::consent::v1::*;
use proto::subject::v1::ExportSubjectRequest;
use proto::types::v1::Recipient;
use support::held_tables::check_tables;
use uuid::Uuid;

use crate::stand::*;

const PART: Uuid = Uuid::from_u128(0x800);
/// More attempts than a page has.
const MANY: i32 = 103;

const EXPORTED: [&str; 5] = [
    "consents",
    "disclosures",
    "preparations",
    "sending_outcomes",
    "sendings",
];

const LEFT_OUT: [(&str, &str); 8] = [
    (
        "authorisations",
        "judgements of rows on their way: export tells why a row was withheld, the ledger what left",
    ),
    (
        "consent_texts",
        "the wordings; those that were signed are told with the consents",
    ),
    ("deliveries", "copied from export, which tells it"),
    ("delivery_rows", "copied from export, which tells it"),
    ("joined_persons", "copied from identity, which tells it"),
    ("month_reports", "copied from attendance, which tells it"),
    ("parts", "files of many, by id"),
    ("placements", "copied from participants, which tells it"),
];

/// What the stream holds, kind by kind.
#[derive(Default, Debug, PartialEq)]
struct Held {
    consents: Vec<Consent>,
    ungiven: Vec<UngivenConsent>,
    disclosures: Vec<Disclosure>,
}

async fn held(caller: &Caller) -> Held {
    let request = caller.request(ExportSubjectRequest {});
    let answer = caller.subject().export_subject(request).await;
    let mut stream = answer.unwrap().into_inner();
    let mut held = Held::default();
    while let Some(answer) = stream.message().await.unwrap() {
        let record = answer.record.unwrap();
        if record.type_url == Consent::type_url() {
            held.consents.push(record.to_msg().unwrap());
        } else if record.type_url == UngivenConsent::type_url() {
            held.ungiven.push(record.to_msg().unwrap());
        } else {
            held.disclosures.push(record.to_msg().unwrap());
        }
    }
    held
}

#[tokio::test]
async fn every_table_is_in_the_stream_or_left_out_for_a_reason() {
    let world = World::empty().await;
    check_tables(&world.stand.addresses.owner_url, &EXPORTED, &LEFT_OUT)
        .await
        .unwrap();
}

#[tokio::test]
async fn consents_given_and_withdrawn_come_with_their_wording_and_what_left() {
    let world = World::new().await;
    let caller = world.person();
    let esf = world.consent(&caller, Recipient::Esf).await;
    world.send(PART).await;
    world.end(PART, 1, SendingOutcome::Delivered).await.unwrap();
    world.withdraw(&caller, Recipient::Esf).await.unwrap();
    world.stand.later(jiff::SignedDuration::from_secs(1));
    let scb = world.consent(&caller, Recipient::Scb).await;
    let held = held(&caller).await;
    let mut listed = world.own_consents(&caller).await;
    listed.reverse();
    assert_eq!(held.consents, listed, "as the list shows them, oldest first");
    assert!(held.consents[0].withdrawn_at.is_some() && held.consents[0].text.is_some());
    let ids: Vec<&str> = held.consents.iter().map(|it| it.consent_id.as_str()).collect();
    assert_eq!(ids, [&esf.consent_id, &scb.consent_id]);
    assert_eq!(held.disclosures, world.own_disclosures(&caller).await);
    assert_eq!(held.disclosures[0].state(), DisclosureState::Sent);
    assert!(held.ungiven.is_empty());
}

#[tokio::test]
async fn what_was_prepared_and_never_held_comes_too() {
    let world = World::new().await;
    let caller = world.person();
    let overtaken = world.prepare(&caller, Recipient::Esf).await.unwrap();
    world.withdraw(&caller, Recipient::Esf).await.unwrap();
    world.stand.later(jiff::SignedDuration::from_secs(1));
    let waiting = world.prepare(&caller, Recipient::Esf).await.unwrap();
    let held = held(&caller).await;
    assert!(held.consents.is_empty());
    let ids: Vec<&str> = held.ungiven.iter().map(|it| it.consent_id.as_str()).collect();
    assert_eq!(ids, [&overtaken.consent_id, &waiting.consent_id]);
    assert!(held.ungiven[0].overtaken_at.is_some() && held.ungiven[1].overtaken_at.is_none());
    assert!(held.ungiven.iter().all(|it| it.text.is_some()));
    world.stand.identity.sign(&overtaken.signature_id);
    let completed = world.complete(&caller, &overtaken.signature_id).await.unwrap();
    assert_eq!(completed.outcome(), ConsentOutcome::Overtaken);
    let told = self::held(&caller).await.ungiven[0].outcome();
    assert_eq!(told, ConsentOutcome::Overtaken);
}

#[tokio::test]
async fn a_consent_that_comes_to_hold_between_two_pages_is_told() {
    let world = World::new().await;
    let caller = world.person();
    let prepared = world.prepare(&caller, Recipient::Esf).await.unwrap();
    let who = Who {
        person: PersonId::from_uuid(PERSON),
        aliases: Vec::new(),
    };
    let database = world.stand.database();
    let mut place = Some(Place::START);
    let mut consents = Vec::new();

    while let Some(from) = place {
        let (page, next) = own_records::page(database, &who, from).await.unwrap();
        if let Page::Consents(own) = page {
            consents.extend(own.into_iter().map(|own| own.held.consent.id.to_string()));
        }
        if from == Place::START {
            world.stand.identity.sign(&prepared.signature_id);
            world.complete(&caller, &prepared.signature_id).await.unwrap();
        }
        place = next;
    }

    assert_eq!(consents, [prepared.consent_id]);
}

#[tokio::test]
async fn nobody_gets_what_is_held_of_another() {
    let world = World::new().await;
    world.consent(&world.person(), Recipient::Esf).await;
    world.prepare(&world.person(), Recipient::Scb).await.unwrap();
    world.send(PART).await;
    let stranger = held(&world.stand.participant(STRANGER)).await;
    assert_eq!(stranger, Held::default());
    let staff = world.stand.staff(EXPORTER.1, EXPORTER.0);
    let request = staff.request(ExportSubjectRequest {});
    let refused = refusal(staff.subject().export_subject(request).await.map(drop));
    assert_eq!(refused.code(), Code::Forbidden);
}

#[tokio::test]
async fn a_long_ledger_comes_page_by_page_each_row_once_and_oldest_first() {
    let world = World::new().await;
    let caller = world.person();
    world.consent(&caller, Recipient::Esf).await;
    for attempt in 1..=MANY {
        let rows = [(world.report, 1)];
        world.authorise(PART, attempt, &rows).await.unwrap();
        world.begin(PART, attempt).await.unwrap();
        world.end(PART, attempt, SendingOutcome::Failed).await.unwrap();
        world.stand.later(jiff::SignedDuration::from_secs(1));
    }
    let held = held(&caller).await;
    let times: Vec<_> = held
        .disclosures
        .iter()
        .map(|row| row.sent_at.unwrap())
        .map(|at| (at.seconds, at.nanos))
        .collect();
    assert_eq!(times.len(), usize::try_from(MANY).unwrap());
    assert!(times.is_sorted_by(|one, next| one < next));
}
