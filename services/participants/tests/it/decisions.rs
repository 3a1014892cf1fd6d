//! Decisions of the agency: once each, in any order, each row for itself.

use proto::errors::v1::ErrorReason;
use proto::participants::events::v1::PlacementStatus as Published;
use proto::participants::v1::decision::Content;
use proto::participants::v1::*;
use support::people::PARTICIPANTS;
use uuid::Uuid;

use crate::stand::*;

pub fn results(reports: &[DecisionReport]) -> Vec<DecisionResult> {
    reports.iter().map(DecisionReport::result).collect()
}

pub fn reasons(report: &DecisionReport) -> Vec<(&str, ErrorReason)> {
    let reasons = report.reasons.iter();
    reasons.map(|it| (it.path.as_str(), it.reason())).collect()
}

#[tokio::test]
async fn a_new_decision_makes_a_placement_and_tells_of_it_without_a_name() {
    let world = World::new().await;
    let mut assignment = assigned(0, "KA1001");
    assignment.office_id = OFFICE_ONE.to_string();

    let placement = world.decide(new("A-1", 1, assignment)).await;

    let state = world.stand.published(&placement).await.pop().unwrap();
    let person = world.stand.identity.person(PARTICIPANTS[0].number);
    assert_eq!(state.person_id, person.to_string());
    assert_eq!(state.case_reference, "A-1");
    assert_eq!(state.organisation_id, FIRST.to_string());
    assert_eq!(state.office_id, Some(OFFICE_ONE.to_string()));
    assert_eq!(state.status(), Published::Received);
    assert_eq!(world.stand.audited("participants.take_decisions").await, 1);
}

#[tokio::test]
async fn the_same_batch_again_changes_nothing() {
    let world = World::new().await;
    let batch = || {
        vec![
            new("A-1", 1, assigned(0, "KA1001")),
            interruption("A-1", 2, "2026-04-01"),
        ]
    };
    world.import(batch()).await;

    let again = world.import(batch()).await;

    assert_eq!(
        results(&again),
        [DecisionResult::Unchanged, DecisionResult::Unchanged]
    );
    let records = world.stand.outbox("participants.placement.v1").await;
    assert_eq!(records.len(), 1, "one record for the case of one batch");
    assert_eq!(world.stand.count("decisions").await, 2);
}

#[tokio::test]
async fn an_older_decision_never_overwrites_a_newer_one() {
    let world = World::new().await;
    let mut newer = assigned(0, "KA1001");
    newer.period = Some(period("2026-04-01", "2026-06-30"));
    let placement = world.decide(changed("A-1", 5, newer)).await;

    let late = world.import(vec![new("A-1", 1, assigned(0, "KA1002"))]).await;

    assert_eq!(results(&late), [DecisionResult::Superseded]);
    let state = world.stand.published(&placement).await.pop().unwrap();
    assert_eq!(state.unit_id, NORTH.to_string());
    assert_eq!(state.period, Some(period("2026-04-01", "2026-06-30")));
}

#[tokio::test]
async fn an_interruption_waits_for_its_case() {
    let world = World::new().await;
    let early = world.import(vec![interruption("A-1", 2, "2026-04-01")]).await;
    assert_eq!(results(&early), [DecisionResult::Waiting]);

    let placement = world.decide(new("A-1", 1, assigned(0, "KA1001"))).await;

    let state = world.stand.published(&placement).await.pop().unwrap();
    assert_eq!(state.interrupted_on, Some(day("2026-04-01")));
}

#[tokio::test]
async fn an_extension_is_a_placement_of_its_own_that_is_linked_whichever_comes_first() {
    let world = World::new().await;
    let mut further = assigned(0, "KA1001");
    further.period = Some(period("2026-06-10", "2026-09-09"));
    let extension = Extension {
        extends_case_reference: "A-1".to_owned(),
        assignment: Some(further),
    };
    let second = world
        .decide(decision("A-2", 1, Content::Extension(extension)))
        .await;
    let first = world.decide(new("A-1", 1, assigned(0, "KA1001"))).await;

    let (first, second) = (
        world.get(&world.reporter, &first).await.unwrap(),
        world.get(&world.reporter, &second).await.unwrap(),
    );

    let ids = [&first, &second].map(|it| it.summary.as_ref().unwrap().placement_id.clone());
    assert_eq!(first.extended_by_placement_id.as_ref(), Some(&ids[1]));
    assert_eq!(second.extends_placement_id.as_ref(), Some(&ids[0]));
}

#[tokio::test]
async fn another_unit_takes_the_supervisor_away() {
    let world = World::new().await;
    let placement = world.placed(0, "KA1001").await;
    world.assign(&[&placement]).await.unwrap();

    world.decide(changed("A-0", 2, assigned(0, "KA1002"))).await;

    let state = world.stand.published(&placement).await.pop().unwrap();
    assert_eq!(
        (state.supervisor_account_id.clone(), state.status()),
        (None, Published::Received)
    );
}

#[tokio::test]
async fn a_changed_contact_is_kept_and_not_told_to_others() {
    let world = World::new().await;
    let placement = world.placed(0, "KA1001").await;
    let mut other = assigned(0, "KA1001");
    other.email = "other@example.org".to_owned();

    let reports = world.import(vec![changed("A-0", 2, other)]).await;

    assert_eq!(results(&reports), [DecisionResult::Changed]);
    assert_eq!(world.stand.published(&placement).await.len(), 1);
    let shown = world.get(&world.reporter, &placement).await.unwrap();
    assert_eq!(
        shown.summary.unwrap().participant.unwrap().email,
        "other@example.org"
    );
}

