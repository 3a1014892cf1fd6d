//! A socket that is not closed while the peer still writes. The system resets a socket that is closed with bytes unread,
//! and a peer that is just writing fails at that before it has read the last word: which of its calls were not begun and
//! may be sent to another server, or why its upload is not taken. So after the last word, what still comes is thrown away
//! until the peer closes too.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

/// A peer that has read the last word has nothing left to wait for and closes at once.
const LONGEST: Duration = Duration::from_secs(1);
const AT_ONCE: usize = 4096;

/// A socket whose shutdown ends when the peer has closed too, or after a second.
pub struct Lingering<S> {
    socket: S,
    /// Runs once the last word is out.
    patience: Option<Pin<Box<Sleep>>>,
}

impl<S> Lingering<S> {
    /// Around a socket that was just accepted.
    pub fn new(socket: S) -> Self {
        Self {
            socket,
            patience: None,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Lingering<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_read(context, buffer)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Lingering<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Self { socket, patience } = &mut *self;
        if patience.is_none() {
            ready!(Pin::new(&mut *socket).poll_shutdown(context))?;
        }
        let patience = patience.get_or_insert_with(|| Box::pin(tokio::time::sleep(LONGEST)));
        while patience.as_mut().poll(context).is_pending() {
            let mut thrown_away = [0; AT_ONCE];
            let mut buffer = ReadBuf::new(&mut thrown_away);
            let read = ready!(Pin::new(&mut *socket).poll_read(context, &mut buffer));
            if read.is_err() || buffer.filled().is_empty() {
                break;
            }
        }
        Poll::Ready(Ok(()))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::{TcpListener, TcpStream};
    use tokio::time::Instant;

    use super::*;

    const A_MOMENT: Duration = Duration::from_millis(100);

    async fn connected() -> (Lingering<TcpStream>, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let peer = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        (Lingering::new(listener.accept().await.unwrap().0), peer)
    }

    #[tokio::test]
    async fn the_last_word_reaches_a_peer_that_is_still_writing() {
        let (mut server, mut peer) = connected().await;
        peer.write_all(b"nobody reads this").await.unwrap();
        let ending = async {
            server.write_all(b"the last word").await.unwrap();
            server.shutdown().await.unwrap();
            drop(server);
        };
        let writing = async {
            for _ in 0..2 {
                tokio::time::sleep(A_MOMENT).await;
                peer.write_all(b"nor this").await.unwrap();
            }
            let mut heard = String::new();
            peer.read_to_string(&mut heard).await.unwrap();
            assert_eq!(heard, "the last word");
            drop(peer);
        };
        tokio::join!(ending, writing);
    }

    #[tokio::test]
    async fn a_peer_that_stays_is_waited_for_a_second_and_no_longer() {
        let (mut server, mut peer) = connected().await;
        let began = Instant::now();
        let ending = async {
            server.shutdown().await.unwrap();
            drop(server);
            began.elapsed()
        };
        let talking = async { while peer.write_all(b"and on").await.is_ok() {} };
        let (waited, ()) = tokio::join!(ending, talking);
        assert!((LONGEST..LONGEST * 3).contains(&waited), "{waited:?}");
    }
}
