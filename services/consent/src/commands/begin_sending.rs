//! The instant before the first byte: every authorised row is judged again while the consents are held, so that whoever
//! withdraws either came before and keeps the rows, or comes after and is told that they are in transfer. What was
//! authorised must be what is in the file: workers that built the same attempt may have been answered differently.

use jiff::Timestamp;
use platform::db::Tx;

use super::Commands;
use super::authorise_disclosure::{Grounds, JudgedRow};
use crate::domain::ids::PartId;
use crate::domain::rows::check_rows;
use crate::domain::sending::{Beginning, Sending, begin};
use crate::domain::text::Hash;
use crate::error::ConsentError;
use crate::store;
use crate::store::parts::{AuthorisedRow, Part};

/// Which attempt is about to be sent.
#[derive(Clone, Copy, Debug)]
pub struct BeginSending {
    pub part: PartId,
    pub attempt: i32,
    pub sealed_hash: Hash,
    /// Of the rows that are in the file.
    pub rows_hash: Hash,
}

/// Whether it may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begun {
    /// Until then.
    Until(Timestamp),
    /// These rows no longer may leave.
    Refused(Vec<JudgedRow>),
}

impl Commands {
    pub async fn begin_sending(&self, input: BeginSending) -> Result<Begun, ConsentError> {
        self.database
            .transaction("consent.begin_sending", async |tx| begin_attempt(tx, input).await)
            .await
    }
}

async fn begin_attempt(tx: &mut Tx, input: BeginSending) -> Result<Begun, ConsentError> {
    let attempt = input.attempt;
    let part = store::parts::lock(tx, input.part).await?;
    let part = part.ok_or(ConsentError::NotFound("part"))?;
    let beginning = begin(
        attempt,
        &input.sealed_hash,
        part.newest_judged,
        &part.sendings,
        tx.now(),
    )?;
    let rows = store::parts::authorised(tx, input.part, attempt).await?;
    let authorised = rows.iter().map(|row| (row.report, row.revision));
    check_rows(authorised, attempt, &input.rows_hash)?;
    match beginning {
        Beginning::Before { valid_until } => Ok(Begun::Until(valid_until)),
        Beginning::Judge => judge_and_begin(tx, input, &part, rows).await,
    }
}

async fn judge_and_begin(
    tx: &mut Tx,
    input: BeginSending,
    part: &Part,
    rows: Vec<AuthorisedRow>,
) -> Result<Begun, ConsentError> {
    let attempt = input.attempt;
    // Who is whom stays as it is judged by: the consents to be held are those of all ids of each person.
    store::persons::hold(tx).await?;
    let grounds = Grounds::load(tx, &rows).await?;
    let consents = store::consents::hold(tx, &grounds.persons(), part.recipient).await?;
    let judged = grounds.judge(&rows, consents);
    let refused: Vec<JudgedRow> = judged
        .iter()
        .filter_map(|(row, judgement)| {
            judgement.err().map(|refusal| JudgedRow {
                report: row.report,
                judgement: Err(refusal),
            })
        })
        .collect();
    if !refused.is_empty() {
        return Ok(Begun::Refused(refused));
    }
    let sending = Sending::beginning(attempt, input.sealed_hash, tx.now());
    store::parts::insert_sending(tx, input.part, &sending).await?;
    let leaving: Vec<_> = judged
        .iter()
        .filter_map(|(row, judgement)| {
            let (_, consent) = judgement.ok()?;
            Some((grounds.reports.get(&row.report)?, consent))
        })
        .collect();
    store::disclosures::append(tx, (input.part, part.recipient), &sending, &leaving).await?;
    Ok(Begun::Until(sending.valid_until))
}
