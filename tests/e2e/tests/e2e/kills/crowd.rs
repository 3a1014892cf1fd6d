//! Fifty people at a time who sign in, each again and again.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use e2e::workers::{Shift, Workers};
use support::people::PEOPLE;
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use super::log_in::{Entrance, LogIn};

const SIZE: u32 = 50;
/// Nobody tries again faster after a start that failed.
const PACE: Duration = Duration::from_secs(1);

pub struct Crowd {
    pub workers: Workers<Vec<LogIn>>,
}

impl Crowd {
    pub fn gather(entrance: &Arc<Entrance>) -> Self {
        let mut workers = Workers::default();
        for place in 0..SIZE {
            let entrance = entrance.clone();
            workers.add(|shift| come_and_go(entrance, shift, place));
        }
        Self { workers }
    }

    /// Waits until everybody is through, and gives all log-ins.
    pub async fn leave(self) -> Result<Vec<LogIn>> {
        Ok(self.workers.leave().await?.concat())
    }
}

async fn come_and_go(entrance: Arc<Entrance>, shift: Arc<Shift>, place: u32) -> Result<Vec<LogIn>> {
    let mut log_ins: Vec<LogIn> = Vec::new();
    // Not all in step: otherwise a kill would always find them at the same point.
    let mut pulse = interval_at(Instant::now() + first_after(place), PACE);
    pulse.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for round in 0.. {
        if shift.is_over() {
            break;
        }
        pulse.tick().await;
        let person = &PEOPLE[(place as usize + round) % PEOPLE.len()];
        // Of the block reserved for measurements.
        let address = format!("198.18.{place}.{}", round % 256);
        if let Some(log_in) = entrance.log_in(person, &address).await? {
            log_ins.push(log_in);
            shift.one_more();
        }
        // The one before has by now outlived whatever happened meanwhile.
        entrance.answer_the_same_again(last_two(&log_ins)).await?;
    }
    Ok(log_ins)
}

fn last_two(log_ins: &[LogIn]) -> &[LogIn] {
    log_ins.get(log_ins.len().saturating_sub(2)..).unwrap_or_default()
}

fn first_after(place: u32) -> Duration {
    PACE * place / SIZE
}
