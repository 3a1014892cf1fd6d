//! The collector: one job per flow that asks BankID every two seconds, run by any replica and by one at a time. A result
//! is told once, so it is written before anybody hears of it; one that was told to a collector that died is lost, which
//! is counted, and the person is asked to start again.

use async_trait::async_trait;
use jiff::SignedDuration;
use platform::db::Tx;
use platform::jobs::{JobError, JobHandler, JobSettings, LeasedJob, Settled};
use proto::identity::v1 as pb;

use super::start_flow::after;
use super::{complete_sign_in, complete_signing, judge_completion};
use crate::bankid::{BankidError, Collected, Completion, Order, OrderRequest};
use crate::domain::flow::{ANSWERED_FOR, AfterFailure, COLLECT_EVERY, Failure, FlowState, Purpose};
use crate::domain::ids::FlowId;
use crate::error::Result;
use crate::parts::Parts;
use crate::store::flows::{self, StoredFlow};
use crate::store::sealing::{FLOW_ORDER, FLOW_REQUEST, open, seal};

/// The kind of job.
pub const COLLECT_ORDER: &str = "identity.collect_order";

const SETTINGS: JobSettings = JobSettings {
    // Short: a person waits. A call to BankID may last longer, since the lease is kept alive meanwhile.
    lease: std::time::Duration::from_secs(10),
    concurrency: 64,
    max_attempts: i32::MAX,
    first_pause: std::time::Duration::from_secs(1),
    longest_pause: std::time::Duration::from_secs(2),
};

/// The reason of a failure that the database caused.
const DATABASE: &str = "database";
const MOST_REPEATS: u32 = 20;
const REPEAT_AFTER: std::time::Duration = std::time::Duration::from_millis(400);

/// Collects orders.
#[derive(Clone, Debug)]
pub struct CollectOrder(pub Parts);

#[async_trait]
impl JobHandler for CollectOrder {
    fn kind(&self) -> &'static str {
        COLLECT_ORDER
    }

    fn settings(&self) -> JobSettings {
        SETTINGS
    }

    async fn run(&self, job: &LeasedJob) -> Result<Settled, JobError> {
        let flow_id = FlowId::parse(&job.key).map_err(|error| JobError::lasting("key").caused_by(error))?;
        let Some(stored) = flows::find(self.0.database.pool(), flow_id).await? else {
            return self.settle(async |tx| job.done(tx).await).await;
        };
        match stored.flow.state {
            FlowState::Pending { .. } => self.collect(job, &stored).await,
            FlowState::Complete { finished_at } | FlowState::Failed { finished_at, .. } => {
                self.forget(job, flow_id, finished_at).await
            }
        }
    }
}

impl CollectOrder {
    async fn collect(&self, job: &LeasedJob, stored: &StoredFlow) -> Result<Settled, JobError> {
        let order: Order = open(
            &self.0.keys,
            FLOW_ORDER,
            stored.flow.flow_id.as_uuid(),
            &stored.order,
        )?;
        match self.0.bankid.collect(&order).await {
            Ok(Collected::Pending(_)) if self.0.now() >= stored.flow.expires_at => {
                self.expire(job, stored, &order).await
            }
            Ok(Collected::Pending(hint)) => {
                self.go_on(job, stored, Some(hint.message(stored.flow.device)))
                    .await
            }
            Ok(Collected::Failed(hint)) => self.failed(job, stored, hint.failure()).await,
            Ok(Collected::Complete(completion)) => self.complete(job, stored, &completion).await,
            Err(BankidError::InvalidParameters) => self.lost(job, stored).await,
            Err(error) if error.is_transient() && self.0.now() < stored.flow.expires_at => {
                tracing::info!(flow_id = %stored.flow.flow_id, %error, "an order could not be collected");
                self.go_on(job, stored, None).await
            }
            Err(error) => self.give_up(job, stored, error.message()).await,
        }
    }

    async fn go_on(
        &self,
        job: &LeasedJob,
        stored: &StoredFlow,
        message: Option<pb::BankidMessage>,
    ) -> Result<Settled, JobError> {
        let flow_id = stored.flow.flow_id;
        self.settle(async |tx| {
            if let Some(message) = message.filter(|message| *message != stored.flow.state.message()) {
                flows::set_message(tx, flow_id, message).await?;
            }
            let due_at = after(tx.now(), COLLECT_EVERY);
            job.again(tx, due_at).await
        })
        .await
    }

    // Nobody knows whether the order failed or completed before it was forgotten, or was told to one of us who died.
    async fn lost(&self, job: &LeasedJob, stored: &StoredFlow) -> Result<Settled, JobError> {
        self.0.measures.lost_result();
        tracing::warn!(flow_id = %stored.flow.flow_id, "the result of an order was lost");
        self.give_up(job, stored, pb::BankidMessage::StartAgain).await
    }

