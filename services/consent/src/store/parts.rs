//! Parts with their attempts: the judgements of each, and the sendings that were begun.

use platform::db::{DbError, Inconsistency, Instant, Tx};

use super::{hash, inconsistent, recipient};
use crate::domain::disclosure::Refusal;
use crate::domain::ids::{MonthReportId, PartId};
use crate::domain::recipient::Recipient;
use crate::domain::sending::{Outcome, Sending};

/// A part with its attempts, locked.
#[derive(Clone, Debug)]
pub struct Part {
    pub id: PartId,
    pub recipient: Recipient,
    /// The newest attempt that was judged.
    pub newest_judged: Option<i32>,
    pub sendings: Vec<Sending>,
}

/// A row of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuthorisedRow {
    pub report: MonthReportId,
    pub revision: i32,
}

/// Makes the part if it is new.
pub async fn ensure(tx: &mut Tx, id: PartId, recipient: Recipient) -> Result<(), DbError> {
    sqlx::query!(
        "insert into parts (part_id, recipient) values ($1, $2) on conflict (part_id) do nothing",
        id as _,
        recipient.code(),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Keeps others from judging, beginning or ending attempts of the part until the transaction ends.
pub async fn lock(tx: &mut Tx, id: PartId) -> Result<Option<Part>, DbError> {
    let code = sqlx::query_scalar!(
        "select recipient from parts where part_id = $1 for update",
        id as _
    )
    .fetch_optional(&mut **tx)
    .await?;
    let Some(code) = code else { return Ok(None) };
    let newest_judged = sqlx::query_scalar!(
        "select max(attempt) from authorisations where part_id = $1",
        id as _
    )
    .fetch_one(&mut **tx)
    .await?;
    let rows = sqlx::query!(
        "select attempt, sealed_hash, begun_at, valid_until, outcome from sendings where part_id = $1 order by attempt",
        id as _,
    )
    .fetch_all(&mut **tx)
    .await?;
    let sendings = rows.into_iter().map(|row| {
        let outcome = row
            .outcome
            .map(|code| Outcome::from_code(&code).ok_or_else(|| inconsistent("sendings", "outcome", id)));
        Ok::<_, Inconsistency>(Sending {
            attempt: row.attempt,
            sealed_hash: hash(&row.sealed_hash, "sendings", "sealed_hash", id)?,
            begun_at: row.begun_at.timestamp(),
            valid_until: row.valid_until.timestamp(),
            outcome: outcome.transpose()?,
        })
    });
    Ok(Some(Part {
        id,
        recipient: recipient(&code, "parts", id)?,
        newest_judged,
        sendings: sendings.collect::<Result<_, _>>()?,
    }))
}

/// Writes judgements down, all in one statement; the latest of a row counts.
pub async fn put_judgements(
    tx: &mut Tx,
    (part, attempt): (PartId, i32),
    judged: &[(AuthorisedRow, Option<Refusal>)],
) -> Result<(), DbError> {
    let reports: Vec<MonthReportId> = judged.iter().map(|(row, _)| row.report).collect();
    let revisions: Vec<i32> = judged.iter().map(|(row, _)| row.revision).collect();
    let refusals: Vec<Option<&str>> = judged
        .iter()
        .map(|(_, refusal)| refusal.map(Refusal::code))
        .collect();
    sqlx::query!(
        "insert into authorisations (part_id, attempt, month_report_id, revision, refusal, judged_at)
        select $1, $2, judged.report, judged.revision, judged.refusal, $6
        from unnest($3::uuid[], $4::integer[], $5::text[]) as judged (report, revision, refusal)
        order by judged.report
        on conflict (part_id, attempt, month_report_id) do update set revision = excluded.revision,
            refusal = excluded.refusal, judged_at = excluded.judged_at",
        part as _,
        attempt,
        &reports as _,
        &revisions,
        &refusals as _,
        Instant::from(tx.now()) as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// How many rows were judged for the attempt.
pub async fn count_judged(tx: &mut Tx, part: PartId, attempt: i32) -> Result<i64, DbError> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from authorisations where part_id = $1 and attempt = $2"#,
        part as _,
        attempt,
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(count)
}

/// The rows of the attempt that may leave by their latest judgement.
pub async fn authorised(tx: &mut Tx, part: PartId, attempt: i32) -> Result<Vec<AuthorisedRow>, DbError> {
    let rows = sqlx::query_as!(
        AuthorisedRow,
        r#"select month_report_id as "report: MonthReportId", revision from authorisations
        where part_id = $1 and attempt = $2 and refusal is null order by month_report_id"#,
        part as _,
        attempt,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows)
}

pub async fn insert_sending(tx: &mut Tx, part: PartId, sending: &Sending) -> Result<(), DbError> {
    sqlx::query!(
        "insert into sendings (part_id, attempt, sealed_hash, begun_at, valid_until) values ($1, $2, $3, $4, $5)",
        part as _,
        sending.attempt,
        sending.sealed_hash.as_slice(),
        Instant::from(sending.begun_at) as _,
        Instant::from(sending.valid_until) as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Writes an outcome down, and into the ledger of outcomes.
pub async fn set_outcome(tx: &mut Tx, part: PartId, attempt: i32, outcome: Outcome) -> Result<(), DbError> {
    let now = Instant::from(tx.now());
    let updated = sqlx::query!(
        "with told as (
            insert into sending_outcomes (part_id, attempt, outcome, told_at) values ($1, $2, $3, $4)
        )
        update sendings set outcome = $3, ended_at = $4 where part_id = $1 and attempt = $2",
        part as _,
        attempt,
        outcome.code(),
        now as _,
    )
    .execute(&mut **tx)
    .await?;
    if updated.rows_affected() == 1 {
        Ok(())
    } else {
        Err(inconsistent("sendings", "attempt", part).into())
    }
}
