//! How every service starts, serves, drains and fails. A service implements [`Service`] and its `main.rs` calls
//! [`run`]; roles, runtime, configuration, telemetry, ports and the order of shutdown are the same for all.

mod core_dumps;
mod entry;
mod lifecycle;
mod parts;
mod ports;
mod readiness;
mod restore;
mod running;
mod schema;
mod signals;
pub mod stateless;

use std::collections::BTreeMap;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sqlx::migrate::Migrator;

use crate::clock::{SharedClock, SharedEntropy};
use crate::config::{ConfigError, PlatformConfig, Section};
use crate::db::Database;
use crate::grpc::{ClientChannel, PeerConfig, Server, TlsIdentity};
use crate::kafka::Kafka;
use crate::keys::KeyRing;
use crate::operations::republish::StateSource;
use crate::telemetry::Telemetry;

pub use self::entry::run;
pub use self::lifecycle::Lifecycle;
pub use self::parts::Parts;
pub use self::readiness::{Condition, Readiness};
pub use self::running::{Addresses, End, Running};

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

    /// The state topics that the service owns, as `raise-epoch` has them written out again after a restore from backup. It
    /// refuses when the service has published on a topic that is not here.
    fn state_sources(keys: &KeyRing) -> Vec<Arc<dyn StateSource>> {
        let _ = keys;
        Vec::new()
    }

    /// Puts the parts together, once the database is there with its schema. The only place that knows them all.
    fn assemble(
        context: Context,
        config: Self::Config,
    ) -> impl Future<Output = anyhow::Result<Assembly>> + Send;

    /// Carries out a local command. What it answers goes to standard output; the log is on standard error.
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
    /// The service's database, by the application role.
    pub database: Database,
    /// Makes clients of the broker; none is connected yet.
    pub kafka: Kafka,
    /// Seals what must not lie open in the database.
    pub keys: KeyRing,
    /// Who the service is to others.
    pub tls: TlsIdentity,
    /// Starts tasks and ends them in order.
    pub lifecycle: Lifecycle,
    /// What must be true before calls are taken.
    pub readiness: Readiness,
    /// The metrics of the process.
    pub telemetry: Telemetry,
    /// The sections that every service has.
    pub config: Arc<PlatformConfig>,
}

/// What a service hands back: the calls it answers. Everything else it has started on the lifecycle.
pub struct Assembly {
    server: Server,
}

// === impl ShutdownConfig ===

impl Default for ShutdownConfig {
    fn default() -> Self {
        Self {
            pause_seconds: 1,
            grace_seconds: 20,
        }
    }
}

// === impl Context ===

impl Context {
    /// A channel to another service, as `[peers.<service>]` describes it.
    pub fn channel(&self, service: &str) -> Result<ClientChannel, ConfigError> {
        channel(service, &self.config.peers, &self.tls)
    }
}

// === impl Assembly ===

impl Assembly {
    /// A service that answers these calls.
    pub fn new(server: Server) -> Self {
        Self { server }
    }
}

fn channel(
    service: &str,
    peers: &BTreeMap<String, PeerConfig>,
    tls: &TlsIdentity,
) -> Result<ClientChannel, ConfigError> {
    let missing = || ConfigError::at(format!("peers.{service}"), "missing");
    let peer = peers.get(service).ok_or_else(missing)?;
    ClientChannel::new(service, peer, tls).map_err(|error| error.under(&format!("peers.{service}")))
}
