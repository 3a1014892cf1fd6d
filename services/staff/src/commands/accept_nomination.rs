//! The nominee becomes administrator. Anybody else is refused, and the attempt is counted and noted.

use platform::db::Tx;
use serde_json::json;

use super::{Caller, Commands, insert_account, lock_organisation, note, today, update_account};
use crate::commands::tell_identity;
use crate::domain::account::{Account, AccountState};
use crate::domain::ids::{AccountId, NominationId, Who};
use crate::domain::invitation::Wanted;
use crate::domain::nomination::{Acceptance, Nomination, NominationError};
use crate::domain::organisation::Organisation;
use crate::domain::permission::{Permission, PermissionSet};
use crate::domain::scope::Scope;
use crate::error::StaffError;
use crate::store;

const ACTION: &str = "staff.accept_nomination";

impl Commands {
    pub async fn accept_nomination(
        &self,
        caller: &Caller,
        who: &Who,
        id: NominationId,
    ) -> Result<Account, StaffError> {
        // The refusal is committed too: it is counted.
        let outcome = self
            .database
            .transaction(ACTION, async |tx| {
                let organisation = store::nominations::organisation_of(tx, id).await?;
                let organisation = organisation.ok_or(StaffError::NotFound("nomination"))?;
                let organisation = lock_organisation(tx, organisation).await?;
                let nomination = store::nominations::lock(tx, id).await?;
                let nomination = nomination.ok_or(StaffError::NotFound("nomination"))?;
                match nomination.acceptance(who, tx.now()) {
                    Err(error @ NominationError::WrongPerson) => {
                        refuse(tx, caller, who, nomination).await?;
                        Ok::<_, StaffError>(Err(error))
                    }
                    Err(
                        error @ (NominationError::Over
                        | NominationError::Used
                        | NominationError::ForTheAgency),
                    ) => Err(error.into()),
                    Ok(Acceptance::Before(account)) => Ok(Ok(known(tx, account).await?)),
                    Ok(Acceptance::Now) => Ok(Ok(appoint(tx, caller, who, &organisation, nomination).await?)),
                }
            })
            .await?;
        Ok(outcome?)
    }
}

async fn refuse(tx: &mut Tx, caller: &Caller, who: &Who, nomination: Nomination) -> Result<(), StaffError> {
    let subject = ("nomination", nomination.id.to_string());
    let nomination = nomination.refused();
    store::nominations::update(tx, &nomination).await?;
    let details = json!({ "person": who.person, "attempts": nomination.refused_attempts });
    note(tx, caller.line("staff.refuse_nomination", subject, details)).await
}

async fn known(tx: &mut Tx, id: AccountId) -> Result<Account, StaffError> {
    store::accounts::find(tx, id)
        .await?
        .ok_or(StaffError::NotFound("account"))
}

async fn appoint(
    tx: &mut Tx,
    caller: &Caller,
    who: &Who,
    organisation: &Organisation,
    nomination: Nomination,
) -> Result<Account, StaffError> {
    let today = today(tx);
    let existing = store::accounts::of_person(tx, &who.ids(), Some(organisation.id))
        .await?
        .into_iter()
        .next();
    let account = match existing {
        Some(account) => {
            let person = account.person().unwrap_or(nomination.person);
            update_account(
                tx,
                organisation.kind,
                account.become_administrator(person, today)?,
            )
            .await?
        }
        None => insert_account(tx, organisation.kind, fresh_account(tx, &nomination)).await?,
    };
    let nomination = nomination.accepted(account.id);
    store::nominations::update(tx, &nomination).await?;
    if store::invitations::want(tx, nomination.invitation, Wanted::Used { by: who.person }).await? {
        tell_identity::enqueue(tx, nomination.invitation).await?;
    }
    let details = json!({ "organisation": organisation.id, "account": account.id });
    note(
        tx,
        caller.line(ACTION, ("nomination", nomination.id.to_string()), details),
    )
    .await?;
    Ok(account)
}

fn fresh_account(tx: &Tx, nomination: &Nomination) -> Account {
    Account {
        id: AccountId::from_uuid(tx.new_id()),
        organisation: nomination.organisation,
        name: nomination.name.clone(),
        bankid_name: None,
        work_email: None,
        work_phone: None,
        shows_function_only: false,
        state: AccountState::Active {
            person: nomination.person,
        },
        invitation: None,
        permissions: PermissionSet::default().with(Permission::AdministerPermissions, today(tx)),
        scope: Scope::default(),
        revision: super::unpublished(),
    }
}
