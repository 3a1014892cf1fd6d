//! A participant's own months, newest first. What got no answer in time is no longer among them.

use jiff::civil::Date;
use platform::db::{Database, Day, DbError, Instant};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::commands::Who;
use crate::domain::ids::{MonthReportId, OrganisationId, PersonId, PlacementId};
use crate::error::AttendanceError;

/// Where the list goes on.
pub type After = (Date, MonthReportId);

/// A month in the list.
pub struct OwnMonthRow {
    pub month_report_id: MonthReportId,
    pub placement_id: PlacementId,
    pub organisation_id: OrganisationId,
    pub month: Day,
    pub revision: i32,
    pub answer: String,
    pub credited_minutes: i32,
    pub answer_before: Instant,
    pub submitted_at: Instant,
}

pub async fn list(
    database: &Database,
    who: &Who,
    after: Option<After>,
    limit: i64,
) -> Result<Vec<OwnMonthRow>, AttendanceError> {
    database
        .transaction("attendance.list_own_months", async |tx| {
            let now = Instant::from(tx.now());
            Ok(select(tx, who, after, limit, now).await?)
        })
        .await
}

async fn select(
    connection: &mut PgConnection,
    who: &Who,
    after: Option<After>,
    limit: i64,
    now: Instant,
) -> Result<Vec<OwnMonthRow>, DbError> {
    let persons: Vec<Uuid> = who.ids().into_iter().map(PersonId::as_uuid).collect();
    let rows = sqlx::query_as!(
        OwnMonthRow,
        r#"select report.month_report_id as "month_report_id: MonthReportId",
            report.placement_id as "placement_id: PlacementId",
            report.organisation_id as "organisation_id: OrganisationId", report.month, revision.revision, answer.answer,
            revision.credited_minutes, revision.answer_before, revision.submitted_at
        from month_reports report
            join month_revisions revision on revision.month_report_id = report.month_report_id
                and revision.revision = report.latest_revision
            join month_answers answer on answer.month_report_id = report.month_report_id
                and answer.revision = report.latest_revision
        where report.person_id = any($1) and report.latest_revision > 0 and answer.answer <> 'lapsed'
            and (answer.answer <> 'waiting' or revision.answer_before > $2)
            and ($3::date is null or (report.month, report.month_report_id) < ($3, $4::uuid))
        order by report.month desc, report.month_report_id desc limit $5"#,
        &persons,
        now as _,
        after.map(|(month, _)| Day(month)) as _,
        after.map(|(_, id)| id) as _,
        limit,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows)
}
