//! The port for calls: mutual TLS, the boundary around every call, reflection, and an end without a lost answer.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tonic::service::Routes;

use super::boundary::BoundaryLayer;
use super::tls::{TlsError, TlsIdentity, accept};
use crate::auth::PolicyLayer;

const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(20);
const KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(10);
const STREAMS_PER_CONNECTION: u32 = 1024;
// Fixed windows: measuring them costs a ping with every request, which is what most of these calls consist of.
const STREAM_WINDOW: u32 = 1024 * 1024;
const CONNECTION_WINDOW: u32 = 8 * STREAM_WINDOW;
const HEADER_LIMIT: u32 = 32 * 1024;

/// A port in the making: mount services, then bind.
pub struct Server {
    tls: TlsIdentity,
    policy: PolicyLayer,
    routes: Routes,
}

/// A port that is bound and not served yet.
pub struct BoundServer {
    listener: TcpListener,
    tls: Arc<rustls::ServerConfig>,
    policy: PolicyLayer,
    routes: Routes,
}

/// Why the port cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// The address is taken or not ours.
    #[error("cannot listen on {address}")]
    Address {
        /// Where it was to listen.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The identity does not serve.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

impl Server {
    /// A server with reflection, and nothing else yet.
    pub fn new(tls: TlsIdentity, policy: PolicyLayer) -> Self {
        Self {
            tls,
            policy,
            routes: reflected(Routes::default()),
        }
    }

    /// Adds a generated service: `server.mount(AccountServiceServer::new(handler))`.
    #[must_use]
    pub fn mount<S>(mut self, service: S) -> Self
    where
        S: tower::Service<http::Request<tonic::body::Body>, Error = std::convert::Infallible>
            + tonic::server::NamedService
            + Clone
            + Send
            + Sync
            + 'static,
        S::Response: axum::response::IntoResponse,
        S::Future: Send + 'static,
    {
        self.routes = self.routes.add_service(service);
        self
    }

    /// Opens the port. Port 0 takes a free one.
    pub async fn bind(self, address: SocketAddr) -> Result<BoundServer, BindError> {
        let tls = self.tls.server_config()?;
        let listener = TcpListener::bind(address)
            .await
            .map_err(|source| BindError::Address { address, source })?;
        Ok(BoundServer {
            listener,
            tls,
            policy: self.policy,
            routes: self.routes,
        })
    }
}

impl BoundServer {
    /// Where it listens.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until `stop` resolves, then takes no more connections, tells the open ones to go away, and returns when
    /// every call under way has been answered.
    pub async fn serve(self, stop: impl Future<Output = ()> + Send) -> Result<(), tonic::transport::Error> {
        tonic::transport::Server::builder()
            .http2_keepalive_interval(Some(KEEPALIVE_INTERVAL))
            .http2_keepalive_timeout(Some(KEEPALIVE_TIMEOUT))
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .http2_max_header_list_size(HEADER_LIMIT)
            .max_concurrent_streams(STREAMS_PER_CONNECTION)
            .layer(BoundaryLayer::new(self.policy))
            .serve_with_incoming_shutdown(self.routes.prepare(), accept(self.listener, self.tls), stop)
            .await
    }
}

fn reflected(routes: Routes) -> Routes {
    let reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(proto::DESCRIPTORS)
        .build_v1()
        .expect("the contract's descriptors are part of the build");
    routes.add_service(reflection)
}
