//! Calls of the job's actors that wait for their answer, noted for tests that kill whoever is to give it. Such a test can
//! let the actors rest too, so that the job is not over before its last victim is chosen.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

static NEXT: AtomicU64 = AtomicU64::new(0);

tokio::task_local! {
    static NOTED: Tally;
}

/// The calls of one journey that wait. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    calls: Arc<Mutex<BTreeMap<u64, Vec<String>>>>,
    resting: Arc<watch::Sender<bool>>,
}

/// A call that waits until this is dropped.
#[derive(Debug)]
pub(super) struct Waiting {
    call: u64,
    tally: Tally,
}

impl Tally {
    /// Does something and notes meanwhile which calls of it wait.
    pub fn over<F: Future>(&self, done: F) -> impl Future<Output = F::Output> {
        NOTED.scope(self.clone(), done)
    }

    /// The calls that wait for a service now.
    pub fn calls_to(&self, service: &str) -> BTreeSet<u64> {
        let calls = self.calls();
        let waiting = calls
            .iter()
            .filter(|(_, services)| services.iter().any(|waited_for| waited_for == service));
        waiting.map(|(call, _)| *call).collect()
    }

    /// From now on no call begins; those that are under way go on.
    pub fn rest(&self) {
        self.resting.send_replace(true);
    }

    /// Lets calls begin again.
    pub fn go_on(&self) {
        self.resting.send_replace(false);
    }

    async fn until_awake(&self) {
        let mut resting = self.resting.subscribe();
        let awake = resting.wait_for(|is_resting| !is_resting).await;
        awake.expect("a tally keeps its own sender");
    }

    fn calls(&self) -> MutexGuard<'_, BTreeMap<u64, Vec<String>>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits while the actors rest.
pub(super) async fn for_rest_to_end() {
    if let Ok(tally) = NOTED.try_with(Clone::clone) {
        tally.until_awake().await;
    }
}

/// Notes that a call begins to wait for these: the service, and the gateway if it leads through it. Nobody is told
/// outside of [`Tally::over`].
pub(super) fn for_answer(services: &[&str]) -> Option<Waiting> {
    let tally = NOTED.try_with(Clone::clone).ok()?;
    let call = NEXT.fetch_add(1, Ordering::Relaxed);
    let services = services.iter().map(|service| (*service).to_owned()).collect();
    tally.calls().insert(call, services);
    Some(Waiting { call, tally })
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.tally.calls().remove(&self.call);
    }
}
