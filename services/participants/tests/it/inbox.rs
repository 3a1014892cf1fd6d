//! The inbox: who sees what is new, who takes care of it, and what a human takes out of it.

use proto::errors::v1::ErrorReason;
use proto::participants::events::v1::PlacementStatus as Published;
use proto::participants::v1::*;
use proto::policy::v1::Permission;
use uuid::Uuid;

use crate::stand::*;

async fn remove(caller: &Caller, placement_id: &str) -> Result<(), tonic::Status> {
    let request = caller.request(RemoveInterruptedPlacementRequest {
        placement_id: placement_id.to_owned(),
    });
    let removed = caller.inbox().remove_interrupted_placement(request).await;
    removed.map(|_| ())
}

fn ids(placements: &[PlacementSummary]) -> Vec<&str> {
    placements.iter().map(|it| it.placement_id.as_str()).collect()
}

#[tokio::test]
async fn receivers_see_what_is_new_in_their_units_newest_first() {
    let world = World::new().await;
    let first = world.placed(0, "KA1001").await;
    let second = world.placed(1, "KA1001").await;
    world.placed(2, "KA1002").await;
    world.placed(3, "KA2001").await;

    let inbox = world.inbox(&world.receiver).await;

    assert_eq!(ids(&inbox), [second, first]);
    assert_eq!(inbox[0].status(), PlacementStatus::Received);
    assert!(
        inbox[0].participant.as_ref().unwrap().email.is_empty(),
        "no contacts in lists"
    );
}

#[tokio::test]
async fn what_has_begun_with_a_supervisor_leaves_the_inbox_and_what_never_begins_stays() {
    let world = World::new().await;
    let begins = world.placed(0, "KA1001").await;
    let broken_off = world.placed(1, "KA1001").await;
    let nobodys = world.placed(2, "KA1001").await;
    world.assign(&[&begins, &broken_off]).await.unwrap();
    world.import(vec![interruption("A-1", 2, "2026-03-10")]).await;

    world.stand.clock.set("2026-03-10T08:00:00Z".parse().unwrap());
    world.stand.heartbeat();
    crate::time::turned(&world, 1).await;

    assert_eq!(ids(&world.inbox(&world.receiver).await), [nobodys, broken_off]);
}

#[tokio::test]
async fn only_what_was_broken_off_before_it_began_is_removed_and_twice_is_once() {
    let world = World::new().await;
    let placement = world.placed(0, "KA1001").await;
    let early = refusal(remove(&world.receiver, &placement).await);
    assert_eq!(early.reason(), ErrorReason::PlacementNotInterruptedBeforeStart);
    world.import(vec![interruption("A-0", 2, "2026-03-09")]).await;
    assert_eq!(world.inbox(&world.receiver).await.len(), 1);

    for _ in 0..2 {
        remove(&world.receiver, &placement).await.unwrap();
    }

    assert!(world.inbox(&world.receiver).await.is_empty());
    assert_eq!(world.stand.audited("participants.remove_interrupted").await, 1);
    let stranger = refusal(remove(&world.stranger, &placement).await);
    assert_eq!(stranger.reason(), ErrorReason::NotFound);
}

#[tokio::test]
async fn receivers_do_not_learn_of_what_has_begun_by_asking_for_its_removal() {
    let world = World::new().await;
    let placement = world.placed(0, "KA1001").await;
    world.assign(&[&placement]).await.unwrap();
    world.stand.clock.set("2026-03-10T08:00:00Z".parse().unwrap());
    world.stand.heartbeat();

    let receiver = refusal(remove(&world.receiver, &placement).await);
    let lead = refusal(remove(&world.lead, &placement).await);

    assert_eq!(receiver.reason(), ErrorReason::NotFound);
    assert_eq!(lead.reason(), ErrorReason::PlacementNotInterruptedBeforeStart);
}

