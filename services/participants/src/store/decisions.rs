//! The ledger of decisions: each is taken once, and an interruption waits here for its case.

use std::collections::HashMap;

use jiff::civil::Date;
use platform::db::{Day, DbError, Instant, Tx};

use crate::domain::decision::{Content, Decision, Register};
use crate::domain::ids::PlacementId;
use crate::domain::reference::{CaseReference, DecisionId};
use crate::store::inconsistent;

/// What the ledger says of a decision that comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// It is new.
    No,
    /// It was taken, as it is.
    Same,
    /// Its id was taken with another content.
    Differs,
    /// Another decision of the case has its sequence.
    SequenceTaken,
}

/// Lets nobody else take decisions of the case until the transaction ends. The case may have no row yet.
pub async fn lock_case(tx: &mut Tx, case: &CaseReference) -> Result<(), DbError> {
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended($1, 0))",
        case.as_str()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Which of these were taken, as they are, each with the placement of its case; by the hashes, which bind the ids.
pub async fn taken(
    tx: &mut Tx,
    ids: &[&str],
    macs: &[Vec<u8>],
) -> Result<HashMap<Vec<u8>, Option<PlacementId>>, DbError> {
    let rows = sqlx::query!(
        r#"select held.content_mac, placement.placement_id as "placement_id?: PlacementId"
        from unnest($1::text[], $2::bytea[]) told (decision_id, content_mac)
        join decisions held on held.decision_id = told.decision_id and held.content_mac = told.content_mac
        left join placements placement on placement.case_reference = held.case_reference"#,
        ids as _,
        macs,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.content_mac, row.placement_id))
        .collect())
}

pub async fn known(
    tx: &mut Tx,
    id: &DecisionId,
    case: &CaseReference,
    sequence: i64,
    mac: &[u8; 32],
) -> Result<Known, DbError> {
    let rows = sqlx::query!(
        "select decision_id, content_mac from decisions
        where decision_id = $1 or (case_reference = $2 and sequence = $3)",
        id.as_str(),
        case.as_str(),
        sequence,
    )
    .fetch_all(&mut **tx)
    .await?;
    let own = rows.iter().find(|row| row.decision_id == id.as_str());
    Ok(match own {
        Some(row) if row.content_mac == mac => Known::Same,
        Some(_) => Known::Differs,
        None if rows.is_empty() => Known::No,
        None => Known::SequenceTaken,
    })
}

/// Enters a decision, or answers false if its id or its sequence is taken: also by a transaction that was under way when
/// this one looked, which is waited for.
pub async fn insert(tx: &mut Tx, decision: &Decision, mac: &[u8; 32]) -> Result<bool, DbError> {
    let now = Instant::from(tx.now());
    let interrupted_on = match decision.content {
        Content::Interruption { on } => Some(Day(on)),
        Content::New(_) | Content::Changed(_) | Content::Extension { .. } => None,
    };
    let entered = sqlx::query!(
        "insert into decisions (decision_id, case_reference, sequence, kind, interrupted_on, content_mac, received_at)
        values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
        decision.id.as_str(),
        decision.case.as_str(),
        decision.sequence,
        decision.content.code(),
        interrupted_on as _,
        mac.as_slice(),
        now as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(entered.rows_affected() == 1)
}

/// The newest interruption of a case, if one was decided.
pub async fn interruption(tx: &mut Tx, case: &CaseReference) -> Result<Option<Register<Date>>, DbError> {
    let row = sqlx::query!(
        "select sequence, interrupted_on from decisions
        where case_reference = $1 and kind = 'interruption' order by sequence desc limit 1",
        case.as_str(),
    )
    .fetch_optional(&mut **tx)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let on = row
        .interrupted_on
        .ok_or_else(|| inconsistent("decisions", "interrupted_on", case))?;
    Ok(Some(Register::new(row.sequence, on.into())))
}
