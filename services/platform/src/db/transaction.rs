//! Named transactions: retried when they cannot be serialised or break a deadlock, measured, and traced by their name.
//! The work may run more than once, so it does nothing that a rollback does not undo.

use std::error::Error;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::time::{Duration, Instant as Moment};

use jiff::Timestamp;
use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, Postgres, Transaction};
use tracing::Instrument as _;
use uuid::Uuid;

use super::measure::Outcome;
use super::{Database, DbError};

/// A running transaction. It is a connection to sqlx (`&mut **tx`) and knows the service's clock, so that what is
/// written in it carries the clock's time.
pub struct Tx {
    inner: Transaction<'static, Postgres>,
    database: Database,
}

// === impl Database ===

impl Database {
    /// Runs `work` in a transaction of that name and commits if it succeeds.
    ///
    /// A conflict with other transactions (SQLSTATE 40001 or 40P01, also when it is only the cause of the work's own
    /// error) is tried again after a short, jittered pause, up to the configured number of attempts. What the closure
    /// takes by value is cloned for each attempt. A database that falls silent is unavailable after three times the
    /// length of a statement; whether such a transaction was committed is then unknown.
    pub async fn transaction<T, E, W>(&self, name: &'static str, work: W) -> Result<T, E>
    where
        W: AsyncFnOnce(&mut Tx) -> Result<T, E> + Clone,
        E: Error + From<DbError> + 'static,
    {
        let span = tracing::info_span!("transaction", otel.name = name, attempts = tracing::field::Empty);
        async {
            let mut attempt = 1;
            loop {
                let result = self.attempt(name, work.clone()).await;
                tracing::Span::current().record("attempts", attempt);
                match result {
                    Err(error) if attempt < self.parts.attempts && is_conflict(&error) => {
                        self.pause(attempt).await;
                    }
                    result => return result,
                }
                attempt += 1;
            }
        }
        .instrument(span)
        .await
    }

    async fn attempt<T, E, W>(&self, name: &'static str, work: W) -> Result<T, E>
    where
        W: AsyncFnOnce(&mut Tx) -> Result<T, E>,
        E: Error + From<DbError> + 'static,
    {
        let asked_at = Moment::now();
        let connection = self.parts.pool.acquire().await.map_err(DbError::from);
        self.parts.measures.waited(name, asked_at.elapsed());
        let connection = connection?;
        let began_at = Moment::now();
        let ended = tokio::time::timeout(self.parts.limit, self.work(connection, work)).await;
        let result = ended.unwrap_or_else(|_| Err(DbError::silence().into()));
        self.parts
            .measures
            .worked(name, began_at.elapsed(), outcome(&result));
        result
    }

    async fn work<T, E, W>(&self, connection: PoolConnection<Postgres>, work: W) -> Result<T, E>
    where
        W: AsyncFnOnce(&mut Tx) -> Result<T, E>,
        E: Error + From<DbError> + 'static,
    {
        let inner = Transaction::begin(connection, None)
            .await
            .map_err(DbError::from)?;
        let mut tx = Tx {
            inner,
            database: self.clone(),
        };
        match work(&mut tx).await {
            Ok(value) => {
                tx.inner.commit().await.map_err(DbError::from)?;
                Ok(value)
            }
            Err(error) => {
                // The work's own error says more than a rollback that fails because the connection is gone.
                let _ = tx.inner.rollback().await;
                Err(error)
            }
        }
    }

    /// 10 ms, doubled per attempt up to 320 ms, less up to half by chance so that rivals part.
    async fn pause(&self, attempt: u32) {
        let longest = 10_000 * (1_u64 << attempt.saturating_sub(1).min(5));
        let mut chance = [0; 2];
        self.parts.entropy.fill(&mut chance);
        let off = longest / 2 * u64::from(u16::from_le_bytes(chance)) / u64::from(u16::MAX);
        tokio::time::sleep(Duration::from_micros(longest - off)).await;
    }
}

// === impl Tx ===

impl Tx {
    /// The present instant of the service's clock.
    pub fn now(&self) -> Timestamp {
        self.database.now()
    }

    /// A fresh UUID version 7.
    pub fn new_id(&self) -> Uuid {
        self.database.new_id()
    }
}

impl Deref for Tx {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.inner
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.inner
    }
}

impl fmt::Debug for Tx {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Tx")
    }
}

fn is_conflict<E: Error + 'static>(error: &E) -> bool {
    DbError::conflict_behind(error)
}

fn outcome<T, E: Error + 'static>(result: &Result<T, E>) -> Outcome {
    match result {
        Ok(_) => Outcome::Committed,
        Err(error) if is_conflict(error) => Outcome::Conflicted,
        Err(_) => Outcome::RolledBack,
    }
}