#[tokio::test]
async fn one_supervisor_for_many_is_told_and_audited() {
    let world = World::new().await;
    let placements = [world.placed(0, "KA1001").await, world.placed(1, "KA1001").await];

    let assigned = world.assign(&[&placements[0], &placements[1]]).await.unwrap();

    assert_eq!(ids(&assigned), placements);
    for placement in &placements {
        let state = world.stand.published(placement).await.pop().unwrap();
        assert_eq!(state.status(), Published::Assigned);
        assert_eq!(
            state.supervisor_account_id,
            Some(reporter_account().id.to_string())
        );
    }
    assert_eq!(world.stand.audited("participants.assign_supervisor").await, 2);
}

#[tokio::test]
async fn all_or_none_are_assigned_and_each_fault_is_named() {
    let world = World::new().await;
    let good = world.placed(0, "KA1001").await;
    let elsewhere = world.placed(1, "KA1002").await;
    let over = world.placed(2, "KA1001").await;
    world.import(vec![interruption("A-2", 2, "2026-03-10")]).await;

    let refusal = refusal(world.assign(&[&good, &elsewhere, &over]).await);

    assert_eq!(
        violations(&refusal),
        [
            ("placement_ids[1]".to_owned(), ErrorReason::SupervisorNotPermitted),
            ("placement_ids[2]".to_owned(), ErrorReason::PlacementOver),
        ]
    );
    assert_eq!(
        world.stand.published(&good).await.len(),
        1,
        "nothing was assigned"
    );
}

#[tokio::test]
async fn a_supervisor_may_report_there_today() {
    let world = World::new().await;
    let placement = world.placed(0, "KA1001").await;
    let account_of = |n, organisation, permission| account(n, organisation, &[permission], &[(NORTH, &[])]);
    let receives = account_of(21, FIRST, Permission::ReceiveParticipants);
    let foreign = account_of(22, OTHER, Permission::ReportAndPlan);
    let ended = account_of(23, FIRST, Permission::ReportAndPlan);
    for account in [&receives, &foreign, &ended] {
        world.stand.grant(account, 1);
    }
    world.stand.end(&ended, 2);
    for (supervisor, reason) in [
        (receives.id, ErrorReason::SupervisorNotPermitted),
        (foreign.id, ErrorReason::SupervisorUnknown),
        (ended.id, ErrorReason::SupervisorUnknown),
        (Uuid::from_u128(0xFF), ErrorReason::SupervisorUnknown),
    ] {
        let refusal = refusal(world.assign_to(&world.lead, &[&placement], supervisor).await);
        assert_eq!(
            violations(&refusal),
            [("supervisor_account_id".to_owned(), reason)]
        );
        let is_unheard_of = supervisor == Uuid::from_u128(0xFF);
        assert_eq!(refusal.retry_delay().is_some(), is_unheard_of);
    }
}

#[tokio::test]
async fn offices_count_when_a_supervisor_is_chosen() {
    let world = World::new().await;
    let mut there = assigned(0, "KA1001");
    there.office_id = OFFICE_ONE.to_string();
    let placement = world.decide(new("A-0", 1, there)).await;
    let in_office = |n, office| {
        let account = account(n, FIRST, &[Permission::ReportAndPlan], &[(NORTH, &[office])]);
        world.stand.grant(&account, 1);
        account.id
    };
    let (right, wrong) = (in_office(21, OFFICE_ONE), in_office(22, OFFICE_TWO));

    let refusal = refusal(world.assign_to(&world.receiver, &[&placement], wrong).await);
    assert_eq!(
        violations(&refusal),
        [("placement_ids[0]".to_owned(), ErrorReason::SupervisorNotPermitted)]
    );
    world
        .assign_to(&world.receiver, &[&placement], right)
        .await
        .unwrap();
}

#[tokio::test]
async fn handing_over_what_has_begun_needs_both_permissions() {
    let world = World::new().await;
    let placement = world.placed(0, "KA1001").await;
    world.assign(&[&placement]).await.unwrap();
    world.stand.clock.set("2026-03-10T08:00:00Z".parse().unwrap());
    world.stand.heartbeat();
    let lead = lead_account().id;

    let receiver = refusal(world.assign_to(&world.receiver, &[&placement], lead).await);
    assert_eq!(receiver.reason(), ErrorReason::NotFound);
    let handed_over = world.assign_to(&world.lead, &[&placement], lead).await.unwrap();
    assert_eq!(handed_over[0].supervisor_account_id, Some(lead.to_string()));
}

