//! A page of a whole organisation or of so many units that its indexes are read instead of theirs.

use platform::db::{Day, DbError};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{BEGUN, Narrowed, codes};
use crate::domain::ids::PlacementId;
use crate::domain::report::Status;
use crate::queries::months::Search;

/// The first of those at work whose reports are looked for before everybody's are.
const FIRST: i64 = 1000;

/// Those who were at work in the month.
pub(super) async fn at_work(
    connection: &mut PgConnection,
    search: &Search<'_>,
    places: &Narrowed,
) -> Result<Vec<PlacementId>, DbError> {
    let ids = sqlx::query_scalar!(
        r#"select found.placement_id as "id: PlacementId" from (
            select placement_id from placements it
            where it.organisation_id = $1 and it.last_day >= $2 and it.decided_from <= least($3, it.last_day)
                and it.placement_id > $4
                and ($5 or it.unit_id in (select unnest($6::uuid[])) or it.office_id in (select unnest($7::uuid[])))
                and ($8::uuid is null or it.unit_id = $8)
            offset 0) found
        order by found.placement_id limit $9"#,
        search.reach.organisation as _,
        Day(search.month.first_day()) as _,
        Day(search.month.last_day()) as _,
        search.from(),
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

/// Those whose reports are in one of these states, up to an id.
pub(super) async fn begun(
    connection: &mut PgConnection,
    search: &Search<'_>,
    places: &Narrowed,
    statuses: &[Status],
    until: Uuid,
) -> Result<Vec<PlacementId>, DbError> {
    let ids = sqlx::query_scalar!(
        r#"select page.id as "id!: PlacementId" from unnest($5::text[]) wanted (status) cross join lateral (
            select report.placement_id as id from month_reports report
                cross join lateral (select it.* from placements it where it.placement_id = report.placement_id offset 0) it
            where report.organisation_id = $1 and report.month = $2 and report.status = wanted.status
                and report.placement_id > $4 and report.placement_id <= $6 and it.organisation_id = $1
                and (report.latest_revision > 0 or (it.last_day >= $2 and it.decided_from <= least($3, it.last_day)))
                and ($7 or it.unit_id in (select unnest($8::uuid[])) or it.office_id in (select unnest($9::uuid[])))
                and ($10::uuid is null or it.unit_id = $10)
            order by report.placement_id limit $11) page
        order by page.id limit $11"#,
        search.reach.organisation as _,
        Day(search.month.first_day()) as _,
        Day(search.month.last_day()) as _,
        search.from(),
        &codes(statuses),
        until,
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

/// Those at work who have not begun. They are told from the others by a set of all who have; that of the first thousand
/// is made first, which fills a page unless nearly everybody has reported.
pub(super) async fn not_begun(
    connection: &mut PgConnection,
    search: &Search<'_>,
    places: &Narrowed,
) -> Result<Vec<PlacementId>, DbError> {
    let ids = sqlx::query_scalar!(
        r#"with at_work as materialized (
            select it.placement_id as id from placements it
            where it.organisation_id = $1 and it.last_day >= $2 and it.decided_from <= least($3, it.last_day)
                and it.placement_id > $4
                and ($6 or it.unit_id in (select unnest($7::uuid[])) or it.office_id in (select unnest($8::uuid[])))
                and ($9::uuid is null or it.unit_id = $9)),
        first as materialized (select id from at_work order by id limit $11),
        border as materialized (select id from first order by id desc limit 1),
        found as materialized (
            select id from first where id not in (
                select report.placement_id from unnest($5::text[]) wanted (status) cross join lateral (
                    select report.placement_id from month_reports report
                    where report.organisation_id = $1 and report.month = $2 and report.status = wanted.status
                        and report.placement_id > $4 and report.placement_id <= (select id from border)
                    offset 0) report)
            order by id limit $10)
        select page.id as "id!: PlacementId" from (
            select id from found
            union all
            (select id from at_work
            where (select count(*) from found) < $10 and id > (select id from border)
                and id not in (
                    select report.placement_id from month_reports report
                    where report.organisation_id = $1 and report.month = $2 and report.status = any($5)
                        and report.placement_id > (select id from border))
            order by id limit $10)) page
        order by page.id limit $10"#,
        search.reach.organisation as _,
        Day(search.month.first_day()) as _,
        Day(search.month.last_day()) as _,
        search.from(),
        &codes(&BEGUN),
        places.is_everywhere,
        &places.units,
        &places.offices,
        search.unit as _,
        search.limit,
        FIRST,
    )
    .fetch_all(connection)
    .await?;
    Ok(ids)
}
