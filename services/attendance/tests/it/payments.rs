//! Payment bases: what was reported, whatever the participant answers.

use proto::attendance::v1 as pb;
use proto::errors::v1::ErrorReason;
use proto::types::v1::PageRequest;

use crate::answers::approve;
use crate::stand::*;

async fn list(world: &World, page: Option<PageRequest>) -> pb::ListPaymentBasesResponse {
    let agency = world.agency_system();
    let request = agency.request(pb::ListPaymentBasesRequest {
        month: Some(FEBRUARY),
        organisation_id: String::new(),
        page,
    });
    inner(agency.payments().list_payment_bases(request).await).unwrap()
}

/// A provider's system submits a zero month of a placement.
async fn submit_zero(world: &World, organisation: uuid::Uuid, placement: uuid::Uuid) {
    let supplier = world.supplier(organisation);
    let request = supplier.request(pb::SubmitMonthRequest {
        request_id: fresh_id(),
        placement_id: placement.to_string(),
        month: Some(FEBRUARY),
        etag: String::new(),
        zero_month: true,
    });
    supplier.months().submit_month(request).await.unwrap();
}

#[tokio::test]
async fn the_answer_changes_nothing_about_the_payment() {
    let world = World::new().await;
    let submitted = world.submit(two_days()).await;
    let waiting = list(&world, None).await.payment_bases;
    assert_eq!(waiting[0].month_report_id, submitted.month_report_id);
    assert_eq!((waiting[0].revision, waiting[0].credited_minutes), (1, 360));
    approve(&world, &submitted).await;
    assert_eq!(list(&world, None).await.payment_bases, waiting);
    let corrected = world.submit(vec![entry(2, "WORKSHOP", 60)]).await;
    world.try_reject(&corrected.month_report_id, 2).await.unwrap();
    let rejected = list(&world, None).await.payment_bases;
    assert_eq!((rejected[0].revision, rejected[0].credited_minutes), (2, 60));
}

#[tokio::test]
async fn drafts_and_training_are_not_paid_for() {
    let world = World::new().await;
    world.save(two_days()).await;
    submit_zero(&world, TRAINING, TRAINING_PLACEMENT).await;
    assert!(list(&world, None).await.payment_bases.is_empty());
    submit_zero(&world, OTHER, OTHER_PLACEMENT).await;
    assert_eq!(list(&world, None).await.payment_bases.len(), 1);
}

#[tokio::test]
async fn the_list_goes_on_where_a_page_ended() {
    let world = World::new().await;
    submit_zero(&world, OWN, PLACEMENT).await;
    submit_zero(&world, OWN, SECOND_PLACEMENT).await;
    submit_zero(&world, OTHER, OTHER_PLACEMENT).await;
    let mut ids = Vec::new();
    let mut token = String::new();
    loop {
        let answer = list(&world, Some(PageRequest { size: 2, token })).await;
        ids.extend(
            answer
                .payment_bases
                .into_iter()
                .map(|basis| basis.month_report_id),
        );
        token = answer.page.unwrap().next_token;
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(ids.len(), 3);
    assert!(ids.is_sorted());
}

#[tokio::test]
async fn a_page_of_another_month_is_refused() {
    let world = World::new().await;
    submit_zero(&world, OWN, PLACEMENT).await;
    submit_zero(&world, OTHER, OTHER_PLACEMENT).await;
    let first = list(
        &world,
        Some(PageRequest {
            size: 1,
            token: String::new(),
        }),
    )
    .await;
    let agency = world.agency_system();
    let request = agency.request(pb::ListPaymentBasesRequest {
        month: Some(MARCH),
        organisation_id: String::new(),
        page: Some(PageRequest {
            size: 1,
            token: first.page.unwrap().next_token,
        }),
    });
    let refused = refusal(agency.payments().list_payment_bases(request).await);
    assert_eq!(refused.violations()[0].reason, ErrorReason::PageTokenInvalid);
}

#[tokio::test]
async fn the_person_is_told_of_the_read_once_a_day() {
    let world = World::new().await;
    world.submit(two_days()).await;
    list(&world, None).await;
    list(&world, None).await;
    let told = world.stand.outbox("audit.access.v1").await;
    let of_payment = told
        .iter()
        .filter(|(_, payload)| String::from_utf8_lossy(payload).contains("payment"));
    assert_eq!(of_payment.count(), 1);
}
