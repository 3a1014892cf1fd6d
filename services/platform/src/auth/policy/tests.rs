use std::sync::Arc;

use jiff::Timestamp;
use uuid::Uuid;

use super::*;
use crate::auth::{
    AccountGrant, ClientPrincipal, OrganisationKind, PermissionGrant, Scope, SignedIn, Thumbprint,
};

fn signed_in(assurance: Assurance) -> SignedIn {
    SignedIn {
        person_id: Uuid::from_u128(1),
        aliases: Vec::new(),
        session_id: Uuid::from_u128(2),
        assurance,
    }
}

fn staff(assurance: Assurance) -> Principal {
    Principal::Staff {
        who: signed_in(assurance),
        account: None,
    }
}

fn supplier() -> Principal {
    Principal::SupplierClient(ClientPrincipal {
        client_id: Uuid::from_u128(3),
        organisation_id: Uuid::from_u128(4),
        certificate: Thumbprint::of(b"certificate"),
    })
}

fn service(name: &str) -> Principal {
    Principal::Service(name.to_owned())
}

fn account(permissions: &[(Permission, &str, Option<&str>)]) -> AccountGrant {
    let grants = permissions
        .iter()
        .map(|(permission, from, until)| PermissionGrant {
            permission: *permission,
            from: from.parse().unwrap(),
            until: until.map(|until| until.parse().unwrap()),
        });
    AccountGrant {
        account_id: Uuid::from_u128(5),
        person_id: Uuid::from_u128(1),
        organisation_id: Uuid::from_u128(4),
        organisation_kind: OrganisationKind::Provider,
        permissions: grants.collect(),
        scope: Arc::new(Scope::of(Vec::new())),
    }
}

fn policy(principals: &[PrincipalKind]) -> CallPolicy {
    CallPolicy {
        principals: principals.to_vec(),
        services: Vec::new(),
        permissions: vec![Permission::ReportAndPlan, Permission::ReceiveParticipants],
        assurance: Assurance::Bankid,
        read_log: ReadLog::Unspecified,
    }
}

fn refusal(outcome: Result<(), Rejection>) -> ErrorReason {
    outcome.unwrap_err().reason()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn every_method_of_the_contract_has_a_policy() {
    let table = PolicyTable::of_contract();
    let pool = DescriptorPool::decode(proto::DESCRIPTORS).unwrap();
    for service in pool
        .services()
        .filter(|service| service.full_name().starts_with("deltaga."))
    {
        for method in service.methods() {
            let name = format!("{}/{}", service.full_name(), method.name());
            assert!(table.of(&name).is_some(), "{name}");
        }
    }
}

#[test]
fn the_table_says_what_the_contract_says() {
    let table = PolicyTable::of_contract();
    let issue = table.of("deltaga.identity.v1.ClientService/IssueToken").unwrap();
    assert_eq!(issue.principals, [PrincipalKind::Certificate]);
    let jwks = table.of("deltaga.identity.v1.KeyService/GetJwks").unwrap();
    assert_eq!(
        (jwks.services.as_slice(), jwks.assurance),
        (["*".to_owned()].as_slice(), Assurance::Unspecified)
    );
    let invite = table
        .of("deltaga.staff.v1.AccountService/InviteColleague")
        .unwrap();
    assert_eq!(invite.permissions, [Permission::AdministerPermissions]);
}

#[test]
fn a_kind_that_is_not_listed_is_refused() {
    let policy = policy(&[PrincipalKind::Staff]);
    assert_eq!(refusal(policy.admit(&supplier())), ErrorReason::CallerNotAllowed);
    assert!(policy.admit(&staff(Assurance::Bankid)).is_ok());
}

#[test]
fn who_came_without_a_token_is_told_to_sign_in() {
    assert_eq!(
        refusal(policy(&[PrincipalKind::Staff]).admit(&service("gateway"))),
        ErrorReason::Unauthenticated
    );
    let certificate = policy(&[PrincipalKind::Certificate]);
    assert_eq!(
        refusal(certificate.admit(&service("staff"))),
        ErrorReason::CallerNotAllowed
    );
}

#[test]
fn a_service_is_known_by_name() {
    let mut policy = policy(&[PrincipalKind::Service]);
    assert_eq!(
        refusal(policy.admit(&service("staff"))),
        ErrorReason::CallerNotAllowed
    );
    policy.services = vec!["export".to_owned()];
    assert_eq!(
        refusal(policy.admit(&service("staff"))),
        ErrorReason::CallerNotAllowed
    );
    assert!(policy.admit(&service("export")).is_ok());
    policy.services = vec!["*".to_owned()];
    assert!(policy.admit(&service("staff")).is_ok());
}

#[test]
fn a_list_of_services_admits_none_if_the_kind_is_missing() {
    let mut policy = policy(&[PrincipalKind::Certificate]);
    policy.services = vec!["*".to_owned()];
    assert_eq!(
        refusal(policy.admit(&service("staff"))),
        ErrorReason::CallerNotAllowed
    );
}

#[test]
fn a_weaker_sign_in_is_refused() {
    let policy = policy(&[PrincipalKind::Staff, PrincipalKind::Participant]);
    assert_eq!(
        refusal(policy.admit(&staff(Assurance::PasswordCode))),
        ErrorReason::AssuranceTooLow
    );
    let participant = Principal::Participant(signed_in(Assurance::PasswordCode));
    assert_eq!(refusal(policy.admit(&participant)), ErrorReason::AssuranceTooLow);
}

#[test]
fn only_staff_needs_an_account_and_only_where_permissions_are_named() {
    let mut policy = policy(&[PrincipalKind::Staff, PrincipalKind::SupplierClient]);
    assert!(policy.needs_account(&staff(Assurance::Bankid)));
    assert!(!policy.needs_account(&supplier()));
    policy.permissions.clear();
    assert!(!policy.needs_account(&staff(Assurance::Bankid)));
}

#[test]
fn one_of_the_permissions_is_enough() {
    let policy = policy(&[PrincipalKind::Staff]);
    let reporter = account(&[(Permission::ReportAndPlan, "2026-01-01T00:00:00Z", None)]);
    assert!(
        policy
            .admit_account(&reporter, at("2026-06-01T00:00:00Z"))
            .is_ok()
    );
    let administrator = account(&[(Permission::AdministerPermissions, "2026-01-01T00:00:00Z", None)]);
    let refused = policy.admit_account(&administrator, at("2026-06-01T00:00:00Z"));
    assert_eq!(refusal(refused), ErrorReason::PermissionMissing);
}

#[test]
fn a_permission_holds_from_its_first_instant_to_before_its_last() {
    let policy = policy(&[PrincipalKind::Staff]);
    let (from, until) = ("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z");
    let account = account(&[(Permission::ReportAndPlan, from, Some(until))]);
    assert!(
        policy
            .admit_account(&account, at("2025-12-31T23:59:59Z"))
            .is_err()
    );
    assert!(policy.admit_account(&account, at(from)).is_ok());
    assert!(policy.admit_account(&account, at("2026-01-31T23:59:59Z")).is_ok());
    assert!(policy.admit_account(&account, at(until)).is_err());
}

#[test]
fn reflection_alone_is_exempt() {
    assert!(is_exempt(
        "grpc.reflection.v1.ServerReflection/ServerReflectionInfo"
    ));
    assert!(!is_exempt("grpc.health.v1.Health/Check"));
    assert!(!is_exempt("deltaga.staff.v1.AccountService/EndAccount"));
}
