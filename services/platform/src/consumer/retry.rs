//! Parked records that are to be tried again, since an operator asked or since what they wait for may be here now; and
//! the housekeeping of what consumers keep.

use jiff::SignedDuration;

use super::apply::{Arrived, BatchError, Effect, Subscription};
use super::parked::{ParkedRow, WAITS_FOR_EARLIER};
use super::{Consumer, measure};
use crate::db::{DbError, Instant, Tx};

/// A week more than log topics keep their records.
const INBOX_KEPT: SignedDuration = SignedDuration::from_hours(97 * 24);

// === impl Consumer ===

impl<S: Subscription> Consumer<S> {
    /// Tries every parked record that is due, each in its own transaction.
    pub(super) async fn retry_due(&self) {
        loop {
            let tried = self
                .database
                .transaction("consumer.retry_parked", async |tx: &mut Tx| {
                    self.retry_one(tx).await
                })
                .await;
            match tried {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    return tracing::warn!(
                        consumer = &*self.name,
                        error,
                        "a parked record could not be tried"
                    );
                }
            }
        }
    }

    async fn retry_one(&self, tx: &mut Tx) -> Result<bool, BatchError> {
        let row = sqlx::query_as!(
            ParkedRow,
            r#"
            select partition, record_offset, key, headers, sealed_payload, held.generation
            from platform.parked_records as parked
            join platform.consumed_offsets as held using (consumer, topic, partition)
            where consumer = $1 and topic = $2 and retry_at <= now()
                -- A rebuild decides first whether the key is still there.
                and held.rebuild_until is null
            order by retry_at, record_offset limit 1
            for update of parked skip locked
            "#,
            &*self.name,
            self.topic,
        )
        .fetch_optional(&mut **tx)
        .await
        .map_err(DbError::from)?;
        let Some(row) = row else { return Ok(false) };
        let (partition, offset, key, generation) =
            (row.partition, row.record_offset, row.key.clone(), row.generation);
        self.set_retry(tx, partition, offset, None).await?;
        let Some(record) = row.open(&self.keys, &self.name) else {
            tracing::error!(
                consumer = &*self.name,
                partition,
                offset,
                "a parked record does not open"
            );
            return Ok(true);
        };
        let arrived = Arrived {
            consumer: &self.name,
            topic: self.topic,
            record: &record,
            generation,
            is_rebuilding: false,
            has_parked: true,
        };
        match self.apply_or_park(tx, arrived, false).await? {
            Ok(Effect::Applied | Effect::Older) => {
                remove(tx, &self.name, self.topic, partition, offset).await?;
                release_next(tx, &self.name, self.topic, &key).await?;
            }
            Ok(Effect::Parked) => {}
            Err(_reason) => self.set_retry(tx, partition, offset, Some(60.0)).await?,
        }
        Ok(true)
    }

    async fn set_retry(
        &self,
        tx: &mut Tx,
        partition: i32,
        offset: i64,
        after_seconds: Option<f64>,
    ) -> Result<(), DbError> {
        sqlx::query!(
            r#"
            update platform.parked_records set retry_at = now() + make_interval(secs => $5)
            where consumer = $1 and topic = $2 and partition = $3 and record_offset = $4
            "#,
            &*self.name,
            self.topic,
            partition,
            offset,
            after_seconds,
        )
        .execute(&mut **tx)
        .await?;
        Ok(())
    }

    pub(super) async fn measure_parked(&self) {
        let topic = self.topic;
        let counted = sqlx::query_scalar!(
            r#"select count(*) as "count!" from platform.parked_records where consumer = $1 and topic = $2"#,
            &*self.name,
            topic,
        )
        .fetch_one(self.database.pool())
        .await;
        if let Ok(count) = counted {
            measure::parked(&self.name, topic, count);
        }
    }

    /// Forgets events that no topic can bring again.
    pub(super) async fn clear_inbox(&self) {
        if self.subscription.is_state() {
            return;
        }
        let before = Instant::from(self.database.now() - INBOX_KEPT);
        let cleared = sqlx::query!(
            r#"
            delete from platform.inbox where (consumer, event_id) in (
                select consumer, event_id from platform.inbox
                where consumer = $1 and received_at < $2 order by received_at limit 1000
            )
            "#,
            &*self.name,
            before as _,
        )
        .execute(self.database.pool())
        .await;
        if let Err(error) = cleared {
            tracing::debug!(error = %error, "the inbox could not be cleared");
        }
    }
}

async fn remove(
    tx: &mut Tx,
    consumer: &str,
    topic: &str,
    partition: i32,
    offset: i64,
) -> Result<(), DbError> {
    sqlx::query!(
        r#"
        delete from platform.parked_records
        where consumer = $1 and topic = $2 and partition = $3 and record_offset = $4
        "#,
        consumer,
        topic,
        partition,
        offset,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The record of the key that waited for the one just settled or discarded is due now.
pub(crate) async fn release_next(tx: &mut Tx, consumer: &str, topic: &str, key: &str) -> Result<(), DbError> {
    sqlx::query!(
        r#"
        update platform.parked_records as waiting set retry_at = now()
        where consumer = $1 and topic = $2 and key = $3 and reason = $4 and record_offset = (
            select min(record_offset) from platform.parked_records as first
            where first.consumer = $1 and first.topic = $2 and first.key = $3 and first.partition = waiting.partition
        )
        "#,
        consumer,
        topic,
        key,
        WAITS_FOR_EARLIER,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
