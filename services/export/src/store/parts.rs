//! Parts of runs.

use jiff::Timestamp;
use platform::db::{DbError, Inconsistency, Instant};
use sqlx::PgConnection;

use super::inconsistent;
use crate::domain::ids::{PartId, RunId};
use crate::domain::part::{Ending, PartStage, Problem, Progress};

/// A part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub id: PartId,
    pub run: RunId,
    pub number: i32,
    pub rows: i32,
    pub progress: Progress,
    /// Problems in a row.
    pub failures: i32,
    pub waits_until: Option<Timestamp>,
    pub problem: Option<String>,
    pub receipted_at: Option<Timestamp>,
}

struct PartRow {
    part_id: PartId,
    run_id: RunId,
    number: i32,
    row_count: i32,
    stage: String,
    attempt: i32,
    failures: i32,
    waits_until: Option<Instant>,
    problem: Option<String>,
    receipted_at: Option<Instant>,
    ending: Option<String>,
}

pub async fn insert(
    connection: &mut PgConnection,
    (id, run, number): (PartId, RunId, i32),
    rows: i32,
) -> Result<(), DbError> {
    let progress = Progress::START;
    sqlx::query!(
        "insert into parts (part_id, run_id, number, row_count, stage, attempt) values ($1, $2, $3, $4, $5, $6)",
        id as _,
        run as _,
        number,
        rows,
        progress.stage.code(),
        progress.attempt,
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn find(connection: &mut PgConnection, id: PartId) -> Result<Option<Part>, DbError> {
    let row = sqlx::query_as!(
        PartRow,
        r#"
        select part_id as "part_id: PartId", run_id as "run_id: RunId", number, row_count, stage, attempt, failures,
            waits_until, problem, receipted_at, ending
        from parts where part_id = $1
        "#,
        id as _,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Part::try_from).transpose()?)
}

/// The part, kept from moving until the transaction ends.
pub async fn lock(connection: &mut PgConnection, id: PartId) -> Result<Option<Part>, DbError> {
    sqlx::query!("select from parts where part_id = $1 for update", id as _)
        .execute(&mut *connection)
        .await?;
    find(connection, id).await
}

/// A run's parts by number, after `after`.
pub async fn of_run(
    connection: &mut PgConnection,
    run: RunId,
    after: Option<i32>,
    limit: i64,
) -> Result<Vec<Part>, DbError> {
    let rows = sqlx::query_as!(
        PartRow,
        r#"
        select part_id as "part_id: PartId", run_id as "run_id: RunId", number, row_count, stage, attempt, failures,
            waits_until, problem, receipted_at, ending
        from parts where run_id = $1 and ($2::int is null or number > $2) order by number limit $3
        "#,
        run as _,
        after,
        limit,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|row| Ok(row.try_into()?)).collect()
}

/// By id, each locked against changes: for writing all records out.
pub async fn page(
    connection: &mut PgConnection,
    after: Option<PartId>,
    limit: i64,
) -> Result<Vec<PartId>, DbError> {
    let ids = sqlx::query_scalar!(
        r#"
        select part_id as "part_id: PartId" from parts
        where $1::uuid is null or part_id > $1 order by part_id limit $2 for update
        "#,
        after as _,
        limit,
    )
    .fetch_all(connection)
    .await?;
    Ok(ids)
}

/// The parts of a run that have not ended.
pub async fn unfinished(connection: &mut PgConnection, run: RunId) -> Result<Vec<PartId>, DbError> {
    let ids = sqlx::query_scalar!(
        r#"
        select part_id as "part_id: PartId" from parts where run_id = $1 and stage <> 'ended' order by number
        "#,
        run as _,
    )
    .fetch_all(connection)
    .await?;
    Ok(ids)
}

/// The parts of a run that wait after a problem.
pub async fn waiting(connection: &mut PgConnection, run: RunId) -> Result<Vec<PartId>, DbError> {
    let ids = sqlx::query_scalar!(
        r#"
        select part_id as "part_id: PartId" from parts
        where run_id = $1 and stage <> 'ended' and waits_until is not null order by number
        "#,
        run as _,
    )
    .fetch_all(connection)
    .await?;
    Ok(ids)
}

/// Moves the part from where `part` says it is, or answers false if it is elsewhere by now. What went wrong counts until
/// the recipient has the part, and shows until then or the next attempt.
pub async fn advance(connection: &mut PgConnection, part: &Part, next: Progress) -> Result<bool, DbError> {
    let moved = sqlx::query!(
        r#"
        update parts set stage = $4, attempt = $5, ending = $6, waits_until = null, changes = changes + 1,
            failures = case when $4 in ('receipt', 'ended') then 0 else failures end,
            problem = case when $4 in ('receipt', 'ended') or $5 > attempt then null else problem end
        where part_id = $1 and stage = $2 and attempt = $3
        "#,
        part.id as _,
        part.progress.stage.code(),
        part.progress.attempt,
        next.stage.code(),
        next.attempt,
        next.stage.ending().map(Ending::code),
    )
    .execute(connection)
    .await?;
    Ok(moved.rows_affected() == 1)
}

/// Ends the part with the receipt that came now, or answers false if it is elsewhere by now.
pub async fn receipt(connection: &mut PgConnection, part: &Part, at: Timestamp) -> Result<bool, DbError> {
    let moved = sqlx::query!(
        r#"
        update parts set stage = 'ended', ending = 'receipted', receipted_at = $4, failures = 0, waits_until = null,
            problem = null, changes = changes + 1
        where part_id = $1 and stage = $2 and attempt = $3
        "#,
        part.id as _,
        part.progress.stage.code(),
        part.progress.attempt,
        Instant::from(at) as _,
    )
    .execute(connection)
    .await?;
    Ok(moved.rows_affected() == 1)
}

/// Notes a problem of a part that stays where `part` says it is and waits, or answers false if it is elsewhere by now.
pub async fn wait(
    connection: &mut PgConnection,
    part: &Part,
    problem: Problem,
    (failures, until): (i32, Timestamp),
) -> Result<bool, DbError> {
    let noted = sqlx::query!(
        r#"
        update parts set failures = $4, waits_until = $5, problem = $6, changes = changes + 1
        where part_id = $1 and stage = $2 and attempt = $3
        "#,
        part.id as _,
        part.progress.stage.code(),
        part.progress.attempt,
        failures,
        Instant::from(until) as _,
        problem.code(),
    )
    .execute(connection)
    .await?;
    Ok(noted.rows_affected() == 1)
}

impl TryFrom<PartRow> for Part {
    type Error = Inconsistency;

    fn try_from(row: PartRow) -> Result<Self, Inconsistency> {
        let stage = PartStage::from_codes(&row.stage, row.ending.as_deref())
            .ok_or_else(|| inconsistent("parts", "stage", row.part_id))?;
        Ok(Self {
            id: row.part_id,
            run: row.run_id,
            number: row.number,
            rows: row.row_count,
            progress: Progress {
                stage,
                attempt: row.attempt,
            },
            failures: row.failures,
            waits_until: row.waits_until.map(Into::into),
            problem: row.problem,
            receipted_at: row.receipted_at.map(Into::into),
        })
    }
}
