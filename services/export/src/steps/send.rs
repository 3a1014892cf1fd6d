//! Send: it is written down that the first byte is about to leave, then it leaves. From there on only the recipient says
//! how the attempt ended; whatever is unclear is asked before anything else is tried.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use platform::db::Tx;
use proto::consent::v1::SendingOutcome;

use super::{Next, StepError, Worker, advance};
use crate::config::SendingConfig;
use crate::domain::ids::MonthReportId;
use crate::domain::part::{Problem, Reply, Step, Verdict, over_at};
use crate::domain::reason::Reason;
use crate::domain::receipt::{Judged, Sent};
use crate::domain::stage::{Gate, Stage};
use crate::events::publish;
use crate::recipients::Prepared;
use crate::recipients::valve::Valve;
use crate::store::attempts::{self, Attempt, Outcome};
use crate::store::parts::Part;
use crate::store::runs::{self, Lock, Run};
use crate::store::{inconsistent, rows};

impl Worker {
    pub(super) async fn send(&self, run: &Run, part: &Part) -> Result<Next, StepError> {
        let attempt = self.attempt(part).await?;
        if attempt.valid_until.and_then(|until| self.window(until)).is_none() {
            // This attempt can leave no more, the next is authorised anew. Whoever took it before may be sending it.
            let (taken, _) = self.mark_sending(part).await?;
            self.failed(&taken, Problem::WindowPassed).await?;
            return Ok(Next::Go);
        }
        let refused = self.no_longer(run, part).await?;
        if !refused.is_empty() {
            return self.withheld_before_send(part, refused).await;
        }
        let prepared = self.prepared(run)?;
        let sent = self.sent(part, &attempt).await?;
        let path = attempt.object_path.as_deref().unwrap_or_default();
        let file = self.files.read(path).await;
        let file = file.map_err(|error| StepError::problem(Problem::StoreUnavailable, error))?;
        let (sending, sending_at) = self.mark_sending(part).await?;
        let over_at = self.over_at(&Attempt {
            sending_at: Some(sending_at),
            ..attempt.clone()
        });
        let Some(window) = self.window(over_at) else {
            return self.failed(&sending, Problem::WindowPassed).await;
        };
        let reply = prepared
            .client
            .send(&sent, file, (window, self.valve(over_at)))
            .await;
        match self.heard(&sending, reply).await?.to_sending() {
            Verdict::Failed(problem) => self.failed(&sending, problem).await,
            Verdict::Unknown(problem) => {
                self.unknown(&sending, Some(problem)).await?;
                self.asked(run, &sending, &sent, over_at).await
            }
            Verdict::Delivered => self.delivered(&sending).await,
            Verdict::Receipted(judged) => self.receipted_or_held(run, &sending, judged).await,
        }
    }

    /// Asks what became of an attempt that is unknown, or that was under way when its process died.
    pub(super) async fn settle_sending(&self, run: &Run, part: &Part) -> Result<Next, StepError> {
        let attempt = self.attempt(part).await?;
        if attempt.outcome.is_none() {
            self.unknown(part, Some(Problem::Interrupted)).await?;
        }
        let sent = self.sent(part, &attempt).await?;
        self.asked(run, part, &sent, self.over_at(&attempt)).await
    }

    /// Settles what the recipient says. That it has nothing counts from `over_at` on: until then a process that only
    /// stood still could wake and send, and what was handed to the network could still arrive.
    async fn asked(
        &self,
        run: &Run,
        part: &Part,
        sent: &Sent,
        over_at: Timestamp,
    ) -> Result<Next, StepError> {
        let asked_at = self.database.now();
        let reply = self.prepared(run)?.client.ask(sent).await;
        match self.heard(part, reply).await?.to_question() {
            Verdict::Failed(problem) if asked_at < over_at => {
                let failures = part.failures.saturating_add(1);
                let until = self.retry_at(failures).min(over_at);
                self.wait_until(part, problem, (failures, until)).await
            }
            Verdict::Failed(problem) => self.failed(part, problem).await,
            Verdict::Unknown(problem) => {
                let noted = matches!(problem, Problem::Receipt(_)).then_some(problem);
                self.unknown(part, noted).await?;
                self.wait(part, problem, part.failures.saturating_add(1)).await
            }
            Verdict::Delivered => self.delivered(part).await,
            Verdict::Receipted(judged) => self.receipted_or_held(run, part, judged).await,
        }
    }

    pub(super) async fn ask(&self, run: &Run, part: &Part) -> Result<Reply, StepError> {
        let attempt = self.attempt(part).await?;
        let sent = self.sent(part, &attempt).await?;
        let reply = self.prepared(run)?.client.ask(&sent).await;
        self.heard(part, reply).await
    }

    fn prepared(&self, run: &Run) -> Result<&Prepared, StepError> {
        self.recipients
            .get(run.recipient)
            .ok_or_else(|| StepError::problem(Problem::RecipientUnreachable, "the recipient is not set up"))
    }

    async fn attempt(&self, part: &Part) -> Result<Attempt, StepError> {
        let found = attempts::find(&mut *self.connection().await?, part.id, part.progress.attempt).await?;
        Ok(found.ok_or_else(|| inconsistent("attempts", "attempt", part.id))?)
    }

