//! Cancel: what has not left is given up. A part that consent let begin, and of which no byte has left, is told as failed.
//! A part of which the recipient has an earlier attempt has left: it ends with that attempt's receipt.

use platform::db::Tx;

use super::{Next, StepError, Worker, advance};
use crate::domain::part::{PartStage, Step};
use crate::domain::settlement::held_before;
use crate::events::publish;
use crate::store::attempts::Outcome;
use crate::store::parts::Part;
use crate::store::runs::{Lock, Run, RunStage};
use crate::store::{attempts, parts, rows, runs, settlements};

impl Worker {
    pub(super) async fn cancel_part(&self, run: &Run, part: &Part) -> Result<Next, StepError> {
        let of = (part.id, part.progress.attempt);
        let stage = part.progress.stage;
        self.tell_earlier(part).await?;
        // At begin too: a process may have died after consent's answer.
        if matches!(stage, PartStage::Begin | PartStage::Send) {
            self.consent.give_up(of).await.map_err(StepError::consent)?;
        }
        let outcome = if stage == PartStage::Send {
            Outcome::Failed
        } else {
            Outcome::NotBegun
        };
        let held = self.held_before(part).await?;
        let step = held.map_or(Step::Cancelled, |attempt| Step::Held { attempt });
        self.database
            .transaction("export.cancel", async |tx: &mut Tx| {
                let now = tx.now();
                advance(tx, part, step).await?;
                if held.is_none() {
                    rows::cancel(tx, part.run, Some(part.id)).await?;
                }
                attempts::end(tx, of, outcome, None, now).await?;
                Ok::<_, StepError>(publish::part(tx, part.id).await?)
            })
            .await?;
        self.delete_abandoned(run, part).await?;
        Ok(Next::Go)
    }

    /// The earlier attempt that the recipient has.
    async fn held_before(&self, part: &Part) -> Result<Option<i32>, StepError> {
        let mut connection = self.connection().await?;
        let earlier = attempts::latest(&mut connection, part.id, i64::MAX).await?;
        let delivered = earlier
            .iter()
            .filter(|it| it.outcome == Some(Outcome::Delivered))
            .map(|it| it.attempt);
        let settled = settlements::of_part(&mut connection, part.id).await?;
        Ok(held_before(part.progress.attempt, &delivered.collect(), &settled))
    }

    /// A run that is still planned or built: rows in no part are given up, its parts each by its own job.
    pub(super) async fn cancel_run(&self, run: &Run) -> Result<Next, StepError> {
        self.database
            .transaction("export.cancel", async |tx: &mut Tx| {
                let now = tx.now();
                let locked = runs::lock(tx, run.id, Lock::Exclusive).await?;
                let is_there =
                    locked.is_some_and(|locked| matches!(locked.stage, RunStage::Plan | RunStage::Build));
                if !is_there {
                    return Err(StepError::Moved);
                }
                rows::cancel(tx, run.id, None).await?;
                let has_ended = parts::unfinished(tx, run.id).await?.is_empty();
                let stage = if has_ended {
                    RunStage::Ended
                } else {
                    RunStage::Parts
                };
                runs::set_stage(tx, run.id, stage, has_ended.then_some(now)).await?;
                Ok(())
            })
            .await?;
        Ok(Next::Rest)
    }
}
