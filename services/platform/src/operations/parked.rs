//! Parked records as an operator sees them: headers and reason, never bytes.

use jiff::Timestamp;
use proto::operations::v1 as pb;
use uuid::Uuid;

use crate::consumer::release_next;
use crate::db::{Database, DbError, Instant, Tx};
use crate::grpc::convert;

/// The row a page ends with.
pub(super) type Cursor = (Timestamp, Uuid);

pub(super) struct Listed {
    parked_id: Uuid,
    consumer: String,
    topic: String,
    partition: i32,
    record_offset: i64,
    key: String,
    reason: String,
    trace_id: Option<String>,
    parked_at: Instant,
    attempts: i32,
}

/// Oldest first.
pub(super) async fn list(
    database: &Database,
    topic: &str,
    after: Option<Cursor>,
    limit: i64,
) -> Result<Vec<Listed>, DbError> {
    let (after_at, after_id) = after.unzip();
    let rows = sqlx::query_as!(
        Listed,
        r#"
        select parked_id, consumer, topic, partition, record_offset, key, reason, trace_id,
            parked_at as "parked_at: Instant", attempts
        from platform.parked_records
        where ($1 = '' or topic = $1) and ($2::timestamptz is null or (parked_at, parked_id) > ($2, $3))
        order by parked_at, parked_id
        limit $4
        "#,
        topic,
        after_at.map(Instant::from) as _,
        after_id,
        limit,
    )
    .fetch_all(database.pool())
    .await?;
    Ok(rows)
}

/// Makes it due for its consumer.
pub(super) async fn retry(tx: &mut Tx, parked_id: Uuid) -> Result<(), DbError> {
    sqlx::query!(
        "update platform.parked_records set retry_at = now() where parked_id = $1",
        parked_id
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Gives it up; what waited behind it on a log topic is due.
pub(super) async fn discard(tx: &mut Tx, parked_id: Uuid) -> Result<(), DbError> {
    let discarded = sqlx::query!(
        "delete from platform.parked_records where parked_id = $1 returning consumer, topic, key",
        parked_id,
    )
    .fetch_optional(&mut **tx)
    .await?;
    match discarded {
        Some(row) => release_next(tx, &row.consumer, &row.topic, &row.key).await,
        None => Ok(()),
    }
}

// === impl Listed ===

impl Listed {
    pub(super) fn cursor(&self) -> Cursor {
        (self.parked_at.timestamp(), self.parked_id)
    }
}

impl From<Listed> for pb::ParkedRecord {
    fn from(row: Listed) -> Self {
        Self {
            parked_record_id: row.parked_id.to_string(),
            consumer: row.consumer,
            topic: row.topic,
            partition: row.partition,
            offset: row.record_offset,
            key: row.key,
            reason: row.reason,
            trace_id: row.trace_id.unwrap_or_default(),
            parked_at: Some(convert::to_timestamp(row.parked_at.timestamp())),
            attempts: row.attempts,
        }
    }
}
