//! The projection of `staff.account.v1` that this replica decides by. It lives in memory, follows the topic from all
//! partitions, asks staff itself while the broker is cut off, and refuses to decide once it is older than 30 seconds.

mod follow;
mod freshness;
mod held;
mod pull;
mod record;
mod table;

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use futures::future::BoxFuture;
use jiff::Timestamp;
use proto::errors::v1::ErrorReason;
use tokio::sync::Notify;
use uuid::Uuid;

use self::freshness::Freshness;
use self::record::Record;
use self::table::{Change, Table};
use super::{AccountDirectory, AccountGrant, AccountQuery};
use crate::clock::SharedClock;
use crate::grpc::{Code, Rejection};
use crate::outbox::Revision;

pub use follow::GrantsTask;
pub use held::HeldAccount;
pub use pull::{GrantSource, StaffGrants};

/// The topic.
pub const TOPIC: &str = "staff.account.v1";

const SHARDS: usize = 64;
const LONGEST_WAIT: Duration = Duration::from_secs(2);
/// No instant is that early.
const NEVER: i64 = i64::MIN;
const RETRY_STALE: Duration = Duration::from_secs(2);

/// The grants of all accounts. Clones share them.
#[derive(Clone)]
pub struct Grants(Arc<Shared>);

struct Shared {
    // A load of a million accounts grows the tables while calls are decided: one lock would hold them all up.
    shards: Vec<RwLock<Table>>,
    freshness: Mutex<Freshness>,
    /// What `freshness` comes to, in microseconds, so that decisions need not queue for it.
    current_as_of: AtomicI64,
    changed: Notify,
    clock: SharedClock,
}

impl Grants {
    /// An empty projection of a topic with so many partitions. It refuses everything until it has caught up.
    pub fn new(partitions: usize, clock: SharedClock) -> Self {
        let freshness = Mutex::new(Freshness::new(partitions, clock.now()));
        let shards = (0..SHARDS).map(|_| RwLock::new(Table::default())).collect();
        Self(Arc::new(Shared {
            shards,
            freshness,
            current_as_of: AtomicI64::new(NEVER),
            changed: Notify::new(),
            clock,
        }))
    }

    /// Takes in one record of the topic, tombstones included. What cannot be read leaves its account without grants until
    /// a newer record can.
    pub fn apply(&self, partition: usize, key: &str, revision: Revision, payload: Option<&[u8]>) {
        match record::read(key, payload) {
            Record::Account(account_id, change) => self.change(account_id, revision, change),
            Record::Heartbeat(at) => {
                let now = self.0.clock.now();
                self.refresh(|freshness| freshness.heartbeat(partition, revision, at, now));
            }
            Record::Foreign => tracing::error!(topic = TOPIC, "a record has a key that is no account's"),
        }
    }

    /// Decides for a call: the account if it is there, active and the caller's, judged at the query's instant.
    pub fn decide(&self, query: &AccountQuery) -> Result<AccountGrant, Rejection> {
        if !self.is_usable(query.at) {
            let stale = Rejection::new(Code::Unavailable, ErrorReason::GrantsStale);
            return Err(stale.retry_after(RETRY_STALE));
        }
        let table = self
            .shard(query.account_id)
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        let account = table
            .account(query.account_id)
            .filter(|account| query.who.is(account.person_id));
        account
            .cloned()
            .ok_or_else(|| Rejection::forbidden(ErrorReason::AccountUnknown))
    }

    /// Whether the projection is young enough to decide by.
    pub fn is_usable(&self, now: Timestamp) -> bool {
        let as_of = self.0.current_as_of.load(Ordering::Acquire);
        Timestamp::from_microsecond(as_of).is_ok_and(|as_of| freshness::is_young(as_of, now))
    }

    /// Accounts held, erased ones included.
    pub fn len(&self) -> usize {
        self.0
            .shards
            .iter()
            .map(|shard| shard.read().unwrap_or_else(PoisonError::into_inner).len())
            .sum()
    }

    /// Whether no account is held.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn change(&self, account_id: Uuid, revision: Revision, change: Change) {
        if matches!(change, Change::Unreadable) {
            tracing::error!(topic = TOPIC, %account_id, "an account's record cannot be read: it has no grants");
        }
        let mut table = self
            .shard(account_id)
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        table.apply(account_id, revision, change);
        drop(table);
        self.0.changed.notify_waiters();
    }

    // A newer record that can be put in order settles it.
    fn distrust(&self, key: &str) {
        let Ok(account_id) = key.parse() else { return };
        tracing::error!(topic = TOPIC, %account_id, "an account's record has no revision: it has no grants");
        self.shard(account_id)
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .distrust(account_id);
    }

    async fn reach(&self, account_id: Uuid, wanted: Revision) -> Result<(), Rejection> {
        let arrival = async {
            loop {
                let changed = self.0.changed.notified();
                tokio::pin!(changed);
                changed.as_mut().enable();
                if self.revision(account_id).is_some_and(|held| held >= wanted) {
                    return;
                }
                changed.await;
            }
        };
        tokio::time::timeout(LONGEST_WAIT, arrival)
            .await
            .map_err(|_elapsed| Rejection::not_caught_up())
    }

    fn revision(&self, account_id: Uuid) -> Option<Revision> {
        self.shard(account_id)
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .revision(account_id)
    }

    // The last byte of a version 7 id is random.
    fn shard(&self, account_id: Uuid) -> &RwLock<Table> {
        &self.0.shards[usize::from(account_id.as_bytes()[15]) % SHARDS]
    }

    fn refresh(&self, news: impl FnOnce(&mut Freshness)) {
        let mut freshness = self.freshness();
        news(&mut freshness);
        let as_of = freshness.current_as_of().map_or(NEVER, Timestamp::as_microsecond);
        self.0.current_as_of.store(as_of, Ordering::Release);
    }

    fn freshness(&self) -> std::sync::MutexGuard<'_, Freshness> {
        self.0.freshness.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AccountDirectory for Grants {
    fn account<'a>(&'a self, query: &'a AccountQuery) -> BoxFuture<'a, Result<AccountGrant, Rejection>> {
        Box::pin(async move {
            if let Some(wanted) = query.min_revision {
                self.reach(query.account_id, wanted).await?;
            }
            self.decide(query)
        })
    }
}

#[cfg(test)]
mod tests;
