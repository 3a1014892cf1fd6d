//! Begin: consent judges all rows of the attempt at once, in one transaction with every withdrawal. If one was withdrawn
//! since, the part is built again without it.

use jiff::Timestamp;
use platform::db::Tx;

use super::{Next, StepError, Worker, advance};
use crate::domain::ids::{MonthReportId, PartId};
use crate::domain::part::{Problem, Step};
use crate::domain::reason::Reason;
use crate::events::publish;
use crate::peers::consent::Begun;
use crate::store::attempts::Outcome;
use crate::store::parts::Part;
use crate::store::runs::Run;
use crate::store::{attempts, inconsistent, rows};

impl Worker {
    pub(super) async fn begin(&self, run: &Run, part: &Part) -> Result<Next, StepError> {
        let of = (part.id, part.progress.attempt);
        let refused = self.no_longer(run, part).await?;
        if !refused.is_empty() {
            let next = self.refused(part, refused).await?;
            // A process may have died after it had consent begin. Told once nobody else can go on with the attempt.
            self.consent.give_up(of).await.map_err(StepError::consent)?;
            return Ok(next);
        }
        let found = attempts::find(&mut *self.connection().await?, of.0, of.1).await?;
        let attempt = found.ok_or_else(|| inconsistent("attempts", "attempt", part.id))?;
        let answer = self
            .consent
            .begin(of, attempt.sealed_hash, attempt.rows_hash)
            .await;
        match answer.map_err(StepError::consent)? {
            Begun::Until(valid_until) => self.begun(part, valid_until).await,
            Begun::Refused(refused) => self.refused(part, refused).await,
            Begun::Over => self.over(part).await,
            // The next attempt is authorised and sealed anew.
            Begun::RowsDiffer | Begun::Empty => self.refused(part, Vec::new()).await,
            Begun::Unsettled { attempt } => self.settle_earlier(part, attempt).await,
        }
    }

    async fn begun(&self, part: &Part, valid_until: Timestamp) -> Result<Next, StepError> {
        let of = (part.id, part.progress.attempt);
        let begun = self
            .database
            .transaction("export.begin", async |tx: &mut Tx| {
                let now = tx.now();
                advance(tx, part, Step::Begun).await?;
                attempts::begin(tx, of, now, valid_until).await?;
                Ok::<_, StepError>(publish::part(tx, part.id).await?)
            })
            .await;
        if let Err(StepError::Moved) = begun {
            self.begun_too_late(of).await?;
        }
        begun?;
        Ok(Next::Go)
    }

    /// Another has moved the part meanwhile. If the attempt was given up before consent let it begin, nobody sends it, and
    /// perhaps nobody else tells consent.
    async fn begun_too_late(&self, of: (PartId, i32)) -> Result<(), StepError> {
        let found = attempts::find(&mut *self.connection().await?, of.0, of.1).await?;
        match found.and_then(|it| it.outcome) {
            Some(Outcome::Failed | Outcome::NotBegun) => {
                self.consent.give_up(of).await.map_err(StepError::consent)
            }
            Some(Outcome::Delivered | Outcome::Unknown) | None => Ok(()),
        }
    }

    /// A process died between consent's answer and its next line, and nobody took over in time. No byte has left: that
    /// is written down before the first one does. Whoever finds that another went on tells consent nothing.
    async fn over(&self, part: &Part) -> Result<Next, StepError> {
        let of = (part.id, part.progress.attempt);
        self.database
            .transaction("export.begin", async |tx: &mut Tx| {
                let now = tx.now();
                advance(tx, part, Step::Rebuild).await?;
                attempts::end(tx, of, Outcome::Failed, Some(Problem::WindowPassed), now).await?;
                Ok::<_, StepError>(())
            })
            .await?;
        self.consent.give_up(of).await.map_err(StepError::consent)?;
        Ok(Next::Go)
    }

    async fn refused(&self, part: &Part, refused: Vec<(MonthReportId, Reason)>) -> Result<Next, StepError> {
        let of = (part.id, part.progress.attempt);
        let (withheld, again) = self
            .database
            .transaction("export.begin", async |tx: &mut Tx| {
                let now = tx.now();
                let withheld = rows::withhold(tx, part.id, &refused).await?;
                let again = advance(tx, part, Step::Rebuild).await?;
                attempts::end(tx, of, Outcome::NotBegun, Some(Problem::RowsRefused), now).await?;
                publish::part(tx, part.id).await?;
                Ok::<_, StepError>((withheld, again))
            })
            .await?;
        if withheld > 0 {
            return Ok(Next::Go);
        }
        // Rows that consent judged for an authorisation that was cut off: the next attempt is judged without them.
        self.wait(&again, Problem::RowsRefused, part.failures.saturating_add(1))
            .await
    }
}
