//! The end of a rebuild: what the unbroken log did not show is gone, and is deleted as by a tombstone. Also writes down
//! from time to time that a quiet partition was read to its end, so that silence does not look like absence.

use std::time::{Duration, Instant};

use super::apply::{BatchError, Subscription};
use super::queue::Position;
use super::worker::Worker;
use super::{ApplyError, Consumer};
use crate::db::{DbError, Tx};
use crate::outbox::Revision;

const SWEPT_AT_ONCE: i64 = 200;
const TOUCH_PAUSE: Duration = Duration::from_mins(1);

// === impl Worker ===

impl<S: Subscription> Worker<S> {
    /// What is due beside new records.
    pub(super) async fn upkeep(&mut self) {
        self.finish_rebuilds().await;
        self.touch_ends().await;
        self.consumer.retry_due().await;
        self.consumer.measure_parked().await;
        self.consumer.clear_inbox().await;
    }

    async fn finish_rebuilds(&mut self) {
        for (&partition, queue) in &mut self.partitions {
            let Some(until) = queue.position.rebuild_until else {
                continue;
            };
            // Markers of transactions fill the offsets between the last record and the end.
            if !queue.is_done() && queue.position.next < until {
                continue;
            }
            match self.consumer.sweep(partition, queue.position).await {
                Ok(swept) => {
                    tracing::info!(
                        consumer = &*self.consumer.name,
                        partition,
                        swept,
                        "a rebuild is complete"
                    );
                    queue.position.rebuild_until = None;
                }
                Err(error) => {
                    tracing::warn!(
                        partition,
                        error = &error as &dyn std::error::Error,
                        "a rebuild cannot end yet"
                    );
                }
            }
        }
    }

    async fn touch_ends(&mut self) {
        for (&partition, queue) in &mut self.partitions {
            let is_due = queue.touched_at.is_none_or(|at| at.elapsed() >= TOUCH_PAUSE);
            if queue.is_done() && is_due && self.consumer.touch(partition, queue.position).await.is_ok() {
                queue.touched_at = Some(Instant::now());
            }
        }
    }
}

// === impl Consumer ===

impl<S: Subscription> Consumer<S> {
    async fn sweep(&self, partition: i32, position: Position) -> Result<usize, BatchError> {
        let mut swept = 0;
        loop {
            let step = self
                .database
                .transaction("consumer.sweep", async |tx: &mut Tx| {
                    self.sweep_some(tx, partition, position).await
                })
                .await?;
            swept += step;
            if step < usize::try_from(SWEPT_AT_ONCE).unwrap_or(usize::MAX) {
                return Ok(swept);
            }
        }
    }

    async fn sweep_some(&self, tx: &mut Tx, partition: i32, position: Position) -> Result<usize, BatchError> {
        let topic = self.topic;
        let unseen = sqlx::query!(
            r#"
            select key, epoch, n from platform.consumed_revisions
            where consumer = $1 and topic = $2 and partition = $3 and generation < $4 and not erased
            order by key limit $5
            for update
            "#,
            &*self.name,
            topic,
            partition,
            position.generation,
            SWEPT_AT_ONCE,
        )
        .fetch_all(&mut **tx)
        .await
        .map_err(ApplyError::from)?;
        for row in &unseen {
            self.subscription
                .erase(
                    tx,
                    &row.key,
                    Revision {
                        epoch: row.epoch,
                        n: row.n,
                    },
                )
                .await?;
        }
        let keys: Vec<_> = unseen.into_iter().map(|row| row.key).collect();
        self.note_swept(tx, &keys, position.generation).await?;
        if keys.len() < usize::try_from(SWEPT_AT_ONCE).unwrap_or(usize::MAX) {
            self.end_rebuild(tx, partition, position).await?;
        }
        Ok(keys.len())
    }

    async fn note_swept(&self, tx: &mut Tx, keys: &[String], generation: i64) -> Result<(), DbError> {
        let topic = self.topic;
        sqlx::query!(
            r#"
            update platform.consumed_revisions set erased = true, generation = $4
            where consumer = $1 and topic = $2 and key = any($3)
            "#,
            &*self.name,
            topic,
            keys,
            generation,
        )
        .execute(&mut **tx)
        .await?;
        sqlx::query!(
            "delete from platform.parked_records where consumer = $1 and topic = $2 and key = any($3)",
            &*self.name,
            topic,
            keys,
        )
        .execute(&mut **tx)
        .await?;
        Ok(())
    }

    async fn end_rebuild(&self, tx: &mut Tx, partition: i32, position: Position) -> Result<(), BatchError> {
        let ended = sqlx::query!(
            r#"
            update platform.consumed_offsets set rebuild_until = null, position_at = now()
            where consumer = $1 and topic = $2 and partition = $3 and generation = $4
            "#,
            &*self.name,
            self.topic,
            partition,
            position.generation,
        )
        .execute(&mut **tx)
        .await
        .map_err(DbError::from)?;
        if ended.rows_affected() == 1 {
            Ok(())
        } else {
            Err(BatchError::Overtaken { partition })
        }
    }

    async fn touch(&self, partition: i32, position: Position) -> Result<(), DbError> {
        sqlx::query!(
            r#"
            update platform.consumed_offsets set position_at = now()
            where consumer = $1 and topic = $2 and partition = $3 and generation = $4 and next_offset = $5
            "#,
            &*self.name,
            self.topic,
            partition,
            position.generation,
            position.next,
        )
        .execute(self.database.pool())
        .await?;
        Ok(())
    }
}
