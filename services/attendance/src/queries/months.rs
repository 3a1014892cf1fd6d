//! The placements of a month in the caller's reach, with how far their reports have come. Sorted by id: names are
//! elsewhere.

use jiff::Timestamp;
use platform::access::{self, Depth, Reader};
use platform::db::{Database, Day, DbError, Instant};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::commands::Reach;
use crate::domain::ids::{MonthReportId, OfficeId, PersonId, PlacementId, UnitId};
use crate::domain::month::Month;
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

/// How far a month has come, for its provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    NotBegun,
    Draft,
    Waiting,
    Approved,
    Rejected,
    Lapsed,
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

async fn select(connection: &mut PgConnection, search: &Search<'_>) -> Result<Vec<ListedRow>, DbError> {
    let places = search.reach.places.as_ref();
    let units: Option<Vec<Uuid>> =
        places.map(|places| places.units.iter().map(|unit| unit.as_uuid()).collect());
    let offices: Vec<Uuid> = places
        .map(|places| places.offices.iter().map(|office| office.as_uuid()).collect())
        .unwrap_or_default();
    let rows = sqlx::query_as!(
        ListedRow,
        r#"select * from (
            select placement.placement_id as "placement_id: PlacementId", placement.person_id as "person_id: PersonId",
                placement.unit_id as "unit_id: UnitId", placement.office_id as "office_id: OfficeId",
                case when report.latest_revision > 0 then answer.answer
                    when report.draft_saved_at is not null then 'draft' else 'not_begun' end as "status!",
                report.draft_saved_at is not null as "has_draft!",
                report.month_report_id as "month_report_id?: MonthReportId",
                coalesce(report.latest_revision, 0) as "latest_revision!",
                revision.credited_minutes as "credited_minutes?", revision.submitted_at as "submitted_at?"
            from placements placement
                left join month_reports report on report.placement_id = placement.placement_id and report.month = $3
                    and report.organisation_id = placement.organisation_id
                left join month_revisions revision on revision.month_report_id = report.month_report_id
                    and revision.revision = report.latest_revision
                left join month_answers answer on answer.month_report_id = report.month_report_id
                    and answer.revision = report.latest_revision
            where placement.organisation_id = $1
                and ($2::uuid is null or placement.unit_id = $2)
                and ($5::uuid[] is null or placement.unit_id = any($5) or placement.office_id = any($6))
                and ($7::uuid is null or placement.placement_id > $7)
                and (report.latest_revision > 0
                    or greatest(placement.decided_from, $3) <= least(placement.decided_to, placement.interrupted_on - 1, $4))
        ) listed
        where $8::text is null or "status!" = $8
        order by "placement_id: PlacementId" limit $9"#,
        search.reach.organisation as _,
        search.unit as _,
        Day(search.month.first_day()) as _,
        Day(search.month.last_day()) as _,
        units.as_deref(),
        &offices,
        search.after as _,
        search.status.map(Status::code),
        search.limit,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows)
}

impl Status {
    const ALL: [Self; 6] = [
        Self::NotBegun,
        Self::Draft,
        Self::Waiting,
        Self::Approved,
        Self::Rejected,
        Self::Lapsed,
    ];

    const fn code(self) -> &'static str {
        match self {
            Self::NotBegun => "not_begun",
            Self::Draft => "draft",
            Self::Waiting => "waiting",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Lapsed => "lapsed",
        }
    }
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
