//! What changes staff's state, a file per use case. A command calls identity first if it must, then does everything else
//! in one named transaction: state, record, audit line, job and kept answer are committed together or not at all.

pub mod accept_invitation;
pub mod accept_nomination;
pub mod confirm_account;
pub mod create_agency;
pub mod end_account;
pub mod import_register;
pub mod invite_colleague;
pub mod nominate_administrator;
pub mod revoke_nomination;
pub mod tell_identity;
pub mod update_account;

use std::fmt;

use jiff::civil::Date;
use platform::audit::{self, Actor, AuditLine};
use platform::db::{Database, Tx};
use platform::idempotency::Call;
use platform::keys::KeyRing;
use platform::outbox::Revision;
use platform::uploads::Uploads;
use serde_json::Value;
use uuid::Uuid;

use crate::config::InvitationsConfig;
use crate::domain::account::Account;
use crate::domain::calendar;
use crate::domain::ids::{AccountId, OrganisationId};
use crate::domain::organisation::{Organisation, OrganisationKind};
use crate::error::StaffError;
use crate::events::publish;
use crate::identity::Identity;
use crate::store;

/// The parts that commands work with. Clones share them.
#[derive(Clone)]
pub struct Commands {
    pub database: Database,
    pub keys: KeyRing,
    pub uploads: Uploads,
    pub identity: Identity,
    pub invitations: InvitationsConfig,
}

/// Who does it: for the audit, and to tell callers' request ids apart.
#[derive(Clone, Debug)]
pub struct Caller {
    pub actor: Actor,
    pub subject: String,
}

/// A request that is done once, whatever the number of its arrivals. Debug hides the request: it holds names and numbers.
#[derive(Clone, Copy)]
pub struct Once<'r, Q> {
    pub method: &'static str,
    pub request_id: Uuid,
    pub request: &'r Q,
}

impl<Q> fmt::Debug for Once<'_, Q> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Once")
            .field("method", &self.method)
            .field("request_id", &self.request_id)
            .finish_non_exhaustive()
    }
}

impl Caller {
    /// The call under which an answer is kept.
    pub fn call<'c, Q>(&'c self, once: &Once<'_, Q>) -> Call<'c> {
        Call {
            principal: &self.subject,
            method: once.method,
            request_id: once.request_id,
        }
    }

    fn line(&self, action: &'static str, subject: (&'static str, String), details: Value) -> AuditLine {
        AuditLine {
            actor: self.actor.clone(),
            action,
            subject_kind: subject.0,
            subject_id: subject.1,
            purpose: None,
            details,
        }
    }
}

/// Of an account that has no record yet; the one it gets replaces it.
const fn unpublished() -> Revision {
    Revision { epoch: 0, n: 0 }
}

fn today(tx: &Tx) -> Date {
    calendar::day_of(tx.now())
}

/// Locks an organisation that must be there.
async fn lock_organisation(tx: &mut Tx, id: OrganisationId) -> Result<Organisation, StaffError> {
    store::organisations::lock(tx, id)
        .await?
        .ok_or(StaffError::NotFound("organisation"))
}

/// Locks the account's organisation and reads the account again under the lock. An account outside of `own` does not
/// exist for the caller; None asks for no such check.
async fn lock_account(
    tx: &mut Tx,
    id: AccountId,
    own: Option<OrganisationId>,
) -> Result<(Organisation, Account), StaffError> {
    let unlocked = find_account(tx, id, own).await?;
    let organisation = lock_organisation(tx, unlocked.organisation).await?;
    let account = find_account(tx, id, own).await?;
    Ok((organisation, account))
}

async fn find_account(
    tx: &mut Tx,
    id: AccountId,
    own: Option<OrganisationId>,
) -> Result<Account, StaffError> {
    let found = store::accounts::find(tx, id).await?;
    found
        .filter(|account| own.is_none_or(|own| own == account.organisation))
        .ok_or(StaffError::NotFound("account"))
}

/// Publishes and stores a new account.
async fn insert_account(
    tx: &mut Tx,
    kind: OrganisationKind,
    mut account: Account,
) -> Result<Account, StaffError> {
    account.revision = publish::account(tx, kind, &account).await?;
    let inserted = store::accounts::insert(tx, &account, account.revision).await;
    inserted.map_err(one_account_per_person)?;
    Ok(account)
}

/// Publishes and stores a changed account.
async fn update_account(
    tx: &mut Tx,
    kind: OrganisationKind,
    mut account: Account,
) -> Result<Account, StaffError> {
    // Row before record, as whoever writes all accounts out again does it.
    store::accounts::lock(tx, account.id).await?;
    account.revision = publish::account(tx, kind, &account).await?;
    let updated = store::accounts::update(tx, &account, account.revision).await;
    updated.map_err(one_account_per_person)?;
    Ok(account)
}

fn one_account_per_person(error: platform::db::DbError) -> StaffError {
    match error.unique_violation() {
        Some("accounts_one_per_person") => StaffError::AccountExists,
        _ => error.into(),
    }
}

async fn note(tx: &mut Tx, line: AuditLine) -> Result<(), StaffError> {
    Ok(audit::append(tx, line).await?)
}

#[cfg(test)]
mod tests {
    use proto::staff::v1::InviteColleagueRequest;

    use super::*;

    #[test]
    fn debug_of_a_request_shows_nothing_of_what_is_in_it() {
        let request = InviteColleagueRequest {
            name: "Skenart Provström".to_owned(),
            personal_number: "19450312-9803".to_owned(),
            ..Default::default()
        };
        let once = Once {
            method: "deltaga.staff.v1.AccountService/InviteColleague",
            request_id: Uuid::nil(),
            request: &request,
        };
        let shown = format!("{once:?}");
        assert!(shown.contains("InviteColleague"), "{shown}");
        assert!(!shown.contains("9803") && !shown.contains("Skenart"), "{shown}");
    }
}
