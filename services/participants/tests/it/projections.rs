//! What others publish, as it is kept here: replayed, replaced, erased.

use participants::events::on_activity::OnActivity;
use participants::events::on_person::OnPerson;
use participants::events::on_unit::OnUnit;
use platform::consumer::{ApplyError, StateHandler as _};
use platform::outbox::Revision;
use proto::identity::events::v1::PersonState;
use proto::participants::v1::DecisionResult;
use proto::staff::events::v1::UnitKind;
use uuid::Uuid;

use crate::stand::*;

const ANY: Revision = Revision { epoch: 1, n: 1 };

/// Two person ids turned out to be one person.
pub async fn merge(stand: &Stand, person: Uuid, into: Uuid) {
    let state = PersonState {
        person_id: person.to_string(),
        merged_into: Some(into.to_string()),
        ..Default::default()
    };
    stand
        .apply(async |tx| {
            OnPerson
                .apply(tx, &person.to_string(), ANY, Some(state.clone()))
                .await
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn a_unit_is_what_its_latest_record_says() {
    let world = World::new().await;
    let mut moved = unit(NORTH, FIRST, "KA1009", &[OFFICE_TWO]);
    moved.procured_service.as_mut().unwrap().documents_online = false;

    world.stand.tell_unit(moved.clone()).await;
    world.stand.tell_unit(moved).await;

    assert_eq!(world.stand.count("offices").await, 1);
    let old = world.import(vec![new("A-1", 1, assigned(0, "KA1001"))]).await;
    assert_eq!(old[0].result(), DecisionResult::RetryLater);
    world.placed(2, "KA1009").await;
}

#[tokio::test]
async fn nobody_is_sent_to_a_project_or_to_a_unit_that_is_erased() {
    let world = World::new().await;
    let mut project = unit(Uuid::from_u128(0xA9), FIRST, "2026/00123", &[]);
    project.kind = UnitKind::EsfProject.into();
    world.stand.tell_unit(project).await;
    let key = SOUTH.to_string();
    world
        .stand
        .apply(async |tx| OnUnit.apply(tx, &key, ANY, None).await)
        .await
        .unwrap();

    for number in ["2026/00123", "KA1002"] {
        let report = world.import(vec![new("A-1", 1, assigned(0, number))]).await;
        assert_eq!(report[0].result(), DecisionResult::RetryLater, "{number}");
    }
}

#[tokio::test]
async fn an_activity_that_is_erased_is_gone() {
    let world = World::new().await;
    world
        .stand
        .apply(async |tx| OnActivity.apply(tx, "WORKSHOP", ANY, None).await)
        .await
        .unwrap();
    assert_eq!(world.stand.count("activities").await, 1);
}

#[tokio::test]
async fn a_record_that_makes_no_sense_is_parked() {
    let world = World::new().await;
    let mut state = unit(NORTH, FIRST, "KA1001", &[]);
    state.validity = None;
    let key = NORTH.to_string();
    let applied = world
        .stand
        .apply(async |tx| OnUnit.apply(tx, &key, ANY, Some(state.clone())).await)
        .await;
    assert!(matches!(
        applied,
        Err(ApplyError::Unappliable { reason: "validity" })
    ));
}
