//! Placements as participants published them.

use platform::db::{Day, DbError, Inconsistency};
use sqlx::PgConnection;

use super::inconsistent;
use crate::domain::ids::{OfficeId, OrganisationId, PersonId, PlacementId, UnitId};
use crate::domain::placement::{CaseReference, Period, Placement};

struct PlacementRow {
    placement_id: PlacementId,
    person_id: PersonId,
    case_reference: String,
    organisation_id: OrganisationId,
    unit_id: UnitId,
    office_id: Option<OfficeId>,
    decided_from: Day,
    decided_to: Day,
    interrupted_on: Option<Day>,
}

pub async fn save(connection: &mut PgConnection, placement: &Placement, status: &str) -> Result<(), DbError> {
    sqlx::query!(
        "insert into placements (placement_id, person_id, case_reference, organisation_id, unit_id, office_id,
            decided_from, decided_to, interrupted_on, status)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        on conflict (placement_id) do update set person_id = excluded.person_id,
            case_reference = excluded.case_reference, organisation_id = excluded.organisation_id,
            unit_id = excluded.unit_id, office_id = excluded.office_id, decided_from = excluded.decided_from,
            decided_to = excluded.decided_to, interrupted_on = excluded.interrupted_on, status = excluded.status",
        placement.placement_id as _,
        placement.person_id as _,
        placement.case_reference.as_str(),
        placement.organisation_id as _,
        placement.unit_id as _,
        placement.office_id as _,
        Day(placement.period.from) as _,
        Day(placement.period.to) as _,
        placement.period.interrupted_on.map(Day) as _,
        status,
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn delete(connection: &mut PgConnection, id: PlacementId) -> Result<(), DbError> {
    sqlx::query!("delete from placements where placement_id = $1", id as _)
        .execute(connection)
        .await?;
    Ok(())
}

pub async fn find(connection: &mut PgConnection, id: PlacementId) -> Result<Option<Placement>, DbError> {
    let row = sqlx::query_as!(
        PlacementRow,
        r#"select placement_id as "placement_id: PlacementId", person_id as "person_id: PersonId", case_reference,
            organisation_id as "organisation_id: OrganisationId", unit_id as "unit_id: UnitId",
            office_id as "office_id: OfficeId", decided_from, decided_to, interrupted_on
        from placements where placement_id = $1"#,
        id as _,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Placement::try_from).transpose()?)
}

/// The organisation's placements of these cases, by reference and id. A case may have several.
pub async fn by_cases(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    cases: &[String],
) -> Result<Vec<Placement>, DbError> {
    let rows = sqlx::query_as!(
        PlacementRow,
        r#"select placement_id as "placement_id: PlacementId", person_id as "person_id: PersonId", case_reference,
            organisation_id as "organisation_id: OrganisationId", unit_id as "unit_id: UnitId",
            office_id as "office_id: OfficeId", decided_from, decided_to, interrupted_on
        from placements where organisation_id = $1 and case_reference = any($2) order by case_reference, placement_id"#,
        organisation as _,
        cases,
    )
    .fetch_all(connection)
    .await?;
    let read: Result<Vec<_>, _> = rows.into_iter().map(Placement::try_from).collect();
    Ok(read?)
}

impl TryFrom<PlacementRow> for Placement {
    type Error = Inconsistency;

    fn try_from(row: PlacementRow) -> Result<Self, Inconsistency> {
        Ok(Self {
            case_reference: CaseReference::parse(&row.case_reference)
                .map_err(|_| inconsistent("placements", "case_reference", row.placement_id))?,
            placement_id: row.placement_id,
            person_id: row.person_id,
            organisation_id: row.organisation_id,
            unit_id: row.unit_id,
            office_id: row.office_id,
            period: Period {
                from: row.decided_from.into(),
                to: row.decided_to.into(),
                interrupted_on: row.interrupted_on.map(Into::into),
            },
        })
    }
}
