//! One HTTP/2 connection that is made when it is first needed and again when it has broken. Callers that come while it
//! is being made wait for the same attempt.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use http::uri::Authority;
use hyper::client::conn::http2::{self, SendRequest};
use hyper::rt::Executor as _;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use rustls_pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio::time::Instant;
use tokio_rustls::TlsConnector;
use tonic::body::Body;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(10);
const KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(5);
// Fixed windows: measuring them costs a ping with every answer, which is what most of these calls consist of.
const STREAM_WINDOW: u32 = 1024 * 1024;
/// As large as there is: a stream whose answers nobody reads holds up itself alone, and none of its connection.
const CONNECTION_WINDOW: u32 = i32::MAX as u32;
/// A refusal with its texts and fields is a header.
const HEADER_LIMIT: u32 = 64 * 1024;

pub(super) type BoxError = Box<dyn Error + Send + Sync>;

/// Where to connect to.
#[derive(Clone, Debug)]
pub(super) struct Target {
    authority: Authority,
    host: String,
    port: u16,
    name: ServerName<'static>,
}

pub(super) struct Connection {
    target: Target,
    tls: TlsConnector,
    live: ArcSwapOption<SendRequest<Body>>,
    /// When the last attempt failed; held while one is made.
    connecting: Mutex<Option<Instant>>,
}

impl Target {
    pub(super) fn parse(authority: &Authority) -> Option<Self> {
        let host = authority.host().trim_matches(['[', ']']).to_owned();
        let name = ServerName::try_from(host.clone()).ok()?;
        Some(Self {
            authority: authority.clone(),
            host,
            port: authority.port_u16()?,
            name,
        })
    }
}

impl Connection {
    pub(super) fn new(target: Target, tls: Arc<rustls::ClientConfig>) -> Self {
        Self {
            target,
            tls: TlsConnector::from(tls),
            live: ArcSwapOption::empty(),
            connecting: Mutex::new(None),
        }
    }

    pub(super) fn authority(&self) -> &Authority {
        &self.target.authority
    }

    /// A sender on the open connection, or on a new one.
    pub(super) async fn sender(&self) -> Result<SendRequest<Body>, BoxError> {
        if let Some(sender) = self.open() {
            return Ok(sender);
        }
        let asked = Instant::now();
        let mut failed = self.connecting.lock().await;
        if let Some(sender) = self.open() {
            return Ok(sender);
        }
        // Those who waited for an attempt that failed do not queue up for one of their own each.
        if failed.is_some_and(|at| at >= asked) {
            return Err("the attempt to connect has failed".into());
        }
        let outcome = match tokio::time::timeout(CONNECT_TIMEOUT, self.connect()).await {
            Ok(outcome) => outcome,
            Err(elapsed) => Err(elapsed.into()),
        };
        match &outcome {
            Ok(sender) => self.live.store(Some(Arc::new(sender.clone()))),
            Err(_) => *failed = Some(Instant::now()),
        }
        outcome
    }

    fn open(&self) -> Option<SendRequest<Body>> {
        let live = self.live.load();
        live.as_deref().filter(|sender| !sender.is_closed()).cloned()
    }

    async fn connect(&self) -> Result<SendRequest<Body>, BoxError> {
        let socket = TcpStream::connect((self.target.host.as_str(), self.target.port)).await?;
        socket.set_nodelay(true)?;
        let stream = self.tls.connect(self.target.name.clone(), socket).await?;
        let (sender, connection) = http2::Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .keep_alive_interval(KEEPALIVE_INTERVAL)
            .keep_alive_timeout(KEEPALIVE_TIMEOUT)
            .keep_alive_while_idle(true)
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .max_header_list_size(HEADER_LIMIT)
            .handshake(TokioIo::new(stream))
            .await?;
        // Ends with the connection; the calls on it carry the errors, and shutdown has nothing to wait for here.
        TokioExecutor::new().execute(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection broke");
            }
        });
        Ok(sender)
    }
}
