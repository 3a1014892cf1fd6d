//! What each test stands on: a migrated database of its own, entered by the application role, a clock that stands still
//! and repeatable randomness.

use std::sync::Arc;
use std::time::Duration;

use platform::clock::{ManualClock, SeededEntropy, SharedClock, SharedEntropy};
use platform::config::Secret;
use platform::db::{self, Database, DbConfig};
use platform::keys::{KeyEncryptionKey, KeyRing};
use sqlx::{Connection as _, PgConnection};
use support::postgres::{TestDatabase, fresh_database};
use support::proxy::Proxy;

/// How long a test waits for what must come; long, since the machine may be busy with a build.
pub const DEADLINE: Duration = Duration::from_mins(1);

/// A database of the test's own and what goes with it.
pub struct Stand {
    pub database: Database,
    pub clock: Arc<ManualClock>,
    pub entropy: SharedEntropy,
    pub addresses: TestDatabase,
}

impl Stand {
    pub async fn new() -> Self {
        Self::on(fresh_database("platform", migrate).await.unwrap())
    }

    /// On a database that is there.
    pub fn on(addresses: TestDatabase) -> Self {
        let clock = Arc::new(ManualClock::new("2026-03-02T08:00:00Z".parse().unwrap()));
        let entropy: SharedEntropy = Arc::new(SeededEntropy::new(1));
        let config = DbConfig {
            pool_size: 20,
            acquire_timeout_ms: 20_000,
            ..config(&addresses)
        };
        let database = open(&config, &clock, &entropy);
        Self {
            database,
            clock,
            entropy,
            addresses,
        }
    }

    /// Another pool on the same database, as another replica has it.
    pub fn with(&self, change: impl FnOnce(&mut DbConfig)) -> Database {
        let mut config = config(&self.addresses);
        change(&mut config);
        open(&config, &self.clock, &self.entropy)
    }

    /// A pool whose connections go through a proxy that can misbehave.
    pub async fn behind_proxy(&self, change: impl FnOnce(&mut DbConfig)) -> (Proxy, Database) {
        let (_, rest) = self.addresses.application_url.rsplit_once('@').unwrap();
        let (host, _) = rest.split_once('/').unwrap();
        let proxy = Proxy::start(host.parse().unwrap(), 1).await.unwrap();
        let url = self
            .addresses
            .application_url
            .replace(host, &proxy.address().to_string());
        let database = self.with(|config| {
            config.application_url = Secret::new(url);
            change(config);
        });
        (proxy, database)
    }

    /// A pool of the owner role, as a command at the machine has it.
    pub fn by_owner(&self) -> Database {
        self.with(|config| config.application_url = Secret::new(self.addresses.owner_url.clone()))
    }

    /// A connection of the owner role.
    pub async fn owner(&self) -> PgConnection {
        PgConnection::connect(&self.addresses.owner_url).await.unwrap()
    }

    pub async fn keys(&self) -> KeyRing {
        let key = KeyEncryptionKey::from_bytes([7; 32]);
        KeyRing::open(&self.database, &key, self.entropy.clone())
            .await
            .unwrap()
    }
}

fn config(addresses: &TestDatabase) -> DbConfig {
    DbConfig::new(addresses.application_url.clone())
}

fn open(config: &DbConfig, clock: &Arc<ManualClock>, entropy: &SharedEntropy) -> Database {
    let clock: SharedClock = clock.clone();
    Database::open(config, clock, entropy.clone()).unwrap()
}

async fn migrate(owner_url: String) -> Result<(), db::DbError> {
    db::migrate(&Secret::new(owner_url), &[&db::MIGRATOR]).await
}
