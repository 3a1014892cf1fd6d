//! The two ports beside the calls: metrics for Prometheus, and liveness and readiness for the kubelet, over HTTP and
//! as grpc.health.v1. Both stay open until the very end, so that a drain can be watched.

use std::net::SocketAddr;

use anyhow::Context as _;
use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use tokio::net::TcpListener;
use tonic::service::Routes;

use super::{Lifecycle, Readiness};
use crate::grpc::HealthProbe;
use crate::telemetry::Telemetry;

/// Opens the admin port and returns where it listens.
pub(super) async fn open_admin(
    address: SocketAddr,
    telemetry: Telemetry,
    lifecycle: &Lifecycle,
) -> anyhow::Result<SocketAddr> {
    let metrics = move || async move {
        telemetry.metrics().map_err(|error| {
            tracing::error!(error = format!("{error:#}"), "no metrics");
            StatusCode::INTERNAL_SERVER_ERROR
        })
    };
    open(
        "admin",
        address,
        Router::new().route("/metrics", get(metrics)),
        lifecycle,
    )
    .await
}

/// Opens the health port and returns where it listens.
pub(super) async fn open_health(
    address: SocketAddr,
    readiness: Readiness,
    lifecycle: &Lifecycle,
) -> anyhow::Result<SocketAddr> {
    let probe = Routes::new(HealthProbe::server(readiness.clone())).into_axum_router();
    let router = Router::new()
        .route("/live", get("live\n"))
        .route("/ready", get(move || async move { ready(&readiness) }))
        .merge(probe);
    open("health", address, router, lifecycle).await
}

async fn open(
    name: &'static str,
    address: SocketAddr,
    router: Router,
    lifecycle: &Lifecycle,
) -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind(address).await;
    let listener = listener.with_context(|| format!("listen.{name}: cannot listen on {address}"))?;
    let address = listener.local_addr()?;
    let stopping = lifecycle.stopping();
    lifecycle.spawn(name, async move {
        // An open probe must not hold up the end.
        tokio::select! {
            served = axum::serve(listener, router) => Ok(served?),
            () = stopping.cancelled() => Ok(()),
        }
    });
    Ok(address)
}

fn ready(readiness: &Readiness) -> (StatusCode, String) {
    if readiness.is_ready() {
        return (StatusCode::OK, "ready\n".to_owned());
    }
    let missing = readiness.missing().join(", ");
    let answer = if missing.is_empty() {
        "ending\n".to_owned()
    } else {
        format!("waiting for {missing}\n")
    };
    (StatusCode::SERVICE_UNAVAILABLE, answer)
}
