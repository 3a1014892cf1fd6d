//! Records of others in any order and any number come to the same.

use platform::consumer::ApplyError;
use proto::participants::events::v1::PlacementStatus;

use crate::stand::*;

async fn held(world: &World) -> Vec<String> {
    let mut held = Vec::new();
    for table in ["organisations", "units", "placements", "sent_plans"] {
        held.push(world.stand.rows_of(table).await);
    }
    held
}

/// Two more versions of the placement and its plan, and an end of another.
fn changes() -> Vec<Record> {
    let document = uuid::Uuid::from_u128(0x2041);
    let mut ended = placement(PLACEMENT, PERSON, OWN, SECOND_UNIT, "AF-1");
    ended.set_status(PlacementStatus::Interrupted);
    ended.interrupted_on = Some(day(2026, 5, 1));
    vec![
        Record::new(
            PLACEMENT,
            2,
            State::Placement(Some(placement(PLACEMENT, PERSON, OWN, SECOND_UNIT, "AF-1"))),
        ),
        Record::new(PLACEMENT, 3, State::Placement(Some(ended))),
        Record::new(document, 1, State::Document(Some(plan(document, PLACEMENT, 2)))),
        Record::new(OTHER_PLACEMENT, 2, State::Placement(None)),
        Record::new(document, 2, State::Document(None)),
        Record::new(TRAINING_UNIT, 2, State::Unit(None)),
    ]
}

#[tokio::test]
async fn duplicates_and_another_order_come_to_the_same() {
    let straight = World::new().await;
    for record in changes() {
        straight.hear(&record).await;
    }
    let turned = World::new().await;
    for record in changes().into_iter().rev().chain(changes()).chain(beginning()) {
        turned.hear(&record).await;
    }
    assert_eq!(held(&straight).await, held(&turned).await);
}

#[tokio::test]
async fn a_plan_may_be_heard_of_before_its_placement() {
    let world = World::new().await;
    let (unheard, document) = (uuid::Uuid::from_u128(0x4444), uuid::Uuid::from_u128(0x5444));
    let sent = plan(document, unheard, 1);
    world
        .hear(&Record::new(document, 1, State::Document(Some(sent))))
        .await;
    let state = placement(unheard, PERSON, OWN, UNIT, "AF-9");
    world
        .hear(&Record::new(unheard, 1, State::Placement(Some(state))))
        .await;
    let draft = world
        .try_save(two_days(), |request| request.placement_id = unheard.to_string())
        .await;
    saved(draft.unwrap());
}

#[tokio::test]
async fn a_record_that_cannot_be_read_is_parked_with_its_reason() {
    let world = World::new().await;
    let mut open = placement(PLACEMENT, PERSON, OWN, UNIT, "AF-1");
    open.period.as_mut().unwrap().to = None;
    let mut nameless = placement(PLACEMENT, PERSON, OWN, UNIT, "a b");
    nameless.status = PlacementStatus::Active.into();
    let mut unknown = placement(PLACEMENT, PERSON, OWN, UNIT, "AF-1");
    unknown.status = 0;
    for (state, expected) in [
        (open, "period_open"),
        (nameless, "case_reference_malformed"),
        (unknown, "status_unknown"),
    ] {
        let record = Record::new(PLACEMENT, 2, State::Placement(Some(state)));
        let refused = record.apply(world.stand.database()).await.unwrap_err();
        assert!(
            matches!(refused, ApplyError::Unappliable { reason } if reason == expected),
            "{refused}"
        );
    }
}

#[tokio::test]
async fn signatures_of_other_contexts_are_nobodys_business() {
    let world = World::new().await;
    let submitted = world.submit(two_days()).await;
    let signature = world.try_prepare(&submitted).await.unwrap();
    world.stand.identity.sign(&signature);
    let mut record = world.signature_record(&signature, 1);
    if let State::Signature(Some(state)) = &mut record.state {
        state.context = "consent".to_owned();
    }
    record.apply(world.stand.database()).await.unwrap();
    assert!(!world.stand.rows_of("month_answers").await.contains("approved"));
}

#[tokio::test]
async fn a_corrected_placement_moves_the_month_with_its_next_revision() {
    let world = World::new().await;
    let submitted = world.submit(two_days()).await;
    let moved = placement(PLACEMENT, PERSON, OWN, SECOND_UNIT, "AF-1");
    world
        .hear(&Record::new(PLACEMENT, 2, State::Placement(Some(moved))))
        .await;
    // What was submitted is still signed as it was read.
    let signature = world.try_prepare(&submitted).await;
    assert!(signature.is_ok(), "{signature:?}");
    assert_eq!(
        world.stand.told(&submitted.month_report_id).await.unit_id,
        UNIT.to_string()
    );
}
