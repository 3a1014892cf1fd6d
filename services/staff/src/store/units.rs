//! Units with their offices.

use std::collections::{BTreeMap, HashMap};

use platform::db::{Day, DbError, Inconsistency};
use sqlx::PgConnection;

use super::{inconsistent, validity};
use crate::domain::ids::{OfficeId, OrganisationId, UnitId};
use crate::domain::organisation::{Office, ProcuredService, Unit, UnitKind};
use crate::domain::scope::OwnUnits;

pub(super) struct UnitRow {
    pub unit_id: UnitId,
    pub organisation_id: OrganisationId,
    pub kind: String,
    pub number: String,
    pub name: String,
    pub service_code: String,
    pub service_name: String,
    pub service_has_documents_online: bool,
    pub service_is_esf_funded: bool,
    pub service_rule_set: String,
    pub valid_from: Day,
    pub valid_to: Option<Day>,
}

struct OfficeRow {
    office_id: OfficeId,
    unit_id: UnitId,
    code: String,
    name: String,
    street_address: String,
    postal_code: String,
    city: String,
    valid_from: Day,
    valid_to: Option<Day>,
}

/// The units of an organisation, by number.
pub async fn of_organisation(
    connection: &mut PgConnection,
    organisation: OrganisationId,
) -> Result<Vec<Unit>, DbError> {
    let rows = sqlx::query_as!(
        UnitRow,
        r#"select unit_id as "unit_id: UnitId", organisation_id as "organisation_id: OrganisationId", kind, number, name,
            service_code, service_name, service_has_documents_online, service_is_esf_funded, service_rule_set,
            valid_from, valid_to
        from units where organisation_id = $1 order by number"#,
        organisation as _,
    )
    .fetch_all(&mut *connection)
    .await?;
    with_offices(connection, rows).await
}

pub async fn find_all(connection: &mut PgConnection, ids: &[UnitId]) -> Result<Vec<Unit>, DbError> {
    let rows = sqlx::query_as!(
        UnitRow,
        r#"select unit_id as "unit_id: UnitId", organisation_id as "organisation_id: OrganisationId", kind, number, name,
            service_code, service_name, service_has_documents_online, service_is_esf_funded, service_rule_set,
            valid_from, valid_to
        from units where unit_id = any($1)"#,
        ids as _,
    )
    .fetch_all(&mut *connection)
    .await?;
    with_offices(connection, rows).await
}

/// In the order of ids, for writing all of them out.
pub async fn page(
    connection: &mut PgConnection,
    after: Option<UnitId>,
    limit: i64,
) -> Result<Vec<Unit>, DbError> {
    let rows = sqlx::query_as!(
        UnitRow,
        r#"select unit_id as "unit_id: UnitId", organisation_id as "organisation_id: OrganisationId", kind, number, name,
            service_code, service_name, service_has_documents_online, service_is_esf_funded, service_rule_set,
            valid_from, valid_to
        from units where $1::uuid is null or unit_id > $1 order by unit_id limit $2 for share"#,
        after as _,
        limit,
    )
    .fetch_all(&mut *connection)
    .await?;
    with_offices(connection, rows).await
}

/// Ids of the organisation's units and offices, which a scope is checked against.
pub async fn ids_of_organisation(
    connection: &mut PgConnection,
    organisation: OrganisationId,
) -> Result<OwnUnits, DbError> {
    let rows = sqlx::query!(
        r#"select unit_id as "unit_id!: UnitId", office_id as "office_id?: OfficeId"
        from units left join offices using (unit_id) where organisation_id = $1"#,
        organisation as _,
    )
    .fetch_all(connection)
    .await?;
    let mut own: OwnUnits = BTreeMap::new();
    for row in rows {
        own.entry(row.unit_id).or_default().extend(row.office_id);
    }
    Ok(own)
}

pub(super) async fn with_offices(
    connection: &mut PgConnection,
    rows: Vec<UnitRow>,
) -> Result<Vec<Unit>, DbError> {
    let ids: Vec<UnitId> = rows.iter().map(|row| row.unit_id).collect();
    let office_rows = sqlx::query_as!(
        OfficeRow,
        r#"select office_id as "office_id: OfficeId", unit_id as "unit_id: UnitId", code, name, street_address,
            postal_code, city, valid_from, valid_to
        from offices where unit_id = any($1) order by unit_id, code collate "C""#,
        &ids as _,
    )
    .fetch_all(connection)
    .await?;
    let mut offices: HashMap<UnitId, Vec<Office>> = HashMap::new();
    for row in office_rows {
        offices.entry(row.unit_id).or_default().push(row.try_into()?);
    }
    let units = rows.into_iter().map(|row| {
        let of_unit = offices.remove(&row.unit_id).unwrap_or_default();
        row.into_unit(of_unit)
    });
    Ok(units.collect::<Result<_, _>>()?)
}

impl UnitRow {
    fn into_unit(self, offices: Vec<Office>) -> Result<Unit, Inconsistency> {
        Ok(Unit {
            id: self.unit_id,
            organisation: self.organisation_id,
            kind: UnitKind::from_code(&self.kind)
                .ok_or_else(|| inconsistent("units", "kind", self.unit_id))?,
            number: self.number,
            name: self.name,
            service: ProcuredService {
                code: self.service_code,
                name: self.service_name,
                has_documents_online: self.service_has_documents_online,
                is_esf_funded: self.service_is_esf_funded,
                rule_set: self.service_rule_set,
            },
            validity: validity(self.valid_from, self.valid_to, "units", self.unit_id)?,
            offices,
        })
    }
}

impl TryFrom<OfficeRow> for Office {
    type Error = Inconsistency;

    fn try_from(row: OfficeRow) -> Result<Self, Inconsistency> {
        Ok(Self {
            id: row.office_id,
            code: row.code,
            name: row.name,
            street_address: row.street_address,
            postal_code: row.postal_code,
            city: row.city,
            validity: validity(row.valid_from, row.valid_to, "offices", row.office_id)?,
        })
    }
}
