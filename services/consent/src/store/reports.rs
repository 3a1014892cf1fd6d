//! Month reports as attendance tells of them.

use std::collections::HashMap;

use platform::db::{Day, DbError, Inconsistency, Instant, Tx};

use super::{inconsistent, month};
use crate::domain::ids::{MonthReportId, OrganisationId, PersonId, PlacementId, UnitId};
use crate::domain::month::Month;
use crate::domain::report::{Answer, MonthReport};

const TABLE: &str = "month_reports";

struct ReportRow {
    month_report_id: MonthReportId,
    placement_id: PlacementId,
    person_id: PersonId,
    organisation_id: OrganisationId,
    unit_id: UnitId,
    month: Day,
    revision: i32,
    content_hash: Vec<u8>,
    submitted_at: Instant,
    answer: String,
    answered_at: Option<Instant>,
    first_shown_at: Option<Instant>,
    answer_before: Instant,
}

/// All of these that are known.
pub async fn find_all(
    tx: &mut Tx,
    ids: &[MonthReportId],
) -> Result<HashMap<MonthReportId, MonthReport>, DbError> {
    let rows = sqlx::query_as!(
        ReportRow,
        r#"select month_report_id as "month_report_id: MonthReportId", placement_id as "placement_id: PlacementId",
            person_id as "person_id: PersonId", organisation_id as "organisation_id: OrganisationId",
            unit_id as "unit_id: UnitId", month, revision, content_hash, submitted_at, answer, answered_at,
            first_shown_at, answer_before
        from month_reports where month_report_id = any($1)"#,
        ids as _,
    )
    .fetch_all(&mut **tx)
    .await?;
    let reports = rows.into_iter().map(|row| {
        let report = MonthReport::try_from(row)?;
        Ok::<_, Inconsistency>((report.id, report))
    });
    Ok(reports.collect::<Result<_, _>>()?)
}

pub async fn of_placement(
    tx: &mut Tx,
    placement: PlacementId,
    month: Month,
) -> Result<Option<MonthReport>, DbError> {
    let row = sqlx::query_as!(
        ReportRow,
        r#"select month_report_id as "month_report_id: MonthReportId", placement_id as "placement_id: PlacementId",
            person_id as "person_id: PersonId", organisation_id as "organisation_id: OrganisationId",
            unit_id as "unit_id: UnitId", month, revision, content_hash, submitted_at, answer, answered_at,
            first_shown_at, answer_before
        from month_reports where placement_id = $1 and month = $2 order by month_report_id limit 1"#,
        placement as _,
        Day(month.first_day()) as _,
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(MonthReport::try_from).transpose()?)
}

/// Whether a month of the person was ever submitted.
pub async fn has_any(tx: &mut Tx, persons: &[PersonId]) -> Result<bool, DbError> {
    let found = sqlx::query_scalar!(
        r#"select exists (select from month_reports where person_id = any($1)) as "found!""#,
        persons as _,
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(found)
}

pub async fn put(tx: &mut Tx, report: &MonthReport) -> Result<(), DbError> {
    sqlx::query!(
        "insert into month_reports (month_report_id, placement_id, person_id, organisation_id, unit_id, month, revision,
            content_hash, submitted_at, answer, answered_at, first_shown_at, answer_before)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        on conflict (month_report_id) do update set placement_id = excluded.placement_id,
            person_id = excluded.person_id, organisation_id = excluded.organisation_id, unit_id = excluded.unit_id,
            month = excluded.month, revision = excluded.revision, content_hash = excluded.content_hash,
            submitted_at = excluded.submitted_at, answer = excluded.answer, answered_at = excluded.answered_at,
            first_shown_at = excluded.first_shown_at, answer_before = excluded.answer_before",
        report.id as _,
        report.placement as _,
        report.person as _,
        report.organisation as _,
        report.unit as _,
        Day(report.month.first_day()) as _,
        report.revision,
        report.content_hash,
        Instant::from(report.submitted_at) as _,
        report.answer.code(),
        report.answered_at.map(Instant::from) as _,
        report.first_shown_at.map(Instant::from) as _,
        Instant::from(report.answer_before) as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub async fn delete(tx: &mut Tx, id: MonthReportId) -> Result<(), DbError> {
    sqlx::query!("delete from month_reports where month_report_id = $1", id as _)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

impl TryFrom<ReportRow> for MonthReport {
    type Error = Inconsistency;

    fn try_from(row: ReportRow) -> Result<Self, Inconsistency> {
        let id = row.month_report_id;
        Ok(Self {
            id,
            placement: row.placement_id,
            person: row.person_id,
            organisation: row.organisation_id,
            unit: row.unit_id,
            month: month(row.month),
            revision: row.revision,
            content_hash: row.content_hash,
            submitted_at: row.submitted_at.timestamp(),
            answer: Answer::from_code(&row.answer).ok_or_else(|| inconsistent(TABLE, "answer", id))?,
            answered_at: row.answered_at.map(Instant::timestamp),
            first_shown_at: row.first_shown_at.map(Instant::timestamp),
            answer_before: row.answer_before.timestamp(),
        })
    }
}
