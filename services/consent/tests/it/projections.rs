//! What is held of other contexts does not depend on the order in which keys are heard of, on duplicates, or on how often
//! everything is heard from the beginning.

use platform::consumer::ApplyError;
use proto::attendance::events::v1::MonthAnswer;
use proto::export::events::v1::RowOutcome;
use proto::identity::events::v1::{PersonState, SignatureState};
use proto::types::v1::Recipient;
use uuid::Uuid;

use crate::consents::signature_record;
use crate::ledger::delivery;
use crate::stand::*;

const PART: Uuid = Uuid::from_u128(0x800);

fn person(number: u128, n: i64, merged_into: Option<u128>) -> HeardRecord {
    let id = Uuid::from_u128(number);
    HeardRecord {
        key: id.to_string(),
        n,
        state: HeardState::Person(Some(PersonState {
            person_id: id.to_string(),
            registered_at: None,
            merged_into: merged_into.map(|into| Uuid::from_u128(into).to_string()),
        })),
    }
}

/// Records of every topic, several of some keys, with a chain of merged persons and an aggregate that is gone.
fn history(world: &World, signature: HeardRecord) -> Vec<HeardRecord> {
    let gone = Uuid::from_u128(0x777);
    let mut records = vec![
        person(0x102, 1, None),
        person(0x102, 2, Some(0x103)),
        person(0x103, 1, None),
        person(0x103, 2, Some(0x104)),
        person(0x105, 1, Some(0x103)),
        placement(world.placement, PERSON),
        month_report(world.report, world.placement, PERSON, 1, MonthAnswer::Waiting),
        month_report(world.report, world.placement, PERSON, 1, MonthAnswer::Approved),
        month_report(world.report, world.placement, PERSON, 2, MonthAnswer::Rejected),
        month_report(world.report, world.placement, PERSON, 3, MonthAnswer::Waiting),
        month_report(gone, Uuid::from_u128(0x677), STRANGER, 1, MonthAnswer::Waiting),
        delivery(PART, world.report, RowOutcome::InTransfer),
        delivery(PART, world.report, RowOutcome::Delivered),
        delivery(PART, world.report, RowOutcome::Receipted),
        signature,
    ];
    records.push(HeardRecord {
        key: gone.to_string(),
        n: 1_000,
        state: HeardState::MonthReport(None),
    });
    records
}

/// Shuffled by a seed, duplicates included.
fn shuffled(records: &[HeardRecord], seed: u64) -> Vec<HeardRecord> {
    let mut all: Vec<_> = records.iter().chain(records).cloned().collect();
    let mut state = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
    for place in (1..all.len()).rev() {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let other = usize::try_from(state >> 33).unwrap() % (place + 1);
        all.swap(place, other);
    }
    all
}

#[tokio::test]
async fn any_order_with_duplicates_and_a_replay_lead_to_the_same_state() {
    let world = World::new().await;
    let prepared = world.prepare(&world.person(), Recipient::Esf).await.unwrap();
    world.stand.identity.sign(&prepared.signature_id);
    let records = history(&world, signature_record(&world, &prepared.signature_id));
    for record in &records {
        world.hear(record.clone()).await;
    }
    let expected = world.stand.projections().await;
    assert!(expected.contains("given"), "{expected}");

    for seed in 0..20 {
        // The consumer begins anew, and sometimes with nothing held.
        *world.records.lock().await = Records::default();
        if seed % 2 == 0 {
            wipe(&world).await;
        }
        for record in shuffled(&records, seed) {
            world.hear(record).await;
        }
        assert_eq!(world.stand.projections().await, expected, "seed {seed}");
    }
    assert_eq!(world.stand.outbox("consent.consent.v1").await.len(), 1);
}

#[tokio::test]
async fn a_chain_of_merged_persons_is_one_person() {
    let world = World::new().await;
    for record in [
        person(0x100, 2, Some(0x103)),
        person(0x105, 2, Some(0x100)),
        person(0x103, 2, Some(0x104)),
    ] {
        world.hear(record).await;
    }
    world.consent(&world.person(), Recipient::Esf).await;
    for id in [0x103, 0x104, 0x105] {
        let caller = world.stand.participant(Uuid::from_u128(id));
        assert_eq!(world.own_consents(&caller).await.len(), 1, "{id:x}");
    }
    let outsider = world.stand.participant(Uuid::from_u128(0x106));
    assert!(world.own_consents(&outsider).await.is_empty());
}

#[tokio::test]
async fn a_record_that_makes_no_sense_is_refused_and_changes_nothing() {
    let world = World::new().await;
    let before = world.stand.projections().await;
    let HeardState::MonthReport(Some(mut state)) =
        month_report(world.report, world.placement, PERSON, 2, MonthAnswer::Waiting).state
    else {
        panic!("a month report");
    };
    state.revisions.clear();
    let record = HeardRecord {
        key: world.report.to_string(),
        n: 500,
        state: HeardState::MonthReport(Some(state)),
    };
    let heard = world
        .records
        .lock()
        .await
        .hear(world.stand.database(), &record)
        .await;
    assert!(heard.is_err());
    assert_eq!(world.stand.projections().await, before);
}

#[tokio::test]
async fn a_signature_of_another_document_or_of_none_of_ours_gives_nothing() {
    let world = World::new().await;
    let prepared = world.prepare(&world.person(), Recipient::Esf).await.unwrap();
    world.stand.identity.sign(&prepared.signature_id);
    let record = signature_record(&world, &prepared.signature_id);
    let HeardState::Signature(Some(state)) = &record.state else {
        panic!("a signature");
    };
    let other_document = SignatureState {
        document_hash: vec![9; 32].into(),
        ..state.clone()
    };
    let unknown = HeardRecord {
        key: Uuid::from_u128(0x999).to_string(),
        ..record.clone()
    };
    let other = HeardRecord {
        state: HeardState::Signature(Some(other_document)),
        ..record.clone()
    };
    for (record, expected) in [(unknown, "signature_unknown"), (other, "other_document")] {
        let heard = world
            .records
            .lock()
            .await
            .hear(world.stand.database(), &record)
            .await;
        assert!(
            matches!(heard, Err(ApplyError::Unappliable { reason }) if reason == expected),
            "{expected}"
        );
    }
    assert!(world.own_consents(&world.person()).await.is_empty());
    let of_attendance = SignatureState {
        context: "attendance".to_owned(),
        ..state.clone()
    };
    let foreign = HeardRecord {
        key: Uuid::from_u128(0x998).to_string(),
        n: 1,
        state: HeardState::Signature(Some(of_attendance)),
    };
    world.hear(foreign).await;
}

#[tokio::test]
async fn consents_are_written_out_again_as_they_stand() {
    let world = World::new().await;
    world.consent(&world.person(), Recipient::Esf).await;
    world.consent(&world.person(), Recipient::Scb).await;
    world.withdraw(&world.person(), Recipient::Esf).await.unwrap();
    let before = world.stand.outbox("consent.consent.v1").await;

    let source = consent::events::republish::sources().remove(0);
    let count = platform::operations::republish::republish(world.stand.database(), &*source)
        .await
        .unwrap();

    assert_eq!(count, 2);
    let after = world.stand.outbox("consent.consent.v1").await;
    for (key, payload) in &after[before.len()..] {
        let newest = before.iter().rev().find(|(held, _)| held == key).unwrap();
        assert_eq!(&newest.1, payload);
    }
}

async fn wipe(world: &World) {
    sqlx::raw_sql("truncate month_reports, placements, joined_persons, deliveries, delivery_rows")
        .execute(&mut world.stand.owner().await)
        .await
        .unwrap();
}
