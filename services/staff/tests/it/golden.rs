//! The bytes of every record staff publishes, as they were first released. A difference here is a change for every
//! consumer: fields may be added, never moved.

use std::collections::BTreeSet;

use platform::outbox::Revision;
use staff::domain::account::{Account, AccountState};
use staff::domain::contact::PersonName;
use staff::domain::ids::{AccountId, OfficeId, OrganisationId, PersonId, UnitId};
use staff::domain::organisation::{Office, Organisation, OrganisationKind, ProcuredService, Unit, UnitKind};
use staff::domain::permission::{Grant, Permission, PermissionSet};
use staff::domain::scope::{Offices, Scope, UnitScope};
use staff::domain::validity::Validity;
use staff::events::publish;
use uuid::Uuid;

fn validity(to: Option<&str>) -> Validity {
    Validity::parse("2026-01-01".parse().unwrap(), to.map(|to| to.parse().unwrap())).unwrap()
}

fn organisation() -> Organisation {
    Organisation {
        id: OrganisationId::from_uuid(Uuid::from_u128(1)),
        kind: OrganisationKind::Provider,
        name: "never in a record".to_owned(),
        key: None,
        is_training: true,
    }
}

fn unit() -> Unit {
    let office = Office {
        id: OfficeId::from_uuid(Uuid::from_u128(3)),
        code: "K1".to_owned(),
        name: "never in a record".to_owned(),
        street_address: "never in a record".to_owned(),
        postal_code: "11122".to_owned(),
        city: "never in a record".to_owned(),
        validity: validity(None),
    };
    let service = ProcuredService {
        code: "ROM".to_owned(),
        name: "never in a record".to_owned(),
        has_documents_online: true,
        is_esf_funded: true,
        rule_set: "cooperation_history".to_owned(),
    };
    Unit {
        id: UnitId::from_uuid(Uuid::from_u128(2)),
        organisation: organisation().id,
        kind: UnitKind::PerformingUnit,
        number: "KA1001".to_owned(),
        name: "never in a record".to_owned(),
        service,
        validity: validity(Some("2026-12-31")),
        offices: vec![office],
    }
}

fn account() -> Account {
    let grant = |permission, to| Grant {
        permission,
        validity: validity(to),
    };
    let named = Offices::Named(BTreeSet::from([OfficeId::from_uuid(Uuid::from_u128(3))]));
    Account {
        id: AccountId::from_uuid(Uuid::from_u128(4)),
        organisation: organisation().id,
        name: PersonName::parse("never in a record").unwrap(),
        bankid_name: None,
        work_email: None,
        work_phone: None,
        shows_function_only: false,
        state: AccountState::Active {
            person: PersonId::from_uuid(Uuid::from_u128(5)),
        },
        invitation: None,
        permissions: PermissionSet::stored(vec![
            grant(Permission::ReportAndPlan, Some("2026-12-31")),
            grant(Permission::AdministerPermissions, None),
        ]),
        scope: Scope::stored(vec![UnitScope {
            unit: unit().id,
            offices: named,
        }]),
        revision: Revision { epoch: 1, n: 1 },
    }
}

fn check(record: &platform::outbox::OutboxRecord, golden: &str) {
    let payload = record.payload.as_ref().unwrap();
    let mut hex = String::new();
    for byte in payload {
        std::fmt::Write::write_fmt(&mut hex, format_args!("{byte:02x}")).unwrap();
    }
    assert_eq!(hex, golden.trim(), "{}", record.topic);
    assert!(!String::from_utf8_lossy(payload).contains("never in a record"));
}

#[test]
fn an_organisation_has_the_released_bytes() {
    check(
        &publish::organisation_record(&organisation()),
        include_str!("golden/organisation.v1.hex"),
    );
}

#[test]
fn a_unit_has_the_released_bytes() {
    check(&publish::unit_record(&unit()), include_str!("golden/unit.v1.hex"));
}

#[test]
fn an_account_has_the_released_bytes() {
    check(
        &publish::account_record(OrganisationKind::Provider, &account()),
        include_str!("golden/account.v1.hex"),
    );
}

#[test]
fn an_account_that_ended_tells_neither_person_nor_grants() {
    let ended = AccountState::Ended {
        person: account().person(),
        at: "2026-03-02T08:00:00Z".parse().unwrap(),
    };
    let record = publish::account_record(
        OrganisationKind::Provider,
        &Account {
            state: ended,
            ..account()
        },
    );
    check(&record, include_str!("golden/account-ended.v1.hex"));
}