    /// From when on no byte of the attempt can leave any more, whatever became of its process.
    fn over_at(&self, attempt: &Attempt) -> Timestamp {
        over_at(attempt.valid_until, attempt.sending_at, self.sending.window()).unwrap_or(Timestamp::MAX)
    }

    /// How long the sending may take; None if it may not begin any more.
    fn window(&self, over_at: Timestamp) -> Option<Duration> {
        let left = over_at.duration_since(self.database.now()) - SendingConfig::MARGIN;
        Duration::try_from(left).ok().filter(|left| !left.is_zero())
    }

    /// Closes when the time of the attempt has passed, whatever its process did meanwhile.
    fn valve(&self, over_at: Timestamp) -> Valve {
        let worker = self.clone();
        Valve::new(move || worker.window(over_at).is_some())
    }

    async fn sent(&self, part: &Part, attempt: &Attempt) -> Result<Sent, StepError> {
        let planned = rows::planned(&mut *self.connection().await?, part.id, None, i64::MAX).await?;
        let rows: BTreeMap<_, _> = planned
            .into_iter()
            .map(|row| (row.report, row.revision))
            .collect();
        Ok(Sent {
            part: part.id,
            attempt: attempt.attempt,
            sealed_hash: attempt.sealed_hash,
            rows,
        })
    }

    /// Whoever does this has the attempt alone: nobody else can send it or give it up as not sent.
    async fn mark_sending(&self, part: &Part) -> Result<(Part, Timestamp), StepError> {
        self.database
            .transaction("export.send", async |tx: &mut Tx| {
                let now = tx.now();
                let sending = advance(tx, part, Step::Sending).await?;
                // Whoever cancels locks the run too: either this sees it, or it finds the part on its way.
                let run = runs::lock(tx, part.run, Lock::Shared).await?;
                if run.is_none_or(|run| run.cancel_requested) {
                    return Err(StepError::Moved);
                }
                attempts::mark_sending(tx, (part.id, part.progress.attempt), now).await?;
                Ok((sending, now))
            })
            .await
    }

    async fn tell_consent(&self, part: &Part, outcome: SendingOutcome) -> Result<(), StepError> {
        let of = (part.id, part.progress.attempt);
        self.consent.end(of, outcome).await.map_err(StepError::consent)
    }

    /// The recipient does not have it: the next attempt after a pause, from authorise on. Consent is told first: it may
    /// know better. Nobody is told so of an attempt that another may still send: the part is at sending.
    pub(super) async fn failed(&self, part: &Part, problem: Problem) -> Result<Next, StepError> {
        self.tell_consent(part, SendingOutcome::Failed).await?;
        let of = (part.id, part.progress.attempt);
        let again = self
            .database
            .transaction("export.end_attempt", async |tx: &mut Tx| {
                let now = tx.now();
                let again = advance(tx, part, Step::Failed).await?;
                attempts::end(tx, of, Outcome::Failed, Some(problem), now).await?;
                publish::part(tx, part.id).await?;
                Ok::<_, StepError>(again)
            })
            .await?;
        self.wait(&again, problem, part.failures.saturating_add(1)).await
    }

    /// What export knows changed while the part was held. No byte has left, and none can once the part has moved on.
    async fn withheld_before_send(
        &self,
        part: &Part,
        refused: Vec<(MonthReportId, Reason)>,
    ) -> Result<Next, StepError> {
        let of = (part.id, part.progress.attempt);
        self.database
            .transaction("export.send", async |tx: &mut Tx| {
                let now = tx.now();
                advance(tx, part, Step::Failed).await?;
                rows::withhold(tx, part.id, &refused).await?;
                attempts::end(tx, of, Outcome::Failed, Some(Problem::RowsRefused), now).await?;
                Ok::<_, StepError>(publish::part(tx, part.id).await?)
            })
            .await?;
        self.consent.give_up(of).await.map_err(StepError::consent)?;
        Ok(Next::Go)
    }

    async fn unknown(&self, part: &Part, problem: Option<Problem>) -> Result<(), StepError> {
        self.tell_consent(part, SendingOutcome::Unknown).await?;
        let of = (part.id, part.progress.attempt);
        self.database
            .transaction("export.end_attempt", async |tx: &mut Tx| {
                let now = tx.now();
                attempts::end(tx, of, Outcome::Unknown, problem, now).await
            })
            .await?;
        Ok(())
    }

    async fn delivered(&self, part: &Part) -> Result<Next, StepError> {
        self.tell_consent(part, SendingOutcome::Delivered).await?;
        let of = (part.id, part.progress.attempt);
        self.database
            .transaction("export.end_attempt", async |tx: &mut Tx| {
                let now = tx.now();
                advance(tx, part, Step::Delivered).await?;
                attempts::end(tx, of, Outcome::Delivered, None, now).await?;
                Ok::<_, StepError>(publish::part(tx, part.id).await?)
            })
            .await?;
        Ok(Next::Go)
    }

    /// A receipt that came with the answer is taken at once, unless the run is held before it.
    async fn receipted_or_held(&self, run: &Run, part: &Part, judged: Judged) -> Result<Next, StepError> {
        if Stage::Receipt.gate(run.hold_before) == Gate::Held {
            return self.delivered(part).await;
        }
        self.tell_consent(part, SendingOutcome::Delivered).await?;
        self.receipted(part, judged).await
    }
}
