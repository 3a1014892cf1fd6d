//! Where the streams of HTTP/2 connections run. Nothing of an answer is asked for any more, its deadlines included, once the
//! peer gives its stream no window: whatever is still on its way then is let go from here, and the stream reset.

use std::future::Future;
use std::time::Duration;

use hyper::rt::Executor;
use hyper_util::rt::TokioExecutor;

/// Runs streams, none of them for ever.
#[derive(Clone, Copy, Debug)]
pub(super) struct Streams {
    pub(super) longest: Duration,
}

impl<S> Executor<S> for Streams
where
    S: Future + Send + 'static,
    S::Output: Send + 'static,
{
    fn execute(&self, stream: S) {
        let ended = tokio::time::timeout(self.longest, stream);
        TokioExecutor::new().execute(async move { drop(ended.await) });
    }
}
