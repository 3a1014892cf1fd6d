//! Searching by names that nobody can read in the database, and by case references.

use proto::participants::v1::{ListPlacementsRequest, PlacementStatus};
use proto::policy::v1::Permission;
use proto::types::v1::PageRequest;
use uuid::Uuid;

use crate::stand::*;

async fn found(world: &World, caller: &Caller, search: &str) -> Vec<String> {
    let placements = world.list(caller, |it| search.clone_into(&mut it.search)).await;
    placements.into_iter().map(|it| it.case_reference).collect()
}

async fn world() -> World {
    let world = World::new().await;
    for (case, given_name, surname, unit) in [
        ("A-1", "Anna-Påhitta", "Låtsaslund", "KA1001"),
        ("A-2", "Anders", "Låtsasberg", "KA1002"),
        ("X-3", "Anna", "Övningsfors", "KA2001"),
    ] {
        let mut assignment = assigned(usize::from(case.as_bytes()[2] - b'0'), unit);
        given_name.clone_into(&mut assignment.given_name);
        surname.clone_into(&mut assignment.surname);
        world.decide(new(case, 1, assignment)).await;
    }
    world
}

#[tokio::test]
async fn names_are_found_by_their_beginnings_in_scope() {
    let world = world().await;
    for (search, expected) in [
        ("an", &["A-2", "A-1"][..]),
        ("anna", &["A-1"]),
        ("LATSAS", &["A-2", "A-1"]),
        ("låtsaslund pahitta", &["A-1"]),
        ("anna låtsasberg", &[]),
        // One letter finds nobody by name, but every case reference that begins so.
        ("a", &[]),
        ("A", &["A-2", "A-1"]),
        ("lund", &[]),
    ] {
        assert_eq!(found(&world, &world.lead, search).await, expected, "{search}");
    }
    assert_eq!(found(&world, &world.reporter, "an").await, ["A-1"]);
    assert_eq!(found(&world, &world.stranger, "anna").await, ["X-3"]);
    assert_eq!(found(&world, &world.system, "anders").await, ["A-2"]);
}

#[tokio::test]
async fn case_references_are_found_by_their_beginning() {
    let world = world().await;
    assert_eq!(found(&world, &world.lead, "A-").await, ["A-2", "A-1"]);
    assert_eq!(found(&world, &world.lead, "A-2").await, ["A-2"]);
    assert!(found(&world, &world.lead, "-2").await.is_empty());
    assert!(
        found(&world, &world.lead, "X-3").await.is_empty(),
        "of another organisation"
    );
}

#[tokio::test]
async fn a_new_name_is_found_and_the_old_one_is_not() {
    let world = world().await;
    let mut renamed = assigned(1, "KA1001");
    renamed.given_name = "Nykläckta".to_owned();
    renamed.surname = "Namnbytare".to_owned();
    world.import(vec![changed("A-1", 2, renamed)]).await;
    assert!(found(&world, &world.lead, "påhitta").await.is_empty());
    assert_eq!(found(&world, &world.lead, "namnb").await, ["A-1"]);
}

#[tokio::test]
async fn a_protected_identity_is_found_by_case_reference_only() {
    let world = world().await;
    let mut protected = assigned(1, "KA1001");
    protected.given_name = "Anna-Påhitta".to_owned();
    protected.protected_identity = true;
    world.import(vec![changed("A-1", 2, protected)]).await;
    assert!(found(&world, &world.lead, "påhitta").await.is_empty());
    assert_eq!(found(&world, &world.lead, "A-1").await, ["A-1"]);
}

#[tokio::test]
async fn equal_names_in_two_organisations_leave_no_equal_hashes() {
    let world = world().await;
    let query =
        "select count(*) from (select unnest(name_tokens) from placements where case_reference = 'A-1'
        intersect select unnest(name_tokens) from placements where case_reference = 'X-3') both_have";
    let shared: i64 = sqlx::query_scalar(query)
        .fetch_one(&mut world.stand.owner().await)
        .await
        .unwrap();
    assert_eq!(shared, 0);
}

#[tokio::test]
async fn a_search_goes_on_where_it_ended() {
    let world = world().await;
    for search in ["an", "A-"] {
        let mut token = String::new();
        for expected in ["A-2", "A-1"] {
            let request = world.lead.request(ListPlacementsRequest {
                search: search.to_owned(),
                page: Some(PageRequest { size: 1, token }),
                ..Default::default()
            });
            let answer = world.lead.placements().list_placements(request).await.unwrap();
            let answer = answer.into_inner();
            let cases: Vec<_> = answer.placements.iter().map(|it| &*it.case_reference).collect();
            assert_eq!(cases, [expected], "{search}");
            token = answer.page.unwrap().next_token;
        }
        assert!(token.is_empty(), "{search}");
    }
}

/// Placements like that of a case, more than are all read or looked through. Nobody can open their facts: what is not
/// shown need not be read.
struct Crowd {
    like: &'static str,
    /// What their ids begin with.
    ids: &'static str,
    cases: &'static str,
    status: &'static str,
    bear_the_name: bool,
}

