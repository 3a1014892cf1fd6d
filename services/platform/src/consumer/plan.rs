//! Where to go on when a partition is assigned: from the offset that was stored with the effects, or from the start
//! again. Offsets mean nothing in another log, so a log that lost its end or was made anew is noticed here.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::queue::Position;
use crate::db::{Database, DbError, Instant};

pub(super) struct Planner {
    pub(super) consumer: Arc<str>,
    pub(super) topic: &'static str,
    pub(super) is_state: bool,
    pub(super) database: Database,
    pub(super) tombstones_kept: Duration,
}

/// What is stored of a partition.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stored {
    position: Position,
    position_at: Timestamp,
    /// Tombstones may have come and gone since the consumer was there.
    is_too_old: bool,
}

/// What the broker has of a partition.
#[derive(Clone, Copy, Debug)]
pub(super) struct Log {
    pub(super) low: i64,
    pub(super) high: i64,
    /// The first record produced clearly after the consumer was last there, if there is one.
    pub(super) first_since: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Decision {
    Begin,
    GoOn,
    /// From the start. With `sweep`, what is not seen on the way is deleted at the end.
    StartOver {
        sweep: bool,
    },
}

/// By how much clocks of machines may differ.
const CLOCK_SKEW: SignedDuration = SignedDuration::from_mins(1);

// === impl Planner ===

impl Planner {
    pub(super) async fn stored(&self, partition: i32) -> Result<Option<Stored>, DbError> {
        let kept_seconds = self.tombstones_kept.as_secs_f64();
        let row = sqlx::query!(
            r#"
            select next_offset, generation, rebuild_until, position_at as "position_at: Instant",
                position_at < now() - make_interval(secs => $4) as "is_too_old!"
            from platform.consumed_offsets
            where consumer = $1 and topic = $2 and partition = $3
            "#,
            &*self.consumer,
            self.topic,
            partition,
            kept_seconds,
        )
        .fetch_optional(self.database.pool())
        .await?;
        Ok(row.map(|row| Stored {
            position: Position {
                next: row.next_offset,
                generation: row.generation,
                rebuild_until: row.rebuild_until,
            },
            position_at: row.position_at.timestamp(),
            is_too_old: row.is_too_old,
        }))
    }

    /// Decides and writes the decision down.
    pub(super) async fn settle(
        &self,
        partition: i32,
        stored: Option<Stored>,
        log: Log,
    ) -> Result<Position, DbError> {
        let decision = decide(stored, log, self.is_state);
        let fresh = Position {
            next: log.low,
            generation: 0,
            rebuild_until: None,
        };
        let position = match (decision, stored) {
            (Decision::GoOn, Some(stored)) => return Ok(stored.position),
            (Decision::StartOver { sweep }, Some(stored)) => Position {
                generation: stored.position.generation + 1,
                rebuild_until: sweep.then_some(log.high),
                ..fresh
            },
            (Decision::Begin | Decision::GoOn | Decision::StartOver { .. }, _) => fresh,
        };
        if let Decision::StartOver { sweep } = decision {
            let consumer = &*self.consumer;
            tracing::warn!(
                consumer,
                topic = self.topic,
                partition,
                sweep,
                "the consumer starts over"
            );
        }
        self.write(partition, position).await?;
        Ok(position)
    }

    async fn write(&self, partition: i32, position: Position) -> Result<(), DbError> {
        sqlx::query!(
            r#"
            insert into platform.consumed_offsets (consumer, topic, partition, next_offset, generation, rebuild_until)
            values ($1, $2, $3, $4, $5, $6)
            on conflict (consumer, topic, partition) do update set
                next_offset = excluded.next_offset, generation = excluded.generation,
                rebuild_until = excluded.rebuild_until, position_at = now()
            where consumed_offsets.generation < excluded.generation
            "#,
            &*self.consumer,
            self.topic,
            partition,
            position.next,
            position.generation,
            position.rebuild_until,
        )
        .execute(self.database.pool())
        .await?;
        Ok(())
    }
}

// === impl Stored ===

impl Stored {
    /// From when on a record is clearly newer than what the consumer has seen.
    pub(super) fn since_ms(&self) -> i64 {
        (self.position_at + CLOCK_SKEW).as_millisecond()
    }
}

/// A log that lost records, or is another one under the same name, says nothing about what is gone: its keys come back
/// with the owner's `republish`, which also writes tombstones. Only an unbroken log proves by silence.
fn decide(stored: Option<Stored>, log: Log, is_state: bool) -> Decision {
    let Some(stored) = stored else {
        return Decision::Begin;
    };
    let next = stored.position.next;
    let has_lost_its_end = next > log.high;
    let is_another = log.first_since.is_some_and(|offset| offset < next);
    let has_lost_its_start = next < log.low;
    if has_lost_its_end || is_another || has_lost_its_start {
        Decision::StartOver { sweep: false }
    } else if is_state && stored.is_too_old {
        Decision::StartOver { sweep: true }
    } else {
        Decision::GoOn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(next: i64, is_too_old: bool) -> Stored {
        let position = Position {
            next,
            generation: 3,
            rebuild_until: None,
        };
        Stored {
            position,
            position_at: Timestamp::UNIX_EPOCH,
            is_too_old,
        }
    }

    fn log(low: i64, high: i64, first_since: Option<i64>) -> Log {
        Log {
            low,
            high,
            first_since,
        }
    }

    #[test]
    fn goes_on_where_it_was() {
        assert_eq!(
            decide(Some(stored(50, false)), log(0, 80, Some(60)), true),
            Decision::GoOn
        );
        assert_eq!(
            decide(Some(stored(80, false)), log(0, 80, None), true),
            Decision::GoOn
        );
    }

    #[test]
    fn a_new_consumer_begins() {
        assert_eq!(decide(None, log(0, 80, None), true), Decision::Begin);
    }

    #[test]
    fn a_log_that_lost_its_end_is_read_again_and_proves_nothing_gone() {
        assert_eq!(
            decide(Some(stored(81, false)), log(0, 80, None), true),
            Decision::StartOver { sweep: false }
        );
        assert_eq!(
            decide(Some(stored(81, true)), log(0, 80, None), true),
            Decision::StartOver { sweep: false }
        );
    }

    #[test]
    fn a_log_made_anew_is_noticed_even_when_it_is_longer() {
        assert_eq!(
            decide(Some(stored(50, false)), log(0, 80, Some(0)), true),
            Decision::StartOver { sweep: false }
        );
    }

    #[test]
    fn whoever_was_away_longer_than_tombstones_are_kept_rebuilds() {
        assert_eq!(
            decide(Some(stored(50, true)), log(0, 80, Some(60)), true),
            Decision::StartOver { sweep: true }
        );
        assert_eq!(
            decide(Some(stored(50, true)), log(0, 80, Some(60)), false),
            Decision::GoOn
        );
    }
}
