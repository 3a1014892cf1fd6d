//! How every service starts, serves, drains and fails. A service implements [`Service`] and its `main.rs` calls
//! [`run`]; roles, runtime, configuration, telemetry, ports and the order of shutdown are the same for all.

mod lifecycle;
mod readiness;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sqlx::migrate::Migrator;

use crate::clock::{SharedClock, SharedEntropy};
use crate::config::{PlatformConfig, Section};

pub use self::lifecycle::Lifecycle;
pub use self::readiness::{Condition, Readiness};

/// `[listen]`: the ports, by name.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ListenConfig {
    /// The gRPC calls, with mutual TLS.
    pub grpc: SocketAddr,
    /// Prometheus metrics at `/metrics`.
    pub admin: SocketAddr,
    /// Liveness and readiness, plain, for the kubelet.
    pub health: SocketAddr,
}

/// `[shutdown]`: how the process ends.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct ShutdownConfig {
    /// Seconds between becoming unready and taking no more connections, so that callers look elsewhere first.
    pub pause_seconds: u64,
    /// Seconds from the signal until whatever still runs is cut off.
    pub grace_seconds: u64,
}

/// A service, as the entry function sees it.
pub trait Service: Send + Sync + 'static {
    /// The name in commands, certificates, topics and environment variables: `staff`.
    const NAME: &'static str;

    /// The sections of the configuration that only this service has; [`crate::config::NoSections`] if none.
    type Config: Section + Clone + Send + Sync + 'static;

    /// Commands of this service beside `serve`, `migrate` and `check-config`, run on the spot against the database;
    /// [`NoCommands`] if none.
    type Command: clap::Subcommand + Send + 'static;

    /// The service's own migrations; the platform's run before them.
    fn migrators() -> &'static [&'static Migrator];

    /// Puts the parts together. The only place that knows them all.
    fn assemble(
        context: Context,
        config: Self::Config,
    ) -> impl Future<Output = anyhow::Result<Assembly>> + Send;

    /// Carries out a local command.
    fn execute(
        command: Self::Command,
        context: Context,
        config: Self::Config,
    ) -> impl Future<Output = anyhow::Result<()>> + Send;
}

/// For a service without local commands.
#[derive(Clone, Copy, Debug, clap::Subcommand)]
pub enum NoCommands {}

/// The ready parts that a service is assembled from. Clones share them.
#[derive(Clone, Debug)]
pub struct Context {
    /// Tells the time.
    pub clock: SharedClock,
    /// Gives randomness.
    pub entropy: SharedEntropy,
    /// Starts tasks and ends them in order.
    pub lifecycle: Lifecycle,
    /// What must be true before calls are taken.
    pub readiness: Readiness,
    /// The sections that every service has.
    pub config: Arc<PlatformConfig>,
}

/// What a service hands back: what the process shall serve.
#[derive(Debug, Default)]
pub struct Assembly {}

// === impl ShutdownConfig ===

impl Default for ShutdownConfig {
    fn default() -> Self {
        Self { pause_seconds: 1, grace_seconds: 20 }
    }
}
