//! Log topics: an event is applied once per `ce_id`, remembered in an inbox that outlives the topic's own memory, and
//! never before an earlier one of its key that is parked.

use prost::Message as _;

use super::apply::{Arrived, Effect, Subscription};
use super::parked::WAITS_FOR_EARLIER;
use super::{ApplyError, LogEvent, LogHandler};
use crate::db::{DbError, Instant, Tx};
use crate::outbox::Revision;

/// What happened, by one topic, taken by a handler.
#[derive(Debug)]
pub struct Logs<H>(H);

// === impl Logs ===

impl<H> Logs<H> {
    pub(super) fn new(handler: H) -> Self {
        Self(handler)
    }
}

impl<H: LogHandler> Subscription for Logs<H> {
    fn is_state(&self) -> bool {
        false
    }

    async fn apply(&self, tx: &mut Tx, arrived: Arrived<'_>) -> Result<Effect, ApplyError> {
        let key = arrived.key()?;
        let event_id = arrived.record.headers.event_id().ok_or(ApplyError::Unappliable {
            reason: "no_event_id",
        })?;
        if arrived.has_parked && has_earlier_parked(tx, &arrived, key).await? {
            return Err(ApplyError::Unappliable {
                reason: WAITS_FOR_EARLIER,
            });
        }
        let received_at = Instant::from(tx.now());
        let received = sqlx::query!(
            "insert into platform.inbox (consumer, event_id, received_at) values ($1, $2, $3) on conflict do nothing",
            arrived.consumer,
            event_id,
            received_at as _,
        )
        .execute(&mut **tx)
        .await?;
        if received.rows_affected() == 0 {
            return Ok(Effect::Older);
        }
        let payload = arrived
            .record
            .payload
            .as_deref()
            .ok_or(ApplyError::Unappliable { reason: "no_payload" })?;
        let message = H::Message::decode(payload).map_err(|_| ApplyError::Unappliable {
            reason: "undecodable",
        })?;
        let event = LogEvent {
            event_id,
            key,
            record_type: arrived.record.headers.record_type(),
        };
        self.0.apply(tx, event, message).await?;
        Ok(Effect::Applied)
    }

    async fn erase(&self, _tx: &mut Tx, _key: &str, _revision: Revision) -> Result<(), ApplyError> {
        Ok(())
    }
}

async fn has_earlier_parked(tx: &mut Tx, arrived: &Arrived<'_>, key: &str) -> Result<bool, DbError> {
    let is_there = sqlx::query_scalar!(
        r#"
        select exists (
            select from platform.parked_records
            where consumer = $1 and topic = $2 and key = $3 and partition = $4 and record_offset < $5
        ) as "is_there!"
        "#,
        arrived.consumer,
        arrived.topic,
        key,
        arrived.record.partition,
        arrived.record.offset,
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(is_there)
}