#[tokio::test]
async fn the_same_request_is_answered_once_and_ids_stand_once() {
    let world = World::new().await;
    let placement = world.placed(0, "KA1001").await;
    let request = AssignSupervisorRequest {
        request_id: fresh_id(),
        placement_ids: vec![placement.clone()],
        supervisor_account_id: reporter_account().id.to_string(),
    };
    for _ in 0..2 {
        let request = world.receiver.request(request.clone());
        world.receiver.inbox().assign_supervisor(request).await.unwrap();
    }
    assert_eq!(world.stand.audited("participants.assign_supervisor").await, 1);

    let twice = refusal(world.assign(&[&placement, &placement]).await);
    assert_eq!(
        violations(&twice),
        [("placement_ids[1]".to_owned(), ErrorReason::FieldMalformed)]
    );
    let none = refusal(world.assign(&[]).await);
    assert_eq!(
        violations(&none),
        [("placement_ids".to_owned(), ErrorReason::FieldRequired)]
    );
}

#[tokio::test]
async fn a_kept_answer_is_told_of_and_only_for_those_whose_scope_still_holds_it() {
    let world = World::new().await;
    let placement = world.placed(0, "KA1001").await;
    let request = AssignSupervisorRequest {
        request_id: fresh_id(),
        placement_ids: vec![placement],
        supervisor_account_id: reporter_account().id.to_string(),
    };
    let assign = async || {
        let request = world.lead.request(request.clone());
        world.lead.inbox().assign_supervisor(request).await
    };
    assign().await.unwrap();
    world.stand.clock.set("2026-03-03T07:00:00Z".parse().unwrap());
    world.stand.heartbeat();
    assign().await.unwrap();
    assert_eq!(world.stand.told_reads().await.len(), 2, "on both days");

    let mut elsewhere = lead_account();
    elsewhere.units = vec![(SOUTH, Vec::new())];
    world.stand.grant(&elsewhere, 2);

    assert_eq!(refusal(assign().await).reason(), ErrorReason::NotFound);
}

#[tokio::test]
async fn somebody_elses_placement_does_not_exist() {
    let world = World::new().await;
    let placement = world.placed(0, "KA2001").await;
    let refusal = refusal(world.assign(&[&placement]).await);
    assert_eq!(refusal.reason(), ErrorReason::NotFound);
    assert_eq!(
        violations(&refusal),
        [("placement_ids[0]".to_owned(), ErrorReason::NotFound)]
    );
}

#[tokio::test]
async fn a_page_never_ends_early_while_rows_wait_to_be_turned() {
    let world = World::new().await;
    let waits = world.placed(0, "KA1001").await;
    let begun = [world.placed(1, "KA1001").await, world.placed(2, "KA1001").await];
    world.assign(&[&begun[0], &begun[1]]).await.unwrap();
    // Somebody works on them at midnight, so that the job passes them over.
    let mut owner = world.stand.owner().await;
    let mut work = sqlx::Connection::begin(&mut owner).await.unwrap();
    sqlx::query("select from placements for update")
        .execute(&mut *work)
        .await
        .unwrap();
    world.stand.clock.set("2026-03-10T08:00:00Z".parse().unwrap());
    world.stand.heartbeat();

    let request = world.receiver.request(ListInboxRequest {
        page: Some(proto::types::v1::PageRequest {
            size: 1,
            token: String::new(),
        }),
    });
    let first = world
        .receiver
        .inbox()
        .list_inbox(request)
        .await
        .unwrap()
        .into_inner();

    assert_eq!(ids(&first.placements), [waits]);
    assert_eq!(first.page.unwrap().next_token, "");
    work.rollback().await.unwrap();
}
