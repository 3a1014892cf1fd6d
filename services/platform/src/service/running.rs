//! One service at work in this process, from the first port to the last flush. The entry function runs one; tests
//! start as many as they need, on free ports and with their own clock.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::anyhow;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{Assembly, Context, Lifecycle, Parts, Readiness, Service, ports, schema};
use crate::config::{Configuration, PlatformConfig};
use crate::db::Database;
use crate::grpc::BoundServer;
use crate::kafka::Kafka;
use crate::keys::KeyRing;
use crate::telemetry::Telemetry;

/// A service that is serving.
pub struct Running {
    context: Context,
    addresses: Addresses,
    ports: Lifecycle,
    accepting: CancellationToken,
    calls: JoinHandle<()>,
}

/// Where a service listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Addresses {
    /// The gRPC calls.
    pub grpc: SocketAddr,
    /// The metrics.
    pub admin: SocketAddr,
    /// Liveness and readiness.
    pub health: SocketAddr,
}

/// A process at work, whatever it is made of.
pub(super) trait Alive {
    fn ending(&self) -> impl Future<Output = ()>;
    fn stop(self, impatience: impl Future<Output = ()>) -> impl Future<Output = End>;
}

/// How a service ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Everything that was begun was finished.
    Clean,
    /// A task died that should have lived.
    Failed,
    /// Something was still running when the patience ended.
    CutOff,
}

impl Running {
    /// Opens the ports for probes, waits for the database and its schema, assembles the service and lets calls in.
    pub async fn start<S: Service>(
        configuration: Configuration<S::Config>,
        parts: Parts,
        telemetry: Telemetry,
    ) -> anyhow::Result<Self> {
        let Configuration { platform, service } = configuration;
        let readiness = Readiness::new();
        let [answers, is_current, open] =
            ["database", "schema", "calls"].map(|name| readiness.condition(name));
        let ports = Lifecycle::new();
        let admin = ports::open_admin(platform.listen.admin, telemetry.clone(), &ports).await?;
        let health = ports::open_health(platform.listen.health, readiness.clone(), &ports).await?;

        let database = database(&platform, &parts)?;
        schema::wait::<S>(&database, &answers, &is_current).await;
        let context = assembled_from(S::NAME, &platform, parts, telemetry, readiness, database).await?;
        let Assembly { server } = S::assemble(context.clone(), service).await?;
        let server = server.bind(platform.listen.grpc).await?;
        let grpc = server.address()?;
        let accepting = CancellationToken::new();
        let calls = serve(server, accepting.clone(), &context.lifecycle);
        open.met();
        tracing::info!(%grpc, %admin, %health, "serving");
        Ok(Self {
            context,
            addresses: Addresses { grpc, admin, health },
            ports,
            accepting,
            calls,
        })
    }

    /// The parts for a command that runs on the spot, without ports.
    pub(super) async fn context(
        service: &str,
        platform: &PlatformConfig,
        parts: Parts,
        telemetry: Telemetry,
    ) -> anyhow::Result<Context> {
        let database = database(platform, &parts)?;
        assembled_from(service, platform, parts, telemetry, Readiness::new(), database).await
    }

    /// Where it listens.
    pub fn addresses(&self) -> Addresses {
        self.addresses
    }

    /// The parts it was assembled from.
    pub fn parts(&self) -> &Context {
        &self.context
    }

    /// Waits until every condition of its readiness is met.
    pub async fn ready(&self) {
        self.context.readiness.ready().await;
    }

    /// Waits until it has to end for a cause of its own.
    pub async fn ending(&self) {
        self.context.lifecycle.ending().cancelled().await;
    }

    /// Ends it in order: unready, a pause, no more connections, the calls under way, the tasks' current batches, the
    /// ports for probes. Whatever is not done within the grace period, or when `impatience` resolves, is cut off.
    pub async fn stop(self, impatience: impl Future<Output = ()>) -> End {
        let grace = Duration::from_secs(self.context.config.shutdown.grace_seconds);
        let lifecycle = self.context.lifecycle.clone();
        self.context.readiness.drain();
        ended_within(grace, &lifecycle, self.drain(), impatience).await
    }

    async fn drain(self) {
        tokio::time::sleep(Duration::from_secs(self.context.config.shutdown.pause_seconds)).await;
        self.accepting.cancel();
        // The task cannot panic: the lifecycle catches what happens in it.
        let _ = self.calls.await;
        self.context.lifecycle.stop().await;
        self.context.database.close().await;
        self.ports.stop().await;
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

/// Drains, and cuts off whatever is not done within the grace period or when `impatience` resolves.
pub(super) async fn ended_within(
    grace: Duration,
    lifecycle: &Lifecycle,
    drain: impl Future<Output = ()>,
    impatience: impl Future<Output = ()>,
) -> End {
    let is_drained = tokio::select! {
        () = drain => true,
        () = tokio::time::sleep(grace) => false,
        () = impatience => false,
    };
    lifecycle.abort();
    if lifecycle.has_failed() {
        End::Failed
    } else if is_drained {
        End::Clean
    } else {
        tracing::warn!("cut off what was still running");
        End::CutOff
    }
}

fn database(platform: &PlatformConfig, parts: &Parts) -> anyhow::Result<Database> {
    Ok(Database::open(
        &platform.db,
        parts.clock.clone(),
        parts.entropy.clone(),
    )?)
}

async fn assembled_from(
    service: &str,
    platform: &PlatformConfig,
    parts: Parts,
    telemetry: Telemetry,
    readiness: Readiness,
    database: Database,
) -> anyhow::Result<Context> {
    let keys = KeyRing::open(&database, &parts.key_encryption_key, parts.entropy.clone()).await?;
    Ok(Context {
        clock: parts.clock,
        entropy: parts.entropy,
        database,
        kafka: Kafka::new(service, &platform.kafka, &platform.tls),
        keys,
        tls: parts.tls,
        lifecycle: Lifecycle::new(),
        readiness,
        telemetry,
        config: Arc::new(platform.clone()),
    })
}

fn serve(server: BoundServer, accepting: CancellationToken, lifecycle: &Lifecycle) -> JoinHandle<()> {
    lifecycle.spawn("calls", async move {
        server.serve(accepting.clone().cancelled_owned()).await?;
        if accepting.is_cancelled() {
            Ok(())
        } else {
            Err(anyhow!("the port for calls closed by itself"))
        }
    })
}
