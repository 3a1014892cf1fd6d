//! An administrator has compared the BankID name of a waiting account with the colleague they meant.

use serde_json::json;

use super::{Caller, Commands, lock_account, note, update_account};
use crate::domain::Outcome;
use crate::domain::account::Account;
use crate::domain::ids::{AccountId, OrganisationId};
use crate::error::StaffError;

const ACTION: &str = "staff.confirm_account";

impl Commands {
    pub async fn confirm_account(
        &self,
        caller: &Caller,
        own: OrganisationId,
        id: AccountId,
    ) -> Result<Account, StaffError> {
        self.database
            .transaction(ACTION, async |tx| {
                let (organisation, account) = lock_account(tx, id, Some(own)).await?;
                let account = match account.confirm()? {
                    Outcome::Already(account) => return Ok::<_, StaffError>(account),
                    Outcome::Changed(account) => account,
                };
                let account = update_account(tx, organisation.kind, account).await?;
                let details = json!({ "organisation": organisation.id });
                note(tx, caller.line(ACTION, ("account", id.to_string()), details)).await?;
                Ok(account)
            })
            .await
    }
}
