//! Build: withheld rows are told in portions, planned rows go into parts, each a transaction and each part a job.

use platform::db::Tx;

use super::{Next, StepError, Worker, end_run, enqueue_part};
use crate::domain::ids::{PartId, PortionId};
use crate::domain::plan::PART_ROWS;
use crate::domain::reason::Reason;
use crate::domain::row::RowState;
use crate::events::publish;
use crate::store::runs::{Lock, Run, RunStage};
use crate::store::{parts, portions, rows, runs};

impl Worker {
    pub(super) async fn build(&self, run: &Run) -> Result<Next, StepError> {
        self.database
            .transaction("export.build", async |tx: &mut Tx| {
                let locked = runs::lock(tx, run.id, Lock::Exclusive).await?;
                let run = locked
                    .filter(|locked| locked.stage == RunStage::Build)
                    .ok_or(StepError::Moved)?;
                if build_portion(tx, &run).await? || build_part(tx, &run).await? {
                    return Ok(Next::Go);
                }
                runs::set_stage(tx, run.id, RunStage::Parts, None).await?;
                end_run(tx, run.id).await?;
                Ok(Next::Rest)
            })
            .await
    }
}

/// Answers whether there was a row left.
async fn build_portion(tx: &mut Tx, run: &Run) -> Result<bool, StepError> {
    let withheld = RowState::Withheld(Reason::NotCurrent);
    if rows::unassigned(tx, run.id, withheld, 1).await? == 0 {
        return Ok(false);
    }
    let portion = PortionId::from_uuid(tx.new_id());
    portions::insert(tx, portion, run.id).await?;
    rows::fill_portion(tx, run.id, portion, PART_ROWS).await?;
    publish::portion(tx, portion, run.id).await?;
    Ok(true)
}

/// Answers whether there was a row left.
async fn build_part(tx: &mut Tx, run: &Run) -> Result<bool, StepError> {
    let count = rows::unassigned(tx, run.id, RowState::Planned, PART_ROWS).await?;
    let size = i32::try_from(count).unwrap_or(i32::MAX);
    if size == 0 {
        return Ok(false);
    }
    if !runs::add_part(tx, run).await? {
        return Err(StepError::Moved);
    }
    let part = PartId::from_uuid(tx.new_id());
    parts::insert(tx, (part, run.id, run.parts + 1), size).await?;
    rows::fill_part(tx, run.id, part, PART_ROWS).await?;
    enqueue_part(tx, part).await?;
    Ok(true)
}
