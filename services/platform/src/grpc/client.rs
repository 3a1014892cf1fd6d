//! Calls to other services: several HTTP/2 connections, made when needed and made again when they break; the peer must
//! be the service meant; deadline and trace context go along. A call that never left is sent over another connection.

mod connection;
mod replay;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use http::uri::{Authority, Scheme};
use http::{Request, Response, Uri};
use hyper::body::Incoming;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use tonic::Status;
use tonic::body::Body;
use tower::Service;
use tracing::Instrument as _;

use self::connection::{BoxError, Connection, Target};
use self::replay::{Sendable, was_not_begun};
use super::deadline::Deadline;
use super::rejection::{Rejection, chain};
use super::tls::TlsIdentity;
use super::trace;
use crate::config::{ConfigError, Environment, Key, Section};

/// Section `[peers.<service>]`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PeerConfig {
    /// Where the service is: `https://host:port`, or several separated by commas.
    pub address: String,
    /// Connections in all.
    #[serde(default = "default_connections")]
    pub connections: usize,
    /// Longest a call may take, in seconds.
    #[serde(default = "default_timeout_seconds")]
    pub timeout_seconds: u64,
}

/// A channel to one service, to make generated clients of: `GrantServiceClient::new(channel)`. Clones share it.
#[derive(Clone)]
pub struct ClientChannel(Arc<Shared>);

struct Shared {
    service: String,
    connections: Vec<Connection>,
    next: AtomicUsize,
    timeout: Duration,
}

/// Why an attempt did not bring an answer.
enum Failure {
    /// The server has not begun the call: another connection may.
    Unsent(BoxError),
    /// It may have: only the caller knows whether it may be repeated.
    Lost(BoxError),
}

impl PeerConfig {
    fn targets(&self) -> Result<Vec<Target>, ConfigError> {
        self.address
            .split(',')
            .map(|address| target(address.trim()))
            .collect()
    }
}

impl Section for PeerConfig {
    const KEYS: &'static [Key] = &[
        Key::new(
            "address",
            "Where the service is: `https://host:port`, or several separated by commas.",
        ),
        Key::new(
            "connections",
            "HTTP/2 connections to it; one alone has a lock that limits a busy caller.",
        ),
        Key::new(
            "timeout_seconds",
            "Longest a call may take; the deadline of the caller shortens it.",
        ),
    ];

    fn example(service: &str) -> Self {
        Self {
            address: format!("https://{service}:7101"),
            connections: default_connections(),
            timeout_seconds: default_timeout_seconds(),
        }
    }

    fn check(&self, _environment: Environment) -> Result<(), ConfigError> {
        self.targets()?;
        match (self.connections, self.timeout_seconds) {
            (1..=64, 1..=600) => Ok(()),
            (1..=64, _) => Err(ConfigError::at("timeout_seconds", "must lie between 1 and 600")),
            _ => Err(ConfigError::at("connections", "must lie between 1 and 64")),
        }
    }
}

impl ClientChannel {
    /// A channel to `service`. Connects with the first call.
    pub fn new(service: &str, config: &PeerConfig, tls: &TlsIdentity) -> Result<Self, ConfigError> {
        let targets = config.targets()?;
        let tls = tls
            .client_config(service)
            .map_err(|error| ConfigError::whole(error.to_string()))?;
        let count = config.connections.max(targets.len());
        let connections = (0..count)
            .map(|index| Connection::new(targets[index % targets.len()].clone(), tls.clone()))
            .collect();
        Ok(Self(Arc::new(Shared {
            service: service.to_owned(),
            connections,
            next: AtomicUsize::new(0),
            timeout: Duration::from_secs(config.timeout_seconds),
        })))
    }
}

impl Service<Request<Body>> for ClientChannel {
    type Response = Response<Incoming>;
    type Error = Status;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Incoming>, Status>> + Send>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Status>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        Box::pin(call(self.0.clone(), request))
    }
}

