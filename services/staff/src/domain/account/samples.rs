//! Accounts for the tests of the domain.

use uuid::Uuid;

use super::*;
use crate::domain::permission::Grant;
use crate::domain::validity::Validity;

pub fn person(n: u128) -> PersonId {
    PersonId::from_uuid(Uuid::from_u128(n))
}

pub fn who(n: u128, aliases: &[u128]) -> Who {
    Who {
        person: person(n),
        aliases: aliases.iter().copied().map(person).collect(),
    }
}

pub fn active(n: u128, permissions: &[(Permission, Validity)]) -> Account {
    let grants = permissions.iter().map(|(permission, validity)| Grant {
        permission: *permission,
        validity: *validity,
    });
    Account {
        id: AccountId::from_uuid(Uuid::from_u128(n)),
        organisation: OrganisationId::from_uuid(Uuid::from_u128(1)),
        name: PersonName::parse("Attrappa Låtsaslund").unwrap(),
        bankid_name: None,
        work_email: None,
        work_phone: None,
        shows_function_only: false,
        state: AccountState::Active { person: person(n) },
        invitation: None,
        permissions: PermissionSet::stored(grants.collect()),
        scope: Scope::default(),
        revision: Revision { epoch: 1, n: 1 },
    }
}

pub fn invited(link: u128, number_of: Option<u128>) -> Account {
    let invitation = Invitation {
        id: InvitationId::from_uuid(Uuid::from_u128(link)),
        expires_at: "2026-03-16T08:00:00Z".parse().unwrap(),
    };
    let state = AccountState::Invited {
        person: number_of.map(person),
    };
    Account {
        state,
        invitation: Some(invitation),
        ..active(1, &[])
    }
}

pub fn ended(account: &Account) -> Account {
    let at = "2026-03-02T08:00:00Z".parse().unwrap();
    Account {
        state: AccountState::Ended {
            person: account.person(),
            at,
        },
        ..account.clone()
    }
}