impl Crowd {
    async fn come(&self, world: &World) {
        let query = "insert into placements (placement_id, case_reference, person_id, organisation_id, unit_id, office_id,
                starts_on, ends_on, facts_sequence, is_protected, wrapped_key, sealed_facts, name_tokens, status, received_at)
            select ($1 || '-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, $2 || n, person_id, organisation_id, unit_id,
                office_id, starts_on, ends_on, 1, false, '', '', case when $4 then name_tokens else '{}' end, $3, received_at
            from placements, generate_series(1, 1600) n where case_reference = $5";
        sqlx::query(query)
            .bind(self.ids)
            .bind(self.cases)
            .bind(self.status)
            .bind(self.bear_the_name)
            .bind(self.like)
            .execute(&mut world.stand.owner().await)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_name_that_many_bear_is_found_among_the_newest_and_else_wherever_it_is() {
    let world = world().await;
    let found = async |caller: &Caller| {
        let change = |it: &mut ListPlacementsRequest| {
            "påhitta".clone_into(&mut it.search);
            it.statuses = vec![PlacementStatus::Received.into()];
        };
        let placements = world.list(caller, change).await;
        let cases = placements.into_iter().map(|it| it.case_reference);
        cases.collect::<Vec<_>>()
    };
    let callers = [&world.reporter, &world.lead, &world.system];
    let oldest = Crowd {
        like: "A-1",
        ids: "00000000",
        cases: "Y-",
        status: "ended",
        bear_the_name: true,
    };
    oldest.come(&world).await;
    for caller in callers {
        assert_eq!(found(caller).await, ["A-1"]);
    }
    let newest = Crowd {
        ids: "ffffffff",
        cases: "Z-",
        status: "received",
        bear_the_name: false,
        ..oldest
    };
    newest.come(&world).await;
    for caller in callers {
        assert_eq!(found(caller).await, ["A-1"]);
    }
}

/// The cases of all pages of those that are received, as they came.
async fn received(caller: &Caller, unit: Option<Uuid>, search: &str, size: i32) -> Vec<String> {
    let (mut found, mut token) = (Vec::new(), String::new());
    loop {
        let request = caller.request(ListPlacementsRequest {
            search: search.to_owned(),
            statuses: vec![PlacementStatus::Received.into()],
            unit_id: unit.map(|unit| unit.to_string()).unwrap_or_default(),
            page: Some(PageRequest { size, token }),
            ..Default::default()
        });
        let answer = caller.placements().list_placements(request).await.unwrap();
        let answer = answer.into_inner();
        found.extend(answer.placements.into_iter().map(|it| it.case_reference));
        token = answer.page.unwrap().next_token;
        if token.is_empty() {
            return found;
        }
    }
}

/// Everybody finds those in their reach by the beginning of their cases, on pages of any size.
async fn check_reaches(world: &World, [few, many]: [&Caller; 2]) {
    for (caller, unit, expected) in [
        (&world.system, None, &["A-4", "A-2", "A-1"][..]),
        (&world.lead, None, &["A-4", "A-2", "A-1"]),
        (&world.lead, Some(NORTH), &["A-4", "A-1"]),
        (&world.reporter, None, &["A-4", "A-1"]),
        (few, None, &["A-4", "A-2"]),
        (few, Some(NORTH), &["A-4"]),
        (many, None, &["A-4", "A-2"]),
        (many, Some(NORTH), &["A-4"]),
        (&world.stranger, None, &[]),
    ] {
        for size in [1, 2, 50] {
            assert_eq!(
                received(caller, unit, "A-", size).await,
                expected,
                "{unit:?}, {size}"
            );
        }
    }
}

#[tokio::test]
async fn a_beginning_that_many_cases_have_is_found_among_the_newest_and_else_wherever_it_is() {
    let world = world().await;
    let mut in_office = assigned(4, "KA1001");
    in_office.office_id = OFFICE_ONE.to_string();
    world.decide(new("A-4", 1, in_office)).await;
    // A whole unit, and one office of another.
    let beside = [(SOUTH, &[][..]), (NORTH, &[OFFICE_ONE][..])];
    let others: Vec<Uuid> = (0..20).map(|unit| Uuid::from_u128(0x9_000 + unit)).collect();
    let others = others.iter().map(|unit| (*unit, &[][..]));
    let many: Vec<(Uuid, &[Uuid])> = others.chain(beside).collect();
    let permissions = [Permission::ReceiveParticipants, Permission::ReportAndPlan];
    let [few, many] = [(31, &beside[..]), (32, &many)]
        .map(|(n, units)| world.stand.act_as(&account(n, FIRST, &permissions, units)));

    check_reaches(&world, [&few, &many]).await;
    let oldest = Crowd {
        like: "A-1",
        ids: "00000000",
        // Before all others in the order of references.
        cases: "A-0",
        status: "ended",
        bear_the_name: false,
    };
    oldest.come(&world).await;
    check_reaches(&world, [&few, &many]).await;
    let newest = Crowd {
        like: "A-4",
        ids: "ffffffff",
        cases: "B-",
        status: "received",
        ..oldest
    };
    newest.come(&world).await;
    check_reaches(&world, [&few, &many]).await;
}
