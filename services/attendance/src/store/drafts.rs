//! Drafts: rows that are replaced as a whole.

use std::collections::HashMap;

use platform::db::{Day, DbError, Inconsistency};
use sqlx::PgConnection;

use super::{code, inconsistent};
use crate::domain::hours::{Hours, Row};
use crate::domain::ids::MonthReportId;

struct EntryRow {
    month_report_id: MonthReportId,
    day: Day,
    activity_code: String,
    minutes: i32,
    credited_minutes: i32,
}

/// The entries of each report's draft. One without entries is not in the answer.
pub(super) async fn of_reports(
    connection: &mut PgConnection,
    ids: &[MonthReportId],
) -> Result<HashMap<MonthReportId, Hours>, DbError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = sqlx::query_as!(
        EntryRow,
        r#"select month_report_id as "month_report_id: MonthReportId", day, activity_code, minutes, credited_minutes
        from draft_entries where month_report_id = any($1)"#,
        ids as _,
    )
    .fetch_all(connection)
    .await?;
    let mut by_report: HashMap<MonthReportId, Vec<Row>> = HashMap::new();
    for row in rows {
        let of_report = by_report.entry(row.month_report_id).or_default();
        of_report.push(row.try_into()?);
    }
    let hours = by_report.into_iter().map(|(id, rows)| {
        let hours = Hours::parse(rows).map_err(|_| inconsistent("draft_entries", "activity_code", id))?;
        Ok((id, hours))
    });
    Ok(hours.collect::<Result<_, Inconsistency>>()?)
}

pub(super) async fn replace(
    connection: &mut PgConnection,
    id: MonthReportId,
    old: Option<&Hours>,
    new: Option<&Hours>,
) -> Result<(), DbError> {
    if old.is_some_and(|old| !old.is_zero_month()) {
        sqlx::query!("delete from draft_entries where month_report_id = $1", id as _)
            .execute(&mut *connection)
            .await?;
    }
    let rows = new.map(Hours::rows).unwrap_or_default();
    if rows.is_empty() {
        return Ok(());
    }
    let columns = Columns::of(rows);
    sqlx::query!(
        "insert into draft_entries (month_report_id, day, activity_code, minutes, credited_minutes)
        select $1, * from unnest($2::date[], $3::text[], $4::integer[], $5::integer[])",
        id as _,
        &columns.days as _,
        &columns.codes,
        &columns.minutes,
        &columns.credited,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Rows as PostgreSQL takes many of them: an array per column.
pub(super) struct Columns {
    pub days: Vec<Day>,
    pub codes: Vec<String>,
    pub minutes: Vec<i32>,
    pub credited: Vec<i32>,
}

impl Columns {
    pub(super) fn of(rows: &[Row]) -> Self {
        Self {
            days: rows.iter().map(|row| Day(row.day)).collect(),
            codes: rows.iter().map(|row| row.activity.to_string()).collect(),
            minutes: rows.iter().map(|row| row.minutes.into()).collect(),
            credited: rows.iter().map(|row| row.credited_minutes.into()).collect(),
        }
    }
}

impl TryFrom<EntryRow> for Row {
    type Error = Inconsistency;

    fn try_from(row: EntryRow) -> Result<Self, Inconsistency> {
        let id = row.month_report_id;
        let small =
            |minutes| u16::try_from(minutes).map_err(|_| inconsistent("draft_entries", "minutes", id));
        Ok(Self {
            day: row.day.into(),
            activity: code(&row.activity_code, "draft_entries", id)?,
            minutes: small(row.minutes)?,
            credited_minutes: small(row.credited_minutes)?,
        })
    }
}
