//! Drafts: rows that are replaced as a whole.

use platform::db::{Day, DbError, Inconsistency};
use sqlx::PgConnection;

use super::{code, inconsistent};
use crate::domain::hours::{Hours, Row};
use crate::domain::ids::MonthReportId;

struct EntryRow {
    day: Day,
    activity_code: String,
    minutes: i32,
    credited_minutes: i32,
}

pub(super) async fn find(connection: &mut PgConnection, id: MonthReportId) -> Result<Hours, DbError> {
    let rows = sqlx::query_as!(
        EntryRow,
        "select day, activity_code, minutes, credited_minutes from draft_entries where month_report_id = $1",
        id as _,
    )
    .fetch_all(connection)
    .await?;
    let rows = rows.into_iter().map(|row| row.into_row(id));
    let hours = Hours::parse(rows.collect::<Result<_, _>>()?);
    Ok(hours.map_err(|_| inconsistent("draft_entries", "activity_code", id))?)
}

pub(super) async fn replace(
    connection: &mut PgConnection,
    id: MonthReportId,
    hours: Option<&Hours>,
) -> Result<(), DbError> {
    sqlx::query!("delete from draft_entries where month_report_id = $1", id as _)
        .execute(&mut *connection)
        .await?;
    let rows = hours.map(Hours::rows).unwrap_or_default();
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

impl EntryRow {
    fn into_row(self, id: MonthReportId) -> Result<Row, Inconsistency> {
        let small =
            |minutes| u16::try_from(minutes).map_err(|_| inconsistent("draft_entries", "minutes", id));
        Ok(Row {
            day: self.day.into(),
            activity: code(&self.activity_code, "draft_entries", id)?,
            minutes: small(self.minutes)?,
            credited_minutes: small(self.credited_minutes)?,
        })
    }
}
