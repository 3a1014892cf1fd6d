//! Who has read what of whom.

use jiff::Timestamp;
use platform::db::{DbError, Instant, Tx};
use uuid::Uuid;

use crate::domain::ids::{OrganisationId, PersonId};

/// One read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    pub id: Uuid,
    pub person: PersonId,
    pub organisation: OrganisationId,
    pub role: String,
    pub purpose: String,
    pub data_kind: String,
    pub at: Timestamp,
}

pub async fn insert(tx: &mut Tx, access: &Access) -> Result<(), DbError> {
    sqlx::query!(
        "insert into accesses (access_id, person_id, organisation_id, role, purpose, data_kind, read_at)
        values ($1, $2, $3, $4, $5, $6, $7) on conflict (access_id) do nothing",
        access.id,
        access.person as _,
        access.organisation as _,
        access.role,
        access.purpose,
        access.data_kind,
        Instant::from(access.at) as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

struct AccessRow {
    access_id: Uuid,
    person_id: PersonId,
    organisation_id: OrganisationId,
    role: String,
    purpose: String,
    data_kind: String,
    read_at: Instant,
}

/// Reads of some persons, each one's by the index in its order, no further than the page goes. The signs are those that turn
/// the order round.
macro_rules! reads {
    ($sign:tt $first_time:tt $first_id:tt $order:tt, $persons:ident, $after:ident, $limit:ident) => {{
        let (read_at, access_id) = $after.unzip();
        sqlx::query_as!(
            AccessRow,
            r#"select it.access_id, it.person_id as "person_id: PersonId",
            it.organisation_id as "organisation_id: OrganisationId", it.role, it.purpose, it.data_kind, it.read_at
        from unnest($1::uuid[]) wanted (person_id) cross join lateral (
            select it.* from accesses it
            where it.person_id = wanted.person_id and (it.read_at, it.access_id)
                "# + $sign + " (coalesce($2::timestamptz, " + $first_time + "), coalesce($3::uuid, " + $first_id + "))
            order by it.read_at" + $order + ", it.access_id" + $order + " limit $4) it
        order by it.read_at" + $order + ", it.access_id" + $order + " limit $4",
            $persons as _,
            read_at.map(Instant::from) as _,
            access_id,
            $limit,
        )
    }};
}

/// Reads of a person under any of their ids, newest first.
pub async fn of_person(
    tx: &mut Tx,
    persons: &[PersonId],
    after: Option<(Timestamp, Uuid)>,
    limit: i64,
) -> Result<Vec<Access>, DbError> {
    let reads =
        reads!("<" "'infinity'" "'ffffffff-ffff-ffff-ffff-ffffffffffff'" " desc", persons, after, limit);
    let rows = reads.fetch_all(&mut **tx).await?;
    Ok(rows.into_iter().map(Access::from).collect())
}

/// The same, oldest first.
pub async fn of_person_since(
    tx: &mut Tx,
    persons: &[PersonId],
    after: Option<(Timestamp, Uuid)>,
    limit: i64,
) -> Result<Vec<Access>, DbError> {
    let reads = reads!(">" "'-infinity'" "'00000000-0000-0000-0000-000000000000'" "", persons, after, limit);
    let rows = reads.fetch_all(&mut **tx).await?;
    Ok(rows.into_iter().map(Access::from).collect())
}

impl From<AccessRow> for Access {
    fn from(row: AccessRow) -> Self {
        Self {
            id: row.access_id,
            person: row.person_id,
            organisation: row.organisation_id,
            role: row.role,
            purpose: row.purpose,
            data_kind: row.data_kind,
            at: row.read_at.timestamp(),
        }
    }
}
