//! A page of a few units and offices: everybody who was ever placed there, in the order of the ids, until the page is full.

use platform::db::{Day, DbError};
use sqlx::PgConnection;

use super::{Narrowed, codes};
use crate::domain::ids::PlacementId;
use crate::domain::report::Status;
use crate::queries::months::Search;

pub(super) async fn ids(
    connection: &mut PgConnection,
    search: &Search<'_>,
    places: &Narrowed,
) -> Result<Vec<PlacementId>, DbError> {
    let statuses = search
        .status
        .map_or_else(|| Status::ALL.to_vec(), |status| vec![status]);
    // Who was certainly not at work is looked for among the reports too, but not for one that is not begun.
    let ids = sqlx::query_scalar!(
        r#"select mine.placement_id as "id!: PlacementId" from (
            select placement_id, decided_from <= $3 and decided_to >= $2 as may_be_at_work from placements
            where unit_id = any($6) and placement_id > $4 and ($10 or (decided_from <= $3 and decided_to >= $2))
            union all
            select placement_id, decided_from <= $3 and decided_to >= $2 from placements
            where office_id = any($7) and unit_id <> all($6) and placement_id > $4
                and ($10 or (decided_from <= $3 and decided_to >= $2))
            order by placement_id offset 0) mine
            left join lateral (select report.status, report.latest_revision from month_reports report
                where report.placement_id = mine.placement_id and report.month = $2 and report.organisation_id = $1
                offset 0) report on true
            cross join lateral (select it.* from placements it where it.placement_id = mine.placement_id offset 0) it
        where (mine.may_be_at_work or report.latest_revision > 0) and coalesce(report.status, 'not_begun') = any($5)
            and it.organisation_id = $1 and ($8::uuid is null or it.unit_id = $8)
            and (report.latest_revision > 0 or (it.last_day >= $2 and it.decided_from <= least($3, it.last_day)))
        order by mine.placement_id limit $9"#,
        search.reach.organisation as _,
        Day(search.month.first_day()) as _,
        Day(search.month.last_day()) as _,
        search.from(),
        &codes(&statuses),
        &places.units,
        &places.offices,
        search.unit as _,
        search.limit,
        search.status != Some(Status::NotBegun),
    )
    .fetch_all(connection)
    .await?;
    Ok(ids)
}
