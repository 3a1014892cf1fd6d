//! The body of an answer that goes on for a while, fed by a task of its own. Nobody asks a body for more while the reader
//! takes nothing, so a deadline inside it would pass unseen: here it frees what the answer holds, read or not.

use std::future::Future;
use std::panic::AssertUnwindSafe;

use bytes::Bytes;
use futures::FutureExt as _;
use platform::grpc::{Deadline, Rejection};
use platform::service::Lifecycle;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use crate::problem::Problem;

/// Whoever reads slowly has this many pieces waiting, and the next one is not asked for.
const WAITING: usize = 1;

/// What an answer is made of, piece by piece.
pub(super) trait Source: Send + 'static {
    /// What the task is called.
    const NAME: &'static str;

    /// The next piece; none behind the last.
    fn next(&mut self) -> impl Future<Output = Result<Option<Bytes>, Problem>> + Send;

    /// Hears why the answer will not be whole.
    fn broken_off(&self, _why: &Problem) {}
}

/// The reader's end: whoever drops it lets the source go.
pub(super) struct Fed {
    pieces: mpsc::Receiver<Bytes>,
    end: oneshot::Receiver<Result<(), Problem>>,
}

// === impl Fed ===

impl Fed {
    /// Begins to feed, until the source has no more, the deadline or the end of the process.
    pub(super) fn begin<S: Source>(lifecycle: &Lifecycle, source: S, deadline: Deadline) -> Self {
        let (room, pieces) = mpsc::channel(WAITING);
        let (ended, end) = oneshot::channel();
        let passed = AssertUnwindSafe(pass(source, room, deadline, lifecycle.ending()));
        lifecycle.spawn(S::NAME, async move {
            let panicked = |_| Err(Rejection::internal("the source of an answer panicked").into());
            // Nobody may be left to hear it.
            drop(ended.send(passed.catch_unwind().await.unwrap_or_else(panicked)));
            Ok(())
        });
        Self { pieces, end }
    }

    /// The next piece. None means that the answer is whole; an end that nobody told of does not.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, Problem> {
        if let Some(piece) = self.pieces.recv().await {
            return Ok(Some(piece));
        }
        let cut_off = |_| Err(Rejection::unavailable().into());
        (&mut self.end).await.unwrap_or_else(cut_off).map(|()| None)
    }
}

/// Owns the source, so that all it holds is free again before the end is told.
async fn pass<S: Source>(
    mut source: S,
    room: mpsc::Sender<Bytes>,
    deadline: Deadline,
    draining: CancellationToken,
) -> Result<(), Problem> {
    let passed = tokio::select! {
        passed = tokio::time::timeout_at(deadline.instant(), pieces(&mut source, &room)) => {
            passed.unwrap_or_else(|_elapsed| Err(Rejection::deadline().into()))
        }
        // Another process goes on with it, if the caller asks again.
        () = draining.cancelled() => Err(Rejection::unavailable().into()),
        () = room.closed() => Ok(()),
    };
    if let Err(problem) = &passed {
        source.broken_off(problem);
    }
    passed
}

async fn pieces<S: Source>(source: &mut S, room: &mpsc::Sender<Bytes>) -> Result<(), Problem> {
    while let Ok(place) = room.reserve().await {
        let Some(piece) = source.next().await? else {
            break;
        };
        place.send(piece);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use tokio::time::{Instant, sleep};

    use super::*;

    const PATIENCE: Duration = Duration::from_mins(10);

    /// Gives so many pieces, and counts those it was asked for.
    struct Counted {
        asked: Arc<AtomicUsize>,
        pieces: usize,
    }

    struct Panicking;

    impl Source for Counted {
        const NAME: &'static str = "counted";

        async fn next(&mut self) -> Result<Option<Bytes>, Problem> {
            let asked = self.asked.fetch_add(1, Ordering::Relaxed);
            Ok((asked < self.pieces).then(|| Bytes::from_static(b"piece")))
        }
    }

    impl Source for Panicking {
        const NAME: &'static str = "panicking";

        async fn next(&mut self) -> Result<Option<Bytes>, Problem> {
            panic!("a test panics on purpose")
        }
    }

    fn begin(pieces: usize) -> (Lifecycle, Arc<AtomicUsize>, Fed) {
        let (life, asked) = (Lifecycle::new(), Arc::default());
        let source = Counted {
            asked: Arc::clone(&asked),
            pieces,
        };
        let fed = Fed::begin(&life, source, Deadline::after(PATIENCE));
        (life, asked, fed)
    }

    /// Resolves when the source is gone.
    async fn let_go(asked: &Arc<AtomicUsize>) {
        while Arc::strong_count(asked) > 1 {
            sleep(Duration::from_secs(1)).await;
        }
    }

    #[tokio::test]
    async fn every_piece_comes_and_then_the_end() {
        let (_life, _asked, mut fed) = begin(3);

        for _ in 0..3 {
            assert_eq!(fed.next().await.unwrap().unwrap(), "piece");
        }

        assert!(fed.next().await.unwrap().is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn what_nobody_reads_is_let_go_at_the_deadline_and_is_not_whole() {
        let (_life, asked, mut fed) = begin(usize::MAX);
        let begun = Instant::now();

        let_go(&asked).await;

        let waited = begun.elapsed();
        assert!((PATIENCE..PATIENCE * 2).contains(&waited), "{waited:?}");
        assert_eq!(asked.load(Ordering::Relaxed), WAITING, "no more than may wait");
        assert!(fed.next().await.unwrap().is_some(), "what waited");
        assert_eq!(fed.next().await.unwrap_err().code(), "deadline_exceeded");
    }

    #[tokio::test(start_paused = true)]
    async fn a_reader_or_a_process_that_goes_lets_the_source_go_at_once() {
        let (_life, asked, fed) = begin(usize::MAX);
        let begun = Instant::now();
        drop(fed);
        let_go(&asked).await;
        let (life, asked, mut fed) = begin(usize::MAX);
        life.end();
        let_go(&asked).await;

        assert!(begun.elapsed() < PATIENCE);
        while let Ok(piece) = fed.next().await {
            assert!(piece.is_some(), "it looks whole");
        }
    }

    #[tokio::test]
    async fn a_source_that_panics_or_is_cut_off_ends_nothing_well() {
        let life = Lifecycle::new();
        let mut panicked = Fed::begin(&life, Panicking, Deadline::after(PATIENCE));
        assert_eq!(panicked.next().await.unwrap_err().code(), "internal");
        assert!(!life.has_failed(), "the process goes on");

        life.abort();
        let mut cut = Fed::begin(&life, Panicking, Deadline::after(PATIENCE));
        assert!(cut.next().await.is_err());
    }
}
