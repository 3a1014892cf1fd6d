//! The catalogue and the calendar: data that everybody reads and the agency changes.

use proto::attendance::v1 as pb;
use proto::errors::v1::ErrorReason;
use proto::types::v1::Validity;

use crate::stand::*;

async fn list(caller: &Caller, on: Option<proto::types::v1::Day>) -> Vec<pb::Activity> {
    let request = caller.request(pb::ListActivitiesRequest { on, page: None });
    inner(caller.catalogue().list_activities(request).await)
        .unwrap()
        .activities
}

async fn upsert(caller: &Caller, activity: pb::Activity) -> Result<pb::Activity, tonic::Status> {
    let request = caller.request(pb::UpsertActivityRequest {
        activity: Some(activity),
    });
    let answer = inner(caller.catalogue().upsert_activity(request).await)?;
    Ok(answer.activity.unwrap())
}

fn dancing() -> pb::Activity {
    pb::Activity {
        activity_code: "PROVAKTIVITET".to_owned(),
        validity: Some(Validity {
            from: Some(day(2026, 2, 1)),
            to: None,
        }),
        name_sv: "Provaktivitet".to_owned(),
        name_en: "Trial activity".to_owned(),
        always: true,
        ..Default::default()
    }
}

#[tokio::test]
async fn the_first_start_fills_the_catalogue_and_publishes_it() {
    let world = World::new().await;
    assert_eq!(list(&world.person, None).await.len(), 14);
    assert_eq!(list(&world.person, Some(day(2021, 1, 4))).await.len(), 13);
    let records = world.stand.outbox("attendance.activity.v1").await;
    assert_eq!(records.len(), 14);
    assert!(records.iter().any(|(key, _)| key == "EGET_ARBETE_GP"));
}

#[tokio::test]
async fn a_new_activity_can_be_reported_at_once() {
    let world = World::new().await;
    let refused = refusal(world.try_save(vec![entry(2, "PROVAKTIVITET", 60)], |_| ()).await);
    assert_eq!(refused.violations()[0].reason, ErrorReason::ActivityUnknown);
    let agency = world.agency_system();
    let added = upsert(&agency, dancing()).await.unwrap();
    saved(
        world
            .try_save(vec![entry(2, "PROVAKTIVITET", 60)], |_| ())
            .await
            .unwrap(),
    );
    assert_eq!(upsert(&agency, dancing()).await.unwrap(), added);
    assert_eq!(world.stand.outbox("attendance.activity.v1").await.len(), 15);
    assert_eq!(world.stand.audited("attendance.upsert_activity").await, 1);
}

#[tokio::test]
async fn an_old_version_of_an_activity_is_not_changed() {
    let world = World::new().await;
    let desk = world.staff(DESK);
    let first = upsert(&desk, dancing()).await.unwrap();
    let renamed = pb::Activity {
        name_en: "Another name".to_owned(),
        ..first.clone()
    };
    upsert(&desk, renamed.clone()).await.unwrap();
    let again = pb::Activity {
        name_en: "A third name".to_owned(),
        ..renamed
    };
    assert_eq!(
        refusal(upsert(&desk, again).await).reason(),
        ErrorReason::EtagMismatch
    );
}

#[tokio::test]
async fn wrong_fields_of_an_activity_are_named() {
    let world = World::new().await;
    let wrong = pb::Activity {
        activity_code: "små".to_owned(),
        validity: Some(Validity {
            from: Some(day(2026, 2, 1)),
            to: Some(day(2026, 1, 1)),
        }),
        name_sv: String::new(),
        ..dancing()
    };
    let refused = refusal(upsert(&world.agency_system(), wrong).await);
    let paths: Vec<&str> = refused
        .violations()
        .iter()
        .map(|violation| violation.path.as_str())
        .collect();
    assert_eq!(
        paths,
        [
            "activity.activity_code",
            "activity.validity.to",
            "activity.name_sv"
        ]
    );
}

#[tokio::test]
async fn the_calendar_knows_the_working_days_of_a_month() {
    let world = World::new().await;
    let calendar = async |month| {
        let request = world
            .person
            .request(pb::GetCalendarRequest { month: Some(month) });
        inner(world.person.catalogue().get_calendar(request).await)
    };
    let june = proto::types::v1::Month { year: 2026, month: 6 };
    let days = calendar(june).await.unwrap().working_days;
    assert_eq!(days.len(), 21);
    assert!(!days.contains(&day(2026, 6, 19)));
    let refused = refusal(
        calendar(proto::types::v1::Month {
            year: 2026,
            month: 13,
        })
        .await,
    );
    assert_eq!(refused.violations()[0].path, "month");
}
