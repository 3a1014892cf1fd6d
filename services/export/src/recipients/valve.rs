//! The last thing between a file and the network: once its valve is closed, nothing more is handed to the system. A timer
//! alone would not do: a process that was stopped may write what it holds before it looks at its timers.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Whether a byte may leave now. Clones share it.
#[derive(Clone)]
pub struct Valve(Arc<dyn Fn() -> bool + Send + Sync>);

/// A stream that writes only while its valve is open.
pub struct Valved<S> {
    stream: S,
    valve: Valve,
}

impl Valve {
    pub fn new(is_open: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(is_open))
    }

    /// Refuses once it is closed.
    pub fn pass(&self) -> io::Result<()> {
        if (self.0)() {
            Ok(())
        } else {
            Err(io::Error::new(
                io::ErrorKind::TimedOut,
                "the time for sending has passed",
            ))
        }
    }
}

impl<S> Valved<S> {
    pub fn new(stream: S, valve: Valve) -> Self {
        Self { stream, valve }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Valved<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Valved<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.valve.pass()?;
        Pin::new(&mut this.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.valve.pass()?;
        Pin::new(&mut this.stream).poll_write_vectored(context, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    #[tokio::test]
    async fn what_waited_to_be_written_does_not_leave_after_the_valve_closed() {
        let (ours, mut theirs) = tokio::io::duplex(8);
        let is_open = Arc::new(AtomicBool::new(true));
        let seen = Arc::clone(&is_open);
        let mut valved = Valved::new(ours, Valve::new(move || seen.load(Ordering::SeqCst)));

        let mut writing = Box::pin(valved.write_all(b"more than fits"));
        assert!(futures::poll!(&mut writing).is_pending());
        is_open.store(false, Ordering::SeqCst);
        let mut begun = [0; 8];
        theirs.read_exact(&mut begun).await.unwrap();

        assert_eq!(writing.await.unwrap_err().kind(), io::ErrorKind::TimedOut);
        drop(valved);
        let mut rest = Vec::new();
        theirs.read_to_end(&mut rest).await.unwrap();
        assert_eq!(rest, b"", "nothing follows");
    }
}
