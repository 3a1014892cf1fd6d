//! Units and offices as staff told of them.

use std::collections::HashMap;

use platform::db::{Day, DbError, Tx};
use sqlx::PgConnection;

use crate::domain::decision::Unit;
use crate::domain::ids::{OfficeId, OrganisationId, UnitId};
use crate::domain::period::InUse;

/// A unit with what matters to participants beside its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldUnit {
    pub unit: Unit,
    /// None for a project.
    pub ka_number: Option<String>,
    pub documents_online: bool,
}

/// The performing units of KA numbers; unknown ones are left out.
pub async fn of_ka_numbers(
    connection: &mut PgConnection,
    numbers: &[String],
) -> Result<HashMap<String, Unit>, DbError> {
    let rows = sqlx::query!(
        r#"select unit_id as "unit_id: UnitId", organisation_id as "organisation_id: OrganisationId",
            ka_number as "ka_number!", valid_from, valid_to
        from units where ka_number = any($1)"#,
        numbers,
    )
    .fetch_all(&mut *connection)
    .await?;
    let ids: Vec<UnitId> = rows.iter().map(|row| row.unit_id).collect();
    let mut offices = offices(connection, &ids).await?;
    let units = rows.into_iter().map(|row| {
        let unit = Unit {
            id: row.unit_id,
            organisation: row.organisation_id,
            in_use: in_use(row.valid_from, row.valid_to),
            offices: offices.remove(&row.unit_id).unwrap_or_default(),
        };
        (row.ka_number, unit)
    });
    Ok(units.collect())
}

/// Replaces what is held of a unit.
pub async fn put(tx: &mut Tx, held: &HeldUnit) -> Result<(), DbError> {
    let unit = &held.unit;
    sqlx::query!(
        "insert into units (unit_id, organisation_id, ka_number, documents_online, valid_from, valid_to)
        values ($1, $2, $3, $4, $5, $6)
        on conflict (unit_id) do update set organisation_id = excluded.organisation_id, ka_number = excluded.ka_number,
            documents_online = excluded.documents_online, valid_from = excluded.valid_from, valid_to = excluded.valid_to",
        unit.id as _,
        unit.organisation as _,
        held.ka_number,
        held.documents_online,
        Day(unit.in_use.from) as _,
        unit.in_use.to.map(Day) as _,
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!("delete from offices where unit_id = $1", unit.id as _)
        .execute(&mut **tx)
        .await?;
    sqlx::query!(
        "insert into offices (unit_id, office_id, valid_from, valid_to)
        select $1, * from unnest($2::uuid[], $3::date[], $4::date[])",
        unit.id as _,
        &unit.offices.iter().map(|(id, _)| *id).collect::<Vec<_>>() as _,
        &unit
            .offices
            .iter()
            .map(|(_, in_use)| Day(in_use.from))
            .collect::<Vec<_>>() as _,
        &unit
            .offices
            .iter()
            .map(|(_, in_use)| in_use.to.map(Day))
            .collect::<Vec<_>>() as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub async fn remove(tx: &mut Tx, id: UnitId) -> Result<(), DbError> {
    sqlx::query!("delete from units where unit_id = $1", id as _)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

async fn offices(
    connection: &mut PgConnection,
    ids: &[UnitId],
) -> Result<HashMap<UnitId, Vec<(OfficeId, InUse)>>, DbError> {
    let rows = sqlx::query!(
        r#"select unit_id as "unit_id: UnitId", office_id as "office_id: OfficeId", valid_from, valid_to
        from offices where unit_id = any($1) order by office_id"#,
        ids as _,
    )
    .fetch_all(connection)
    .await?;
    let mut offices: HashMap<UnitId, Vec<(OfficeId, InUse)>> = HashMap::new();
    for row in rows {
        let office = (row.office_id, in_use(row.valid_from, row.valid_to));
        offices.entry(row.unit_id).or_default().push(office);
    }
    Ok(offices)
}

fn in_use(from: Day, to: Option<Day>) -> InUse {
    InUse {
        from: from.into(),
        to: to.map(Into::into),
    }
}
