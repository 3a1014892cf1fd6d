//! Accounts by the transaction that changed them last, for deciders that ask what has changed. A cursor is not a time
//! and not a sequence: both are drawn before commit, so that a change could commit behind them. It is the oldest
//! transaction that had not ended when the answer began; whatever commits later has a number at or beyond it.

use platform::db::{DbError, Tx};
use platform::outbox::Revision;

use crate::domain::account::Account;
use crate::domain::ids::AccountId;
use crate::domain::organisation::OrganisationKind;
use crate::store::{accounts, inconsistent};

/// An account with what its record needs besides.
#[derive(Clone, Debug)]
pub struct ChangedAccount {
    pub account: Account,
    pub kind: OrganisationKind,
    pub revision: Revision,
    /// The transaction that changed it last.
    pub changed_in: i64,
}

/// Where the database stands now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Raised by a restore, which makes transaction numbers of before meaningless.
    pub epoch: i64,
    /// The oldest transaction that has not ended.
    pub oldest_open: i64,
}

pub async fn standing(tx: &mut Tx) -> Result<Standing, DbError> {
    let standing = sqlx::query_as!(
        Standing,
        r#"select epoch, pg_snapshot_xmin(pg_current_snapshot())::text::bigint as "oldest_open!" from platform.epoch"#
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(standing)
}

/// Accounts changed in `since` or later, after a position, in the order of transaction and id.
pub async fn changed(
    tx: &mut Tx,
    since: i64,
    after: Option<(i64, AccountId)>,
    limit: i64,
) -> Result<Vec<ChangedAccount>, DbError> {
    let (after_transaction, after_account) = after.unzip();
    let rows = sqlx::query!(
        r#"select account_id as "account_id: AccountId", changed_in, organisations.kind, epoch.epoch, revisions.n
        from accounts
            join organisations using (organisation_id)
            join platform.revisions revisions
                on revisions.topic = 'staff.account.v1' and revisions.key = accounts.account_id::text
            cross join platform.epoch epoch
        where changed_in >= $1 and ($2::bigint is null or (changed_in, account_id) > ($2, $3::uuid))
        order by changed_in, account_id limit $4"#,
        since,
        after_transaction,
        after_account as _,
        limit,
    )
    .fetch_all(&mut **tx)
    .await?;
    let ids: Vec<AccountId> = rows.iter().map(|row| row.account_id).collect();
    let mut accounts: std::collections::HashMap<AccountId, Account> = accounts::find_all(tx, &ids)
        .await?
        .into_iter()
        .map(|account| (account.id, account))
        .collect();
    let changed = rows.into_iter().filter_map(|row| {
        let account = accounts.remove(&row.account_id)?;
        let kind = OrganisationKind::from_code(&row.kind)
            .ok_or_else(|| inconsistent("organisations", "kind", account.organisation));
        let revision = Revision {
            epoch: row.epoch,
            n: row.n,
        };
        Some(kind.map(|kind| ChangedAccount {
            account,
            kind,
            revision,
            changed_in: row.changed_in,
        }))
    });
    Ok(changed.collect::<Result<_, _>>()?)
}
