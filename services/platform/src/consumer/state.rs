//! State topics: a record is applied only if its revision is newer than what is held of its key. Erased keys keep their
//! revision, so that nothing older brings them back.

use prost::Message as _;

use super::apply::{Arrived, Effect, Subscription};
use super::{ApplyError, StateHandler};
use crate::db::{DbError, Tx};
use crate::outbox::Revision;

/// The states of one topic, taken by a handler.
#[derive(Debug)]
pub struct States<H>(H);

// === impl States ===

impl<H> States<H> {
    pub(super) fn new(handler: H) -> Self {
        Self(handler)
    }
}

impl<H: StateHandler> Subscription for States<H> {
    fn is_state(&self) -> bool {
        true
    }

    async fn apply(&self, tx: &mut Tx, arrived: Arrived<'_>) -> Result<Effect, ApplyError> {
        let key = arrived.key()?;
        let revision = arrived.record.headers.revision().ok_or(ApplyError::Unappliable {
            reason: "no_revision",
        })?;
        if !take_revision(tx, &arrived, key, revision).await? {
            return Ok(Effect::Older);
        }
        let payload = arrived.record.payload.as_deref();
        let state = payload
            .map(H::Message::decode)
            .transpose()
            .map_err(|_| ApplyError::Unappliable {
                reason: "undecodable",
            })?;
        self.0.apply(tx, key, revision, state).await?;
        if arrived.has_parked {
            settle_parked(tx, &arrived, key, revision).await?;
        }
        Ok(Effect::Applied)
    }

    async fn erase(&self, tx: &mut Tx, key: &str, revision: Revision) -> Result<(), ApplyError> {
        self.0.apply(tx, key, revision, None).await
    }
}

/// Moves the held revision forward and answers true, if the held one is older. Otherwise only notes that the key was
/// seen, and answers false.
async fn take_revision(
    tx: &mut Tx,
    arrived: &Arrived<'_>,
    key: &str,
    revision: Revision,
) -> Result<bool, DbError> {
    let taken = sqlx::query!(
        r#"
        insert into platform.consumed_revisions as held
            (consumer, topic, key, partition, epoch, n, erased, generation)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        on conflict (consumer, topic, key) do update set
            partition = excluded.partition, epoch = excluded.epoch, n = excluded.n, erased = excluded.erased,
            generation = greatest(held.generation, excluded.generation)
        where (held.epoch, held.n) < (excluded.epoch, excluded.n)
        "#,
        arrived.consumer,
        arrived.topic,
        key,
        arrived.record.partition,
        revision.epoch,
        revision.n,
        arrived.record.payload.is_none(),
        arrived.generation,
    )
    .execute(&mut **tx)
    .await?;
    if taken.rows_affected() == 1 {
        return Ok(true);
    }
    if arrived.is_rebuilding {
        arrived.mark_seen(tx, key).await?;
    }
    Ok(false)
}

/// A newer state stands: what was parked of the key before it has no more to say.
async fn settle_parked(
    tx: &mut Tx,
    arrived: &Arrived<'_>,
    key: &str,
    revision: Revision,
) -> Result<(), DbError> {
    let settled = sqlx::query!(
        r#"
        delete from platform.parked_records
        where consumer = $1 and topic = $2 and key = $3
            and ((epoch, n) <= ($4, $5) or (epoch is null and partition = $6 and record_offset < $7))
        "#,
        arrived.consumer,
        arrived.topic,
        key,
        revision.epoch,
        revision.n,
        arrived.record.partition,
        arrived.record.offset,
    )
    .execute(&mut **tx)
    .await?;
    if settled.rows_affected() > 0 {
        tracing::info!(
            consumer = arrived.consumer,
            count = settled.rows_affected(),
            "a newer state settles parked records"
        );
    }
    Ok(())
}
