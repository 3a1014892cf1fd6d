//! Accounts with permissions and scope. Every writer holds the lock of the organisation's row;
//! BankID's name alone comes without it, see [`set_bankid_name`](super::invitations::set_bankid_name).

mod row;
mod write;

use platform::db::{DbError, Tx};
use sqlx::PgConnection;

use crate::domain::account::Account;
use crate::domain::ids::{AccountId, InvitationId, OrganisationId, PersonId};
use row::AccountRow;

pub use write::{insert, update};

/// Which accounts of an organisation, by name.
#[derive(Clone, Debug)]
pub struct Search<'a> {
    pub organisation: OrganisationId,
    pub name_contains: &'a str,
    pub with_ended: bool,
    pub after: Option<AccountId>,
    pub limit: i64,
}

/// Locks the row until the transaction ends.
pub async fn lock(tx: &mut Tx, id: AccountId) -> Result<(), DbError> {
    sqlx::query!(
        "select account_id from accounts where account_id = $1 for no key update",
        id as _
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(())
}

pub async fn find(connection: &mut PgConnection, id: AccountId) -> Result<Option<Account>, DbError> {
    Ok(find_all(connection, &[id]).await?.pop())
}

pub async fn find_all(connection: &mut PgConnection, ids: &[AccountId]) -> Result<Vec<Account>, DbError> {
    let rows = sqlx::query_as!(
        AccountRow,
        r#"select account_id as "account_id: AccountId", organisation_id as "organisation_id: OrganisationId", state,
            person_id as "person_id: PersonId", invitation_id as "invitation_id: InvitationId", invitation_expires_at,
            name, bankid_name, work_email, work_phone, show_function_only, ended_at, revision_epoch, revision_n
        from accounts where account_id = any($1) order by account_id"#,
        ids as _,
    )
    .fetch_all(&mut *connection)
    .await?;
    row::complete(connection, rows).await
}

/// The person's accounts that have not ended, in one organisation or in all.
pub async fn of_person(
    connection: &mut PgConnection,
    people: &[PersonId],
    organisation: Option<OrganisationId>,
) -> Result<Vec<Account>, DbError> {
    let rows = sqlx::query_as!(
        AccountRow,
        r#"select account_id as "account_id: AccountId", organisation_id as "organisation_id: OrganisationId", state,
            person_id as "person_id: PersonId", invitation_id as "invitation_id: InvitationId", invitation_expires_at,
            name, bankid_name, work_email, work_phone, show_function_only, ended_at, revision_epoch, revision_n
        from accounts
        where person_id = any($1) and state <> 'ended' and ($2::uuid is null or organisation_id = $2)
        order by account_id limit 200"#,
        people as _,
        organisation as _,
    )
    .fetch_all(&mut *connection)
    .await?;
    row::complete(connection, rows).await
}

/// Accounts in use that hold `administer_permissions` on some day.
pub async fn administrators(tx: &mut Tx, organisation: OrganisationId) -> Result<Vec<Account>, DbError> {
    let rows = sqlx::query_as!(
        AccountRow,
        r#"select account_id as "account_id: AccountId", organisation_id as "organisation_id: OrganisationId", state,
            person_id as "person_id: PersonId", invitation_id as "invitation_id: InvitationId", invitation_expires_at,
            name, bankid_name, work_email, work_phone, show_function_only, ended_at, revision_epoch, revision_n
        from accounts
        where organisation_id = $1 and state = 'active' and exists (select from account_permissions held
            where held.account_id = accounts.account_id and held.permission = 'administer_permissions')"#,
        organisation as _,
    )
    .fetch_all(&mut **tx)
    .await?;
    row::complete(tx, rows).await
}

pub async fn search(connection: &mut PgConnection, search: &Search<'_>) -> Result<Vec<Account>, DbError> {
    let rows = sqlx::query_as!(
        AccountRow,
        r#"select account_id as "account_id: AccountId", organisation_id as "organisation_id: OrganisationId", state,
            person_id as "person_id: PersonId", invitation_id as "invitation_id: InvitationId", invitation_expires_at,
            name, bankid_name, work_email, work_phone, show_function_only, ended_at, revision_epoch, revision_n
        from accounts
        where organisation_id = $1 and strpos(lower(name), lower($2)) > 0 and ($3 or state <> 'ended')
            and ($4::uuid is null or (lower(name), account_id) > (select lower(last.name), last.account_id
                from accounts last where last.account_id = $4 and last.organisation_id = $1))
        order by lower(name), account_id limit $5"#,
        search.organisation as _,
        search.name_contains,
        search.with_ended,
        search.after as _,
        search.limit,
    )
    .fetch_all(&mut *connection)
    .await?;
    row::complete(connection, rows).await
}

/// In the order of ids, for writing all of them out; locked against changes meanwhile.
pub async fn page(tx: &mut Tx, after: Option<AccountId>, limit: i64) -> Result<Vec<Account>, DbError> {
    let rows = sqlx::query_as!(
        AccountRow,
        r#"select account_id as "account_id: AccountId", organisation_id as "organisation_id: OrganisationId", state,
            person_id as "person_id: PersonId", invitation_id as "invitation_id: InvitationId", invitation_expires_at,
            name, bankid_name, work_email, work_phone, show_function_only, ended_at, revision_epoch, revision_n
        from accounts where $1::uuid is null or account_id > $1
        order by account_id limit $2 for no key update"#,
        after as _,
        limit,
    )
    .fetch_all(&mut **tx)
    .await?;
    row::complete(tx, rows).await
}
