//! Accepted connections: the handshake is done beside the accept loop, with a limit in time and number, and the peer is
//! read once per connection, not per call.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::{Stream, StreamExt as _};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tonic::transport::server::Connected;

use super::Peer;
use crate::lingering::Lingering;

const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(5);
const CONCURRENT_HANDSHAKES: usize = 256;
const PAUSE_AFTER_FAILED_ACCEPT: Duration = Duration::from_millis(50);

/// A connection whose peer is known.
pub struct AcceptedStream {
    stream: TlsStream<Lingering<TcpStream>>,
    peer: Arc<Peer>,
}

/// Accepts connections for ever. One that fails its handshake is left out and logged without its address.
pub fn accept(
    listener: TcpListener,
    config: Arc<rustls::ServerConfig>,
) -> impl Stream<Item = io::Result<AcceptedStream>> {
    let acceptor = TlsAcceptor::from(config);
    futures::stream::unfold(listener, |listener| async move {
        Some((next_socket(&listener).await, listener))
    })
    .map(move |socket| handshake(acceptor.clone(), socket))
    .buffer_unordered(CONCURRENT_HANDSHAKES)
    .filter_map(|outcome| std::future::ready(note_failure(outcome).map(Ok)))
}

// Out of descriptors, usually: it passes when connections close.
async fn next_socket(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((socket, _)) => return socket,
            Err(error) => {
                tracing::warn!(%error, "cannot accept connections");
                tokio::time::sleep(PAUSE_AFTER_FAILED_ACCEPT).await;
            }
        }
    }
}

async fn handshake(acceptor: TlsAcceptor, socket: TcpStream) -> io::Result<AcceptedStream> {
    socket.set_nodelay(true)?;
    let stream = tokio::time::timeout(HANDSHAKE_TIMEOUT, acceptor.accept(Lingering::new(socket))).await??;
    let certificate = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
    let peer = certificate
        .and_then(|certificate| Peer::of(certificate))
        .ok_or(io::ErrorKind::InvalidData)?;
    Ok(AcceptedStream {
        stream,
        peer: Arc::new(peer),
    })
}

fn note_failure(outcome: io::Result<AcceptedStream>) -> Option<AcceptedStream> {
    outcome
        .inspect_err(|error| tracing::info!(%error, "connection refused"))
        .ok()
}

impl Connected for AcceptedStream {
    type ConnectInfo = Arc<Peer>;

    fn connect_info(&self) -> Arc<Peer> {
        self.peer.clone()
    }
}

impl AsyncRead for AcceptedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for AcceptedStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
