//! The calls that are under way on one connection. A call lasts until its answer is sent, whatever a peer does that is no
//! call, such as asking whether anybody is there, lasts no time at all.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use http_body::{Frame, SizeHint};
use tokio::time::{Instant, sleep};

/// Counts them. Clones count the same ones.
#[derive(Clone, Debug, Default)]
pub(crate) struct Calls(Arc<Count>);

/// What a call writes down as it begins and ends. Nobody is woken by it: calls are many, and idle connections can wait.
#[derive(Debug)]
struct Count {
    under_way: AtomicUsize,
    opened: Instant,
    /// When the last one ended, in microseconds after `opened`.
    ended: AtomicU64,
}

/// One of them, until it is dropped.
#[derive(Debug)]
pub(crate) struct Call(Calls);

/// An answer that is a part of its call.
struct Answer {
    body: Body,
    _call: Call,
}

// === impl Calls ===

impl Calls {
    /// One more.
    pub(crate) fn begin(&self) -> Call {
        self.0.under_way.fetch_add(1, Ordering::Relaxed);
        Call(self.clone())
    }

    /// Resolves when there has been none for so long since it was asked.
    pub(crate) async fn none_for(&self, idle: Duration) {
        let asked = Instant::now();
        loop {
            let left = idle.saturating_sub(self.0.quiet().min(asked.elapsed()));
            if left.is_zero() {
                return;
            }
            sleep(left).await;
        }
    }
}

// === impl Count ===

impl Default for Count {
    fn default() -> Self {
        Self {
            under_way: AtomicUsize::new(0),
            opened: Instant::now(),
            ended: AtomicU64::new(0),
        }
    }
}

impl Count {
    /// For how long there has been none; nothing while one lasts.
    fn quiet(&self) -> Duration {
        if self.under_way.load(Ordering::Acquire) > 0 {
            return Duration::ZERO;
        }
        let ended = Duration::from_micros(self.ended.load(Ordering::Relaxed));
        self.opened.elapsed().saturating_sub(ended)
    }

    fn end(&self) {
        let now = u64::try_from(self.opened.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.ended.fetch_max(now, Ordering::Relaxed);
        self.under_way.fetch_sub(1, Ordering::Release);
    }
}

// === impl Call ===

impl Call {
    /// Lets the call last as long as its answer.
    pub(crate) fn until_sent(self, body: Body) -> Body {
        Body::new(Answer { body, _call: self })
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.0.0.end();
    }
}

// === impl Answer ===

impl http_body::Body for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use http_body::Body as _;
    use http_body_util::BodyExt as _;

    use super::*;

    const IDLE: Duration = Duration::from_mins(1);

    async fn is_idle(calls: &Calls) -> bool {
        tokio::time::timeout(IDLE * 2, calls.none_for(IDLE)).await.is_ok()
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_lasts_until_its_answer_is_sent() {
        let calls = Calls::default();
        let call = calls.begin();

        let while_asked = is_idle(&calls).await;
        let answer = call.until_sent(Body::from("answer"));
        let while_answered = is_idle(&calls).await;
        answer.collect().await.unwrap();

        assert!(!while_asked && !while_answered);
        assert!(is_idle(&calls).await);
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_has_just_called_is_not_idle() {
        let calls = Calls::default();
        let idle = calls.none_for(IDLE);
        let calling = async {
            for _ in 0..5 {
                tokio::time::sleep(IDLE / 2).await;
                drop(calls.begin());
            }
        };

        let begun = tokio::time::Instant::now();
        tokio::join!(idle, calling);

        assert_eq!(begun.elapsed(), IDLE / 2 * 5 + IDLE);
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_before_it_was_asked_does_not_count() {
        let calls = Calls::default();
        drop(calls.begin());
        sleep(IDLE * 2).await;

        let begun = Instant::now();
        calls.none_for(IDLE).await;

        assert_eq!(begun.elapsed(), IDLE);
    }

    #[tokio::test]
    async fn an_answer_keeps_its_size() {
        let body = Calls::default().begin().until_sent(Body::from("answer"));

        assert_eq!(body.size_hint().exact(), Some(6));
    }
}