#[tokio::test]
async fn a_case_never_changes_its_person_unless_two_turn_out_to_be_one() {
    let world = World::new().await;
    world.placed(0, "KA1001").await;

    let other = world.import(vec![changed("A-0", 2, assigned(1, "KA1001"))]).await;
    assert_eq!(
        reasons(&other[0]),
        [("decisions[0].case_reference", ErrorReason::CaseOfAnotherPerson)]
    );

    let (before, after) = (
        world.stand.identity.person(PARTICIPANTS[0].number),
        Uuid::from_u128(77),
    );
    world.stand.identity.rename(PARTICIPANTS[0].number, after);
    crate::projections::merge(&world.stand, before, after).await;
    let same = world.import(vec![changed("A-0", 2, assigned(0, "KA1001"))]).await;
    assert_eq!(results(&same), [DecisionResult::Changed]);
}

#[tokio::test]
async fn a_case_never_goes_to_another_organisation() {
    let world = World::new().await;
    let placement = world.placed(0, "KA1001").await;

    let moved = world.import(vec![changed("A-0", 2, assigned(0, "KA2001"))]).await;

    assert_eq!(results(&moved), [DecisionResult::Refused]);
    assert_eq!(
        reasons(&moved[0]),
        [("decisions[0].case_reference", ErrorReason::KaNumberTaken)]
    );
    assert!(world.list(&world.stranger, |_| ()).await.is_empty());
    assert_eq!(world.stand.published(&placement).await.len(), 1);
}

#[tokio::test]
async fn a_unit_nobody_has_heard_of_is_asked_for_again_later() {
    let world = World::new().await;
    let batch = || {
        vec![
            new("A-1", 1, assigned(0, "KA7777")),
            new("A-2", 1, assigned(1, "KA1001")),
        ]
    };
    let first = world.import(batch()).await;
    assert_eq!(
        results(&first),
        [DecisionResult::RetryLater, DecisionResult::Created]
    );
    let path = "decisions[0].new_placement.ka_number";
    assert_eq!(reasons(&first[0]), [(path, ErrorReason::KaNumberUnknown)]);

    world
        .stand
        .tell_unit(unit(Uuid::from_u128(0xA7), FIRST, "KA7777", &[]))
        .await;

    let again = world.import(batch()).await;
    assert_eq!(
        results(&again),
        [DecisionResult::Created, DecisionResult::Unchanged]
    );
}

#[tokio::test]
async fn what_was_taken_stays_so_when_its_unit_closes() {
    let world = World::new().await;
    let batch = || {
        vec![
            new("A-1", 1, assigned(0, "KA1001")),
            interruption("A-2", 2, "2026-04-01"),
        ]
    };
    let first = world.import(batch()).await;
    let mut closed = unit(NORTH, FIRST, "KA1001", &[]);
    closed.validity = Some(period("2026-01-01", "2026-03-01"));
    world.stand.tell_unit(closed).await;

    let again = world.import(batch()).await;

    assert_eq!(results(&again), [DecisionResult::Unchanged; 2]);
    assert_eq!(again[0].placement_id, first[0].placement_id);
    let late = world.import(vec![new("A-3", 1, assigned(0, "KA1001"))]).await;
    assert_eq!(results(&late), [DecisionResult::Refused]);
}

#[tokio::test]
async fn numbers_identity_refuses_are_named_and_the_others_go_on() {
    let world = World::new().await;
    let mut wrong = assigned(0, "KA1001");
    wrong.number = "not a number".to_owned();

    let reports = world
        .import(vec![new("A-1", 1, wrong), new("A-2", 1, assigned(1, "KA1001"))])
        .await;

    assert_eq!(
        results(&reports),
        [DecisionResult::Refused, DecisionResult::Created]
    );
    let path = "decisions[0].new_placement.number";
    assert_eq!(reasons(&reports[0]), [(path, ErrorReason::NumberMalformed)]);
    assert_eq!(world.stand.identity.calls(), 2);
}

#[tokio::test]
async fn nothing_is_taken_while_identity_is_away() {
    let world = World::new().await;
    world.stand.identity.set_away(true);

    let refusal = refusal(world.try_import(vec![new("A-1", 1, assigned(0, "KA1001"))]).await);

    assert_eq!(refusal.code(), platform::grpc::Code::Unavailable);
    assert_eq!(world.stand.count("decisions").await, 0);
}

#[tokio::test]
async fn a_newer_full_decision_has_a_case_go_on_and_shows_it_to_receivers_again() {
    let world = World::new().await;
    let placement = world.decide(new("A-1", 1, assigned(0, "KA1001"))).await;
    world.import(vec![interruption("A-1", 2, "2026-03-05")]).await;
    let request = world.receiver.request(RemoveInterruptedPlacementRequest {
        placement_id: placement.clone(),
    });
    let mut inbox = world.receiver.inbox();
    inbox.remove_interrupted_placement(request).await.unwrap();
    assert!(world.inbox(&world.receiver).await.is_empty());

    let lifted = world.import(vec![changed("A-1", 3, assigned(0, "KA1001"))]).await;

    assert_eq!(results(&lifted), [DecisionResult::Changed]);
    let state = world.stand.published(&placement).await.pop().unwrap();
    assert_eq!(
        (state.status(), state.interrupted_on),
        (Published::Received, None)
    );
    assert_eq!(world.inbox(&world.receiver).await.len(), 1);
    let late = world.import(vec![interruption("A-1", 4, "2026-03-06")]).await;
    assert_eq!(results(&late), [DecisionResult::Changed]);
    assert_eq!(
        world.inbox(&world.receiver).await.len(),
        1,
        "it was removed before"
    );
}
