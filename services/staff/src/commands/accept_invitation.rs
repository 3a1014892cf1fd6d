//! A colleague follows the link of an invitation.

use platform::db::Tx;
use serde_json::json;

use super::{Caller, Commands, lock_account, note, update_account};
use crate::commands::tell_identity;
use crate::domain::Outcome;
use crate::domain::account::{Account, AccountError};
use crate::domain::ids::{AccountId, InvitationId, Who};
use crate::domain::invitation::Wanted;
use crate::error::StaffError;
use crate::store;

const ACTION: &str = "staff.accept_invitation";

impl Commands {
    pub async fn accept_invitation(
        &self,
        caller: &Caller,
        who: &Who,
        id: AccountId,
        invitation: InvitationId,
    ) -> Result<Account, StaffError> {
        // The refusal is committed too: it is noted.
        let outcome = self
            .database
            .transaction(ACTION, async |tx| {
                let (organisation, account) = lock_account(tx, id, None).await?;
                let accepted = match account.accept(who, invitation, tx.now()) {
                    Err(error @ AccountError::WrongPerson) => {
                        refuse(tx, caller, who, id).await?;
                        return Ok::<_, StaffError>(Err(error));
                    }
                    accepted => accepted?,
                };
                let account = match accepted {
                    Outcome::Already(account) => return Ok(Ok(account)),
                    Outcome::Changed(account) => account,
                };
                check_single(tx, who, &account).await?;
                let account = update_account(tx, organisation.kind, account).await?;
                if store::invitations::want(tx, invitation, Wanted::Used { by: who.person }).await? {
                    tell_identity::enqueue(tx, invitation).await?;
                }
                let details = json!({ "organisation": organisation.id, "person": who.person });
                note(tx, caller.line(ACTION, ("account", id.to_string()), details)).await?;
                Ok(Ok(account))
            })
            .await?;
        Ok(outcome?)
    }
}

async fn check_single(tx: &mut Tx, who: &Who, account: &Account) -> Result<(), StaffError> {
    let own = store::accounts::of_person(tx, &who.ids(), Some(account.organisation)).await?;
    if own.iter().any(|other| other.id != account.id) {
        Err(StaffError::AccountExists)
    } else {
        Ok(())
    }
}

async fn refuse(tx: &mut Tx, caller: &Caller, who: &Who, id: AccountId) -> Result<(), StaffError> {
    let details = json!({ "person": who.person });
    note(
        tx,
        caller.line("staff.refuse_invitation", ("account", id.to_string()), details),
    )
    .await
}
