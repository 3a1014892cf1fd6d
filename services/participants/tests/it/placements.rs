//! Reading placements: who sees which, what of them, and what the participant is told of it.

use platform::auth::token::ClientKind;
use proto::errors::v1::ErrorReason;
use proto::participants::v1::*;
use proto::policy::v1::Permission;
use proto::types::v1::PageRequest;
use support::people::PARTICIPANTS;
use uuid::Uuid;

use crate::stand::*;

async fn batch(caller: &Caller, ids: &[&str]) -> Result<Vec<PlacementSummary>, tonic::Status> {
    let request = caller.request(BatchGetPlacementsRequest {
        placement_ids: ids.iter().map(|&id| id.to_owned()).collect(),
    });
    let answer = caller.placements().batch_get_placements(request).await?;
    Ok(answer.into_inner().placements)
}

async fn own(caller: &Caller) -> Vec<OwnPlacement> {
    let request = caller.request(ListOwnPlacementsRequest::default());
    let answer = caller.placements().list_own_placements(request).await.unwrap();
    answer.into_inner().placements
}

fn ids(placements: &[PlacementSummary]) -> Vec<&str> {
    placements.iter().map(|it| it.placement_id.as_str()).collect()
}

#[tokio::test]
async fn reporters_list_those_of_their_units_and_systems_those_of_their_organisation() {
    let world = World::new().await;
    let north = world.placed(0, "KA1001").await;
    let south = world.placed(1, "KA1002").await;
    let other = world.placed(2, "KA2001").await;

    assert_eq!(ids(&world.list(&world.reporter, |_| ()).await), [north.as_str()]);
    assert_eq!(
        ids(&world.list(&world.lead, |_| ()).await),
        [south.as_str(), &north]
    );
    assert_eq!(
        ids(&world.list(&world.system, |_| ()).await),
        [south.as_str(), &north]
    );
    assert_eq!(ids(&world.list(&world.stranger, |_| ()).await), [other.as_str()]);
    let foreign_unit = |it: &mut ListPlacementsRequest| it.unit_id = ELSEWHERE.to_string();
    assert!(world.list(&world.lead, foreign_unit).await.is_empty());
}

