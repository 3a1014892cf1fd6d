//! A port for HTTP/1.1 and HTTP/2: plain, or with TLS and a certificate of the client's. Handshakes are made beside the
//! accept loop, connections are counted, slow headers are cut off, whoever stays without a call is told to go, and an
//! end lets every call under way finish.

mod streams;
mod under_way;

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use platform::auth::Thumbprint;
use platform::lingering::Lingering;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use crate::patient::Patient;
use streams::Streams;
use under_way::Calls;

// Without progress, on the first byte or on what is written.
const PATIENCE: Duration = Duration::from_secs(30);
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(5);
const HEADERS_TIMEOUT: Duration = Duration::from_secs(15);
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(30);
const KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(10);
const PAUSE_AFTER_FAILED_ACCEPT: Duration = Duration::from_millis(50);
const STREAMS_PER_CONNECTION: u32 = 128;
// Of the connections, how many may be shaking hands: whoever has shown no certificate takes no place from one who has.
const HANDSHAKES_PER_CONNECTIONS: usize = 4;
const HEADER_LIMIT: u32 = 32 * 1024;
const BUFFER_LIMIT: usize = 64 * 1024;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Who is on the other end of a connection.
#[derive(Clone, Copy, Debug)]
pub struct Remote {
    pub socket: SocketAddr,
    pub certificate: Option<Thumbprint>,
}

/// A bound port.
pub struct Listener {
    tcp: TcpListener,
    tls: Option<TlsAcceptor>,
    slots: Arc<Semaphore>,
    handshakes: Arc<Semaphore>,
    idle: Duration,
    longest: Duration,
}

/// When a connection has to end, and what is on it.
struct Ends {
    stop: CancellationToken,
    idle: Duration,
    longest: Duration,
}

// === impl Listener ===

impl Listener {
    /// Opens the port. A connection stays `idle` without a call at most, an answer over HTTP/2 takes `longest`.
    pub async fn bind(
        address: SocketAddr,
        tls: Option<Arc<ServerConfig>>,
        connections: usize,
        idle: Duration,
        longest: Duration,
    ) -> io::Result<Self> {
        Ok(Self {
            tcp: TcpListener::bind(address).await?,
            tls: tls.map(TlsAcceptor::from),
            slots: Arc::new(Semaphore::new(connections)),
            handshakes: Arc::new(Semaphore::new(connections.div_ceil(HANDSHAKES_PER_CONNECTIONS))),
            idle,
            longest,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.tcp.local_addr()
    }

    /// Serves until `stop`, then takes no more connections and returns when every call under way has been answered.
    /// Dropping it cuts everything off.
    pub async fn serve<F, A>(self, stop: CancellationToken, answer: F) -> anyhow::Result<()>
    where
        F: Fn(Remote, Request<Incoming>) -> A + Clone + Send + Sync + 'static,
        A: Future<Output = Response<Body>> + Send + 'static,
    {
        let mut connections = JoinSet::new();
        loop {
            let (socket, address, place) = tokio::select! {
                accepted = self.accept() => accepted,
                () = stop.cancelled() => break,
            };
            let tls = self.tls.clone().map(|tls| (tls, self.slots.clone()));
            let ends = Ends {
                stop: stop.clone(),
                idle: self.idle,
                longest: self.longest,
            };
            let answer = answer.clone();
            connections.spawn(async move {
                if let Err(error) = converse(socket, address, place, tls, ends, answer).await {
                    tracing::debug!(error, "a connection ended badly");
                }
            });
            while connections.try_join_next().is_some() {}
        }
        drop(self.tcp);
        while connections.join_next().await.is_some() {}
        Ok(())
    }

    // Out of descriptors, usually: it passes when connections close.
    async fn accept(&self) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
        let places = match &self.tls {
            Some(_) => &self.handshakes,
            None => &self.slots,
        };
        let place = places.clone().acquire_owned().await;
        let place = place.expect("the semaphore lives as long as the listener and is never closed");
        loop {
            match self.tcp.accept().await {
                Ok((socket, address)) => return (socket, address, place),
                Err(error) => {
                    tracing::warn!(%error, "cannot accept connections");
                    tokio::time::sleep(PAUSE_AFTER_FAILED_ACCEPT).await;
                }
            }
        }
    }
}

async fn converse<F, A>(
    socket: TcpStream,
    address: SocketAddr,
    place: OwnedSemaphorePermit,
    tls: Option<(TlsAcceptor, Arc<Semaphore>)>,
    ends: Ends,
    answer: F,
) -> Result<(), BoxError>
where
    F: Fn(Remote, Request<Incoming>) -> A + Clone + Send + Sync + 'static,
    A: Future<Output = Response<Body>> + Send + 'static,
{
    socket.set_nodelay(true)?;
    let socket = Lingering::new(socket);
    let mut remote = Remote {
        socket: address,
        certificate: None,
    };
    let Some((tls, slots)) = tls else {
        let _slot = place;
        return talk(socket, remote, ends, answer).await;
    };
    let stream = tokio::time::timeout(HANDSHAKE_TIMEOUT, tls.accept(socket)).await??;
    // The place among the handshakes is kept until there is one among the connections.
    let _slot = slots.acquire_owned().await?;
    drop(place);
    let certificate = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
    remote.certificate = Some(Thumbprint::of(certificate.ok_or("no certificate was shown")?));
    talk(stream, remote, ends, answer).await
}

async fn talk<S, F, A>(stream: S, remote: Remote, ends: Ends, answer: F) -> Result<(), BoxError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    F: Fn(Remote, Request<Incoming>) -> A + Clone + Send + Sync + 'static,
    A: Future<Output = Response<Body>> + Send + 'static,
{
    let calls = Calls::default();
    let counting = calls.clone();
    let service = service_fn(move |request| {
        let call = counting.begin();
        let answered = answer(remote, request);
        async move { Ok::<_, Infallible>(answered.await.map(|body| call.until_sent(body))) }
    });
    let builder = builder(ends.longest);
    let stream = TokioIo::new(Patient::new(stream, PATIENCE));
    let mut connection = pin!(builder.serve_connection(stream, service));
    tokio::select! {
        ended = connection.as_mut() => return ended,
        () = ends.stop.cancelled() => {}
        () = calls.none_for(ends.idle) => {}
    }
    connection.as_mut().graceful_shutdown();
    tokio::select! {
        ended = connection => ended,
        // It was told to go and has nothing under way.
        () = calls.none_for(PATIENCE) => Ok(()),
    }
}

fn builder(longest: Duration) -> auto::Builder<Streams> {
    let mut builder = auto::Builder::new(Streams { longest });
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_TIMEOUT)
        .max_buf_size(BUFFER_LIMIT);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(KEEPALIVE_INTERVAL)
        .keep_alive_timeout(KEEPALIVE_TIMEOUT)
        .max_concurrent_streams(STREAMS_PER_CONNECTION)
        .max_header_list_size(HEADER_LIMIT);
    builder
}
