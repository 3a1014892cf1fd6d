//! Reads of accounts. Whoever asks for an account of another organisation is told that there is none.

use platform::db::Database;

use crate::domain::account::Account;
use crate::domain::ids::{AccountId, OrganisationId, Who};
use crate::error::StaffError;
use crate::store;
use crate::store::accounts::Search;

/// One of somebody's own accounts, with the name of its organisation.
#[derive(Clone, Debug)]
pub struct OwnAccount {
    pub account: Account,
    pub organisation_name: String,
}

pub async fn own_accounts(database: &Database, who: &Who) -> Result<Vec<OwnAccount>, StaffError> {
    database
        .transaction("staff.list_my_accounts", async |tx| {
            let accounts = store::accounts::of_person(tx, &who.ids(), None).await?;
            // An invitation by number is accepted by its link alone.
            let accounts: Vec<Account> = accounts
                .into_iter()
                .filter(|account| !account.is_invited())
                .collect();
            let ids: Vec<OrganisationId> = accounts.iter().map(|account| account.organisation).collect();
            let organisations = store::organisations::find_all(tx, &ids).await?;
            let named = accounts.into_iter().map(|account| {
                let organisation = organisations.iter().find(|it| it.id == account.organisation);
                let organisation_name = organisation.map(|it| it.name.clone()).unwrap_or_default();
                OwnAccount {
                    account,
                    organisation_name,
                }
            });
            Ok(named.collect())
        })
        .await
}

pub async fn get(database: &Database, own: OrganisationId, id: AccountId) -> Result<Account, StaffError> {
    let found = batch(database, own, &[id]).await?.pop();
    found.ok_or(StaffError::NotFound("account"))
}

/// Those of the organisation; others are left out.
pub async fn batch(
    database: &Database,
    own: OrganisationId,
    ids: &[AccountId],
) -> Result<Vec<Account>, StaffError> {
    database
        .transaction("staff.get_accounts", async |tx| {
            let mut accounts = store::accounts::find_all(tx, ids).await?;
            accounts.retain(|account| account.organisation == own);
            Ok(accounts)
        })
        .await
}

pub async fn search(database: &Database, search: &Search<'_>) -> Result<Vec<Account>, StaffError> {
    database
        .transaction("staff.list_accounts", async |tx| {
            Ok(store::accounts::search(tx, search).await?)
        })
        .await
}
