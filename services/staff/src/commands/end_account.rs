//! Takes all access of an account away at once. An organisation cannot end its last administrator; the agency can.

use platform::db::Tx;
use serde_json::json;

use super::{Caller, Commands, lock_account, note, today, update_account};
use crate::commands::tell_identity;
use crate::domain::Outcome;
use crate::domain::account::Account;
use crate::domain::administrators::{self, Changer};
use crate::domain::ids::{AccountId, OrganisationId};
use crate::domain::invitation::Wanted;
use crate::error::StaffError;
use crate::store;

const ACTION: &str = "staff.end_account";

/// What the caller may end.
#[derive(Clone, Copy, Debug)]
pub struct EndingRights {
    pub organisation: OrganisationId,
    /// Accounts of the own organisation.
    pub own: bool,
    /// Accounts of every other organisation.
    pub others: bool,
}

impl Commands {
    pub async fn end_account(
        &self,
        caller: &Caller,
        rights: EndingRights,
        id: AccountId,
    ) -> Result<Account, StaffError> {
        self.database
            .transaction(ACTION, async |tx| {
                let within = (!rights.others).then_some(rights.organisation);
                let (organisation, before) = lock_account(tx, id, within).await?;
                let changer = rights.changer_of(&before)?;
                let after = match before.clone().end(tx.now()) {
                    Outcome::Already(account) => return Ok::<_, StaffError>(account),
                    Outcome::Changed(account) => account,
                };
                check_administrators(tx, changer, &before, &after).await?;
                let account = update_account(tx, organisation.kind, after).await?;
                if let Some(link) = account.invitation
                    && store::invitations::want(tx, link.id, Wanted::Cancelled).await?
                {
                    tell_identity::enqueue(tx, link.id).await?;
                }
                let details = json!({ "organisation": organisation.id });
                note(tx, caller.line(ACTION, ("account", id.to_string()), details)).await?;
                Ok(account)
            })
            .await
    }
}

/// Asks the rule about the last administrator. The organisation is locked: nobody else changes its accounts meanwhile.
pub(super) async fn check_administrators(
    tx: &mut Tx,
    changer: Changer,
    before: &Account,
    after: &Account,
) -> Result<(), StaffError> {
    let today = today(tx);
    let administrators = store::accounts::administrators(tx, before.organisation).await?;
    let others = administrators.iter().filter(|account| account.id != before.id);
    Ok(administrators::check_change(
        changer, others, before, after, today,
    )?)
}

impl EndingRights {
    fn changer_of(self, account: &Account) -> Result<Changer, StaffError> {
        match (account.organisation == self.organisation, self.own) {
            (true, true) => Ok(Changer::Organisation),
            (true, false) => Err(StaffError::CallerNotAllowed),
            (false, _) => Ok(Changer::Agency),
        }
    }
}
