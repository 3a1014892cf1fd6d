//! Who plans with whom, two at once, and what the participant sees of it.

use super::*;

#[tokio::test]
async fn only_those_who_report_there_plan() {
    let world = World::new().await;
    let placement = world.placed(0, "KA1001").await;
    assert!(world.save(&world.lead, &placement, "", plan()).await.is_ok());
    let stranger = refusal(world.save(&world.stranger, &placement, "", plan()).await);
    assert_eq!(stranger.reason(), ErrorReason::NotFound);
    let receiver = refusal(world.save(&world.receiver, &placement, "", plan()).await);
    assert_eq!(receiver.reason(), ErrorReason::PermissionMissing);
    let stranger = refusal(world.joint_plan(&world.stranger, &placement).await);
    assert_eq!(stranger.reason(), ErrorReason::NotFound);
}

#[tokio::test]
async fn a_kept_answer_is_only_for_those_who_still_plan_there() {
    let world = World::new().await;
    let placement = world.placed(0, "KA1001").await;
    let draft = world.save(&world.reporter, &placement, "", plan()).await.unwrap();
    let request = SendJointPlanRequest {
        request_id: fresh_id(),
        placement_id: placement.clone(),
        etag: draft.etag,
    };
    let send = async || {
        let request = world.reporter.request(request.clone());
        world.reporter.plans().send_joint_plan(request).await
    };
    send().await.unwrap();
    send().await.unwrap();
    let mut elsewhere = reporter_account();
    elsewhere.units = vec![(SOUTH, Vec::new())];
    world.stand.grant(&elsewhere, 2);

    assert_eq!(refusal(send().await).reason(), ErrorReason::NotFound);
}

#[tokio::test]
async fn two_who_save_at_once_do_not_overwrite_each_other() {
    let world = World::new().await;
    let placement = world.placed(0, "KA1001").await;
    let first = world.save(&world.reporter, &placement, "", plan()).await.unwrap();

    let both = tokio::join!(
        world.save(&world.reporter, &placement, &first.etag, plan()),
        world.save(&world.lead, &placement, &first.etag, plan()),
    );

    assert_eq!(
        [both.0.is_ok(), both.1.is_ok()]
            .iter()
            .filter(|is_ok| **is_ok)
            .count(),
        1
    );
}

#[tokio::test]
async fn participants_see_their_sent_plans_where_the_service_shows_documents() {
    let world = World::new().await;
    let placement = world.placed(0, "KA1001").await;
    let sent = world.sent(&placement, plan()).await;
    world.save(&world.reporter, &placement, "", plan()).await.unwrap();
    let person = world.stand.identity.person(PARTICIPANTS[0].number);
    let own = async || {
        let caller = world.stand.participant(person, Vec::new());
        let request = caller.request(ListOwnPlansRequest::default());
        caller
            .plans()
            .list_own_plans(request)
            .await
            .unwrap()
            .into_inner()
            .plans
    };

    assert_eq!(own().await, [sent]);
    let mut closed = unit(NORTH, FIRST, "KA1001", &[]);
    closed.procured_service.as_mut().unwrap().documents_online = false;
    world.stand.tell_unit(closed).await;
    assert!(own().await.is_empty());
}
