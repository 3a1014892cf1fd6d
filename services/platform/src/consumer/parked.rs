//! Records that could not be applied, kept in the database: headers and reason in clear, the bytes sealed for this
//! consumer alone.

use serde_json::{Map, Value};

use super::apply::Arrived;
use crate::db::{DbError, Instant, Tx};
use crate::grpc::trace::current_trace_id;
use crate::kafka::ReadRecord;
use crate::kafka::event::Headers;
use crate::keys::{KeyRing, Purpose, Sealed};

/// Reason of a record of a log topic that waits for an earlier one of its key.
pub(super) const WAITS_FOR_EARLIER: &str = "waits_for_earlier";

const PURPOSE: Purpose = Purpose::new("consumer.parked_record");

/// A parked record as it is stored, without its bytes.
#[derive(Clone, Debug)]
pub(super) struct ParkedRow {
    pub(super) partition: i32,
    pub(super) record_offset: i64,
    pub(super) key: String,
    pub(super) headers: Value,
    pub(super) sealed_payload: Option<Vec<u8>>,
    /// How often the consumer has started over in the partition.
    pub(super) generation: i64,
}

/// Parks the record that just failed in `tx`. One that was parked before, in an earlier life, keeps its row.
pub(super) async fn park(
    tx: &mut Tx,
    keys: &KeyRing,
    arrived: Arrived<'_>,
    reason: &str,
    is_retried: bool,
) -> Result<(), DbError> {
    let record = arrived.record;
    let sealed = record.payload.as_deref().map(|payload| {
        let binding = binding(arrived.consumer, record.partition, record.offset);
        keys.seal(PURPOSE, &binding, payload).to_bytes()
    });
    let revision = record.headers.revision();
    let parked_at = Instant::from(tx.now());
    let parked_id = tx.new_id();
    sqlx::query!(
        r#"
        insert into platform.parked_records as held (parked_id, consumer, topic, partition, record_offset, key, epoch, n,
            event_id, record_type, headers, reason, trace_id, sealed_payload, parked_at, attempts, retry_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 1,
            case when $16 then now() + interval '1 minute' end)
        on conflict (consumer, topic, partition, record_offset) do update set
            key = excluded.key, epoch = excluded.epoch, n = excluded.n, event_id = excluded.event_id,
            record_type = excluded.record_type, headers = excluded.headers, reason = excluded.reason,
            trace_id = excluded.trace_id, sealed_payload = excluded.sealed_payload, attempts = held.attempts + 1
        "#,
        parked_id,
        arrived.consumer,
        arrived.topic,
        record.partition,
        record.offset,
        record.key.as_deref().unwrap_or_default(),
        revision.map(|revision| revision.epoch),
        revision.map(|revision| revision.n),
        record.headers.event_id().map(|id| id.to_string()),
        record.headers.record_type(),
        to_json(&record.headers),
        reason,
        record.headers.producer().map(|producer| producer.trace_id().to_string()).or_else(current_trace_id),
        sealed,
        parked_at as _,
        is_retried,
    )
    .execute(&mut **tx)
    .await?;
    // The key is there, even if its newest state is not: a rebuild must not take it for gone.
    if arrived.is_rebuilding
        && let Some(key) = &record.key
    {
        arrived.mark_seen(tx, key).await?;
    }
    tracing::error!(
        consumer = arrived.consumer,
        topic = arrived.topic,
        partition = record.partition,
        offset = record.offset,
        reason,
        "a record is parked"
    );
    Ok(())
}

// === impl ParkedRow ===

impl ParkedRow {
    /// The record as it was read. Fails if the bytes do not open.
    pub(super) fn open(self, keys: &KeyRing, consumer: &str) -> Option<ReadRecord> {
        let binding = binding(consumer, self.partition, self.record_offset);
        let payload = match self.sealed_payload {
            None => None,
            Some(bytes) => {
                let sealed = Sealed::from_bytes(&bytes).ok()?;
                Some(keys.unseal(PURPOSE, &binding, &sealed).ok()?.to_vec())
            }
        };
        Some(ReadRecord {
            partition: self.partition,
            offset: self.record_offset,
            produced_at_ms: 0,
            key: Some(self.key),
            headers: from_json(&self.headers),
            payload,
        })
    }
}

/// What the bytes are bound to: they open for this record of this consumer only.
fn binding(consumer: &str, partition: i32, offset: i64) -> Vec<u8> {
    format!("{consumer}/{partition}/{offset}").into_bytes()
}

fn to_json(headers: &Headers) -> Value {
    let pairs = headers
        .pairs()
        .iter()
        .map(|(name, value)| (name.clone(), Value::from(value.as_str())));
    Value::Object(pairs.collect::<Map<_, _>>())
}

fn from_json(stored: &Value) -> Headers {
    let pairs = stored.as_object().into_iter().flatten();
    Headers::new(
        pairs
            .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
            .collect(),
    )
}
