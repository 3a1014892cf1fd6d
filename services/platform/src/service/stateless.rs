//! Services that keep nothing: no database, no broker, no gRPC port of their own, but whatever ports they open. They
//! start, log, drain and fail like all others; a service implements [`Stateless`] and its `main.rs` calls [`run`].

mod config;
mod entry;
mod running;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use futures::future::BoxFuture;
use tokio_util::sync::CancellationToken;

use super::{Lifecycle, Readiness};
use crate::clock::{SharedClock, SharedEntropy};
use crate::config::{ConfigError, Section};
use crate::grpc::{ClientChannel, TlsIdentity};
use crate::telemetry::Telemetry;

pub use self::config::{Configuration, ListenConfig, StatelessConfig, default_file};
pub use self::entry::run;
pub use self::running::{Parts, Running};

/// A service without state, as the entry function sees it.
pub trait Stateless: Send + Sync + 'static {
    /// The name in commands, certificates and environment variables.
    const NAME: &'static str;

    /// The sections of the configuration that only this service has.
    type Config: Section + Clone + Send + Sync + 'static;

    /// Judges the files that the service's sections name, before a port opens. Nothing by default.
    fn judge(config: &Self::Config) -> Result<(), ConfigError> {
        let _ = config;
        Ok(())
    }

    /// Puts the parts together and opens the ports. The only place that knows them all.
    fn assemble(
        context: Context,
        config: Self::Config,
    ) -> impl Future<Output = anyhow::Result<Vec<Port>>> + Send;
}

/// The ready parts that a service is assembled from. Clones share them.
#[derive(Clone, Debug)]
pub struct Context {
    /// Tells the time.
    pub clock: SharedClock,
    /// Gives randomness.
    pub entropy: SharedEntropy,
    /// Who the service is to others.
    pub tls: TlsIdentity,
    /// Starts tasks and ends them in order.
    pub lifecycle: Lifecycle,
    /// What must be true before calls are taken.
    pub readiness: Readiness,
    /// The metrics of the process.
    pub telemetry: Telemetry,
    /// The sections that every service without state has.
    pub config: Arc<StatelessConfig>,
}

/// A port that is bound and will be served.
pub struct Port {
    name: &'static str,
    address: SocketAddr,
    serve: Box<dyn FnOnce(CancellationToken) -> BoxFuture<'static, anyhow::Result<()>> + Send>,
}

// === impl Context ===

impl Context {
    /// A channel to another service, as `[peers.<service>]` describes it.
    pub fn channel(&self, service: &str) -> Result<ClientChannel, ConfigError> {
        super::channel(service, &self.config.peers, &self.tls)
    }
}

// === impl Port ===

impl Port {
    /// A bound port. `serve` gets a token; once that is cancelled it takes no more connections, and returns when every
    /// call under way has been answered.
    pub fn new<F>(
        name: &'static str,
        address: SocketAddr,
        serve: impl FnOnce(CancellationToken) -> F + Send + 'static,
    ) -> Self
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        Self {
            name,
            address,
            serve: Box::new(move |accepting| Box::pin(serve(accepting))),
        }
    }
}
