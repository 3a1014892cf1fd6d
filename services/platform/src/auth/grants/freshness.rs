//! How old the projection is. Two ways keep it young: the heartbeats of every partition, and complete answers of staff.
//! Pure: the time is given.

use jiff::{SignedDuration, Timestamp};

use crate::outbox::Revision;

/// From this age of the heartbeats on, staff is asked itself.
const PULL_FROM: SignedDuration = SignedDuration::from_secs(5);
/// Beyond this age by both ways nothing is decided.
const REFUSE_BEYOND: SignedDuration = SignedDuration::from_secs(30);

#[derive(Debug)]
pub(super) struct Freshness {
    heartbeats: Vec<Option<(Revision, Timestamp)>>,
    pulled: Option<Timestamp>,
    started: Timestamp,
}

impl Freshness {
    pub(super) fn new(partitions: usize, now: Timestamp) -> Self {
        Self {
            heartbeats: vec![None; partitions],
            pulled: None,
            started: now,
        }
    }

    /// A heartbeat has arrived: everything written before it in this partition is known. One that comes from a clock
    /// ahead of ours counts from its arrival.
    pub(super) fn heartbeat(&mut self, partition: usize, revision: Revision, at: Timestamp, now: Timestamp) {
        let Some(held) = self.heartbeats.get_mut(partition) else {
            tracing::error!(
                partition,
                "a heartbeat came from a partition that the topic should not have"
            );
            return;
        };
        if held.is_none_or(|(last, _)| last < revision) {
            *held = Some((revision, at.min(now)));
        }
    }

    /// Staff has given everything up to `as_of`.
    pub(super) fn pulled(&mut self, as_of: Timestamp, now: Timestamp) {
        self.pulled = Some(as_of.min(now));
    }

    /// Whether staff must be asked.
    pub(super) fn wants_pull(&self, now: Timestamp) -> bool {
        let reference = self.caught_up_by_heartbeats().unwrap_or(self.started);
        age(reference, now) >= PULL_FROM
    }

    /// Everything that staff had written by then is known.
    pub(super) fn current_as_of(&self) -> Option<Timestamp> {
        self.caught_up_by_heartbeats().max(self.pulled)
    }

    // The oldest counts: a revocation may lie in the partition that lags.
    fn caught_up_by_heartbeats(&self) -> Option<Timestamp> {
        let arrived: Option<Vec<Timestamp>> = self
            .heartbeats
            .iter()
            .map(|held| held.map(|(_, at)| at))
            .collect();
        arrived?.into_iter().min()
    }
}

/// Whether a projection that is current as of that instant may be decided by.
pub(super) fn is_young(as_of: Timestamp, now: Timestamp) -> bool {
    age(as_of, now) <= REFUSE_BEYOND
}

fn age(instant: Timestamp, now: Timestamp) -> SignedDuration {
    now.duration_since(instant)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(second: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + second).unwrap()
    }

    fn is_usable(freshness: &Freshness, now: Timestamp) -> bool {
        freshness
            .current_as_of()
            .is_some_and(|as_of| is_young(as_of, now))
    }

    fn nth(n: i64) -> Revision {
        Revision { epoch: 1, n }
    }

    #[test]
    fn nothing_is_usable_before_every_partition_was_heard() {
        let mut freshness = Freshness::new(2, instant(0));
        freshness.heartbeat(0, nth(1), instant(0), instant(0));
        assert!(!is_usable(&freshness, instant(0)));
        freshness.heartbeat(1, nth(1), instant(0), instant(0));
        assert!(is_usable(&freshness, instant(0)));
    }

    #[test]
    fn the_oldest_partition_counts() {
        let mut freshness = Freshness::new(2, instant(0));
        freshness.heartbeat(0, nth(1), instant(0), instant(0));
        freshness.heartbeat(1, nth(1), instant(0), instant(0));
        freshness.heartbeat(1, nth(2), instant(31), instant(31));
        assert!(is_usable(&freshness, instant(30)));
        assert!(!is_usable(&freshness, instant(31)));
    }

    #[test]
    fn staff_is_asked_from_five_seconds_on() {
        let mut freshness = Freshness::new(1, instant(0));
        freshness.heartbeat(0, nth(1), instant(10), instant(10));
        assert!(!freshness.wants_pull(instant(14)));
        assert!(freshness.wants_pull(instant(15)));
    }

    #[test]
    fn staff_is_asked_at_start_if_the_broker_stays_silent() {
        let freshness = Freshness::new(1, instant(0));
        assert!(!freshness.wants_pull(instant(4)));
        assert!(freshness.wants_pull(instant(5)));
    }

    #[test]
    fn a_complete_answer_keeps_it_usable_without_heartbeats() {
        let mut freshness = Freshness::new(12, instant(0));
        freshness.pulled(instant(100), instant(100));
        assert!(is_usable(&freshness, instant(130)));
        assert!(!is_usable(&freshness, instant(131)));
    }

    #[test]
    fn a_clock_ahead_of_ours_does_not_buy_time() {
        let mut freshness = Freshness::new(1, instant(0));
        freshness.heartbeat(0, nth(1), instant(1_000), instant(0));
        assert!(!is_usable(&freshness, instant(31)));
    }

    #[test]
    fn an_older_heartbeat_that_comes_again_changes_nothing() {
        let mut freshness = Freshness::new(1, instant(0));
        freshness.heartbeat(0, nth(2), instant(20), instant(20));
        freshness.heartbeat(0, nth(1), instant(10), instant(20));
        assert!(is_usable(&freshness, instant(50)));
    }
}
