//! Who may see and do what: scope on every call, and a placement out of scope does not exist.

use platform::auth::token::Portal;
use proto::attendance::v1 as pb;
use proto::errors::v1::ErrorReason;
use proto::policy::v1::Assurance;
use uuid::Uuid;

use crate::stand::*;

async fn get(caller: &Caller, placement: Uuid) -> Result<pb::GetMonthResponse, tonic::Status> {
    let request = caller.request(pb::GetMonthRequest {
        placement_id: placement.to_string(),
        month: Some(FEBRUARY),
    });
    inner(caller.months().get_month(request).await)
}

async fn list(caller: &Caller) -> Result<Vec<String>, tonic::Status> {
    let request = caller.request(pb::ListMonthsRequest {
        month: Some(FEBRUARY),
        ..Default::default()
    });
    let answer = inner(caller.months().list_months(request).await)?;
    Ok(answer
        .months
        .into_iter()
        .map(|month| month.placement_id)
        .collect())
}

#[tokio::test]
async fn a_reporter_reaches_the_units_of_the_scope() {
    let world = World::new().await;
    assert!(get(&world.reporter, PLACEMENT).await.is_ok());
    for placement in [SECOND_PLACEMENT, OTHER_PLACEMENT] {
        let refused = refusal(get(&world.reporter, placement).await);
        assert_eq!(refused.reason(), ErrorReason::NotFound);
    }
    assert_eq!(list(&world.reporter).await.unwrap(), [PLACEMENT.to_string()]);
}

#[tokio::test]
async fn a_reporter_of_an_office_reaches_the_placements_of_the_office() {
    let world = World::new().await;
    let reporter = world.staff(OFFICE_REPORTER);
    assert_eq!(
        refusal(get(&reporter, PLACEMENT).await).reason(),
        ErrorReason::NotFound
    );
    assert!(list(&reporter).await.unwrap().is_empty());
    let mut moved = placement(PLACEMENT, PERSON, OWN, UNIT, "AF-1");
    moved.office_id = Some(OFFICE.to_string());
    world
        .hear(&Record::new(PLACEMENT, 2, State::Placement(Some(moved))))
        .await;
    assert!(get(&reporter, PLACEMENT).await.is_ok());
    assert_eq!(list(&reporter).await.unwrap(), [PLACEMENT.to_string()]);
}

#[tokio::test]
async fn a_supplier_reaches_its_whole_organisation_and_no_other() {
    let world = World::new().await;
    let supplier = world.supplier(OWN);
    let own = [PLACEMENT.to_string(), SECOND_PLACEMENT.to_string()];
    assert_eq!(list(&supplier).await.unwrap(), own);
    assert_eq!(
        refusal(get(&supplier, OTHER_PLACEMENT).await).reason(),
        ErrorReason::NotFound
    );
}

#[tokio::test]
async fn nobody_writes_out_of_scope() {
    let world = World::new().await;
    for caller in [world.staff(OTHER_REPORTER), world.supplier(OTHER)] {
        let request = caller.request(pb::SaveMonthDraftRequest {
            placement_id: PLACEMENT.to_string(),
            month: Some(FEBRUARY),
            ..Default::default()
        });
        let refused = refusal(caller.months().save_month_draft(request).await);
        assert_eq!(refused.reason(), ErrorReason::NotFound);
        let request = caller.request(pb::SubmitMonthRequest {
            request_id: fresh_id(),
            placement_id: PLACEMENT.to_string(),
            month: Some(FEBRUARY),
            etag: String::new(),
            zero_month: true,
        });
        let refused = refusal(caller.months().submit_month(request).await);
        assert_eq!(refused.reason(), ErrorReason::NotFound);
    }
}

#[tokio::test]
async fn a_month_stays_with_the_organisation_that_began_it() {
    let world = World::new().await;
    world.submit(two_days()).await;
    let etag = world.month().await.etag;
    world.move_away().await;
    let other = world.supplier(OTHER);
    let refused = refusal(get(&other, PLACEMENT).await);
    assert_eq!(refused.reason(), ErrorReason::NotFound);
    for validate_only in [true, false] {
        let request = other.request(pb::SaveMonthDraftRequest {
            placement_id: PLACEMENT.to_string(),
            month: Some(FEBRUARY),
            validate_only,
            ..Default::default()
        });
        let refused = refusal(other.months().save_month_draft(request).await);
        assert_eq!(refused.reason(), ErrorReason::NotFound);
    }
    let request = other.request(pb::SubmitMonthRequest {
        request_id: fresh_id(),
        placement_id: PLACEMENT.to_string(),
        month: Some(FEBRUARY),
        etag,
        zero_month: true,
    });
    let refused = refusal(other.months().submit_month(request).await);
    assert_eq!(refused.reason(), ErrorReason::NotFound);
}

