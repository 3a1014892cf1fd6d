//! Requests that may have to be sent twice. A server that goes away tells which calls it has not begun; those are sent
//! over another connection without the caller noticing. That takes a body that can be sent again, which a single message
//! is and a stream of messages is not.

use bytes::Bytes;
use futures::{FutureExt as _, StreamExt as _};
use http::Request;
use http::request::Parts;
use http_body_util::{BodyExt as _, BodyStream, Full, StreamBody};
use tonic::body::Body;

/// A request that is about to be sent.
pub(super) struct Sendable {
    parts: Parts,
    body: Content,
}

enum Content {
    /// A single message, all there.
    Whole(Bytes),
    /// Several messages, or one that is not there yet: to be sent once.
    Stream(Body),
    /// A stream that was sent.
    Gone,
}

impl Sendable {
    /// Takes a request; looks for what is there already, and waits for nothing.
    pub(super) fn of(request: Request<Body>) -> Self {
        let (parts, body) = request.into_parts();
        Self {
            parts,
            body: Content::of(body),
        }
    }

    /// The request for one attempt. None if it was sent and cannot be sent again.
    pub(super) fn attempt(&mut self) -> Option<Request<Body>> {
        let body = match std::mem::replace(&mut self.body, Content::Gone) {
            Content::Whole(bytes) => {
                self.body = Content::Whole(bytes.clone());
                Body::new(Full::new(bytes))
            }
            Content::Stream(body) => body,
            Content::Gone => return None,
        };
        Some(Request::from_parts(self.parts.clone(), body))
    }

    /// Takes back what was not sent.
    pub(super) fn take_back(&mut self, unsent: Request<Body>) {
        if matches!(self.body, Content::Gone) {
            self.body = Content::Stream(unsent.into_body());
        }
    }
}

impl Content {
    fn of(mut body: Body) -> Self {
        let first = match body.frame().now_or_never() {
            Some(Some(Ok(frame))) => frame,
            Some(None) => return Self::Whole(Bytes::new()),
            None | Some(Some(Err(_))) => return Self::Stream(body),
        };
        let second = body.frame().now_or_never();
        match (first.into_data(), second) {
            (Ok(data), Some(None)) => Self::Whole(data),
            (Ok(data), second) => {
                let read = second.flatten().into_iter();
                let frames = std::iter::once(Ok(http_body::Frame::data(data))).chain(read);
                let all = futures::stream::iter(frames).chain(BodyStream::new(body));
                Self::Stream(Body::new(StreamBody::new(all)))
            }
            (Err(trailers), _) => Self::Stream(Body::new(StreamBody::new(futures::stream::iter([Ok::<
                _,
                tonic::Status,
            >(
                trailers,
            )])))),
        }
    }
}

/// Whether the server has said that it did not begin the call.
pub(super) fn was_not_begun(error: &hyper::Error) -> bool {
    let cause = std::error::Error::source(error).and_then(|cause| cause.downcast_ref::<h2::Error>());
    cause.is_some_and(|cause| {
        let goes_away = cause.is_go_away() && cause.reason() == Some(h2::Reason::NO_ERROR);
        cause.is_remote() && (goes_away || cause.reason() == Some(h2::Reason::REFUSED_STREAM))
    })
}

#[cfg(test)]
mod tests {
    use http_body::Frame;

    use super::*;

    fn request(frames: Vec<&'static str>) -> Request<Body> {
        let frames = frames
            .into_iter()
            .map(|frame| Ok::<_, tonic::Status>(Frame::data(Bytes::from(frame))));
        Request::new(Body::new(StreamBody::new(futures::stream::iter(
            frames.collect::<Vec<_>>(),
        ))))
    }

    async fn content(request: Request<Body>) -> Bytes {
        request.into_body().collect().await.unwrap().to_bytes()
    }

    #[tokio::test]
    async fn a_single_message_can_be_sent_as_often_as_needed() {
        let mut sendable = Sendable::of(request(vec!["message"]));
        for _ in 0..3 {
            assert_eq!(content(sendable.attempt().unwrap()).await, "message");
        }
    }

    #[tokio::test]
    async fn a_stream_is_sent_whole_and_once() {
        let mut sendable = Sendable::of(request(vec!["one", "two", "three"]));
        assert_eq!(content(sendable.attempt().unwrap()).await, "onetwothree");
        assert!(sendable.attempt().is_none());
    }

    #[tokio::test]
    async fn a_stream_that_was_not_sent_is_taken_back() {
        let mut sendable = Sendable::of(request(vec!["one", "two"]));
        let unsent = sendable.attempt().unwrap();
        sendable.take_back(unsent);
        assert_eq!(content(sendable.attempt().unwrap()).await, "onetwo");
    }

    #[tokio::test]
    async fn an_empty_body_stays_empty() {
        let mut sendable = Sendable::of(request(Vec::new()));
        assert_eq!(content(sendable.attempt().unwrap()).await, "");
    }
}
