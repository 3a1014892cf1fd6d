//! A batch as one transaction; when that fails, record by record with savepoints, so that one bad record costs only
//! itself. The offsets move in the same transaction and only from where this consumer believes them to be: a replica
//! that lost a partition without noticing changes nothing.

use tracing::Instrument as _;

use super::error::Remedy;
use super::parked::park;
use super::queue::Position;
use super::{ApplyError, Consumer, measure};
use crate::db::{DbError, Instant, Tx};
use crate::kafka::ReadRecord;
use crate::outbox::Revision;

/// What a consumer does with the records of its topic. Public in a private module: there are two, and both are here.
pub trait Subscription: Send + Sync + 'static {
    fn is_state(&self) -> bool;

    fn apply(
        &self,
        tx: &mut Tx,
        arrived: Arrived<'_>,
    ) -> impl Future<Output = Result<Effect, ApplyError>> + Send;

    /// A rebuild did not see the key: it is gone.
    fn erase(
        &self,
        tx: &mut Tx,
        key: &str,
        revision: Revision,
    ) -> impl Future<Output = Result<(), ApplyError>> + Send;
}

/// A record and what is known of its place.
#[derive(Clone, Copy)]
pub struct Arrived<'a> {
    pub(super) consumer: &'a str,
    pub(super) topic: &'static str,
    pub(super) record: &'a ReadRecord,
    pub(super) generation: i64,
    pub(super) is_rebuilding: bool,
    /// Whether this consumer has any parked record.
    pub(super) has_parked: bool,
}

/// What a record did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    Applied,
    /// It was known already.
    Older,
    Parked,
}

/// Records of one partition, in order, with where they begin.
pub(super) struct Slice<'a> {
    pub(super) partition: i32,
    pub(super) position: Position,
    pub(super) records: &'a [ReadRecord],
    /// Whether what is not here yet has been waited for long enough.
    pub(super) is_out_of_patience: bool,
}

/// How far a partition got.
#[derive(Debug)]
pub(super) struct Progress {
    /// Records of the slice that are dealt with.
    pub(super) done: usize,
    /// Why the next one waits.
    pub(super) waits: Option<&'static str>,
    /// Whether it waits for the database, not for what it refers to.
    pub(super) is_outage: bool,
}

/// Why a transaction of records came to nothing.
#[derive(Debug, thiserror::Error)]
pub(super) enum BatchError {
    #[error(transparent)]
    Apply(#[from] ApplyError),
    #[error(transparent)]
    Db(#[from] DbError),
    #[error("another replica has moved the offset of partition {partition}")]
    Overtaken { partition: i32 },
}

// === impl Consumer ===

impl<S: Subscription> Consumer<S> {
    /// All slices in one transaction.
    pub(super) async fn apply_together(&self, slices: &[Slice<'_>]) -> Result<Vec<Effect>, BatchError> {
        self.database
            .transaction("consumer.apply_batch", async |tx: &mut Tx| {
                let has_parked = self.has_parked(tx).await?;
                let mut effects = Vec::new();
                for slice in slices {
                    for record in slice.records {
                        effects.push(
                            self.apply_one(tx, self.arrived(slice, record, has_parked))
                                .await?,
                        );
                    }
                    self.move_offset(tx, slice, slice.records.len()).await?;
                }
                Ok::<_, BatchError>(effects)
            })
            .await
    }

    /// One slice, each record under a savepoint, up to the first that has to wait.
    pub(super) async fn apply_singly(&self, slice: &Slice<'_>) -> Result<Progress, BatchError> {
        self.database
            .transaction("consumer.apply_singly", async |tx: &mut Tx| {
                let mut has_parked = self.has_parked(tx).await?;
                for (done, record) in slice.records.iter().enumerate() {
                    let arrived = self.arrived(slice, record, has_parked);
                    match self
                        .apply_or_park(tx, arrived, slice.is_out_of_patience && done == 0)
                        .await?
                    {
                        Ok(effect) => has_parked |= effect == Effect::Parked,
                        Err(reason) => {
                            self.move_offset(tx, slice, done).await?;
                            return Ok(Progress {
                                done,
                                waits: Some(reason),
                                is_outage: false,
                            });
                        }
                    }
                }
                self.move_offset(tx, slice, slice.records.len()).await?;
                Ok::<_, BatchError>(Progress::all(slice))
            })
            .await
    }

    /// Under a savepoint: applies the record, or parks it. The inner error says what it has to wait for.
    pub(super) async fn apply_or_park(
        &self,
        tx: &mut Tx,
        arrived: Arrived<'_>,
        is_out_of_patience: bool,
    ) -> Result<Result<Effect, &'static str>, BatchError> {
        statement(tx, "savepoint record").await?;
        let error = match self.apply_one(tx, arrived).await {
            Ok(effect) => {
                statement(tx, "release savepoint record").await?;
                return Ok(Ok(effect));
            }
            Err(error) => error,
        };
        let (reason, is_retried) = match error.remedy() {
            Remedy::Outage => return Err(error.into()),
            Remedy::Wait(reason) if !is_out_of_patience => {
                statement(tx, "rollback to savepoint record").await?;
                return Ok(Err(reason));
            }
            Remedy::Wait(reason) => (reason, true),
            Remedy::Park(reason) => (reason, false),
        };
        statement(tx, "rollback to savepoint record").await?;
        park(tx, &self.keys, arrived, reason, is_retried).await?;
        measure::record(arrived.consumer, arrived.topic, Effect::Parked);
        Ok(Ok(Effect::Parked))
    }

    /// Applies one record in a span that continues the trace of whoever wrote it.
    pub(super) async fn apply_one(&self, tx: &mut Tx, arrived: Arrived<'_>) -> Result<Effect, ApplyError> {
        let topic = arrived.topic;
        let batch = tracing::Span::current();
        let span = tracing::info_span!(
            "consumer.apply",
            otel.name = format!("process {topic}"),
            otel.kind = "consumer",
            messaging.system = "kafka",
            messaging.destination.name = topic,
            messaging.consumer.group.name = arrived.consumer,
            messaging.destination.partition.id = arrived.record.partition,
            messaging.kafka.offset = arrived.record.offset,
            outcome = tracing::field::Empty,
        );
        arrived.record.headers.continue_trace(&span, &batch);
        let outcome = self
            .subscription
            .apply(tx, arrived)
            .instrument(span.clone())
            .await;
        match &outcome {
            Ok(effect) => {
                span.record("outcome", effect.as_str());
                measure::record(arrived.consumer, topic, *effect);
            }
            Err(error) => {
                span.record("outcome", tracing::field::display(error));
            }
        }
        outcome
    }

    pub(super) fn arrived<'a>(
        &'a self,
        slice: &Slice<'_>,
        record: &'a ReadRecord,
        has_parked: bool,
    ) -> Arrived<'a> {
        Arrived {
            consumer: &self.name,
            topic: self.topic,
            record,
            generation: slice.position.generation,
            is_rebuilding: slice.position.rebuild_until.is_some(),
            has_parked,
        }
    }

