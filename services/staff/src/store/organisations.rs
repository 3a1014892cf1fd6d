//! Organisations. Locking one serialises every change of its accounts.

use platform::db::{DbError, Inconsistency, Instant, Tx};
use sqlx::PgConnection;

use super::inconsistent;
use crate::domain::ids::{OrganisationId, PersonId};
use crate::domain::number::OrganisationNumber;
use crate::domain::organisation::{Organisation, OrganisationKey, OrganisationKind};

const TABLE: &str = "organisations";

pub(super) struct OrganisationRow {
    pub organisation_id: OrganisationId,
    pub kind: String,
    pub name: String,
    pub organisation_number: Option<String>,
    pub sole_trader_id: Option<PersonId>,
    pub is_training: bool,
}

/// Locks the organisation until the transaction ends and reads it.
pub async fn lock(tx: &mut Tx, id: OrganisationId) -> Result<Option<Organisation>, DbError> {
    let row = sqlx::query_as!(
        OrganisationRow,
        r#"select organisation_id as "organisation_id: OrganisationId", kind, name, organisation_number,
            sole_trader_id as "sole_trader_id: PersonId", is_training
        from organisations where organisation_id = $1 for no key update"#,
        id as _,
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(Organisation::try_from).transpose()?)
}

pub async fn find(
    connection: &mut PgConnection,
    id: OrganisationId,
) -> Result<Option<Organisation>, DbError> {
    Ok(find_all(connection, &[id]).await?.pop())
}

pub async fn find_all(
    connection: &mut PgConnection,
    ids: &[OrganisationId],
) -> Result<Vec<Organisation>, DbError> {
    let rows = sqlx::query_as!(
        OrganisationRow,
        r#"select organisation_id as "organisation_id: OrganisationId", kind, name, organisation_number,
            sole_trader_id as "sole_trader_id: PersonId", is_training
        from organisations where organisation_id = any($1) order by organisation_id"#,
        ids as _,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(Organisation::try_from)
        .collect::<Result<_, _>>()?)
}

/// By name, after one of them.
pub async fn list(
    connection: &mut PgConnection,
    after: Option<OrganisationId>,
    limit: i64,
) -> Result<Vec<Organisation>, DbError> {
    let rows = sqlx::query_as!(
        OrganisationRow,
        r#"select organisation_id as "organisation_id: OrganisationId", kind, name, organisation_number,
            sole_trader_id as "sole_trader_id: PersonId", is_training
        from organisations
        where $1::uuid is null or (lower(name), organisation_id) >
            (select lower(last.name), last.organisation_id from organisations last where last.organisation_id = $1)
        order by lower(name), organisation_id limit $2"#,
        after as _,
        limit,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(Organisation::try_from)
        .collect::<Result<_, _>>()?)
}

/// In the order of ids, for writing all of them out.
pub async fn page(
    connection: &mut PgConnection,
    after: Option<OrganisationId>,
    limit: i64,
) -> Result<Vec<Organisation>, DbError> {
    let rows = sqlx::query_as!(
        OrganisationRow,
        r#"select organisation_id as "organisation_id: OrganisationId", kind, name, organisation_number,
            sole_trader_id as "sole_trader_id: PersonId", is_training
        from organisations where $1::uuid is null or organisation_id > $1
        order by organisation_id limit $2 for share"#,
        after as _,
        limit,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(Organisation::try_from)
        .collect::<Result<_, _>>()?)
}

/// The agency of a name, for the local command that makes the first one.
pub async fn find_agency(
    connection: &mut PgConnection,
    name: &str,
) -> Result<Option<OrganisationId>, DbError> {
    let found = sqlx::query_scalar!(
        r#"select organisation_id as "organisation_id: OrganisationId" from organisations
        where kind = 'agency' and name = $1"#,
        name,
    )
    .fetch_optional(connection)
    .await?;
    Ok(found)
}

pub async fn insert(tx: &mut Tx, organisation: &Organisation) -> Result<(), DbError> {
    let created_at = Instant::from(tx.now());
    let (number, sole_trader) = columns_of(organisation.key.as_ref());
    sqlx::query!(
        "insert into organisations
            (organisation_id, kind, name, organisation_number, sole_trader_id, is_training, created_at)
        values ($1, $2, $3, $4, $5, $6, $7)",
        organisation.id as _,
        organisation.kind.code(),
        organisation.name,
        number,
        sole_trader as _,
        organisation.is_training,
        created_at as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub(super) fn columns_of(key: Option<&OrganisationKey>) -> (Option<String>, Option<PersonId>) {
    match key {
        Some(OrganisationKey::Number(number)) => (Some(number.digits().to_owned()), None),
        Some(OrganisationKey::SoleTrader(person)) => (None, Some(*person)),
        None => (None, None),
    }
}

impl TryFrom<OrganisationRow> for Organisation {
    type Error = Inconsistency;

    fn try_from(row: OrganisationRow) -> Result<Self, Inconsistency> {
        let id = row.organisation_id;
        let wrong = |column| inconsistent(TABLE, column, id);
        let number = row
            .organisation_number
            .as_deref()
            .map(OrganisationNumber::parse)
            .transpose();
        let key = match (
            number.map_err(|_| wrong("organisation_number"))?,
            row.sole_trader_id,
        ) {
            (Some(number), None) => Some(OrganisationKey::Number(number)),
            (None, Some(person)) => Some(OrganisationKey::SoleTrader(person)),
            (None, None) => None,
            (Some(_), Some(_)) => return Err(wrong("sole_trader_id")),
        };
        Ok(Self {
            id,
            kind: OrganisationKind::from_code(&row.kind).ok_or_else(|| wrong("kind"))?,
            name: row.name,
            key,
            is_training: row.is_training,
        })
    }
}
