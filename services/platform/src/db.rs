//! PostgreSQL: the pool of the application role, migrations by the owner role, named transactions that are retried and
//! measured, and errors told apart by SQLSTATE. Queries are sqlx macros in the crate that owns the tables; instants and
//! days are jiff's, through [`Instant`] and [`Day`].

mod config;
mod error;
mod measure;
mod migrate;
mod time;
mod transaction;

use std::fmt;
use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions as _, Connection as _, migrate::Migrator};
use uuid::Uuid;

pub use self::config::DbConfig;
pub use self::error::{DbError, Inconsistency};
use self::measure::Measures;
pub use self::migrate::{SchemaState, migrate};
pub use self::time::{Day, Instant};
pub use self::transaction::Tx;
use crate::clock::{SharedClock, SharedEntropy};
use crate::ids::new_uuid;

/// The platform's own migrations (schema `platform`); every service runs them before its own.
pub static MIGRATOR: Migrator = sqlx::migrate!();

/// How long a connection that goes back to the pool may take to answer.
const ANSWER_LIMIT: Duration = Duration::from_secs(5);

/// The service's database, by the application role. Cheap to clone.
#[derive(Clone)]
pub struct Database {
    parts: Arc<Parts>,
}

struct Parts {
    pool: PgPool,
    clock: SharedClock,
    entropy: SharedEntropy,
    attempts: u32,
    limit: Duration,
    measures: Measures,
}

// === impl Database ===

impl Database {
    /// A pool that opens its connections when they are needed: whether the database is there is shown by [`Self::ping`].
    pub fn open(config: &DbConfig, clock: SharedClock, entropy: SharedEntropy) -> Result<Self, DbError> {
        let pool = PgPoolOptions::new()
            .max_connections(config.pool_size)
            .acquire_timeout(Duration::from_millis(config.acquire_timeout_ms))
            .max_lifetime(Duration::from_mins(30))
            .after_release(|connection, _| Box::pin(answers(connection)))
            .connect_lazy_with(config.application_options()?);
        let parts = Parts {
            pool,
            clock,
            entropy,
            attempts: config.transaction_attempts.max(1),
            limit: config.transaction_limit(),
            measures: Measures::new(),
        };
        Ok(Self {
            parts: Arc::new(parts),
        })
    }

    /// The pool, for reads that are one statement. Writes go through [`Self::transaction`].
    pub fn pool(&self) -> &PgPool {
        &self.parts.pool
    }

    /// How to connect outside of the pool, for a connection that lives by rules of its own.
    pub fn connect_options(&self) -> PgConnectOptions {
        self.parts.pool.connect_options().as_ref().clone()
    }

    /// A connection outside of the pool.
    pub async fn connect(&self) -> Result<sqlx::PgConnection, DbError> {
        Ok(self.connect_options().connect().await?)
    }

    /// The present instant of the service's clock.
    pub fn now(&self) -> Timestamp {
        self.parts.clock.now()
    }

    /// A fresh UUID version 7.
    pub fn new_id(&self) -> Uuid {
        new_uuid(&*self.parts.clock, &*self.parts.entropy)
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), DbError> {
        self.bounded(sqlx::query("select 1").execute(&self.parts.pool))
            .await?;
        Ok(())
    }

    /// Waits for statements outside of a transaction no longer than for one. The server's own limit does not help where
    /// the network swallows its answer.
    pub async fn bounded<T>(
        &self,
        statements: impl Future<Output = Result<T, sqlx::Error>>,
    ) -> Result<T, DbError> {
        let ended = tokio::time::timeout(self.parts.limit, statements).await;
        ended.map_err(|_| DbError::silence())?.map_err(DbError::from)
    }

    /// Closes the pool: running queries end, new ones fail.
    pub async fn close(&self) {
        self.parts.pool.close().await;
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Database")
            .field("connections", &self.parts.pool.size())
            .finish_non_exhaustive()
    }
}

/// Keeps a connection on which nobody answers from returning to the pool, or from waiting there for ever.
async fn answers(connection: &mut sqlx::PgConnection) -> Result<bool, sqlx::Error> {
    let answer = tokio::time::timeout(ANSWER_LIMIT, connection.ping()).await;
    answer
        .map_err(|_| sqlx::Error::Io(ErrorKind::TimedOut.into()))?
        .map(|()| true)
}
