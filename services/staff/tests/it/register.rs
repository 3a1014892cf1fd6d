//! Imports of good files: what they create, change and close, and that repeating them is harmless.

use proto::errors::v1::ErrorReason;
use proto::staff::v1::*;
use sqlx::Row as _;
use support::people::PEOPLE;

use crate::stand::{FIRST_ROW, OTHER_ROW, SECOND_ROW, World, day, fresh_id, refusal};

fn results(answer: &ImportRegisterResponse) -> Vec<RowResult> {
    answer.rows.iter().map(RowReport::result).collect()
}

#[tokio::test]
async fn a_first_import_creates_and_publishes_everything() {
    let world = World::with_agency().await;
    let answer = world.import(&[FIRST_ROW, SECOND_ROW, OTHER_ROW]).await;
    assert_eq!(results(&answer), [RowResult::Created; 3]);
    assert_eq!(answer.rows[0].line, 2);
    let organisation = world.organisation("556016-0680").await;
    assert_eq!(organisation.units[0].offices.len(), 2);
    assert_eq!(organisation.units[0].offices[0].postal_code, "11122");
    assert_eq!(world.stand.outbox("staff.organisation.v1").await.len(), 3);
    assert_eq!(world.stand.outbox("staff.unit.v1").await.len(), 2);
}

#[tokio::test]
async fn the_same_file_again_changes_and_publishes_nothing() {
    let world = World::with_agency().await;
    world.import(&[FIRST_ROW, SECOND_ROW, OTHER_ROW]).await;
    let before = world
        .stand
        .count("platform.outbox where key not like 'heartbeat-%'")
        .await;
    let again = world.import(&[FIRST_ROW, SECOND_ROW, OTHER_ROW]).await;
    assert_eq!(results(&again), [RowResult::Unchanged; 3]);
    assert_eq!(
        world
            .stand
            .count("platform.outbox where key not like 'heartbeat-%'")
            .await,
        before
    );
}

#[tokio::test]
async fn the_same_request_again_gets_the_same_answer_though_the_file_is_gone() {
    let world = World::with_agency().await;
    let upload_id = world.upload(&[FIRST_ROW]).await;
    let request = ImportRegisterRequest {
        request_id: fresh_id(),
        upload_id,
        ..Default::default()
    };
    let first = world.send_import(request.clone()).await.unwrap();
    assert_eq!(world.stand.count("platform.uploads").await, 0);
    assert_eq!(world.send_import(request.clone()).await.unwrap(), first);
    let other = ImportRegisterRequest {
        partial: true,
        ..request
    };
    assert_eq!(
        refusal(world.send_import(other).await).reason(),
        ErrorReason::RequestIdReused
    );
}

#[tokio::test]
async fn validating_tells_and_saves_nothing() {
    let world = World::with_agency().await;
    let answer = world
        .try_import(&[FIRST_ROW], |request| request.validate_only = true)
        .await
        .unwrap();
    assert_eq!(
        (results(&answer), answer.imported),
        (vec![RowResult::Created], false)
    );
    assert_eq!(world.stand.count("units").await, 0);
    assert_eq!(world.stand.count("platform.uploads").await, 1);
}

#[tokio::test]
async fn a_renamed_office_is_changed_without_a_record() {
    let world = World::new().await;
    let before = world.stand.outbox("staff.unit.v1").await.len();
    let answer = world
        .import(&[&FIRST_ROW.replace("Kontor Ett", "Kontor Uno"), SECOND_ROW])
        .await;
    assert_eq!(results(&answer), [RowResult::Changed, RowResult::Unchanged]);
    assert_eq!(world.stand.outbox("staff.unit.v1").await.len(), before);
}

#[tokio::test]
async fn a_changed_validity_goes_out_for_its_unit_alone() {
    let world = World::new().await;
    let before = world.stand.outbox("staff.unit.v1").await.len();
    world
        .import(&[&format!("{FIRST_ROW}2026-12-31"), SECOND_ROW])
        .await;
    let records = world.stand.outbox("staff.unit.v1").await;
    assert_eq!(records.len(), before + 1);
    assert_eq!(records.last().unwrap().0, world.first.units[0].unit_id);
}

#[tokio::test]
async fn what_the_file_does_not_name_is_closed_from_the_day() {
    let world = World::new().await;
    let closing = |request: &mut ImportRegisterRequest| request.close_missing_from = Some(day(2026, 4, 1));
    let answer = world.try_import(&[FIRST_ROW], closing).await.unwrap();
    assert_eq!(
        answer.closed_office_ids,
        [world.first.units[0].offices[1].office_id.clone()]
    );
    assert!(
        answer.closed_unit_ids.is_empty(),
        "the other organisation is not in the file"
    );
    let office = world.organisation("556016-0680").await.units[0].offices[1].clone();
    assert_eq!(office.validity.unwrap().to, Some(day(2026, 3, 31)));
}

#[tokio::test]
async fn a_partial_import_takes_the_good_rows() {
    let world = World::with_agency().await;
    let broken = OTHER_ROW.replace("222 33", "2223");
    let answer = world
        .try_import(&[FIRST_ROW, &broken], |request| request.partial = true)
        .await
        .unwrap();
    assert_eq!(
        (results(&answer), answer.imported),
        (vec![RowResult::Created, RowResult::Refused], true)
    );
    assert_eq!(world.stand.count("units").await, 1);
}

#[tokio::test]
async fn a_sole_traders_number_goes_to_identity_and_is_not_kept() {
    let world = World::with_agency().await;
    let row = FIRST_ROW.replace("556016-0680", PEOPLE[4].number);
    world.import(&[&row]).await;
    assert!(world.stand.identity.has_person(PEOPLE[4].number));
    let mut owner = world.stand.owner().await;
    let query = "select organisation_number, sole_trader_id from organisations where kind = 'provider'";
    let stored = sqlx::query(query).fetch_one(&mut owner).await.unwrap();
    assert_eq!(stored.get::<Option<String>, _>(0), None);
    assert_eq!(
        stored.get::<uuid::Uuid, _>(1),
        world.stand.identity.person(PEOPLE[4].number)
    );
    assert_eq!(results(&world.import(&[&row]).await), [RowResult::Unchanged]);
}

#[tokio::test]
async fn simultaneous_imports_of_one_file_create_everything_once() {
    let world = World::with_agency().await;
    let imports = (0..4).map(|_| world.try_import(&[FIRST_ROW, OTHER_ROW], |_| ()));
    for answer in futures::future::join_all(imports).await {
        assert!(answer.unwrap().imported);
    }
    assert_eq!(
        (
            world.stand.count("organisations").await,
            world.stand.count("offices").await
        ),
        (3, 2)
    );
}
