//! The records of one partition that are read and not yet applied, and whether they have to wait.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::ConsumerSettings;
use crate::kafka::ReadRecord;

/// Where a consumer goes on in a partition, as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) next: i64,
    /// Counts the times the consumer started over.
    pub(super) generation: i64,
    /// While a rebuild runs: the end of the partition when it began.
    pub(super) rebuild_until: Option<i64>,
}

#[derive(Debug)]
pub(super) struct Queue {
    pub(super) position: Position,
    pub(super) records: VecDeque<ReadRecord>,
    /// Whether everything the broker has is read.
    pub(super) is_at_end: bool,
    /// When the end was last written down.
    pub(super) touched_at: Option<Instant>,
    wait: Option<Wait>,
}

#[derive(Clone, Copy, Debug)]
struct Wait {
    until: Instant,
    pause: Duration,
    /// Since when the first record waits for what it refers to; absent while the database is away.
    since: Option<Instant>,
}

// === impl Queue ===

impl Queue {
    pub(super) fn new(position: Position) -> Self {
        Self {
            position,
            records: VecDeque::new(),
            is_at_end: false,
            touched_at: None,
            wait: None,
        }
    }

    pub(super) fn push(&mut self, record: ReadRecord) {
        self.is_at_end = false;
        // What lies before the position was applied by whoever had the partition before.
        if record.offset >= self.position.next {
            self.records.push_back(record);
        }
    }

    pub(super) fn waits_until(&self) -> Option<Instant> {
        self.wait.map(|wait| wait.until)
    }

    pub(super) fn is_ready(&self) -> bool {
        !self.records.is_empty() && self.waits_until().is_none_or(|until| until <= Instant::now())
    }

    /// Whether everything there is has been applied.
    pub(super) fn is_done(&self) -> bool {
        self.is_at_end && self.records.is_empty()
    }

    pub(super) fn is_out_of_patience(&self, settings: &ConsumerSettings) -> bool {
        self.wait
            .and_then(|wait| wait.since)
            .is_some_and(|since| since.elapsed() >= settings.patience)
    }

    /// Forgets the first `done` records; answers how many bytes they held.
    pub(super) fn advance(&mut self, done: usize) -> usize {
        let mut bytes = 0;
        for record in self.records.drain(..done) {
            self.position.next = record.offset + 1;
            bytes += weight(&record);
        }
        bytes
    }

    /// Waits, longer than the last time unless something was done since. Answers whether it did not wait before.
    pub(super) fn wait(&mut self, is_outage: bool, has_advanced: bool, settings: &ConsumerSettings) -> bool {
        let before = self.wait.filter(|_| !has_advanced);
        let pause = before.map_or(settings.first_pause, |wait| {
            (wait.pause * 2).min(settings.longest_pause)
        });
        let now = Instant::now();
        let since = if is_outage {
            None
        } else {
            Some(before.and_then(|wait| wait.since).unwrap_or(now))
        };
        let is_new = self.wait.is_none();
        self.wait = Some(Wait {
            until: now + pause,
            pause,
            since,
        });
        is_new
    }

    /// Waits no more. Answers whether it did.
    pub(super) fn go_on(&mut self) -> bool {
        self.wait.take().is_some()
    }

    pub(super) fn bytes(&self) -> usize {
        self.records.iter().map(weight).sum()
    }
}

/// What a record costs while it is held.
pub(super) fn weight(record: &ReadRecord) -> usize {
    const OVERHEAD: usize = 1024;
    OVERHEAD + record.payload.as_ref().map_or(0, Vec::len)
}
