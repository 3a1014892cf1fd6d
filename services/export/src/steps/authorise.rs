//! Authorise: what export knows is looked at again, then consent judges every row, in batches. Refused rows are withheld
//! with their reason. Files of attempts that came to nothing go first.

use std::collections::HashMap;

use platform::db::Tx;
use proto::errors::v1::ErrorReason;

use super::{Next, StepError, Worker, advance};
use crate::domain::ids::MonthReportId;
use crate::domain::part::{Problem, Step};
use crate::domain::plan::{RowFacts, recheck_facts};
use crate::domain::reason::Reason;
use crate::events::publish;
use crate::peers::consent::MOST_ROWS;
use crate::sealing::files;
use crate::store::parts::Part;
use crate::store::rows::{Leaving, Planned};
use crate::store::runs::Run;
use crate::store::{attempts, candidates, rows};

impl Worker {
    pub(super) async fn authorise(&self, run: &Run, part: &Part) -> Result<Next, StepError> {
        self.delete_abandoned(run, part).await?;
        let (mut refused, mut total, mut after) = (Vec::new(), 0, None);
        loop {
            let batch = self.batch(run, part, after).await?;
            let Some((last, _)) = batch.last() else { break };
            after = Some(last.report);
            total += batch.len();
            let Some(found) = self.judge(run, part, batch).await? else {
                return self.next_attempt(part).await;
            };
            refused.extend(found);
        }
        let rows = total - refused.len();
        if rows == 0 {
            self.tell_earlier(part).await?;
        }
        self.database
            .transaction("export.authorise", async |tx: &mut Tx| {
                rows::withhold(tx, part.id, &refused).await?;
                advance(tx, part, Step::Authorised { rows }).await?;
                if !refused.is_empty() {
                    publish::part(tx, part.id).await?;
                }
                Ok::<_, StepError>(())
            })
            .await?;
        Ok(Next::Go)
    }

    /// The next rows, each with why it may not go on for what export itself knows.
    async fn batch(
        &self,
        run: &Run,
        part: &Part,
        after: Option<MonthReportId>,
    ) -> Result<Vec<(Planned, Option<Reason>)>, StepError> {
        let mut connection = self.connection().await?;
        let planned = rows::leaving(&mut connection, part.id, after, MOST_ROWS).await?;
        // These are some of the planned rows, so that as many of them reach at least as far.
        let known = candidates::of_part(&mut connection, part.id, after, MOST_ROWS).await?;
        let known: HashMap<_, _> = known.into_iter().map(|it| (it.report.id, it)).collect();
        let looked_at = planned.into_iter().map(|row| {
            let reason = match known.get(&row.report) {
                Some(candidate) => recheck_facts((row.revision, &facts(&row)), candidate, run.recipient),
                None => Some(Reason::NotCurrent),
            };
            let (report, revision, person) = (row.report, row.revision, row.person);
            let row = Planned {
                report,
                revision,
                person,
            };
            (row, reason)
        });
        Ok(looked_at.collect())
    }

    /// The rows of the part that may not go on any more for what export itself knows.
    pub(super) async fn no_longer(
        &self,
        run: &Run,
        part: &Part,
    ) -> Result<Vec<(MonthReportId, Reason)>, StepError> {
        let (mut refused, mut after) = (Vec::new(), None);
        loop {
            let batch = self.batch(run, part, after).await?;
            let Some((last, _)) = batch.last() else { break };
            after = Some(last.report);
            let found = batch
                .into_iter()
                .filter_map(|(row, reason)| Some((row.report, reason?)));
            refused.extend(found);
        }
        Ok(refused)
    }

    /// None if consent takes no more rows for this attempt.
    async fn judge(
        &self,
        run: &Run,
        part: &Part,
        batch: Vec<(Planned, Option<Reason>)>,
    ) -> Result<Option<Vec<(MonthReportId, Reason)>>, StepError> {
        let (mut refused, mut asked) = (Vec::new(), Vec::new());
        for (row, reason) in batch {
            match reason {
                Some(reason) => refused.push((row.report, reason)),
                None => asked.push(row),
            }
        }
        if !asked.is_empty() {
            let attempt = (part.id, part.progress.attempt);
            let judged = self.consent.authorise(attempt, run.recipient, &asked).await;
            match judged {
                Ok(judged) => refused.extend(judged),
                Err(refusal) if refusal.reason() == ErrorReason::SendingOver => return Ok(None),
                Err(refusal) => return Err(StepError::consent(refusal)),
            }
        }
        Ok(Some(refused))
    }

    /// Consent knows this attempt as one that has begun: only the next can be authorised.
    async fn next_attempt(&self, part: &Part) -> Result<Next, StepError> {
        let again = self
            .database
            .transaction("export.authorise", async |tx: &mut Tx| {
                advance(tx, part, Step::Rebuild).await
            })
            .await?;
        self.wait(&again, Problem::RowsRefused, part.failures.saturating_add(1))
            .await
    }

    pub(super) async fn delete_abandoned(&self, run: &Run, part: &Part) -> Result<(), StepError> {
        let abandoned = attempts::abandoned(&mut *self.connection().await?, part.id).await?;
        for (attempt, path) in abandoned {
            let deleted = self.files.delete(&path).await;
            deleted.map_err(|error| StepError::problem(Problem::StoreUnavailable, error))?;
            self.database
                .transaction("export.delete_file", async |tx: &mut Tx| {
                    attempts::deleted(tx, part.id, attempt).await
                })
                .await?;
        }
        // A process may have died between a file and the row of its attempt. The current attempt's is another's to
        // write, unless the part has ended.
        let has_ended = run.cancel_requested && part.progress.stage.is_cancellable();
        let last = part.progress.attempt - i32::from(!has_ended);
        for attempt in 1..=last {
            let path = files::path(run.recipient, run.month, part.id, attempt);
            let deleted = self.files.delete(&path).await;
            deleted.map_err(|error| StepError::problem(Problem::StoreUnavailable, error))?;
            let cleared = self.files.clear(&path).await;
            cleared.map_err(|error| StepError::problem(Problem::StoreUnavailable, error))?;
        }
        Ok(())
    }
}

fn facts(row: &Leaving) -> RowFacts {
    RowFacts {
        first_on: row.first_on,
        last_on: row.last_on,
        ka_number: row.ka_number.clone(),
    }
}
