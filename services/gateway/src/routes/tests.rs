use std::sync::LazyLock;

use super::*;

const SUBJECT: &str = "deltaga.subject.v1.SubjectService/ExportSubject";

static ROUTES: LazyLock<Routes> = LazyLock::new(Routes::of_contract);

fn routes() -> &'static Routes {
    &ROUTES
}

fn peer_of(path: &str) -> Option<&'static str> {
    routes().find(Door::Browsers, path).map(|route| route.peer)
}

/// The lists are written by hand: whoever opens a method to the outside says so here, too.
#[test]
fn exactly_the_listed_methods_are_behind_each_door() {
    for (door, listed) in [
        (Door::Browsers, include_str!("browsers.txt")),
        (Door::Suppliers, include_str!("suppliers.txt")),
    ] {
        let by_hand: Vec<&str> = listed
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .collect();
        let by_contract = routes().listed(door);
        let missing: Vec<&String> = by_contract
            .iter()
            .filter(|path| !by_hand.contains(&path.as_str()))
            .collect();
        let gone: Vec<&&str> = by_hand
            .iter()
            .filter(|path| !by_contract.iter().any(|other| other == **path))
            .collect();
        assert!(
            missing.is_empty() && gone.is_empty(),
            "{}: not in the list {missing:#?}, not in the contract {gone:#?}",
            door.name()
        );
    }
}

#[test]
fn a_package_belongs_to_the_service_of_its_name() {
    assert_eq!(
        peer_of("/deltaga.staff.v1.AccountService/ListMyAccounts"),
        Some("staff")
    );
    assert_eq!(
        peer_of("/deltaga.identity.v1.SignInService/StartSignIn"),
        Some("identity")
    );
}

#[test]
fn a_shared_package_needs_the_service_to_be_named() {
    let path = "/deltaga.uploads.v1.UploadService/UploadChunk";

    assert_eq!(peer_of(path), None);
    assert_eq!(peer_of(&format!("/staff{path}")), Some("staff"));
    assert_eq!(peer_of(&format!("/participants{path}")), Some("participants"));
    assert_eq!(peer_of(&format!("/moon{path}")), None);
}

#[test]
fn a_service_that_is_named_must_be_the_owner() {
    let path = "/deltaga.staff.v1.AccountService/ListMyAccounts";

    assert_eq!(peer_of(&format!("/staff{path}")), Some("staff"));
    assert_eq!(peer_of(&format!("/identity{path}")), None);
}

#[test]
fn nothing_else_leads_anywhere() {
    for path in [
        "",
        "/",
        "//",
        "/staff",
        "/deltaga.staff.v1.AccountService",
        "/deltaga.staff.v1.AccountService/",
        "/deltaga.staff.v1.AccountService/ListMyAccounts/",
        "/deltaga.staff.v1.AccountService/listMyAccounts",
        "/staff/staff/deltaga.staff.v1.AccountService/ListMyAccounts",
        "/deltaga.identity.v1.SessionService/ExchangeSession",
        "/deltaga.identity.v1.PersonService/ResolvePersons",
        "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    ] {
        assert_eq!(peer_of(path), None, "{path}");
    }
}

#[test]
fn what_services_alone_may_call_is_behind_no_door_unless_it_is_wrapped() {
    let policies = PolicyTable::of_contract();
    let routes = routes();
    for (name, policy) in policies.methods() {
        let is_for_services_only = policy.principals == [PrincipalKind::Service];
        let is_reachable = routes.methods.contains_key(name);
        if is_for_services_only && Wrapped::of(name).is_none() {
            assert!(!is_reachable, "{name}");
        }
    }
}

proptest::proptest! {
    #[test]
    fn withstands_any_path(path in "[/a-zA-Z0-9.%_-]{0,80}") {
        let _ = routes().find(Door::Browsers, &path);
    }
}

/// The table of the running system's answers has a row for every service that serves the call.
#[test]
fn a_download_asks_every_service_that_holds_something_of_a_person() {
    let answers = include_str!("../../../../tests/e2e/answers.tsv");
    let serving = answers.lines().filter_map(|line| {
        let (service, rest) = line.split_once('\t')?;
        rest.starts_with(SUBJECT).then_some(service)
    });
    let mut serving: Vec<&str> = serving.collect();
    let mut asked = PEERS_WITH_PERSONS.to_vec();
    serving.sort_unstable();
    asked.sort_unstable();

    assert_eq!(asked, serving);
    for service in asked {
        assert_eq!(peer_of(&format!("/{service}/{SUBJECT}")), Some(service));
    }
}
