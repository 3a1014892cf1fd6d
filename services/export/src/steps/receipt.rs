//! Receipt: the recipient has the part; what it says of each row ends it.

use platform::db::Tx;

use super::{Next, StepError, Worker, end_run};
use crate::domain::part::{Problem, Reply, Step};
use crate::domain::receipt::Judged;
use crate::events::publish;
use crate::store::attempts::{self, Outcome};
use crate::store::parts::{self, Part};
use crate::store::rows;
use crate::store::runs::Run;

impl Worker {
    pub(super) async fn receipt(&self, run: &Run, part: &Part) -> Result<Next, StepError> {
        let problem = match self.ask(run, part).await? {
            Reply::Receipt(Ok(judged)) => return self.receipted(part, judged).await,
            Reply::Receipt(Err(fault)) => Problem::Receipt(fault),
            // It was said to be there; that it is not any more is for people to settle.
            Reply::Stored | Reply::Absent(_) => Problem::ReceiptOwed,
            Reply::Nothing(problem) => problem,
        };
        self.wait(part, problem, part.failures.saturating_add(1)).await
    }

    pub(super) async fn receipted(&self, part: &Part, judged: Judged) -> Result<Next, StepError> {
        part.progress.after(Step::Receipted)?;
        let of = (part.id, part.progress.attempt);
        self.database
            .transaction("export.receipt", async |tx: &mut Tx| {
                let now = tx.now();
                if !parts::receipt(tx, part, now).await? {
                    return Err(StepError::Moved);
                }
                rows::receipt(tx, part.id, &judged.refused).await?;
                attempts::end(tx, of, Outcome::Delivered, None, now).await?;
                publish::part(tx, part.id).await?;
                end_run(tx, part.run).await
            })
            .await?;
        Ok(Next::Rest)
    }
}