#[tokio::test]
async fn administrators_receivers_and_the_desk_see_no_months() {
    let world = World::new().await;
    for person in [ADMINISTRATOR, RECEIVER, DESK] {
        let caller = world.staff(person);
        assert_eq!(
            refusal(get(&caller, PLACEMENT).await).reason(),
            ErrorReason::PermissionMissing
        );
        assert_eq!(
            refusal(list(&caller).await).reason(),
            ErrorReason::PermissionMissing
        );
    }
}

#[tokio::test]
async fn kinds_of_caller_are_kept_apart() {
    let world = World::new().await;
    let agency = world.agency_system();
    assert_eq!(
        refusal(get(&agency, PLACEMENT).await).reason(),
        ErrorReason::CallerNotAllowed
    );
    assert_eq!(
        refusal(get(&world.person, PLACEMENT).await).reason(),
        ErrorReason::CallerNotAllowed
    );
    let own_months = async |caller: &Caller| {
        let request = caller.request(pb::ListOwnMonthsRequest::default());
        refusal(caller.answers().list_own_months(request).await).reason()
    };
    assert_eq!(own_months(&agency).await, ErrorReason::CallerNotAllowed);
    assert_eq!(own_months(&world.reporter).await, ErrorReason::CallerNotAllowed);
    let payments = async |caller: &Caller| {
        let request = caller.request(pb::ListPaymentBasesRequest::default());
        refusal(caller.payments().list_payment_bases(request).await).reason()
    };
    assert_eq!(
        payments(&world.supplier(OWN)).await,
        ErrorReason::CallerNotAllowed
    );
    assert_eq!(payments(&world.staff(DESK)).await, ErrorReason::CallerNotAllowed);
    let upsert = world.reporter.request(pb::UpsertActivityRequest::default());
    let refused = refusal(world.reporter.catalogue().upsert_activity(upsert).await);
    assert_eq!(refused.reason(), ErrorReason::PermissionMissing);
}

#[tokio::test]
async fn a_participant_answers_with_bankid_only() {
    let world = World::new().await;
    let weak = world
        .stand
        .signed_in(Portal::Participant, PERSON, Vec::new(), Assurance::PasswordCode);
    let request = weak.request(pb::ListOwnMonthsRequest::default());
    let refused = refusal(weak.answers().list_own_months(request).await);
    assert_eq!(refused.reason(), ErrorReason::AssuranceTooLow);
}

#[tokio::test]
async fn a_person_who_was_two_has_the_months_of_both() {
    let world = World::new().await;
    let submitted = world.submit(two_days()).await;
    let joined = world.stand.signed_in(
        Portal::Participant,
        SECOND_PERSON,
        vec![PERSON],
        Assurance::Bankid,
    );
    let request = joined.request(pb::GetOwnMonthRequest {
        month_report_id: submitted.month_report_id,
    });
    assert!(joined.answers().get_own_month(request).await.is_ok());
}

#[tokio::test]
async fn the_list_is_filtered_by_unit_and_status() {
    let world = World::new().await;
    world.submit(two_days()).await;
    let supplier = world.supplier(OWN);
    let list = async |unit: &str, status: pb::MonthStatus| {
        let request = supplier.request(pb::ListMonthsRequest {
            month: Some(FEBRUARY),
            unit_id: unit.to_owned(),
            status: status.into(),
            page: None,
        });
        inner(supplier.months().list_months(request).await)
            .unwrap()
            .months
    };
    let waiting = list("", pb::MonthStatus::Waiting).await;
    assert_eq!((waiting.len(), waiting[0].credited_minutes), (1, Some(360)));
    let not_begun = list("", pb::MonthStatus::NotBegun).await;
    assert_eq!(not_begun[0].placement_id, SECOND_PLACEMENT.to_string());
    assert!(
        list(&SECOND_UNIT.to_string(), pb::MonthStatus::Waiting)
            .await
            .is_empty()
    );
    assert_eq!(
        list(&UNIT.to_string(), pb::MonthStatus::Unspecified).await.len(),
        1
    );
}

#[tokio::test]
async fn hours_in_a_conflict_and_in_a_submission_are_told_as_read() {
    let world = World::new().await;
    let etag = saved(world.try_save(two_days(), |_| ()).await.unwrap()).etag;
    let told = async || world.stand.outbox("audit.access.v1").await.len();
    for (validate_only, count) in [(true, 1), (false, 2)] {
        let mine = vec![entry(4, "WORKSHOP", 60)];
        let answer = world.try_save(mine, |request| request.validate_only = validate_only);
        conflict(answer.await.unwrap());
        assert_eq!(told().await, count);
    }
    world.try_submit(&etag, |_| ()).await.unwrap();
    assert_eq!(told().await, 3);
}

#[tokio::test]
async fn the_person_is_told_of_every_detailed_read() {
    let world = World::new().await;
    for _ in 0..2 {
        get(&world.reporter, PLACEMENT).await.unwrap();
        list(&world.reporter).await.unwrap();
    }
    let told = world.stand.outbox("audit.access.v1").await;
    assert!(told.iter().all(|(key, _)| *key == PERSON.to_string()));
    assert_eq!(told.len(), 3, "twice in detail, once in a list");
}
