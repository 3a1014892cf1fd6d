//! Somebody settles what became of an attempt, because the recipient's answers never will. It is written down here; the
//! part's job tells consent and goes on from there.

use platform::db::Tx;
use serde_json::json;

use super::{Caller, Commands, note_of};
use crate::domain::ids::PartId;
use crate::domain::part::over_at;
use crate::domain::settlement::{Settled, SettledOutcome, Settlement, Settling, Standing};
use crate::error::ExportError;
use crate::queries::parts::{PartView, view};
use crate::steps::{enqueue_part, hasten_part};
use crate::store::attempts::{Attempt, Outcome};
use crate::store::parts::Part;
use crate::store::{attempts, parts, rows, settlements};

impl Commands {
    pub async fn settle_attempt(
        &self,
        caller: &Caller,
        (id, attempt): (PartId, i32),
        settlement: &Settlement,
    ) -> Result<PartView, ExportError> {
        self.database
            .transaction("export.settle_attempt", async |tx: &mut Tx| {
                let part = parts::lock(tx, id).await?;
                let part = part.ok_or(ExportError::NotFound("part"))?;
                match self.settling(tx, &part, attempt, settlement).await? {
                    Settling::Before => {}
                    Settling::Settle => settle(tx, caller, (&part, attempt), settlement).await?,
                }
                view(tx, part).await
            })
            .await
    }

    async fn settling(
        &self,
        tx: &mut Tx,
        part: &Part,
        attempt: i32,
        settlement: &Settlement,
    ) -> Result<Settling, ExportError> {
        let before = settlements::of_part(tx, part.id).await?.remove(&attempt);
        let found = attempts::find(tx, part.id, attempt).await?;
        let standing = Standing {
            attempt,
            progress: part.progress,
            problem: part.problem.as_deref(),
            is_known: found.as_ref().is_some_and(is_known),
            over_at: found.and_then(|it| over_at(it.valid_until, it.sending_at, self.sending.window())),
            before: before.as_ref().map(|settled| &settled.settlement),
        };
        Ok(standing.settle(settlement, tx.now())?)
    }
}

async fn settle(
    tx: &mut Tx,
    caller: &Caller,
    (part, attempt): (&Part, i32),
    settlement: &Settlement,
) -> Result<(), ExportError> {
    let refused = match &settlement.outcome {
        SettledOutcome::Delivered { refused } => refused.keys().copied().collect(),
        SettledOutcome::Absent => Vec::new(),
    };
    if let Some(report) = rows::not_planned(tx, part.id, &refused).await?.first() {
        return Err(ExportError::RowNotInPart(*report));
    }
    let settled = Settled {
        settlement: settlement.clone(),
        at: tx.now(),
    };
    settlements::insert(tx, (part.id, attempt), &settled).await?;
    if part.waits_until.is_some() {
        hasten_part(tx, part.id).await?;
    } else {
        enqueue_part(tx, part.id).await?;
    }
    let details = json!({
        "attempt": attempt, "outcome": settlement.outcome.code(), "reason": settlement.reason.code(),
        "refused": refused.len(),
    });
    note_of(
        tx,
        caller,
        "export.settle_attempt",
        ("part", part.id.to_string()),
        details,
    )
    .await
}

fn is_known(attempt: &Attempt) -> bool {
    match attempt.outcome {
        Some(Outcome::Delivered | Outcome::Failed | Outcome::NotBegun) => true,
        Some(Outcome::Unknown) | None => false,
    }
}