    pub(super) async fn has_parked(&self, tx: &mut Tx) -> Result<bool, DbError> {
        let has_parked = sqlx::query_scalar!(
            r#"select exists (select from platform.parked_records where consumer = $1 and topic = $2) as "is_there!""#,
            &*self.name,
            self.topic,
        )
        .fetch_one(&mut **tx)
        .await?;
        Ok(has_parked)
    }

    /// Moves the stored offset over the first `done` records, if it is where this replica believes it to be.
    async fn move_offset(&self, tx: &mut Tx, slice: &Slice<'_>, done: usize) -> Result<(), BatchError> {
        let Some(last) = done.checked_sub(1).map(|last| &slice.records[last]) else {
            return Ok(());
        };
        let produced_at = jiff::Timestamp::from_millisecond(last.produced_at_ms).unwrap_or_default();
        let moved = sqlx::query!(
            r#"
            update platform.consumed_offsets
            set next_offset = $4, position_at = greatest(position_at, least($5, now()))
            where consumer = $1 and topic = $2 and partition = $3 and next_offset = $6 and generation = $7
            "#,
            &*self.name,
            self.topic,
            slice.partition,
            last.offset + 1,
            Instant::from(produced_at) as _,
            slice.position.next,
            slice.position.generation,
        )
        .execute(&mut **tx)
        .await
        .map_err(DbError::from)?;
        if moved.rows_affected() == 1 {
            Ok(())
        } else {
            Err(BatchError::Overtaken {
                partition: slice.partition,
            })
        }
    }
}

// === impl Progress ===

impl Progress {
    pub(super) fn all(slice: &Slice<'_>) -> Self {
        Self {
            done: slice.records.len(),
            waits: None,
            is_outage: false,
        }
    }

    pub(super) fn outage() -> Self {
        Self {
            done: 0,
            waits: Some("outage"),
            is_outage: true,
        }
    }
}

// === impl Arrived ===

impl<'a> Arrived<'a> {
    pub(super) fn key(&self) -> Result<&'a str, ApplyError> {
        self.record
            .key
            .as_deref()
            .ok_or(ApplyError::Unappliable { reason: "no_key" })
    }

    /// Notes that the rebuild which runs has seen the key.
    pub(super) async fn mark_seen(&self, tx: &mut Tx, key: &str) -> Result<(), DbError> {
        sqlx::query!(
            r#"
            update platform.consumed_revisions set generation = $4, partition = $5
            where consumer = $1 and topic = $2 and key = $3 and generation <> $4
            "#,
            self.consumer,
            self.topic,
            key,
            self.generation,
            self.record.partition,
        )
        .execute(&mut **tx)
        .await?;
        Ok(())
    }
}

// === impl Effect ===

impl Effect {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Older => "older",
            Self::Parked => "parked",
        }
    }
}

async fn statement(tx: &mut Tx, statement: &'static str) -> Result<(), DbError> {
    sqlx::query(statement).execute(&mut **tx).await?;
    Ok(())
}
