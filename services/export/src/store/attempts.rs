//! Attempts to send a part, from the moment their file is sealed.

use jiff::Timestamp;
use platform::db::{DbError, Inconsistency, Instant};
use sqlx::PgConnection;

use super::inconsistent;
use crate::domain::ids::PartId;
use crate::domain::part::Problem;

/// An attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    pub attempt: i32,
    pub rows: i32,
    /// Until the file is deleted.
    pub object_path: Option<String>,
    pub sealed_hash: [u8; 32],
    pub sealed_bytes: i64,
    /// Of the rows in the file.
    pub rows_hash: [u8; 32],
    pub begun_at: Option<Timestamp>,
    pub valid_until: Option<Timestamp>,
    /// Written before the first byte.
    pub sending_at: Option<Timestamp>,
    pub outcome: Option<Outcome>,
    pub problem: Option<String>,
    pub ended_at: Option<Timestamp>,
}

/// How it ended, as consent was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Delivered,
    Failed,
    Unknown,
    NotBegun,
}

struct AttemptRow {
    part_id: PartId,
    attempt: i32,
    row_count: i32,
    object_path: Option<String>,
    sealed_hash: Vec<u8>,
    sealed_bytes: i64,
    rows_hash: Vec<u8>,
    begun_at: Option<Instant>,
    valid_until: Option<Instant>,
    sending_at: Option<Instant>,
    outcome: Option<String>,
    problem: Option<String>,
    ended_at: Option<Instant>,
}

/// A file was sealed.
pub async fn insert(connection: &mut PgConnection, part: PartId, attempt: &Attempt) -> Result<(), DbError> {
    sqlx::query!(
        r#"
        insert into attempts (part_id, attempt, row_count, object_path, sealed_hash, sealed_bytes, rows_hash)
        values ($1, $2, $3, $4, $5, $6, $7)
        "#,
        part as _,
        attempt.attempt,
        attempt.rows,
        attempt.object_path,
        &attempt.sealed_hash[..],
        attempt.sealed_bytes,
        &attempt.rows_hash[..],
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn find(
    connection: &mut PgConnection,
    part: PartId,
    attempt: i32,
) -> Result<Option<Attempt>, DbError> {
    let row = sqlx::query_as!(
        AttemptRow,
        r#"
        select part_id as "part_id: PartId", attempt, row_count, object_path, sealed_hash, sealed_bytes, rows_hash,
            begun_at, valid_until, sending_at, outcome, problem, ended_at
        from attempts where part_id = $1 and attempt = $2
        "#,
        part as _,
        attempt,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Attempt::try_from).transpose()?)
}

/// The latest attempts of a part, newest first.
pub async fn latest(
    connection: &mut PgConnection,
    part: PartId,
    limit: i64,
) -> Result<Vec<Attempt>, DbError> {
    let rows = sqlx::query_as!(
        AttemptRow,
        r#"
        select part_id as "part_id: PartId", attempt, row_count, object_path, sealed_hash, sealed_bytes, rows_hash,
            begun_at, valid_until, sending_at, outcome, problem, ended_at
        from attempts where part_id = $1 order by attempt desc limit $2
        "#,
        part as _,
        limit,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|row| Ok(row.try_into()?)).collect()
}

/// Consent let it begin.
pub async fn begin(
    connection: &mut PgConnection,
    (part, attempt): (PartId, i32),
    begun_at: Timestamp,
    valid_until: Timestamp,
) -> Result<(), DbError> {
    sqlx::query!(
        "update attempts set begun_at = $3, valid_until = $4 where part_id = $1 and attempt = $2",
        part as _,
        attempt,
        Instant::from(begun_at) as _,
        Instant::from(valid_until) as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The first byte is about to leave.
pub async fn mark_sending(
    connection: &mut PgConnection,
    (part, attempt): (PartId, i32),
    at: Timestamp,
) -> Result<(), DbError> {
    sqlx::query!(
        "update attempts set sending_at = $3 where part_id = $1 and attempt = $2",
        part as _,
        attempt,
        Instant::from(at) as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// How it ended. A problem once noted stays when there is no newer one, and what is known is never unknown again.
pub async fn end(
    connection: &mut PgConnection,
    (part, attempt): (PartId, i32),
    outcome: Outcome,
    problem: Option<Problem>,
    at: Timestamp,
) -> Result<(), DbError> {
    sqlx::query!(
        r#"
        update attempts set outcome = $3, problem = coalesce($4, problem),
            ended_at = case when $3 = 'unknown' then null else $5::timestamptz end
        where part_id = $1 and attempt = $2
            and ($3 not in ('unknown', 'not_begun') or outcome is null or outcome = 'unknown')
        "#,
        part as _,
        attempt,
        outcome.code(),
        problem.map(Problem::code),
        Instant::from(at) as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Files of attempts that came to nothing and are still there.
pub async fn abandoned(connection: &mut PgConnection, part: PartId) -> Result<Vec<(i32, String)>, DbError> {
    let rows = sqlx::query!(
        r#"
        select attempt, object_path as "object_path!" from attempts
        where part_id = $1 and outcome in ('failed', 'not_begun') and object_path is not null
        "#,
        part as _,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.attempt, row.object_path))
        .collect())
}

/// The file of an attempt is gone.
pub async fn deleted(connection: &mut PgConnection, part: PartId, attempt: i32) -> Result<(), DbError> {
    sqlx::query!(
        "update attempts set object_path = null where part_id = $1 and attempt = $2",
        part as _,
        attempt,
    )
    .execute(connection)
    .await?;
    Ok(())
}

impl Outcome {
    pub fn code(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::NotBegun => "not_begun",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        [Self::Delivered, Self::Failed, Self::Unknown, Self::NotBegun]
            .into_iter()
            .find(|outcome| outcome.code() == code)
    }
}

impl TryFrom<AttemptRow> for Attempt {
    type Error = Inconsistency;

    fn try_from(row: AttemptRow) -> Result<Self, Inconsistency> {
        let wrong = |column| inconsistent("attempts", column, row.part_id);
        let outcome = row.outcome.as_deref().map(Outcome::from_code);
        Ok(Self {
            attempt: row.attempt,
            rows: row.row_count,
            object_path: row.object_path,
            sealed_hash: row.sealed_hash.try_into().map_err(|_| wrong("sealed_hash"))?,
            sealed_bytes: row.sealed_bytes,
            rows_hash: row.rows_hash.try_into().map_err(|_| wrong("rows_hash"))?,
            begun_at: row.begun_at.map(Into::into),
            valid_until: row.valid_until.map(Into::into),
            sending_at: row.sending_at.map(Into::into),
            outcome: outcome
                .map(|outcome| outcome.ok_or_else(|| wrong("outcome")))
                .transpose()?,
            problem: row.problem,
            ended_at: row.ended_at.map(Into::into),
        })
    }
}
