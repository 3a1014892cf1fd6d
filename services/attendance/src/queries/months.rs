//! The placements of a month in the caller's reach, with how far their reports have come. Sorted by id: names are
//! elsewhere.

mod page;

use jiff::Timestamp;
use platform::access::{self, Depth, Reader};
use platform::db::{Database, Day, DbError, Instant};
use sqlx::PgConnection;
use uuid::Uuid;

use self::page::Narrowed;
use crate::commands::Reach;
use crate::domain::ids::{MonthReportId, OfficeId, PersonId, PlacementId, UnitId};
use crate::domain::month::Month;
use crate::domain::report::Status;
use crate::error::AttendanceError;
use crate::store::inconsistent;

/// What to list.
#[derive(Clone, Copy)]
pub struct Search<'s> {
    pub reach: &'s Reach,
    pub month: Month,
    pub unit: Option<UnitId>,
    pub status: Option<Status>,
    pub after: Option<PlacementId>,
    pub limit: i64,
}

/// A placement in a month.
pub struct MonthRow {
    pub placement: PlacementId,
    pub unit: UnitId,
    pub office: Option<OfficeId>,
    pub status: Status,
    pub has_draft: bool,
    pub report: Option<MonthReportId>,
    pub revision: i32,
    pub credited_minutes: Option<i32>,
    pub submitted_at: Option<Timestamp>,
}

struct ListedRow {
    placement_id: PlacementId,
    person_id: PersonId,
    unit_id: UnitId,
    office_id: Option<OfficeId>,
    status: String,
    has_draft: bool,
    month_report_id: Option<MonthReportId>,
    latest_revision: i32,
    credited_minutes: Option<i32>,
    submitted_at: Option<Instant>,
}

pub async fn list(
    database: &Database,
    reader: Option<&Reader>,
    search: &Search<'_>,
) -> Result<Vec<MonthRow>, AttendanceError> {
    database
        .transaction("attendance.list_months", async |tx| {
            let rows = select(tx, search).await?;
            if let Some(reader) = reader {
                // The extra row tells only that the list goes on.
                let shown = rows.iter().take(usize::try_from(search.limit - 1).unwrap_or(0));
                let persons: Vec<Uuid> = shown.map(|row| row.person_id.as_uuid()).collect();
                access::record(tx, reader, "month_report", "reporting", &persons, Depth::List).await?;
            }
            let rows = rows.into_iter().map(MonthRow::try_from);
            Ok(rows.collect::<Result<_, DbError>>()?)
        })
        .await
}

/// The page and the row after it.
async fn select(connection: &mut PgConnection, search: &Search<'_>) -> Result<Vec<ListedRow>, DbError> {
    let ids = page::ids(connection, search).await?;
    let rows = shown(connection, search, &ids).await?;
    if rows.len() == ids.len() {
        return Ok(rows);
    }
    // One went out of reach between the two statements. A page that is short for that would end the list.
    let ids = page::ids(connection, search).await?;
    shown(connection, search, &ids).await
}

/// What is shown of those that were found. The caller's reach is asked once more: what belongs to somebody else by now is
/// not for the caller to see, whoever found it.
async fn shown(
    connection: &mut PgConnection,
    search: &Search<'_>,
    ids: &[PlacementId],
) -> Result<Vec<ListedRow>, DbError> {
    let places = Narrowed::of(search);
    let rows = sqlx::query_as!(
        ListedRow,
        r#"select placement.placement_id as "placement_id: PlacementId", placement.person_id as "person_id: PersonId",
            placement.unit_id as "unit_id: UnitId", placement.office_id as "office_id: OfficeId",
            coalesce(report.status, 'not_begun') as "status!", report.draft_saved_at is not null as "has_draft!",
            report.month_report_id as "month_report_id?: MonthReportId",
            coalesce(report.latest_revision, 0) as "latest_revision!",
            revision.credited_minutes as "credited_minutes?", revision.submitted_at as "submitted_at?"
        from placements placement
            left join month_reports report on report.placement_id = placement.placement_id and report.month = $2
                and report.organisation_id = placement.organisation_id
            left join month_revisions revision on revision.month_report_id = report.month_report_id
                and revision.revision = report.latest_revision
        where placement.placement_id = any($1) and placement.organisation_id = $3
            and ($4 or placement.unit_id = any($5) or placement.office_id = any($6))
            and ($7::uuid is null or placement.unit_id = $7)
        order by placement.placement_id"#,
        ids as _,
        Day(search.month.first_day()) as _,
        search.reach.organisation as _,
        places.is_everywhere,
        &places.units,
        &places.offices,
        search.unit as _,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows)
}

impl TryFrom<ListedRow> for MonthRow {
    type Error = DbError;

    fn try_from(row: ListedRow) -> Result<Self, DbError> {
        let status = Status::ALL.into_iter().find(|status| status.code() == row.status);
        Ok(Self {
            placement: row.placement_id,
            unit: row.unit_id,
            office: row.office_id,
            status: status.ok_or_else(|| inconsistent("month_answers", "answer", row.placement_id))?,
            has_draft: row.has_draft,
            report: row.month_report_id,
            revision: row.latest_revision,
            credited_minutes: row.credited_minutes,
            submitted_at: row.submitted_at.map(Into::into),
        })
    }
}