#[tokio::test]
async fn whoever_may_not_see_a_placement_is_told_that_there_is_none() {
    let world = World::new().await;
    let placement = world.placed(0, "KA1001").await;
    world.assign(&[&placement]).await.unwrap();
    world.stand.clock.set("2026-03-10T08:00:00Z".parse().unwrap());
    world.stand.heartbeat();
    let other_system = world.stand.machine(ClientKind::Supplier, OTHER);
    for caller in [&world.receiver, &world.stranger, &other_system] {
        let refusal = refusal(world.get(caller, &placement).await);
        assert_eq!(refusal.reason(), ErrorReason::NotFound);
        assert!(batch(caller, &[&placement]).await.unwrap().is_empty());
    }
    for caller in [&world.reporter, &world.lead, &world.system, &world.agency] {
        assert!(world.get(caller, &placement).await.is_ok());
        assert_eq!(batch(caller, &[&placement]).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn administrators_alone_and_participants_may_not_even_ask() {
    let world = World::new().await;
    let placement = world.placed(0, "KA1001").await;
    let administrator = refusal(world.get(&world.administrator, &placement).await);
    assert_eq!(administrator.reason(), ErrorReason::PermissionMissing);
    let person = world.stand.identity.person(PARTICIPANTS[0].number);
    let participant = refusal(
        world
            .get(&world.stand.participant(person, Vec::new()), &placement)
            .await,
    );
    assert_eq!(participant.reason(), ErrorReason::CallerNotAllowed);
}

#[tokio::test]
async fn named_offices_are_all_that_is_seen() {
    let world = World::new().await;
    let mut there = assigned(0, "KA1001");
    there.office_id = OFFICE_ONE.to_string();
    let placement = world.decide(new("A-0", 1, there)).await;
    world.placed(1, "KA1001").await;
    let in_office = |n, office| {
        let units: &[(Uuid, &[Uuid])] = &[(NORTH, &[office])];
        world
            .stand
            .act_as(&account(n, FIRST, &[Permission::ReportAndPlan], units))
    };

    let (right, wrong) = (in_office(21, OFFICE_ONE), in_office(22, OFFICE_TWO));

    assert_eq!(ids(&world.list(&right, |_| ()).await), [placement.as_str()]);
    assert!(world.list(&wrong, |_| ()).await.is_empty());
    assert!(world.get(&wrong, &placement).await.is_err());
}

#[tokio::test]
async fn detail_shows_contacts_and_is_told_each_time() {
    let world = World::new().await;
    let placement = world.placed(0, "KA1001").await;

    for _ in 0..2 {
        let shown = world.get(&world.reporter, &placement).await.unwrap();
        let participant = shown.summary.unwrap().participant.unwrap();
        assert_eq!(participant.given_name, PARTICIPANTS[0].given_name);
        assert_eq!(participant.email, "participant@example.org");
        assert_eq!(shown.caseworker.unwrap().function, "Direktservice");
    }

    let told = world.stand.told_reads().await;
    assert_eq!(told.len(), 2);
    assert_eq!(
        told[0].person_id,
        world.stand.identity.person(PARTICIPANTS[0].number).to_string()
    );
    assert_eq!(
        (&*told[0].role, &*told[0].purpose, &*told[0].data_kind),
        ("provider_staff", "report_and_plan", "placement_details")
    );
}

#[tokio::test]
async fn lists_are_told_once_a_day_and_only_of_what_was_seen() {
    let world = World::new().await;
    let seen = world.placed(0, "KA1001").await;
    let unseen = world.placed(1, "KA1002").await;

    world.list(&world.reporter, |_| ()).await;
    world.list(&world.reporter, |_| ()).await;
    batch(&world.reporter, &[&seen, &unseen]).await.unwrap();
    world.inbox(&world.receiver).await;

    let roles: Vec<_> = world
        .stand
        .told_reads()
        .await
        .into_iter()
        .map(|it| it.purpose)
        .collect();
    assert_eq!(roles, ["report_and_plan", "receive_participants"]);
}

#[tokio::test]
async fn a_protected_identity_is_shown_to_be_one_and_nothing_else() {
    let world = World::new().await;
    let mut protected = assigned(0, "KA1001");
    protected.protected_identity = true;
    let placement = world.decide(new("A-0", 1, protected)).await;

    for caller in [&world.reporter, &world.receiver, &world.system, &world.agency] {
        let shown = world.get(caller, &placement).await.unwrap();
        let participant = shown.summary.unwrap().participant.unwrap();
        assert!(participant.protected_identity);
        assert_eq!((&*participant.given_name, &*participant.surname), ("•••", "•••"));
        let rest = [participant.phone, participant.email, participant.language];
        assert!(rest.iter().all(String::is_empty) && !participant.interpreter_needed);
    }
    assert!(world.stand.published(&placement).await[0].protected_identity);
}

#[tokio::test]
async fn lists_filter_by_state_supervisor_and_unit() {
    let world = World::new().await;
    let assigned = world.placed(0, "KA1001").await;
    let received = world.placed(1, "KA1001").await;
    let broken_off = world.placed(2, "KA1001").await;
    world.assign(&[&assigned]).await.unwrap();
    world.import(vec![interruption("A-2", 2, "2026-03-01")]).await;
    let list = async |change: fn(&mut ListPlacementsRequest)| world.list(&world.lead, change).await;

    assert_eq!(ids(&list(|_| ()).await), [received.as_str(), &assigned]);
    let by_supervisor = list(|it| it.supervisor_account_id = reporter_account().id.to_string()).await;
    assert_eq!(ids(&by_supervisor), [assigned.as_str()]);
    let states = list(|it| it.statuses = vec![PlacementStatus::InterruptedBeforeStart.into()]).await;
    assert_eq!(ids(&states), [broken_off.as_str()]);
    assert!(list(|it| it.unit_id = SOUTH.to_string()).await.is_empty());
    assert_eq!(list(|it| it.unit_id = NORTH.to_string()).await.len(), 2);
}

#[tokio::test]
async fn lists_go_on_where_they_ended_and_tokens_belong_to_their_list() {
    let world = World::new().await;
    for person in 0..5 {
        world.placed(person, "KA1001").await;
    }
    let mut request = ListPlacementsRequest {
        page: Some(PageRequest {
            size: 2,
            token: String::new(),
        }),
        ..Default::default()
    };
    let mut found = Vec::new();
    loop {
        let asked = world.lead.request(request.clone());
        let answer = world
            .lead
            .placements()
            .list_placements(asked)
            .await
            .unwrap()
            .into_inner();
        found.extend(answer.placements.into_iter().map(|it| it.case_reference));
        request.page.as_mut().unwrap().token = answer.page.unwrap().next_token;
        if request.page.as_ref().unwrap().token.is_empty() {
            break;
        }
        assert!(found.len() < 5);
        let other_filter = ListPlacementsRequest {
            search: "x".to_owned(),
            ..request.clone()
        };
        let other = world
            .lead
            .placements()
            .list_placements(world.lead.request(other_filter))
            .await;
        let refusal = refusal(other);
        assert_eq!(
            violations(&refusal),
            [("page.token".to_owned(), ErrorReason::PageTokenInvalid)]
        );
    }
    assert_eq!(found, ["A-4", "A-3", "A-2", "A-1", "A-0"]);
}

#[tokio::test]
async fn a_status_that_a_list_names_twice_counts_once() {
    let world = World::new().await;
    for person in 0..3 {
        world.placed(person, "KA1001").await;
    }
    // Found by units, and throughout the organisation.
    for caller in [&world.lead, &world.system] {
        let mut token = String::new();
        for expected in [&["A-2", "A-1"][..], &["A-0"]] {
            let request = caller.request(ListPlacementsRequest {
                statuses: vec![PlacementStatus::Received.into(); 2],
                page: Some(PageRequest { size: 2, token }),
                ..Default::default()
            });
            let answer = caller.placements().list_placements(request).await.unwrap();
            let answer = answer.into_inner();
            let cases: Vec<_> = answer.placements.iter().map(|it| &*it.case_reference).collect();
            assert_eq!(cases, expected);
            token = answer.page.unwrap().next_token;
        }
        assert!(token.is_empty());
    }
}

#[tokio::test]
async fn only_rows_of_the_page_are_told_of() {
    let world = World::new().await;
    for person in 0..3 {
        world.placed(person, "KA1001").await;
    }
    let page = PageRequest {
        size: 2,
        token: String::new(),
    };
    let listed = world.list(&world.lead, |it| it.page = Some(page)).await;
    assert_eq!(listed.len(), 2);
    assert_eq!(world.stand.told_reads().await.len(), 2);
}

#[tokio::test]
async fn every_wrong_filter_is_named() {
    let world = World::new().await;
    let request = world.lead.request(ListPlacementsRequest {
        statuses: vec![PlacementStatus::Active.into(), 99],
        supervisor_account_id: "nobody".to_owned(),
        unit_id: "nowhere".to_owned(),
        search: "x".repeat(201),
        page: Some(PageRequest {
            size: -1,
            token: String::new(),
        }),
    });
    let refusal = refusal(world.lead.placements().list_placements(request).await);
    let paths: Vec<_> = violations(&refusal).into_iter().map(|(path, _)| path).collect();
    assert_eq!(
        paths,
        [
            "statuses[1]",
            "supervisor_account_id",
            "unit_id",
            "search",
            "page.size"
        ]
    );
}

#[tokio::test]
async fn participants_list_their_own_under_every_id_of_theirs() {
    let world = World::new().await;
    let first = world.placed(0, "KA1001").await;
    world.assign(&[&first]).await.unwrap();
    world.placed(1, "KA1001").await;
    world.decide(new("A-9", 1, assigned(0, "KA1002"))).await;
    world.import(vec![interruption("A-9", 2, "2026-03-01")]).await;
    let person = world.stand.identity.person(PARTICIPANTS[0].number);

    let placements = own(&world.stand.participant(person, Vec::new())).await;
    assert_eq!(placements.len(), 1, "what never began is left out");
    assert_eq!(placements[0].placement_id, first);
    assert_eq!(
        placements[0].supervisor_account_id,
        Some(reporter_account().id.to_string())
    );
    assert_eq!(placements[0].agency_function, "Direktservice");
    assert!(placements[0].documents_online);
    let joined = world.stand.participant(Uuid::from_u128(5), vec![person]);
    assert_eq!(own(&joined).await.len(), 1);
    assert!(
        own(&world.stand.participant(Uuid::from_u128(5), Vec::new()))
            .await
            .is_empty()
    );
    assert!(
        world.stand.told_reads().await.len() == 1,
        "one's own reads are not told"
    );
}
