//! Rows of runs. They are written in bulk and read by ranges of their keys, so that a run of a million rows needs no
//! more memory than one batch.

mod insert;
pub mod own;
mod told;

use platform::db::{Day, DbError, Inconsistency};
use sqlx::PgConnection;

pub use self::insert::insert;
pub use self::told::{Told, of_part, of_portion, of_run};
use super::inconsistent;
use crate::domain::ids::{MonthReportId, PartId, PersonId, PortionId, RunId};
use crate::domain::reason::Reason;
use crate::domain::receipt::RefusalCode;
use crate::domain::row::RowState;

/// A row that is to be authorised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Planned {
    pub report: MonthReportId,
    pub revision: i32,
    pub person: PersonId,
}

/// A row as it goes into the file, but for the number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaving {
    pub report: MonthReportId,
    pub revision: i32,
    pub person: PersonId,
    pub first_on: jiff::civil::Date,
    pub last_on: jiff::civil::Date,
    pub ka_number: String,
    pub credited_minutes: i32,
}

struct LeavingRow {
    month_report_id: MonthReportId,
    revision: i32,
    person_id: PersonId,
    first_on: Option<Day>,
    last_on: Option<Day>,
    ka_number: Option<String>,
    credited_minutes: i32,
}

/// Puts the first planned rows that are in no part yet into a part; answers how many.
pub async fn fill_part(
    connection: &mut PgConnection,
    run: RunId,
    part: PartId,
    limit: i64,
) -> Result<u64, DbError> {
    let filled = sqlx::query!(
        r#"
        with next as (
            select month_report_id from run_rows
            where run_id = $1 and state = 'planned' and part_id is null and portion_id is null
            order by month_report_id limit $3
        )
        update run_rows set part_id = $2
        where run_id = $1 and state = 'planned' and part_id is null and portion_id is null
            and month_report_id <= (select month_report_id from next order by month_report_id desc limit 1)
        "#,
        run as _,
        part as _,
        limit,
    )
    .execute(connection)
    .await?;
    Ok(filled.rows_affected())
}

/// How many rows in a state are in no part or portion yet, counted up to `limit`.
pub async fn unassigned(
    connection: &mut PgConnection,
    run: RunId,
    state: RowState,
    limit: i64,
) -> Result<i64, DbError> {
    let count = sqlx::query_scalar!(
        r#"
        select count(*) as "count!" from (
            select from run_rows
            where run_id = $1 and state = $2 and part_id is null and portion_id is null limit $3
        ) as first
        "#,
        run as _,
        state.code(),
        limit,
    )
    .fetch_one(connection)
    .await?;
    Ok(count)
}

/// Puts the first withheld rows that are in no part or portion into a portion; answers how many.
pub async fn fill_portion(
    connection: &mut PgConnection,
    run: RunId,
    portion: PortionId,
    limit: i64,
) -> Result<u64, DbError> {
    let filled = sqlx::query!(
        r#"
        with next as (
            select month_report_id from run_rows
            where run_id = $1 and state = 'withheld' and part_id is null and portion_id is null
            order by month_report_id limit $3
        )
        update run_rows set portion_id = $2
        where run_id = $1 and state = 'withheld' and part_id is null and portion_id is null
            and month_report_id <= (select month_report_id from next order by month_report_id desc limit 1)
        "#,
        run as _,
        portion as _,
        limit,
    )
    .execute(connection)
    .await?;
    Ok(filled.rows_affected())
}

/// Planned rows of a part after `after`.
pub async fn planned(
    connection: &mut PgConnection,
    part: PartId,
    after: Option<MonthReportId>,
    limit: i64,
) -> Result<Vec<Planned>, DbError> {
    let rows = sqlx::query_as!(
        Planned,
        r#"
        select month_report_id as "report: MonthReportId", revision, person_id as "person: PersonId"
        from run_rows
        where part_id = $1 and state = 'planned' and ($2::uuid is null or month_report_id > $2)
        order by month_report_id limit $3
        "#,
        part as _,
        after as _,
        limit,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows)
}

pub async fn count_planned(connection: &mut PgConnection, part: PartId) -> Result<i64, DbError> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from run_rows where part_id = $1 and state = 'planned'"#,
        part as _,
    )
    .fetch_one(connection)
    .await?;
    Ok(count)
}

