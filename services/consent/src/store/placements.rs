//! Placements as participants tells of them: whose they are and where, which is all that scope needs.

use platform::db::{DbError, Tx};

use crate::domain::ids::{OfficeId, OrganisationId, PersonId, PlacementId, UnitId};

/// Whose a placement is, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    pub id: PlacementId,
    pub person: PersonId,
    pub organisation: OrganisationId,
    pub unit: UnitId,
    pub office: Option<OfficeId>,
    pub is_interrupted_before_start: bool,
}

pub async fn find(tx: &mut Tx, id: PlacementId) -> Result<Option<Placement>, DbError> {
    let row = sqlx::query_as!(
        Placement,
        r#"select placement_id as "id: PlacementId", person_id as "person: PersonId",
            organisation_id as "organisation: OrganisationId", unit_id as "unit: UnitId",
            office_id as "office: OfficeId", is_interrupted_before_start
        from placements where placement_id = $1"#,
        id as _,
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row)
}

/// Whether the person has or had a placement.
pub async fn has_any(tx: &mut Tx, persons: &[PersonId]) -> Result<bool, DbError> {
    let found = sqlx::query_scalar!(
        r#"select exists (select from placements where person_id = any($1)) as "found!""#,
        persons as _,
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(found)
}

pub async fn put(tx: &mut Tx, placement: &Placement) -> Result<(), DbError> {
    sqlx::query!(
        "insert into placements (placement_id, person_id, organisation_id, unit_id, office_id,
            is_interrupted_before_start)
        values ($1, $2, $3, $4, $5, $6)
        on conflict (placement_id) do update set person_id = excluded.person_id,
            organisation_id = excluded.organisation_id, unit_id = excluded.unit_id, office_id = excluded.office_id,
            is_interrupted_before_start = excluded.is_interrupted_before_start",
        placement.id as _,
        placement.person as _,
        placement.organisation as _,
        placement.unit as _,
        placement.office as _,
        placement.is_interrupted_before_start,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub async fn delete(tx: &mut Tx, id: PlacementId) -> Result<(), DbError> {
    sqlx::query!("delete from placements where placement_id = $1", id as _)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
