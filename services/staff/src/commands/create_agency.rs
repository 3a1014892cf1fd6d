//! The agency's organisation with its first account, by a command at the machine: everybody else is nominated or invited
//! by somebody who is there already. Repeated, it changes nothing.

use platform::audit::{Actor, AuditLine};
use platform::db::Tx;
use serde_json::json;

use super::{Commands, insert_account, lock_organisation, note, today, update_account};
use crate::domain::account::{Account, AccountState};
use crate::domain::contact::PersonName;
use crate::domain::ids::{AccountId, OrganisationId, PersonId};
use crate::domain::number::{OrganisationNumber, PersonalNumber};
use crate::domain::organisation::{Organisation, OrganisationKey, OrganisationKind};
use crate::domain::permission::{Permission, PermissionSet};
use crate::domain::scope::Scope;
use crate::error::StaffError;
use crate::events::publish;
use crate::store;

const ACTION: &str = "staff.create_agency";
const PERMISSIONS: [Permission; 4] = [
    Permission::AdministerPermissions,
    Permission::AdministerRegister,
    Permission::RunExports,
    Permission::Operate,
];

/// The agency and its first person.
#[derive(Clone, Debug)]
pub struct CreateAgency {
    pub organisation_name: String,
    pub organisation_number: Option<OrganisationNumber>,
    pub person_name: PersonName,
    pub person_number: PersonalNumber,
}

/// What there is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Agency {
    pub organisation: OrganisationId,
    pub account: AccountId,
}

impl Commands {
    pub async fn create_agency(&self, input: &CreateAgency) -> Result<Agency, StaffError> {
        let person = self
            .identity
            .register_person(&input.person_number, "person_number")
            .await?;
        self.database
            .transaction(ACTION, async |tx| {
                // Two at once must not make two agencies.
                store::register::take_turn(tx).await?;
                let organisation = agency(tx, input).await?;
                let account = first_account(tx, &organisation, input, person).await?;
                Ok::<_, StaffError>(Agency {
                    organisation: organisation.id,
                    account: account.id,
                })
            })
            .await
    }
}

async fn agency(tx: &mut Tx, input: &CreateAgency) -> Result<Organisation, StaffError> {
    if let Some(id) = store::organisations::find_agency(tx, &input.organisation_name).await? {
        return lock_organisation(tx, id).await;
    }
    let organisation = Organisation {
        id: OrganisationId::from_uuid(tx.new_id()),
        kind: OrganisationKind::Agency,
        name: input.organisation_name.clone(),
        key: input.organisation_number.clone().map(OrganisationKey::Number),
        is_training: false,
    };
    store::organisations::insert(tx, &organisation).await?;
    publish::organisation(tx, &organisation).await?;
    note(tx, line("organisation", organisation.id.to_string())).await?;
    Ok(organisation)
}

async fn first_account(
    tx: &mut Tx,
    organisation: &Organisation,
    input: &CreateAgency,
    person: PersonId,
) -> Result<Account, StaffError> {
    let existing = store::accounts::of_person(tx, &[person], Some(organisation.id))
        .await?
        .into_iter()
        .next();
    let today = today(tx);
    let all = |held: PermissionSet| {
        PERMISSIONS
            .into_iter()
            .fold(held, |held, permission| held.with(permission, today))
    };
    let account = if let Some(account) = existing {
        let state = AccountState::Active { person };
        let wanted = Account {
            permissions: all(account.permissions.clone()),
            state,
            ..account.clone()
        };
        if wanted == account {
            return Ok(account);
        }
        update_account(tx, organisation.kind, wanted).await?
    } else {
        let permissions = all(PermissionSet::default());
        insert_account(
            tx,
            organisation.kind,
            fresh_account(tx, organisation, input, person, permissions),
        )
        .await?
    };
    note(tx, line("account", account.id.to_string())).await?;
    Ok(account)
}

fn fresh_account(
    tx: &Tx,
    organisation: &Organisation,
    input: &CreateAgency,
    person: PersonId,
    permissions: PermissionSet,
) -> Account {
    Account {
        id: AccountId::from_uuid(tx.new_id()),
        organisation: organisation.id,
        name: input.person_name.clone(),
        bankid_name: None,
        work_email: None,
        work_phone: None,
        shows_function_only: false,
        state: AccountState::Active { person },
        invitation: None,
        permissions,
        scope: Scope::default(),
        revision: super::unpublished(),
    }
}

fn line(kind: &'static str, id: String) -> AuditLine {
    AuditLine {
        actor: Actor::operator("create-agency"),
        action: ACTION,
        subject_kind: kind,
        subject_id: id,
        purpose: None,
        details: json!({}),
    }
}
