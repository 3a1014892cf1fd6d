//! Who may call what: the platform's decision over the contract's options is compared, for every RPC and every kind of
//! caller, with a table written by hand (`callers.tsv`). A new RPC without a row fails, and so does any option flipped
//! in the descriptors, which proves that the comparison looks at all of them.

mod callers {
    pub mod flip;
    pub mod table;
}

use callers::{
    flip::flipped_contracts,
    table::{Row, rows},
};
use jiff::Timestamp;
use platform::auth::{
    AccountGrant, ClientPrincipal, OrganisationKind, PermissionGrant, Principal, Scope, SignedIn, Thumbprint,
    policy::{CallPolicy, PolicyTable},
};
use proto::policy::v1::{Assurance, Permission};
use uuid::Uuid;

/// Every service of the system and one that does not exist.
const SERVICES: [&str; 8] = [
    "gateway",
    "identity",
    "staff",
    "participants",
    "attendance",
    "consent",
    "export",
    "unheard-of",
];
const ALL_PERMISSIONS: [Permission; 9] = [
    Permission::AdministerPermissions,
    Permission::ReceiveParticipants,
    Permission::ReportAndPlan,
    Permission::RegisterProject,
    Permission::CountersignAttendance,
    Permission::CountersignWorkingTime,
    Permission::AdministerRegister,
    Permission::RunExports,
    Permission::Operate,
];
const LEVELS: [Assurance; 2] = [Assurance::PasswordCode, Assurance::Bankid];

#[test]
fn every_rpc_has_a_row_and_every_row_an_rpc() {
    let table = PolicyTable::of_contract();
    let mut in_contract: Vec<_> = table.methods().map(|(method, _)| method.to_owned()).collect();
    let mut in_table: Vec<_> = rows().into_iter().map(|row| row.method).collect();
    in_contract.sort();
    in_table.sort();
    assert_eq!(in_contract, in_table);
}

#[test]
fn every_kind_of_caller_is_answered_as_the_table_says() {
    let differences = differences(&PolicyTable::of_contract());
    assert!(differences.is_empty(), "{differences:#?}");
}

#[test]
fn any_option_flipped_in_the_contract_is_noticed() {
    let flipped = flipped_contracts(proto::DESCRIPTORS);
    assert!(flipped.len() > 400, "flips tried: {}", flipped.len());
    for (what, descriptors) in flipped {
        // A contract that cannot be read at all stops a service before it opens a port.
        if let Ok(table) = PolicyTable::of_descriptors(&descriptors) {
            assert!(!differences(&table).is_empty(), "nobody noticed: {what}");
        }
    }
}

/// All callers whose answer by the contract differs from the table's.
fn differences(table: &PolicyTable) -> Vec<String> {
    let mut found = Vec::new();
    for row in rows() {
        let Some(policy) = table.of(&row.method) else {
            found.push(format!("{}: no policy", row.method));
            continue;
        };
        for (caller, expected) in callers(&row) {
            if may_call(policy, &caller) != expected {
                found.push(format!("{}: {caller:?} expected {expected}", row.method));
            }
        }
        if policy.read_log != row.read_log {
            found.push(format!("{}: read log {:?}", row.method, policy.read_log));
        }
    }
    found
}

fn may_call(policy: &CallPolicy, principal: &Principal) -> bool {
    let admitted = policy.admit(principal).is_ok();
    let account = match principal {
        Principal::Staff { account, .. } => account.as_ref(),
        Principal::Participant(_)
        | Principal::AgencyClient(_)
        | Principal::SupplierClient(_)
        | Principal::Service(_)
        | Principal::Certificate(_) => None,
    };
    match (policy.needs_account(principal), account) {
        (true, Some(account)) => admitted && policy.admit_account(account, now()).is_ok(),
        (true, None) => false,
        (false, _) => admitted,
    }
}

/// Every caller that the table distinguishes, with the answer it expects.
fn callers(row: &Row) -> Vec<(Principal, bool)> {
    let mut callers = vec![
        (Principal::AgencyClient(client()), row.agency),
        (Principal::SupplierClient(client()), row.supplier),
        (Principal::Certificate(thumbprint()), row.certificate),
    ];
    callers.extend(SERVICES.map(|name| (Principal::Service(name.to_owned()), row.admits_service(name))));
    for level in LEVELS {
        let enough = level >= row.assurance;
        callers.push((
            Principal::Participant(signed_in(level)),
            row.participant && enough,
        ));
        let without_account = Principal::Staff {
            who: signed_in(level),
            account: None,
        };
        callers.push((without_account, row.staff_without_account() && enough));
        for permission in ALL_PERMISSIONS {
            let staff = Principal::Staff {
                who: signed_in(level),
                account: Some(holding(permission)),
            };
            callers.push((staff, row.admits_permission(permission) && enough));
        }
    }
    callers
}

fn signed_in(assurance: Assurance) -> SignedIn {
    SignedIn {
        person_id: Uuid::from_u128(1),
        aliases: Vec::new(),
        session_id: Uuid::from_u128(2),
        assurance,
    }
}

fn client() -> ClientPrincipal {
    ClientPrincipal {
        client_id: Uuid::from_u128(3),
        organisation_id: Uuid::from_u128(4),
        certificate: thumbprint(),
    }
}

fn thumbprint() -> Thumbprint {
    Thumbprint([7; 32])
}

fn holding(permission: Permission) -> AccountGrant {
    AccountGrant {
        account_id: Uuid::from_u128(5),
        person_id: Uuid::from_u128(1),
        organisation_id: Uuid::from_u128(4),
        organisation_kind: OrganisationKind::Provider,
        permissions: vec![PermissionGrant {
            permission,
            from: Timestamp::UNIX_EPOCH,
            until: None,
        }]
        .into(),
        scope: Scope::AllUnits.into(),
    }
}

fn now() -> Timestamp {
    Timestamp::from_second(1_795_348_800).expect("an instant in 2026")
}
