//! The ids of a page, found by indexes alone before anything is joined: reports by their state, and those at work who have
//! not begun; or everybody in a few units. With a plan made for any caller, a join is tried the wrong way round for a large
//! one, hence arrays and `offset 0`.

use platform::db::{Day, DbError};
use sqlx::PgConnection;
use uuid::Uuid;

use super::Search;
use crate::domain::ids::{PlacementId, UnitId};
use crate::domain::report::Status;

/// Units and offices whose placements are looked through one by one.
const FEW_PLACES: usize = 10;

/// Where to look.
pub(super) struct Narrowed {
    pub is_everywhere: bool,
    pub units: Vec<Uuid>,
    pub offices: Vec<Uuid>,
}

/// Ids of a page and of the row after it, rising.
pub(super) async fn ids(
    connection: &mut PgConnection,
    search: &Search<'_>,
) -> Result<Vec<PlacementId>, DbError> {
    let places = Narrowed::of(search);
    if places.is_small() {
        in_few_places(connection, search, &places).await
    } else {
        by_state(connection, search, &places).await
    }
}

async fn by_state(
    connection: &mut PgConnection,
    search: &Search<'_>,
    places: &Narrowed,
) -> Result<Vec<PlacementId>, DbError> {
    let (not_begun, begun): (Vec<Status>, Vec<Status>) = search
        .statuses()
        .into_iter()
        .partition(|status| *status == Status::NotBegun);
    let begun: Vec<String> = begun.iter().map(|status| status.code().to_owned()).collect();
    let ids = sqlx::query_scalar!(
        r#"select found.id as "id!: PlacementId" from (
            (select page.id from unnest($5::text[]) wanted (status) cross join lateral (
                select report.placement_id as id from month_reports report
                    cross join lateral (select it.* from placements it where it.placement_id = report.placement_id offset 0) it
                where report.organisation_id = $1 and report.month = $2 and report.status = wanted.status
                    and report.placement_id > $4 and it.organisation_id = $1
                    and (report.latest_revision > 0 or (it.last_day >= $2 and it.decided_from <= least($3, it.last_day)))
                    and ($7 or it.unit_id in (select unnest($8::uuid[])) or it.office_id in (select unnest($9::uuid[])))
                    and ($10::uuid is null or it.unit_id = $10)
                order by report.placement_id limit $11) page)
            union all
            (select it.placement_id from (
                select placement_id from placements it
                where $6 and it.organisation_id = $1 and it.last_day >= $2 and it.decided_from <= least($3, it.last_day)
                    and it.placement_id > $4
                    and ($7 or it.unit_id in (select unnest($8::uuid[])) or it.office_id in (select unnest($9::uuid[])))
                    and ($10::uuid is null or it.unit_id = $10)
                    and it.placement_id not in (select report.placement_id from month_reports report
                        where report.organisation_id = $1 and report.month = $2 and report.status <> 'not_begun')
                offset 0) it
            order by it.placement_id limit $11)
        ) found order by found.id limit $11"#,
        search.reach.organisation as _,
        Day(search.month.first_day()) as _,
        Day(search.month.last_day()) as _,
        search.from(),
        &begun,
        !not_begun.is_empty(),
        places.is_everywhere,
        &places.units,
        &places.offices,
        search.unit as _,
        search.limit,
    )
    .fetch_all(connection)
    .await?;
    Ok(ids)
}

async fn in_few_places(
    connection: &mut PgConnection,
    search: &Search<'_>,
    places: &Narrowed,
) -> Result<Vec<PlacementId>, DbError> {
    let statuses: Vec<String> = search
        .statuses()
        .iter()
        .map(|status| status.code().to_owned())
        .collect();
    let ids = sqlx::query_scalar!(
        r#"select it.placement_id as "id: PlacementId" from placements it
            left join month_reports report on report.placement_id = it.placement_id and report.month = $2
                and report.organisation_id = it.organisation_id
        where it.placement_id = any(array(
                select placement_id from placements where unit_id = any($6)
                union select placement_id from placements where office_id = any($7)))
            and it.organisation_id = $1
            and ($8::uuid is null or it.unit_id = $8)
            and it.placement_id > $4
            and coalesce(report.status, 'not_begun') = any($5)
            and (report.latest_revision > 0 or (it.last_day >= $2 and it.decided_from <= least($3, it.last_day)))
        order by it.placement_id limit $9"#,
        search.reach.organisation as _,
        Day(search.month.first_day()) as _,
        Day(search.month.last_day()) as _,
        search.from(),
        &statuses,
        &places.units,
        &places.offices,
        search.unit as _,
        search.limit,
    )
    .fetch_all(connection)
    .await?;
    Ok(ids)
}

impl Search<'_> {
    /// The id before all that are wanted. No placement has the nil id.
    fn from(&self) -> Uuid {
        self.after.map_or(Uuid::nil(), PlacementId::as_uuid)
    }

    fn statuses(&self) -> Vec<Status> {
        self.status
            .map_or_else(|| Status::ALL.to_vec(), |status| vec![status])
    }
}

impl Narrowed {
    /// Of whole units the wanted one alone; single offices the statements tell apart.
    pub fn of(search: &Search<'_>) -> Self {
        let Some(places) = &search.reach.places else {
            return Self {
                is_everywhere: search.unit.is_none(),
                units: search.unit.iter().map(|unit| unit.as_uuid()).collect(),
                offices: Vec::new(),
            };
        };
        let is_wanted = |unit: &&UnitId| search.unit.is_none_or(|wanted| **unit == wanted);
        Self {
            is_everywhere: false,
            units: places
                .units
                .iter()
                .filter(is_wanted)
                .map(|unit| unit.as_uuid())
                .collect(),
            offices: places.offices.iter().map(|office| office.as_uuid()).collect(),
        }
    }

    fn is_small(&self) -> bool {
        !self.is_everywhere && self.units.len() + self.offices.len() <= FEW_PLACES
    }
}
