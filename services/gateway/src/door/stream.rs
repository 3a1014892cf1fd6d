//! A call that is answered by a stream. Its HTTP status is always 200; how it ended is said by the last message.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use futures::stream;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Response};
use platform::grpc::{Deadline, Rejection};
use tonic::Streaming;

use super::feed::{Fed, Source};
use super::own_data::EXPORT;
use super::{App, BoxError, Visitor};
use crate::clients::{Caller, metadata, told};
use crate::connect::{Protocol, envelope, timeout};
use crate::limits::Download;
use crate::problem::Problem;
use crate::routes::{Method, Route};
use crate::session::Cookies;
use crate::session::tokens::hash;

/// A stream that is passed on.
struct Passing {
    answers: Streaming<Bytes>,
    protocol: Protocol,
    method: Arc<Method>,
    _download: Option<Download>,
}

impl App {
    pub(super) async fn stream<B>(
        &self,
        visitor: &Visitor,
        route: Route,
        protocol: Protocol,
        headers: &HeaderMap,
        body: B,
    ) -> Response<Body>
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let begun = self.begin(visitor, &route, protocol, headers, body).await;
        let mut response = match begun {
            Ok((told_by_service, messages)) => {
                let mut response = Response::new(Body::from_stream(frames(messages)));
                *response.headers_mut() = told_by_service;
                response
            }
            Err(problem) => Response::new(Body::from(envelope::end(Some(&problem)))),
        };
        response
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static(protocol.media_type()));
        response
    }

    async fn begin<B>(
        &self,
        visitor: &Visitor,
        route: &Route,
        protocol: Protocol,
        headers: &HeaderMap,
        body: B,
    ) -> Result<(HeaderMap, Fed), Problem>
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let most = self.config.limits.stream();
        let deadline = Deadline::after(timeout(headers)?.map_or(most, |asked| asked.min(most)));
        let begin = deadline.scope(async {
            let cookies = Cookies::of(headers);
            let caller = self.admit(visitor, route, headers, &cookies).await?;
            let download = self.download_of(route, &cookies)?;
            let body = self.body(&caller, headers, body).await?;
            let message = envelope::only(body.bytes.clone())?;
            let message = protocol.codec.read(&route.method.input, message)?;
            let metadata = metadata(&caller, &visitor.end_user, headers);
            match self.clients.stream(route, metadata, message).await {
                Ok(answered) => Ok((answered, good_for(&caller), download)),
                Err(status) => Err(self.refused(status, &caller, &cookies).await),
            }
        });
        // Until the first answer it is a call like any other.
        let patience = deadline.min(Deadline::after(self.config.limits.deadline()));
        let (answered, good_for, download) = tokio::time::timeout_at(patience.instant(), begin)
            .await
            .unwrap_or_else(|_elapsed| Err(Rejection::deadline().into()))?;
        let (told_by_service, answers, _) = answered.into_parts();
        let passing = Passing {
            answers,
            protocol,
            method: route.method.clone(),
            _download: download,
        };
        let deadline = good_for.map_or(deadline, |good_for| deadline.min(Deadline::after(good_for)));
        Ok((
            told(told_by_service),
            Fed::begin(&self.lifecycle, passing, deadline),
        ))
    }

    // A service's part of a person's own file is bounded as the whole is.
    fn download_of(&self, route: &Route, cookies: &Cookies) -> Result<Option<Download>, Problem> {
        let session = cookies.session.as_deref();
        let session = session.filter(|_| route.method.name == EXPORT);
        session
            .map(|session| self.limits.download(hash(session)))
            .transpose()
    }
}

impl Source for Passing {
    const NAME: &'static str = "stream";

    async fn next(&mut self) -> Result<Option<Bytes>, Problem> {
        let message = self.answers.message().await.map_err(Problem::from)?;
        message
            .map(|message| self.protocol.codec.write(&self.method.output, message))
            .transpose()
    }
}

// Nobody would notice the end of a session in a stream that outlives its token.
fn good_for(caller: &Caller) -> Option<Duration> {
    match caller {
        Caller::Person { good_for, .. } => Some(*good_for),
        Caller::Own | Caller::Supplier { .. } => None,
    }
}

fn frames(messages: Fed) -> impl futures::Stream<Item = Result<Bytes, Infallible>> {
    stream::unfold(Some(messages), |messages| async move {
        let mut messages = messages?;
        Some(match messages.next().await {
            Ok(Some(message)) => (Ok(envelope::message(&message)), Some(messages)),
            Ok(None) => (Ok(envelope::end(None)), None),
            Err(problem) => (Ok(envelope::end(Some(&problem))), None),
        })
    })
}
