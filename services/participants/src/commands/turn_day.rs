//! What time does to placements: they begin, end and are broken off at midnight in Stockholm. A periodic job writes that
//! down and tells of it; by itself the state of every placement follows from the day.

use async_trait::async_trait;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use platform::db::{Database, Tx};
use platform::jobs::{JobError, JobHandler, LeasedJob, Settled};
use platform::keys::KeyRing;

use super::today;
use crate::domain::calendar::{day_after, start_of};
use crate::error::ParticipantsError;
use crate::events::publish;
use crate::store;

/// Placements of one transaction.
const AT_ONCE: i64 = 100;

/// When to look again though nothing was found.
const AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(5);

/// The job.
#[derive(Debug)]
pub struct TurnDay {
    pub database: Database,
    pub keys: KeyRing,
}

#[async_trait]
impl JobHandler for TurnDay {
    fn kind(&self) -> &'static str {
        "participants.turn_day"
    }

    fn is_periodic(&self) -> bool {
        true
    }

    async fn run(&self, job: &LeasedJob) -> Result<Settled, JobError> {
        self.database
            .transaction("participants.turn_day", async |tx| {
                let today = today(tx);
                let turned = self.turn(tx, today).await;
                let turned = turned.map_err(|error| JobError::passing("turn_day", error))?;
                let due_at = if turned {
                    tx.now()
                } else {
                    // Rows that were locked, or committed after midnight with the day before, are found soon after.
                    start_of(day_after(today))
                        .min(tx.now().saturating_add(AGAIN_AFTER).unwrap_or(Timestamp::MAX))
                };
                job.again(tx, due_at).await
            })
            .await
    }
}

impl TurnDay {
    /// Takes the next ones; answers whether there may be more.
    async fn turn(&self, tx: &mut Tx, today: Date) -> Result<bool, ParticipantsError> {
        let due = store::placements::due(tx, &self.keys, today, AT_ONCE).await?;
        for placement in &due {
            store::placements::update_state(tx, placement, today).await?;
            publish::placement(tx, placement, today).await?;
        }
        Ok(!due.is_empty())
    }
}
