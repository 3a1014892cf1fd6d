//! Writing accounts. Permissions and scope are replaced as a whole.

use platform::db::{Day, DbError, Instant, Tx};
use platform::outbox::Revision;

use crate::domain::account::{Account, AccountState};
use crate::domain::contact::{BankIdName, Email, Phone};
use crate::domain::ids::{OfficeId, OrganisationId, UnitId};
use crate::domain::scope::Offices;
use crate::store::inconsistent;

/// Adds an account; `revision` is that of the record that tells of it.
pub async fn insert(tx: &mut Tx, account: &Account, revision: Revision) -> Result<(), DbError> {
    let now = Instant::from(tx.now());
    sqlx::query!(
        "insert into accounts (account_id, organisation_id, state, person_id, invitation_id, invitation_expires_at, name,
            bankid_name, work_email, work_phone, created_at, ended_at, revision_epoch, revision_n, show_function_only)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        account.id as _,
        account.organisation as _,
        state_code(&account.state),
        account.person() as _,
        account.invitation.map(|link| link.id) as _,
        account.invitation.map(|link| Instant::from(link.expires_at)) as _,
        account.name.as_str(),
        account.bankid_name.as_ref().map(BankIdName::as_str),
        account.work_email.as_ref().map(Email::as_str),
        account.work_phone.as_ref().map(Phone::as_str),
        now as _,
        ended_at(&account.state) as _,
        revision.epoch,
        revision.n,
        account.shows_function_only,
    )
    .execute(&mut **tx)
    .await?;
    insert_parts(tx, account).await
}

/// Replaces an account, but for BankID's name: that comes once and without the organisation's lock, so what was read before
/// it came must not be written over it.
pub async fn update(tx: &mut Tx, account: &Account, revision: Revision) -> Result<(), DbError> {
    let updated = sqlx::query!(
        "update accounts set state = $2, person_id = $3, name = $4, work_email = $5, work_phone = $6, ended_at = $7,
            revision_epoch = $8, revision_n = $9, show_function_only = $10, changed_in = pg_current_xact_id()::text::bigint
        where account_id = $1",
        account.id as _,
        state_code(&account.state),
        account.person() as _,
        account.name.as_str(),
        account.work_email.as_ref().map(Email::as_str),
        account.work_phone.as_ref().map(Phone::as_str),
        ended_at(&account.state) as _,
        revision.epoch,
        revision.n,
        account.shows_function_only,
    )
    .execute(&mut **tx)
    .await?;
    if updated.rows_affected() != 1 {
        return Err(inconsistent("accounts", "account_id", account.id).into());
    }
    sqlx::query!(
        "delete from account_permissions where account_id = $1",
        account.id as _
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "delete from account_offices where account_id = $1",
        account.id as _
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!("delete from account_units where account_id = $1", account.id as _)
        .execute(&mut **tx)
        .await?;
    insert_parts(tx, account).await
}

async fn insert_parts(tx: &mut Tx, account: &Account) -> Result<(), DbError> {
    let grants = account.permissions.grants();
    sqlx::query!(
        "insert into account_permissions (account_id, permission, valid_from, valid_to)
        select $1, * from unnest($2::text[], $3::date[], $4::date[])",
        account.id as _,
        &grants
            .iter()
            .map(|grant| grant.permission.code().to_owned())
            .collect::<Vec<_>>(),
        &grants
            .iter()
            .map(|grant| Day(grant.validity.from()))
            .collect::<Vec<_>>() as _,
        &grants
            .iter()
            .map(|grant| grant.validity.to().map(Day))
            .collect::<Vec<_>>() as _,
    )
    .execute(&mut **tx)
    .await?;
    insert_scope(tx, account).await
}

async fn insert_scope(tx: &mut Tx, account: &Account) -> Result<(), DbError> {
    let units = account.scope.units();
    if units.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into account_units (account_id, organisation_id, unit_id, has_all_offices)
        select $1, $2, * from unnest($3::uuid[], $4::boolean[])",
        account.id as _,
        account.organisation as OrganisationId,
        &units.iter().map(|unit| unit.unit).collect::<Vec<UnitId>>() as _,
        &units
            .iter()
            .map(|unit| unit.offices == Offices::All)
            .collect::<Vec<_>>(),
    )
    .execute(&mut **tx)
    .await?;
    let (unit_ids, office_ids) = named_offices(account);
    if office_ids.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into account_offices (account_id, unit_id, office_id)
        select $1, * from unnest($2::uuid[], $3::uuid[])",
        account.id as _,
        &unit_ids as _,
        &office_ids as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

fn named_offices(account: &Account) -> (Vec<UnitId>, Vec<OfficeId>) {
    let mut named = (Vec::new(), Vec::new());
    for unit in account.scope.units() {
        if let Offices::Named(offices) = &unit.offices {
            named.0.extend(std::iter::repeat_n(unit.unit, offices.len()));
            named.1.extend(offices.iter().copied());
        }
    }
    named
}

fn state_code(state: &AccountState) -> &'static str {
    match state {
        AccountState::Invited { .. } => "invited",
        AccountState::WaitingForConfirmation { .. } => "waiting_for_confirmation",
        AccountState::Active { .. } => "active",
        AccountState::Ended { .. } => "ended",
    }
}

fn ended_at(state: &AccountState) -> Option<Instant> {
    match state {
        AccountState::Ended { at, .. } => Some(Instant::from(*at)),
        AccountState::Invited { .. }
        | AccountState::WaitingForConfirmation { .. }
        | AccountState::Active { .. } => None,
    }
}