    async fn expire(&self, job: &LeasedJob, stored: &StoredFlow, order: &Order) -> Result<Settled, JobError> {
        let settled = self.give_up(job, stored, pb::BankidMessage::Expired).await?;
        if let Err(error) = self.0.bankid.cancel(order).await {
            tracing::info!(flow_id = %stored.flow.flow_id, %error, "an order was not cancelled at BankID");
        }
        Ok(settled)
    }

    async fn failed(
        &self,
        job: &LeasedJob,
        stored: &StoredFlow,
        failure: Failure,
    ) -> Result<Settled, JobError> {
        match stored.flow.after_failure(failure, self.0.now()) {
            AfterFailure::Restart => self.restart(job, stored).await,
            AfterFailure::GiveUp(message) => self.give_up(job, stored, message).await,
        }
    }

    async fn restart(&self, job: &LeasedJob, stored: &StoredFlow) -> Result<Settled, JobError> {
        let id = stored.flow.flow_id.as_uuid();
        let request: OrderRequest = open(&self.0.keys, FLOW_REQUEST, id, &stored.request)?;
        let order = match self.0.bankid.start(&request).await {
            Ok(order) => seal(&self.0.keys, FLOW_ORDER, id, &order),
            Err(error) => return self.give_up(job, stored, error.message()).await,
        };
        let started_at = self.0.now();
        self.settle(async |tx| {
            flows::restart(tx, &stored.flow, &order, started_at).await?;
            job.again(tx, after(started_at, COLLECT_EVERY)).await
        })
        .await
    }

    async fn give_up(
        &self,
        job: &LeasedJob,
        stored: &StoredFlow,
        message: pb::BankidMessage,
    ) -> Result<Settled, JobError> {
        let settled = self
            .settle_surely(async |tx| {
                flows::fail(tx, stored.flow.flow_id, message).await?;
                forget_later(job, tx).await
            })
            .await?;
        self.0.measures.finished(stored.flow.purpose.as_str(), message);
        Ok(settled)
    }

    async fn complete(
        &self,
        job: &LeasedJob,
        stored: &StoredFlow,
        completion: &Completion,
    ) -> Result<Settled, JobError> {
        let accepted =
            judge_completion::judge(&self.0, stored, completion).and_then(|()| match &stored.flow.purpose {
                Purpose::SignIn { .. } => complete_sign_in::accept(&self.0, stored, completion),
                Purpose::Signing { .. } => complete_signing::accept(&self.0, stored, completion),
            });
        let effect = match accepted {
            Ok(effect) => effect,
            Err(message) => return self.give_up(job, stored, message).await,
        };
        let settled = self
            .settle_surely(async |tx| {
                effect.apply(&self.0, tx).await?;
                forget_later(job, tx).await
            })
            .await?;
        self.0
            .measures
            .finished(stored.flow.purpose.as_str(), pb::BankidMessage::Unspecified);
        Ok(settled)
    }

    async fn forget(
        &self,
        job: &LeasedJob,
        flow_id: FlowId,
        finished_at: jiff::Timestamp,
    ) -> Result<Settled, JobError> {
        let forget_at = after(finished_at, ANSWERED_FOR + SignedDuration::from_mins(1));
        self.settle(async |tx| {
            if tx.now() < forget_at {
                return job.again(tx, forget_at).await;
            }
            flows::delete(tx, flow_id).await?;
            job.done(tx).await
        })
        .await
    }

    /// For what BankID tells once: a database that comes back within the lease still gets it.
    async fn settle_surely(
        &self,
        work: impl AsyncFnOnce(&mut Tx) -> Result<Settled, JobError> + Clone,
    ) -> Result<Settled, JobError> {
        for _ in 0..MOST_REPEATS {
            match self.settle(work.clone()).await {
                Err(error) if error.reason() == DATABASE => tokio::time::sleep(REPEAT_AFTER).await,
                settled => return settled,
            }
        }
        self.settle(work).await
    }

    async fn settle(
        &self,
        work: impl AsyncFnOnce(&mut Tx) -> Result<Settled, JobError> + Clone,
    ) -> Result<Settled, JobError> {
        self.0.database.transaction("identity.collect_order", work).await
    }
}

/// What a completed order brings about, in one transaction with the end of its flow.
pub enum Effect<'a> {
    /// A session.
    Session(complete_sign_in::NewSession<'a>),
    /// Signatures.
    Signatures(complete_signing::NewSignatures<'a>),
}

impl Effect<'_> {
    async fn apply(&self, parts: &Parts, tx: &mut Tx) -> Result<()> {
        match self {
            Self::Session(session) => session.apply(parts, tx).await,
            Self::Signatures(signatures) => signatures.apply(parts, tx).await,
        }
    }
}

async fn forget_later(job: &LeasedJob, tx: &mut Tx) -> Result<Settled, JobError> {
    let due_at = after(tx.now(), ANSWERED_FOR + SignedDuration::from_mins(1));
    job.again(tx, due_at).await
}
