//! Participants' remarks, sealed under the ring: they are evidence of their revision, which outlives the person's keys. Each
//! opens for its own row alone.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use platform::db::{Day, DbError, Instant};
use platform::keys::{KeyRing, Purpose, Sealed};
use sqlx::PgConnection;

use super::revisions::signed;
use super::{code, inconsistent};
use crate::domain::ids::MonthReportId;
use crate::domain::remark::{Remark, RemarkText};
use crate::error::AttendanceError;

const REMARK: Purpose = Purpose::new("attendance.remark");
const TABLE: &str = "month_remarks";

/// Remarks of some reports by report and revision, each rising by day and code.
pub type Remarks = HashMap<MonthReportId, BTreeMap<u32, Vec<Remark>>>;

struct RemarkRow {
    month_report_id: MonthReportId,
    revision: i32,
    day: Day,
    activity_code: String,
    sealed_text: Sealed,
    written_at: Instant,
}

/// Every remark on these reports.
pub async fn of_reports(
    connection: &mut PgConnection,
    keys: &KeyRing,
    ids: &[MonthReportId],
) -> Result<Remarks, AttendanceError> {
    let rows = sqlx::query_as!(
        RemarkRow,
        r#"select month_report_id as "month_report_id: MonthReportId", revision, day as "day: Day", activity_code,
            sealed_text as "sealed_text: Sealed", written_at as "written_at: Instant"
        from month_remarks where month_report_id = any($1)
        order by month_report_id, revision, day, activity_code collate "C""#,
        ids as _,
    )
    .fetch_all(connection)
    .await?;
    let mut remarks = Remarks::new();
    for row in rows {
        let id = row.month_report_id;
        let number = u32::try_from(row.revision).map_err(|_| inconsistent(TABLE, "revision", id))?;
        let remark = row.open(keys)?;
        let of_report = remarks.entry(id).or_default();
        of_report.entry(number).or_default().push(remark);
    }
    Ok(remarks)
}

/// Every remark on a report, by revision.
pub async fn of_report(
    connection: &mut PgConnection,
    keys: &KeyRing,
    id: MonthReportId,
) -> Result<BTreeMap<u32, Vec<Remark>>, AttendanceError> {
    let mut remarks = of_reports(connection, keys, &[id]).await?;
    Ok(remarks.remove(&id).unwrap_or_default())
}

/// Writes a remark in the place of an earlier one. The report's row is locked.
pub async fn put(
    connection: &mut PgConnection,
    keys: &KeyRing,
    id: MonthReportId,
    revision: u32,
    remark: &Remark,
) -> Result<(), DbError> {
    let binding = binding(id, signed(revision), remark.day, remark.activity.as_str());
    let sealed = keys.seal(REMARK, &binding, remark.text.as_str().as_bytes());
    sqlx::query!(
        "insert into month_remarks (month_report_id, revision, day, activity_code, sealed_text, written_at)
        values ($1, $2, $3, $4, $5, $6) on conflict (month_report_id, revision, day, activity_code)
        do update set sealed_text = excluded.sealed_text, written_at = excluded.written_at",
        id as _,
        signed(revision),
        Day(remark.day) as _,
        remark.activity.as_str(),
        sealed as _,
        Instant::from(remark.written_at) as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Removes a remark that is there. The report's row is locked.
pub async fn remove(
    connection: &mut PgConnection,
    id: MonthReportId,
    revision: u32,
    remark: &Remark,
) -> Result<(), DbError> {
    let removed = sqlx::query!(
        "delete from month_remarks
        where month_report_id = $1 and revision = $2 and day = $3 and activity_code = $4",
        id as _,
        signed(revision),
        Day(remark.day) as _,
        remark.activity.as_str(),
    )
    .execute(connection)
    .await?;
    if removed.rows_affected() == 1 {
        Ok(())
    } else {
        Err(inconsistent(TABLE, "day", id).into())
    }
}

/// Keeps each remark in its place.
fn binding(id: MonthReportId, revision: i32, day: Date, activity: &str) -> Vec<u8> {
    format!("{id} {revision} {day} {activity}").into_bytes()
}

impl RemarkRow {
    fn open(self, keys: &KeyRing) -> Result<Remark, AttendanceError> {
        let (id, day) = (self.month_report_id, self.day.into());
        let binding = binding(id, self.revision, day, &self.activity_code);
        let opened = keys.unseal(REMARK, &binding, &self.sealed_text)?;
        let words = std::str::from_utf8(&opened).map_err(|_| inconsistent(TABLE, "sealed_text", id))?;
        Ok(Remark {
            day,
            activity: code(&self.activity_code, TABLE, id)?,
            text: RemarkText::stored(words),
            written_at: self.written_at.into(),
        })
    }
}
