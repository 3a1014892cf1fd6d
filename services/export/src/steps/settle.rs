//! Settle: what is known of an attempt in another way than by its own answer. Somebody settled it by hand, or a later
//! answer proves that it arrived after all. Consent is always told before anything is written down here.

use platform::db::Tx;
use proto::consent::v1::SendingOutcome;
use proto::errors::v1::ErrorReason;

use super::{Next, StepError, Worker, advance, end_run};
use crate::domain::ids::PartId;
use crate::domain::part::{PartStage, Problem, Reply, Step};
use crate::domain::receipt::ReceiptFault;
use crate::domain::settlement::{Settled, SettledOutcome};
use crate::events::publish;
use crate::store::attempts::Outcome;
use crate::store::parts::Part;
use crate::store::{attempts, parts, rows, settlements};

impl Worker {
    /// How somebody settled the attempt that the part is at, if it may have left.
    pub(super) async fn settlement(&self, part: &Part) -> Result<Option<Settled>, StepError> {
        match part.progress.stage {
            PartStage::Begin | PartStage::Send | PartStage::Sending | PartStage::Receipt => {
                let mut connection = self.connection().await?;
                let mut settled = settlements::of_part(&mut connection, part.id).await?;
                Ok(settled.remove(&part.progress.attempt))
            }
            PartStage::Authorise | PartStage::Seal | PartStage::Ended(_) => Ok(None),
        }
    }

    pub(super) async fn settled(&self, part: &Part, settled: &Settled) -> Result<Next, StepError> {
        match settled.settlement.outcome {
            SettledOutcome::Delivered { .. } => self.settled_delivered(part, settled).await,
            SettledOutcome::Absent => self.settled_absent(part).await,
        }
    }

    async fn settled_delivered(&self, part: &Part, settled: &Settled) -> Result<Next, StepError> {
        let of = (part.id, part.progress.attempt);
        let told = self.consent.settle(of, SendingOutcome::Delivered).await;
        told.map_err(StepError::consent)?;
        part.progress.after(Step::SettledDelivered)?;
        let judged = settled.settlement.outcome.judged();
        self.database
            .transaction("export.settle", async |tx: &mut Tx| {
                let now = tx.now();
                if !parts::receipt(tx, part, now).await? {
                    return Err(StepError::Moved);
                }
                rows::receipt(tx, part.id, &judged.refused).await?;
                attempts::end(tx, of, Outcome::Delivered, Some(Problem::SettledByHand), now).await?;
                publish::part(tx, part.id).await?;
                end_run(tx, part.run).await
            })
            .await?;
        Ok(Next::Rest)
    }

    /// The next attempt is authorised at once.
    async fn settled_absent(&self, part: &Part) -> Result<Next, StepError> {
        let of = (part.id, part.progress.attempt);
        let outcome = match self.consent.settle(of, SendingOutcome::Failed).await {
            Ok(()) => Outcome::Failed,
            // It did arrive, and was lost there: the ledger stays at delivered.
            Err(refusal) if refusal.reason() == ErrorReason::SendingOutcomeKnown => Outcome::Delivered,
            Err(refusal) => return Err(StepError::consent(refusal)),
        };
        self.database
            .transaction("export.settle", async |tx: &mut Tx| {
                let now = tx.now();
                advance(tx, part, Step::SettledAbsent).await?;
                attempts::end(tx, of, outcome, Some(Problem::SettledByHand), now).await?;
                Ok::<_, StepError>(publish::part(tx, part.id).await?)
            })
            .await?;
        Ok(Next::Go)
    }

    /// Consent cannot tell what became of an earlier attempt: it is told what export knows or somebody settled.
    pub(super) async fn settle_earlier(&self, part: &Part, attempt: i32) -> Result<Next, StepError> {
        let Some(outcome) = self.known_of_earlier(part, attempt).await? else {
            let failures = part.failures.saturating_add(1);
            return self.wait(part, Problem::SendingUnsettled, failures).await;
        };
        let told = self.consent.end((part.id, attempt), outcome).await;
        told.map_err(StepError::consent)?;
        Ok(Next::Go)
    }

    async fn known_of_earlier(&self, part: &Part, attempt: i32) -> Result<Option<SendingOutcome>, StepError> {
        let mut connection = self.connection().await?;
        let found = attempts::find(&mut connection, part.id, attempt).await?;
        match found.and_then(|it| it.outcome) {
            Some(Outcome::Delivered) => return Ok(Some(SendingOutcome::Delivered)),
            Some(Outcome::Failed | Outcome::NotBegun) => return Ok(Some(SendingOutcome::Failed)),
            Some(Outcome::Unknown) | None => {}
        }
        let settled = settlements::of_part(&mut connection, part.id)
            .await?
            .remove(&attempt);
        Ok(settled.map(|settled| match settled.settlement.outcome {
            SettledOutcome::Delivered { .. } => SendingOutcome::Delivered,
            SettledOutcome::Absent => SendingOutcome::Failed,
        }))
    }

    /// Takes in what a reply says of earlier attempts, and hands it on.
    pub(super) async fn heard(&self, part: &Part, reply: Reply) -> Result<Reply, StepError> {
        if let Reply::Receipt(Err(ReceiptFault::EarlierAttempt { attempt, sealed_hash })) = reply {
            self.arrived_after_all(part, attempt, sealed_hash).await?;
        }
        Ok(reply)
    }

    /// The recipient has the file of an attempt that counted as failed.
    async fn arrived_after_all(
        &self,
        part: &Part,
        attempt: i32,
        sealed_hash: [u8; 32],
    ) -> Result<(), StepError> {
        let of = (part.id, attempt);
        let found = attempts::find(&mut *self.connection().await?, of.0, of.1).await?;
        let is_ours = found.is_some_and(|it| {
            it.sealed_hash == sealed_hash && it.begun_at.is_some() && it.outcome != Some(Outcome::Delivered)
        });
        if !is_ours {
            return Ok(());
        }
        let told = self.consent.end(of, SendingOutcome::Delivered).await;
        told.map_err(StepError::consent)?;
        self.note_delivered(of).await
    }

    async fn note_delivered(&self, of: (PartId, i32)) -> Result<(), StepError> {
        self.database
            .transaction("export.end_attempt", async |tx: &mut Tx| {
                let now = tx.now();
                attempts::end(tx, of, Outcome::Delivered, None, now).await
            })
            .await?;
        Ok(())
    }

    /// Tells consent what is known of every earlier attempt, before the part ends without a next one: a process may have
    /// died before it told. Consent in its turn may know that one arrived.
    pub(super) async fn tell_earlier(&self, part: &Part) -> Result<(), StepError> {
        for attempt in 1..part.progress.attempt {
            let of = (part.id, attempt);
            let Some(outcome) = self.known_of_earlier(part, attempt).await? else {
                continue;
            };
            match self.consent.settle(of, outcome).await {
                Err(refusal) if refusal.reason() == ErrorReason::SendingOutcomeKnown => {
                    self.note_delivered(of).await?;
                }
                told => told.map_err(StepError::consent)?,
            }
        }
        Ok(())
    }
}
