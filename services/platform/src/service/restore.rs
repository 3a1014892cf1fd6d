//! `raise-epoch` as a role of every process: by the owner role, with the broker, without a port.

use anyhow::Context as _;

use super::entry::print;
use super::running::End;
use super::{Parts, Service};
use crate::config::{ConfigError, PlatformConfig};
use crate::db::{Database, DbConfig};
use crate::kafka::{Kafka, topics};
use crate::keys::KeyRing;
use crate::operations::restore;

/// Thousands of keys may be told to be gone in the one transaction.
const STATEMENT_TIMEOUT_MS: u64 = 600_000;

/// Raises the epoch and tells what came of it on standard output.
pub(super) async fn raise_epoch<S: Service>(platform: PlatformConfig, parts: Parts) -> anyhow::Result<End> {
    let missing = || ConfigError::at("db.owner_url", "missing, and `raise-epoch` needs it");
    let config = DbConfig {
        application_url: platform.db.owner_url.clone().ok_or_else(missing)?,
        statement_timeout_ms: STATEMENT_TIMEOUT_MS,
        ..platform.db.clone()
    };
    let database = Database::open(&config, parts.clock, parts.entropy.clone())?;
    let keys = KeyRing::open(&database, &parts.key_encryption_key, parts.entropy).await?;
    let kafka = Kafka::new(S::NAME, &platform.kafka, &platform.tls);
    let sources = S::state_sources(&keys);
    let raised = restore::raise_epoch(&database, &kafka, &sources, topics::all().partitions)
        .await
        .context("the epoch is as it was")?;
    database.close().await;
    print(&format!(
        "epoch {}\ntopics {}\ngone {}\n",
        raised.epoch, raised.topics, raised.gone
    ))
}
