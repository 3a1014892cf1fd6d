//! Whether the process should get calls: a latch over named conditions. A condition is met once and stays met; only
//! its owner may take it back, and the shutdown closes the latch for good. Liveness asks none of this.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::watch;

/// All conditions of a process. Clones share them.
#[derive(Clone, Debug)]
pub struct Readiness {
    state: Arc<watch::Sender<State>>,
}

/// One condition, held by the part that knows when it is met.
#[derive(Clone, Debug)]
pub struct Condition {
    name: &'static str,
    state: Arc<watch::Sender<State>>,
}

#[derive(Clone, Debug, Default)]
struct State {
    met: BTreeMap<&'static str, bool>,
    is_draining: bool,
}

// === impl Readiness ===

impl Readiness {
    /// A latch without conditions, which is ready.
    pub fn new() -> Self {
        Self {
            state: Arc::new(watch::Sender::new(State::default())),
        }
    }

    /// Adds a condition that is not met yet.
    pub fn condition(&self, name: &'static str) -> Condition {
        let condition = Condition {
            name,
            state: self.state.clone(),
        };
        condition.set(false);
        condition
    }

    /// Whether every condition is met and the process is not about to end.
    pub fn is_ready(&self) -> bool {
        self.state.borrow().is_ready()
    }

    /// The names of the conditions that are missing.
    pub fn missing(&self) -> Vec<&'static str> {
        let state = self.state.borrow();
        state
            .met
            .iter()
            .filter(|(_, is_met)| !**is_met)
            .map(|(name, _)| *name)
            .collect()
    }

    /// Waits until the process is ready.
    pub async fn ready(&self) {
        let mut changes = self.state.subscribe();
        changes
            .wait_for(State::is_ready)
            .await
            .expect("the sender lives as long as this latch");
    }

    /// Waits until readiness differs from `was` and returns what it is now.
    pub async fn changed_from(&self, was: bool) -> bool {
        let mut changes = self.state.subscribe();
        let state = changes.wait_for(|state| state.is_ready() != was).await;
        state.expect("the sender lives as long as this latch").is_ready()
    }

    /// Not ready any more, for good.
    pub fn drain(&self) {
        self.state.send_modify(|state| state.is_draining = true);
    }
}

impl Default for Readiness {
    fn default() -> Self {
        Self::new()
    }
}

// === impl Condition ===

impl Condition {
    /// The condition is met.
    pub fn met(&self) {
        self.set(true);
    }

    /// The condition does not hold any more. For causes that last, never for one failed attempt.
    pub fn lost(&self) {
        self.set(false);
    }

    fn set(&self, is_met: bool) {
        self.state
            .send_if_modified(|state| state.met.insert(self.name, is_met) != Some(is_met));
    }
}

// === impl State ===

impl State {
    fn is_ready(&self) -> bool {
        !self.is_draining && self.met.values().all(|is_met| *is_met)
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[test]
    fn ready_means_that_every_condition_is_met() {
        let readiness = Readiness::new();
        let [database, grants] = ["database", "grants"].map(|name| readiness.condition(name));

        database.met();
        assert!(!readiness.is_ready());
        assert_eq!(readiness.missing(), ["grants"]);

        grants.met();
        assert!(readiness.is_ready());
    }

    #[test]
    fn only_its_owner_takes_a_condition_back() {
        let readiness = Readiness::new();
        let grants = readiness.condition("grants");
        grants.met();

        grants.lost();

        assert_eq!(readiness.missing(), ["grants"]);
    }

    #[test]
    fn a_drain_is_for_good() {
        let readiness = Readiness::new();
        let grants = readiness.condition("grants");

        readiness.drain();
        grants.met();

        assert!(!readiness.is_ready());
    }

    #[tokio::test]
    async fn waiting_ends_with_the_last_condition() {
        let readiness = Readiness::new();
        let grants = readiness.condition("grants");
        assert!(readiness.ready().now_or_never().is_none());

        grants.met();

        readiness.ready().await;
    }
}
