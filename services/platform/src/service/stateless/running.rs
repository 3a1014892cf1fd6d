//! One service without state at work in this process. The entry function runs one; tests start as many as they need, on
//! free ports and with their own clock.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::anyhow;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{Configuration, Context, Port, Stateless, StatelessConfig};
use crate::clock::{SharedClock, SharedEntropy, SystemClock, SystemEntropy};
use crate::config::ConfigError;
use crate::grpc::TlsIdentity;
use crate::service::running::{Alive, End, ended_within};
use crate::service::{Lifecycle, Readiness, ports};
use crate::telemetry::Telemetry;

/// What the process needs from outside before it can run. Loaded and judged before a port opens.
#[derive(Debug)]
pub struct Parts {
    /// Tells the time.
    pub clock: SharedClock,
    /// Gives randomness.
    pub entropy: SharedEntropy,
    /// Who the service is to others.
    pub tls: TlsIdentity,
}

/// A service without state that is serving.
pub struct Running {
    context: Context,
    addresses: BTreeMap<&'static str, SocketAddr>,
    probes: Lifecycle,
    accepting: CancellationToken,
    calls: Vec<JoinHandle<()>>,
}

impl Parts {
    /// Reads every file that the configuration names.
    pub fn load(config: &StatelessConfig) -> Result<Self, ConfigError> {
        let clock = SystemClock::load(&config.clock)
            .map_err(|error| ConfigError::at("clock.offset_file", format!("cannot be used: {error}")))?;
        let tls = TlsIdentity::load(&config.tls)
            .map_err(|error| ConfigError::whole(format!("{:#}", anyhow::Error::new(error))))?;
        Ok(Self {
            clock: Arc::new(clock),
            entropy: Arc::new(SystemEntropy),
            tls,
        })
    }
}

impl Running {
    /// Opens the ports for probes, assembles the service and lets calls in.
    pub async fn start<S: Stateless>(
        configuration: Configuration<S::Config>,
        parts: Parts,
        telemetry: Telemetry,
    ) -> anyhow::Result<Self> {
        let Configuration { platform, service } = configuration;
        let readiness = Readiness::new();
        let open = readiness.condition("calls");
        let probes = Lifecycle::new();
        let admin = ports::open_admin(platform.listen.admin, telemetry.clone(), &probes).await?;
        let health = ports::open_health(platform.listen.health, readiness.clone(), &probes).await?;
        let context = Context {
            clock: parts.clock,
            entropy: parts.entropy,
            tls: parts.tls,
            lifecycle: Lifecycle::new(),
            readiness,
            telemetry,
            config: Arc::new(platform),
        };
        let opened = S::assemble(context.clone(), service).await?;
        let accepting = CancellationToken::new();
        let mut addresses = BTreeMap::from([("admin", admin), ("health", health)]);
        addresses.extend(opened.iter().map(|port| (port.name, port.address)));
        let calls = opened
            .into_iter()
            .map(|port| serve(port, &accepting, &context.lifecycle))
            .collect();
        open.met();
        tracing::info!(?addresses, "serving");
        Ok(Self {
            context,
            addresses,
            probes,
            accepting,
            calls,
        })
    }

    /// Where it listens under a name: `admin`, `health` or one of its own.
    pub fn address(&self, port: &str) -> Option<SocketAddr> {
        self.addresses.get(port).copied()
    }

    /// The parts it was assembled from.
    pub fn parts(&self) -> &Context {
        &self.context
    }

    /// Waits until it has to end for a cause of its own.
    pub async fn ending(&self) {
        self.context.lifecycle.ending().cancelled().await;
    }

    /// Ends it in order: unready, a pause, no more connections, the calls under way, the tasks, the ports for probes.
    /// Whatever is not done within the grace period, or when `impatience` resolves, is cut off.
    pub async fn stop(self, impatience: impl Future<Output = ()>) -> End {
        let grace = Duration::from_secs(self.context.config.shutdown.grace_seconds);
        let lifecycle = self.context.lifecycle.clone();
        self.context.readiness.drain();
        ended_within(grace, &lifecycle, self.drain(), impatience).await
    }

    async fn drain(self) {
        tokio::time::sleep(Duration::from_secs(self.context.config.shutdown.pause_seconds)).await;
        self.accepting.cancel();
        // Whatever has no end of its own, such as a stream, hears that it is to find one.
        self.context.lifecycle.end();
        // The tasks cannot panic: the lifecycle catches what happens in them.
        let _ = futures::future::join_all(self.calls).await;
        self.context.lifecycle.stop().await;
        self.probes.stop().await;
    }
}

impl Alive for Running {
    async fn ending(&self) {
        Running::ending(self).await;
    }

    async fn stop(self, impatience: impl Future<Output = ()>) -> End {
        Running::stop(self, impatience).await
    }
}

fn serve(port: Port, accepting: &CancellationToken, lifecycle: &Lifecycle) -> JoinHandle<()> {
    let Port { name, serve, .. } = port;
    let accepting = accepting.clone();
    lifecycle.spawn(name, async move {
        serve(accepting.clone()).await?;
        if accepting.is_cancelled() {
            Ok(())
        } else {
            Err(anyhow!("the port {name} closed by itself"))
        }
    })
}
