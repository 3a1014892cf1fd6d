//! Searching by names that nobody can read in the database, and by case references.

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