async fn call(shared: Arc<Shared>, mut request: Request<Body>) -> Result<Response<Incoming>, Status> {
    let began = Instant::now();
    let deadline = Deadline::of_call(request.headers(), shared.timeout);
    deadline.write(request.headers_mut());
    let method = request.uri().path().trim_start_matches('/').to_owned();
    let span = trace::called(&method, &shared.service, request.headers_mut());
    let sending = shared.send(request).instrument(span.clone());
    let outcome = match tokio::time::timeout_at(deadline.instant(), sending).await {
        Ok(outcome) => outcome,
        Err(_elapsed) => Err(Rejection::deadline()),
    };
    let outcome = outcome.map_err(Status::from);
    trace::ended(
        trace::Side::Client,
        &span,
        &method,
        code_of(&outcome),
        began.elapsed(),
    );
    outcome
}

impl Shared {
    // One more attempt than there are connections: a connection may have been closed since it was last used.
    async fn send(&self, request: Request<Body>) -> Result<Response<Incoming>, Rejection> {
        let start = self.next.fetch_add(1, Ordering::Relaxed);
        let mut sendable = Sendable::of(request);
        let mut refused = Rejection::unavailable();
        for attempt in 0..=self.connections.len() {
            let connection = &self.connections[(start + attempt) % self.connections.len()];
            match self.send_over(connection, &mut sendable).await {
                Ok(response) => return Ok(response),
                Err(Failure::Unsent(cause)) => refused = Rejection::unavailable().caused_by(cause),
                Err(Failure::Lost(cause)) => {
                    refused = Rejection::unavailable().caused_by(cause);
                    break;
                }
            }
        }
        tracing::warn!(
            peer = self.service,
            error = chain(&refused),
            "a call to another service failed"
        );
        Err(refused)
    }

    async fn send_over(
        &self,
        connection: &Connection,
        sendable: &mut Sendable,
    ) -> Result<Response<Incoming>, Failure> {
        let mut sender = connection.sender().await.map_err(Failure::Unsent)?;
        let mut request = sendable
            .attempt()
            .ok_or_else(|| Failure::Lost("a stream was begun".into()))?;
        *request.uri_mut() = absolute(request.uri(), connection.authority());
        let mut error = match sender.try_send_request(request).await {
            Ok(response) => return Ok(response),
            Err(error) => error,
        };
        match error.take_message() {
            Some(unsent) => {
                sendable.take_back(unsent);
                Err(Failure::Unsent(error.into_error().into()))
            }
            None if was_not_begun(error.error()) => Err(Failure::Unsent(error.into_error().into())),
            None => Err(Failure::Lost(error.into_error().into())),
        }
    }
}

fn absolute(uri: &Uri, authority: &Authority) -> Uri {
    let mut parts = uri.clone().into_parts();
    parts.scheme = Some(Scheme::HTTPS);
    parts.authority = Some(authority.clone());
    Uri::from_parts(parts).expect("a path with scheme and authority is a URI")
}

fn code_of(outcome: &Result<Response<Incoming>, Status>) -> tonic::Code {
    match outcome {
        Ok(response) => {
            let status = response.headers().get(Status::GRPC_STATUS);
            status.map_or(tonic::Code::Ok, |status| {
                tonic::Code::from_bytes(status.as_bytes())
            })
        }
        Err(status) => status.code(),
    }
}

fn target(address: &str) -> Result<Target, ConfigError> {
    let wrong = || ConfigError::at("address", "must be https://host:port");
    let uri: Uri = address.parse().map_err(|_| wrong())?;
    let authority = uri
        .authority()
        .filter(|_| uri.scheme() == Some(&Scheme::HTTPS))
        .ok_or_else(wrong)?;
    Target::parse(authority).ok_or_else(wrong)
}

fn default_connections() -> usize {
    2
}

fn default_timeout_seconds() -> u64 {
    10
}
