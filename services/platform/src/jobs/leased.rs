//! A job in the hands of its handler. Settling it gives the proof that the handler returns, so that none can forget it.

use std::time::Instant as Moment;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

use super::JobError;
use crate::db::{Instant, Tx};

/// A job that this replica holds.
#[derive(Clone, Debug)]
pub struct LeasedJob {
    /// What it is about.
    pub key: String,
    /// What the handler needs to know.
    pub payload: Value,
    /// When it was due.
    pub due_at: Timestamp,
    /// Which attempt this is, from 1.
    pub attempt: i32,
    pub(super) job_id: Uuid,
    pub(super) lease_id: Uuid,
    pub(super) traceparent: Option<String>,
    /// Before the lease was asked for, so that it surely lasts from here.
    pub(super) held_since: Moment,
}

/// Proof that a job was settled in a transaction.
#[derive(Debug)]
#[must_use = "return it from the handler"]
pub struct Settled(());

// === impl LeasedJob ===

impl LeasedJob {
    /// The payload as a type.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, JobError> {
        serde_json::from_value(self.payload.clone())
            .map_err(|error| JobError::lasting("payload").caused_by(error))
    }

    /// The job is done and goes away. Fails, and with it the transaction, if the lease was lost.
    pub async fn done(&self, tx: &mut Tx) -> Result<Settled, JobError> {
        let removed = sqlx::query!(
            "delete from platform.jobs where job_id = $1 and lease_id = $2",
            self.job_id,
            self.lease_id
        )
        .execute(&mut **tx)
        .await?;
        held(removed.rows_affected())
    }

    /// The job runs again at `due_at`, counting attempts from the start.
    pub async fn again(&self, tx: &mut Tx, due_at: Timestamp) -> Result<Settled, JobError> {
        self.again_with(tx, due_at, &self.payload).await
    }

    /// The same with another payload.
    pub async fn again_with(
        &self,
        tx: &mut Tx,
        due_at: Timestamp,
        payload: &Value,
    ) -> Result<Settled, JobError> {
        let moved = sqlx::query!(
            r#"
            update platform.jobs
            set due_at = $3, payload = $4, attempts = 0, last_reason = null, lease_id = null, leased_until = null
            where job_id = $1 and lease_id = $2
            "#,
            self.job_id,
            self.lease_id,
            Instant::from(due_at) as _,
            payload,
        )
        .execute(&mut **tx)
        .await?;
        held(moved.rows_affected())
    }

    /// The job gives up for good and stays with its reason, together with the effect that says so.
    pub async fn give_up(&self, tx: &mut Tx, reason: &'static str) -> Result<Settled, JobError> {
        let now = Instant::from(tx.now());
        let moved = sqlx::query!(
            r#"
            update platform.jobs
            set gave_up_at = $3, last_reason = $4, lease_id = null, leased_until = null
            where job_id = $1 and lease_id = $2
            "#,
            self.job_id,
            self.lease_id,
            now as _,
            reason,
        )
        .execute(&mut **tx)
        .await?;
        held(moved.rows_affected())
    }
}

fn held(rows: u64) -> Result<Settled, JobError> {
    if rows == 1 {
        Ok(Settled(()))
    } else {
        Err(JobError::lease_lost())
    }
}