/// Those of the reports that are no planned rows of the part.
pub async fn not_planned(
    connection: &mut PgConnection,
    part: PartId,
    reports: &[MonthReportId],
) -> Result<Vec<MonthReportId>, DbError> {
    let others = sqlx::query_scalar!(
        r#"
        select asked.report as "report!: MonthReportId" from unnest($2::uuid[]) as asked (report)
        where not exists (
            select from run_rows where part_id = $1 and month_report_id = asked.report and state = 'planned'
        )
        "#,
        part as _,
        reports as _,
    )
    .fetch_all(connection)
    .await?;
    Ok(others)
}

/// Planned rows of a part after `after`, with what stands in the file.
pub async fn leaving(
    connection: &mut PgConnection,
    part: PartId,
    after: Option<MonthReportId>,
    limit: i64,
) -> Result<Vec<Leaving>, DbError> {
    let rows = sqlx::query_as!(
        LeavingRow,
        r#"
        select month_report_id as "month_report_id: MonthReportId", revision, person_id as "person_id: PersonId",
            first_on, last_on, ka_number, credited_minutes
        from run_rows
        where part_id = $1 and state = 'planned' and ($2::uuid is null or month_report_id > $2)
        order by month_report_id limit $3
        "#,
        part as _,
        after as _,
        limit,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|row| Ok(row.try_into()?)).collect()
}

/// Withholds planned rows of a part; answers how many that were.
pub async fn withhold(
    connection: &mut PgConnection,
    part: PartId,
    rows: &[(MonthReportId, Reason)],
) -> Result<u64, DbError> {
    let reports: Vec<MonthReportId> = rows.iter().map(|(report, _)| *report).collect();
    let reasons: Vec<String> = rows.iter().map(|(_, reason)| reason.code().to_owned()).collect();
    let withheld = sqlx::query!(
        r#"
        update run_rows set state = 'withheld', reason = refused.reason
        from unnest($2::uuid[], $3::text[]) as refused (month_report_id, reason)
        where part_id = $1 and run_rows.month_report_id = refused.month_report_id and state = 'planned'
        "#,
        part as _,
        &reports as _,
        &reasons,
    )
    .execute(connection)
    .await?;
    Ok(withheld.rows_affected())
}

/// Takes a receipt: what it refuses is refused, every other planned row of the part is receipted.
pub async fn receipt(
    connection: &mut PgConnection,
    part: PartId,
    refused: &[(MonthReportId, RefusalCode)],
) -> Result<(), DbError> {
    let reports: Vec<MonthReportId> = refused.iter().map(|(report, _)| *report).collect();
    let codes: Vec<String> = refused.iter().map(|(_, code)| code.as_str().to_owned()).collect();
    sqlx::query!(
        r#"
        update run_rows set state = 'refused', refusal_code = refused.code
        from unnest($2::uuid[], $3::text[]) as refused (month_report_id, code)
        where part_id = $1 and run_rows.month_report_id = refused.month_report_id and state = 'planned'
        "#,
        part as _,
        &reports as _,
        &codes,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "update run_rows set state = 'receipted' where part_id = $1 and state = 'planned'",
        part as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Gives up planned rows: of a part, or of a run those that are in none.
pub async fn cancel(connection: &mut PgConnection, run: RunId, part: Option<PartId>) -> Result<(), DbError> {
    sqlx::query!(
        r#"
        update run_rows set state = 'cancelled'
        where run_id = $1 and state = 'planned' and part_id is not distinct from $2
        "#,
        run as _,
        part as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

impl TryFrom<LeavingRow> for Leaving {
    type Error = Inconsistency;

    fn try_from(row: LeavingRow) -> Result<Self, Inconsistency> {
        let wrong = |column| inconsistent("run_rows", column, row.month_report_id);
        Ok(Self {
            report: row.month_report_id,
            revision: row.revision,
            person: row.person_id,
            first_on: row.first_on.ok_or_else(|| wrong("first_on"))?.into(),
            last_on: row.last_on.ok_or_else(|| wrong("last_on"))?.into(),
            ka_number: row.ka_number.ok_or_else(|| wrong("ka_number"))?,
            credited_minutes: row.credited_minutes,
        })
    }
}
