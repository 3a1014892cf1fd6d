//! Runs.

use jiff::Timestamp;
use platform::db::{Day, DbError, Inconsistency, Instant};
use sqlx::PgConnection;

use super::inconsistent;
use crate::domain::ids::{MonthReportId, RunId};
use crate::domain::month::Month;
use crate::domain::recipient::Recipient;
use crate::domain::stage::Stage;

/// A run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    pub id: RunId,
    pub month: Month,
    pub recipient: Recipient,
    pub stage: RunStage,
    pub hold_before: Option<Stage>,
    pub cancel_requested: bool,
    pub planned_to: Option<MonthReportId>,
    pub parts: i32,
    pub created_at: Timestamp,
    pub ended_at: Option<Timestamp>,
}

/// What the run itself does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunStage {
    Plan,
    Build,
    /// Its parts go through their stages.
    Parts,
    Ended,
}

struct RunRow {
    run_id: RunId,
    month_on: Day,
    recipient: String,
    stage: String,
    hold_before: Option<String>,
    cancel_requested: bool,
    planned_to: Option<MonthReportId>,
    parts: i32,
    created_at: Instant,
    ended_at: Option<Instant>,
}

/// How a run is kept from changing while it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    Shared,
    Exclusive,
}

/// A run that begins.
pub async fn insert(connection: &mut PgConnection, run: &Run) -> Result<(), DbError> {
    sqlx::query!(
        r#"
        insert into runs (run_id, month_on, recipient, stage, hold_before, created_at)
        values ($1, $2, $3, $4, $5, $6)
        "#,
        run.id as _,
        Day(run.month.first_day()) as _,
        run.recipient.code(),
        run.stage.code(),
        run.hold_before.map(Stage::code),
        Instant::from(run.created_at) as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn find(connection: &mut PgConnection, id: RunId) -> Result<Option<Run>, DbError> {
    let row = sqlx::query_as!(
        RunRow,
        r#"
        select run_id as "run_id: RunId", month_on, recipient, stage, hold_before, cancel_requested,
            planned_to as "planned_to: MonthReportId", parts, created_at, ended_at
        from runs where run_id = $1
        "#,
        id as _,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Run::try_from).transpose()?)
}

pub async fn lock(connection: &mut PgConnection, id: RunId, lock: Lock) -> Result<Option<Run>, DbError> {
    match lock {
        Lock::Shared => {
            sqlx::query!("select from runs where run_id = $1 for share", id as _)
                .execute(&mut *connection)
                .await?
        }
        Lock::Exclusive => {
            sqlx::query!("select from runs where run_id = $1 for update", id as _)
                .execute(&mut *connection)
                .await?
        }
    };
    find(connection, id).await
}

/// Until the transaction ends, nobody else begins a run of the month and recipient.
pub async fn take_turn(
    connection: &mut PgConnection,
    month: Month,
    recipient: Recipient,
) -> Result<(), DbError> {
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended($1, 0))",
        format!("export.run {month} {recipient}")
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The unfinished run of a month and recipient.
pub async fn unfinished(
    connection: &mut PgConnection,
    month: Month,
    recipient: Recipient,
) -> Result<Option<RunId>, DbError> {
    let found = sqlx::query_scalar!(
        r#"select run_id as "run_id: RunId" from runs where month_on = $1 and recipient = $2 and stage <> 'ended'"#,
        Day(month.first_day()) as _,
        recipient.code(),
    )
    .fetch_optional(connection)
    .await?;
    Ok(found)
}

/// Newest first, before `before`.
pub async fn list(
    connection: &mut PgConnection,
    (month, recipient): (Option<Month>, Option<Recipient>),
    before: Option<RunId>,
    limit: i64,
) -> Result<Vec<Run>, DbError> {
    let rows = sqlx::query_as!(
        RunRow,
        r#"
        select run_id as "run_id: RunId", month_on, recipient, stage, hold_before, cancel_requested,
            planned_to as "planned_to: MonthReportId", parts, created_at, ended_at
        from runs
        where ($1::date is null or month_on = $1) and ($2::text is null or recipient = $2)
            and ($3::uuid is null or run_id < $3)
        order by run_id desc limit $4
        "#,
        month.map(|month| Day(month.first_day())) as _,
        recipient.map(Recipient::code),
        before as _,
        limit,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|row| Ok(row.try_into()?)).collect()
}

/// Moves the plan forward, or answers false if another has done so.
pub async fn planned(
    connection: &mut PgConnection,
    run: &Run,
    planned_to: Option<MonthReportId>,
    next: RunStage,
) -> Result<bool, DbError> {
    let moved = sqlx::query!(
        r#"
        update runs set planned_to = $3, stage = $4, changes = changes + 1
        where run_id = $1 and stage = 'plan' and planned_to is not distinct from $2
        "#,
        run.id as _,
        run.planned_to as _,
        planned_to as _,
        next.code(),
    )
    .execute(connection)
    .await?;
    Ok(moved.rows_affected() == 1)
}

/// Counts one more part, or answers false if another has done so.
pub async fn add_part(connection: &mut PgConnection, run: &Run) -> Result<bool, DbError> {
    let moved = sqlx::query!(
        "update runs set parts = parts + 1, changes = changes + 1 where run_id = $1 and stage = 'build' and parts = $2",
        run.id as _,
        run.parts,
    )
    .execute(connection)
    .await?;
    Ok(moved.rows_affected() == 1)
}

/// Writes down where a locked run is.
pub async fn set_stage(
    connection: &mut PgConnection,
    id: RunId,
    stage: RunStage,
    ended_at: Option<Timestamp>,
) -> Result<(), DbError> {
    sqlx::query!(
        "update runs set stage = $2, ended_at = $3, changes = changes + 1 where run_id = $1",
        id as _,
        stage.code(),
        ended_at.map(Instant::from) as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes down what the agency wants of a locked run.
pub async fn set_wishes(connection: &mut PgConnection, run: &Run) -> Result<(), DbError> {
    sqlx::query!(
        "update runs set hold_before = $2, cancel_requested = $3, changes = changes + 1 where run_id = $1",
        run.id as _,
        run.hold_before.map(Stage::code),
        run.cancel_requested,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Rises with every change of the run or of one of its parts.
pub async fn changes(connection: &mut PgConnection, id: RunId) -> Result<i64, DbError> {
    let changes = sqlx::query_scalar!(
        r#"
        select (select changes from runs where run_id = $1)
            + coalesce((select sum(changes)::bigint from parts where run_id = $1), 0) as "changes"
        "#,
        id as _,
    )
    .fetch_one(connection)
    .await?;
    Ok(changes.unwrap_or_default())
}

// === impl RunStage ===

impl RunStage {
    pub fn code(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Build => "build",
            Self::Parts => "parts",
            Self::Ended => "ended",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        [Self::Plan, Self::Build, Self::Parts, Self::Ended]
            .into_iter()
            .find(|stage| stage.code() == code)
    }
}

impl TryFrom<RunRow> for Run {
    type Error = Inconsistency;

    fn try_from(row: RunRow) -> Result<Self, Inconsistency> {
        let wrong = |column| inconsistent("runs", column, row.run_id);
        let hold_before = row.hold_before.as_deref().map(Stage::from_code);
        Ok(Self {
            id: row.run_id,
            month: Month::of(row.month_on.into()),
            recipient: Recipient::from_code(&row.recipient).ok_or_else(|| wrong("recipient"))?,
            stage: RunStage::from_code(&row.stage).ok_or_else(|| wrong("stage"))?,
            hold_before: hold_before
                .map(|hold| hold.ok_or_else(|| wrong("hold_before")))
                .transpose()?,
            cancel_requested: row.cancel_requested,
            planned_to: row.planned_to,
            parts: row.parts,
            created_at: row.created_at.into(),
            ended_at: row.ended_at.map(Into::into),
        })
    }
}
