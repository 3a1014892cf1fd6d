//! `[db]`: where the database is and how hard it may be used.

use std::str::FromStr as _;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sqlx::postgres::PgConnectOptions;

use super::DbError;
use crate::config::{ConfigError, Environment, Key, Secret, Section};

/// Nothing that is done in a transaction takes so long between two statements, however long one of them may run.
const LONGEST_IDLE_MS: u64 = 30_000;

/// `[db]`: where the database is and how hard it may be used.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DbConfig {
    /// `postgres://` URL of the application role, which has no right to change the schema or the audit.
    pub application_url: Secret,
    /// `postgres://` URL of the owner role; needed by `migrate` alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_url: Option<Secret>,
    /// Connections at most.
    #[serde(default = "pool_size")]
    pub pool_size: u32,
    /// How long a request waits for a connection before it is told that the service is unavailable.
    #[serde(default = "acquire_timeout_ms")]
    pub acquire_timeout_ms: u64,
    /// How long one statement may run before the server cancels it. A transaction is given up after three times that, and
    /// when nothing has come for half of it, or for half a minute.
    #[serde(default = "statement_timeout_ms")]
    pub statement_timeout_ms: u64,
    /// How often a transaction is tried in all when it fails to serialise or is chosen to break a deadlock.
    #[serde(default = "transaction_attempts")]
    pub transaction_attempts: u32,
}

// === impl DbConfig ===

impl DbConfig {
    /// A configuration with every default, for tests and tools.
    pub fn new(application_url: impl Into<String>) -> Self {
        Self {
            application_url: Secret::new(application_url),
            owner_url: None,
            pool_size: pool_size(),
            acquire_timeout_ms: acquire_timeout_ms(),
            statement_timeout_ms: statement_timeout_ms(),
            transaction_attempts: transaction_attempts(),
        }
    }

    /// How long a transaction is waited for in all: a few statements of the greatest length.
    pub(super) fn transaction_limit(&self) -> Duration {
        Duration::from_millis(self.statement_timeout_ms.saturating_mul(3))
    }

    pub(super) fn application_options(&self) -> Result<PgConnectOptions, DbError> {
        let milliseconds = |amount: u64| format!("{amount}ms");
        // What a stuck process holds is let go in time for those who wait for it.
        let idle = self.statement_timeout_ms.div_ceil(2).min(LONGEST_IDLE_MS);
        Ok(parse(&self.application_url)?.options([
            ("statement_timeout", milliseconds(self.statement_timeout_ms)),
            ("idle_in_transaction_session_timeout", milliseconds(idle)),
        ]))
    }
}

impl Section for DbConfig {
    const KEYS: &'static [Key] = &[
        Key::new(
            "application_url",
            "URL of the application role. It has no right to change the schema or the audit.",
        ),
        Key::new(
            "owner_url",
            "URL of the owner role. `migrate` alone needs it; leave it out for `serve`.",
        ),
        Key::new(
            "pool_size",
            "Connections at most. All replicas together must stay below the server's limit.",
        ),
        Key::new(
            "acquire_timeout_ms",
            "How long a request waits for a connection before it is refused as unavailable.",
        ),
        Key::new(
            "statement_timeout_ms",
            "How long one statement may run before the server cancels it.",
        ),
        Key::new(
            "transaction_attempts",
            "How often a transaction that conflicts with others is tried in all.",
        ),
    ];

    fn example(_service: &str) -> Self {
        Self {
            application_url: Secret::example("postgres://application:password@localhost:5432/service"),
            owner_url: Some(Secret::example(
                "postgres://owner:password@localhost:5432/service",
            )),
            ..Self::new("")
        }
    }

    fn check(&self, _environment: Environment) -> Result<(), ConfigError> {
        let is_url = |url: &Secret| parse(url).is_ok();
        if !is_url(&self.application_url) {
            return Err(ConfigError::at("application_url", "is no postgres:// URL"));
        }
        if self.owner_url.as_ref().is_some_and(|url| !is_url(url)) {
            return Err(ConfigError::at("owner_url", "is no postgres:// URL"));
        }
        if self.pool_size == 0 {
            return Err(ConfigError::at("pool_size", "must be at least 1"));
        }
        if self.transaction_attempts == 0 {
            return Err(ConfigError::at("transaction_attempts", "must be at least 1"));
        }
        Ok(())
    }
}

pub(super) fn parse(url: &Secret) -> Result<PgConnectOptions, DbError> {
    Ok(PgConnectOptions::from_str(url.expose())?.application_name("deltaga"))
}

fn pool_size() -> u32 {
    8
}

fn acquire_timeout_ms() -> u64 {
    3_000
}

fn statement_timeout_ms() -> u64 {
    10_000
}

fn transaction_attempts() -> u32 {
    6
}
