//! Nominations.

use platform::db::{DbError, Inconsistency, Instant, Tx};
use sqlx::PgConnection;

use super::inconsistent;
use crate::domain::contact::PersonName;
use crate::domain::ids::{AccountId, InvitationId, NominationId, OrganisationId, PersonId};
use crate::domain::nomination::{Nomination, NominationState};

const TABLE: &str = "nominations";

struct NominationRow {
    nomination_id: NominationId,
    organisation_id: OrganisationId,
    person_id: PersonId,
    name: String,
    state: String,
    account_id: Option<AccountId>,
    invitation_id: InvitationId,
    nominated_at: Instant,
    expires_at: Instant,
    refused_attempts: i32,
}

/// Reads a nomination without locking, to learn whose organisation to lock first.
pub async fn organisation_of(tx: &mut Tx, id: NominationId) -> Result<Option<OrganisationId>, DbError> {
    let found = sqlx::query_scalar!(
        r#"select organisation_id as "organisation_id: OrganisationId" from nominations where nomination_id = $1"#,
        id as _,
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(found)
}

pub async fn lock(tx: &mut Tx, id: NominationId) -> Result<Option<Nomination>, DbError> {
    let row = sqlx::query_as!(
        NominationRow,
        r#"select nomination_id as "nomination_id: NominationId", organisation_id as "organisation_id: OrganisationId",
            person_id as "person_id: PersonId", name, state, account_id as "account_id: AccountId",
            invitation_id as "invitation_id: InvitationId", nominated_at, expires_at, refused_attempts
        from nominations where nomination_id = $1 for update"#,
        id as _,
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(Nomination::try_from).transpose()?)
}

/// Newest first: ids rise with time.
pub async fn list(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    after: Option<NominationId>,
    limit: i64,
) -> Result<Vec<Nomination>, DbError> {
    let rows = sqlx::query_as!(
        NominationRow,
        r#"select nomination_id as "nomination_id: NominationId", organisation_id as "organisation_id: OrganisationId",
            person_id as "person_id: PersonId", name, state, account_id as "account_id: AccountId",
            invitation_id as "invitation_id: InvitationId", nominated_at, expires_at, refused_attempts
        from nominations where organisation_id = $1 and ($2::uuid is null or nomination_id < $2)
        order by nomination_id desc limit $3"#,
        organisation as _,
        after as _,
        limit,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(Nomination::try_from)
        .collect::<Result<_, _>>()?)
}

pub async fn insert(tx: &mut Tx, nomination: &Nomination) -> Result<(), DbError> {
    let (state, account) = columns_of(nomination.state);
    sqlx::query!(
        "insert into nominations (nomination_id, organisation_id, person_id, name, state, account_id, invitation_id,
            nominated_at, expires_at, refused_attempts)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        nomination.id as _,
        nomination.organisation as _,
        nomination.person as _,
        nomination.name.as_str(),
        state,
        account as _,
        nomination.invitation as _,
        Instant::from(nomination.nominated_at) as _,
        Instant::from(nomination.expires_at) as _,
        nomination.refused_attempts,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub async fn update(tx: &mut Tx, nomination: &Nomination) -> Result<(), DbError> {
    let (state, account) = columns_of(nomination.state);
    let updated = sqlx::query!(
        "update nominations set state = $2, account_id = $3, refused_attempts = $4 where nomination_id = $1",
        nomination.id as _,
        state,
        account as _,
        nomination.refused_attempts,
    )
    .execute(&mut **tx)
    .await?;
    if updated.rows_affected() == 1 {
        Ok(())
    } else {
        Err(inconsistent(TABLE, "nomination_id", nomination.id).into())
    }
}

fn columns_of(state: NominationState) -> (&'static str, Option<AccountId>) {
    match state {
        NominationState::Open => ("open", None),
        NominationState::Accepted { account } => ("accepted", Some(account)),
        NominationState::Revoked => ("revoked", None),
    }
}

impl TryFrom<NominationRow> for Nomination {
    type Error = Inconsistency;

    fn try_from(row: NominationRow) -> Result<Self, Inconsistency> {
        let id = row.nomination_id;
        let state = match (row.state.as_str(), row.account_id) {
            ("open", None) => NominationState::Open,
            ("revoked", None) => NominationState::Revoked,
            ("accepted", Some(account)) => NominationState::Accepted { account },
            _ => return Err(inconsistent(TABLE, "state", id)),
        };
        Ok(Self {
            id,
            organisation: row.organisation_id,
            person: row.person_id,
            name: PersonName::parse(&row.name).map_err(|_| inconsistent(TABLE, "name", id))?,
            state,
            nominated_at: row.nominated_at.timestamp(),
            expires_at: row.expires_at.timestamp(),
            invitation: row.invitation_id,
            refused_attempts: row.refused_attempts,
        })
    }
}
