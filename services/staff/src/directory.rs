//! Who may do what, for staff's own calls: judged by its tables at the instant of the call, never by the projection of
//! its own topic.

use futures::future::BoxFuture;
use platform::auth::{
    AccountDirectory, AccountGrant, AccountQuery, Offices as GrantedOffices, OrganisationKind as GrantedKind,
    PermissionGrant, Scope as GrantedScope, UnitScope as GrantedUnit,
};
use platform::db::Database;
use platform::grpc::Rejection;
use platform::grpc::convert::Validity;
use proto::errors::v1::ErrorReason;

use crate::domain::account::{Account, AccountState};
use crate::domain::ids::{AccountId, PersonId};
use crate::domain::organisation::{Organisation, OrganisationKind};
use crate::domain::scope::{Offices, UnitScope};
use crate::error::StaffError;
use crate::events::publish;
use crate::store;

/// The tables as a directory.
#[derive(Clone, Debug)]
pub struct Directory(pub Database);

impl AccountDirectory for Directory {
    fn account<'a>(&'a self, query: &'a AccountQuery) -> BoxFuture<'a, Result<AccountGrant, Rejection>> {
        Box::pin(async move {
            let found = self.find(AccountId::from_uuid(query.account_id)).await?;
            let unknown = || Rejection::forbidden(ErrorReason::AccountUnknown);
            let (organisation, account) = found.ok_or_else(unknown)?;
            let person = bound_person(&account).filter(|person| query.who.is(person.as_uuid()));
            // The tables are never behind a revision that somebody has seen.
            person
                .map(|person| grant(&organisation, &account, person))
                .ok_or_else(unknown)
        })
    }
}

impl Directory {
    async fn find(&self, id: AccountId) -> Result<Option<(Organisation, Account)>, StaffError> {
        self.0
            .transaction("staff.look_up_account", async |tx| {
                let Some(account) = store::accounts::find(tx, id).await? else {
                    return Ok(None);
                };
                let organisation = store::organisations::find(tx, account.organisation).await?;
                Ok(organisation.map(|organisation| (organisation, account)))
            })
            .await
    }
}

fn bound_person(account: &Account) -> Option<PersonId> {
    match account.state {
        AccountState::Active { person } => Some(person),
        AccountState::Invited { .. }
        | AccountState::WaitingForConfirmation { .. }
        | AccountState::Ended { .. } => None,
    }
}

fn grant(organisation: &Organisation, account: &Account, person: PersonId) -> AccountGrant {
    let permissions = account.permissions.grants().iter().map(|grant| {
        let validity = Validity {
            from: grant.validity.from(),
            to: grant.validity.to(),
        };
        PermissionGrant::in_days(publish::permission(grant.permission), validity)
    });
    AccountGrant {
        account_id: account.id.as_uuid(),
        person_id: person.as_uuid(),
        organisation_id: organisation.id.as_uuid(),
        organisation_kind: kind(organisation.kind),
        permissions: permissions.collect(),
        scope: std::sync::Arc::new(GrantedScope::of(account.scope.units().iter().map(unit).collect())),
    }
}

fn kind(kind: OrganisationKind) -> GrantedKind {
    match kind {
        OrganisationKind::Provider => GrantedKind::Provider,
        OrganisationKind::ProjectOwner => GrantedKind::ProjectOwner,
        OrganisationKind::Agency => GrantedKind::Agency,
    }
}

fn unit(unit: &UnitScope) -> GrantedUnit {
    let offices = match &unit.offices {
        Offices::All => GrantedOffices::All,
        Offices::Named(offices) => {
            GrantedOffices::Named(offices.iter().map(|office| office.as_uuid()).collect())
        }
    };
    GrantedUnit {
        unit_id: unit.unit.as_uuid(),
        offices,
    }
}
