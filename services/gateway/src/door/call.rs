//! A call: protocol, admission, body, the service, and the answer with what becomes of the cookies.

use axum::body::Body;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, SET_COOKIE};
use http::{HeaderMap, HeaderValue, Request, Response};
use platform::grpc::{Deadline, Rejection};

use super::{App, BoxError, Visitor};
use crate::clients::{Caller, metadata, told};
use crate::connect::{Protocol, timeout};
use crate::problem::Problem;
use crate::routes::Route;
use crate::session::cookies::Cookie;
use crate::session::{Change, Cookies, Stripped, Wrapped, csrf};

impl App {
    pub(super) async fn call<B>(
        &self,
        visitor: &Visitor,
        route: Route,
        request: Request<B>,
    ) -> Result<Response<Body>, Problem>
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let (parts, body) = request.into_parts();
        let protocol = Protocol::of(&parts.headers, route.method.is_streaming)?;
        if protocol.is_streaming {
            return Ok(Box::pin(self.stream(visitor, route, protocol, &parts.headers, body)).await);
        }
        let most = self.config.limits.deadline();
        let allowed = timeout(&parts.headers)?.map_or(most, |asked| asked.min(most));
        let deadline = Deadline::after(allowed);
        let work = deadline.scope(Box::pin(self.unary(
            visitor,
            &route,
            protocol,
            &parts.headers,
            body,
        )));
        tokio::time::timeout_at(deadline.instant(), work)
            .await
            .unwrap_or_else(|_elapsed| Err(Rejection::deadline().into()))
    }

    async fn unary<B>(
        &self,
        visitor: &Visitor,
        route: &Route,
        protocol: Protocol,
        headers: &HeaderMap,
        body: B,
    ) -> Result<Response<Body>, Problem>
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let cookies = Cookies::of(headers);
        let caller = self.admit(visitor, route, headers, &cookies).await?;
        // Held until the call is over: the message is as large as the body.
        let body = self.body(&caller, headers, body).await?;
        let mut message = protocol.codec.read(&route.method.input, body.bytes.clone())?;
        if let Some(wrapped) = route.method.wrapped {
            message = wrapped.fill(message, &cookies)?;
        }
        let metadata = metadata(&caller, &visitor.end_user, headers);
        let signs_out = cookies.session.as_deref();
        let signs_out = signs_out.filter(|_| route.method.wrapped == Some(Wrapped::SignOut));
        if let Some(session) = signs_out {
            // Before the call, since the caller may be gone when it is over.
            self.tokens.bury(session).await;
        }
        let answered = self.clients.unary(route, metadata, message).await;
        if let (Some(session), Err(_)) = (signs_out, &answered) {
            self.tokens.revive(session).await;
        }
        let answer = match answered {
            Ok(answer) => answer,
            Err(status) => return Err(self.refused(status, &caller, &cookies).await),
        };
        let (told_by_service, message, _) = answer.into_parts();
        let stripped = match route.method.wrapped {
            Some(wrapped) => self.strip(wrapped, message, visitor, &cookies).await?,
            None => Stripped {
                answer: message,
                ..Stripped::default()
            },
        };
        let written = protocol.codec.write(&route.method.output, stripped.answer)?;
        let mut response = Response::new(Body::from(written));
        let headers = response.headers_mut();
        headers.extend(told(told_by_service));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(protocol.media_type()));
        self.change_cookies(headers, &stripped.session, &stripped.flow)?;
        Ok(response)
    }

    /// What the caller is told of a service's refusal. A token that a service does not take is not kept.
    pub(super) async fn refused(&self, status: tonic::Status, caller: &Caller, cookies: &Cookies) -> Problem {
        if let (tonic::Code::Unauthenticated, Caller::Person { .. }, Some(session)) =
            (status.code(), caller, &cookies.session)
        {
            self.tokens.forget(session).await;
        }
        status.into()
    }

    async fn strip(
        &self,
        wrapped: Wrapped,
        message: Bytes,
        visitor: &Visitor,
        cookies: &Cookies,
    ) -> Result<Stripped, Problem> {
        let stripped = wrapped.strip(message)?;
        let Some(held) = &cookies.session else {
            return Ok(stripped);
        };
        match &stripped.session {
            // One browser, one session: whoever signs in anew leaves none behind.
            Change::Set(new) if new != held => self.tokens.end(held, &visitor.end_user).await,
            Change::Clear => self.tokens.bury(held).await,
            Change::Set(_) | Change::Keep => {}
        }
        Ok(stripped)
    }

    fn change_cookies(
        &self,
        headers: &mut HeaderMap,
        session: &Change,
        flow: &Change,
    ) -> Result<(), Problem> {
        for (cookie, change) in [(Cookie::Flow, flow), (Cookie::Session, session)] {
            match change {
                Change::Keep => {}
                Change::Clear => drop(headers.append(SET_COOKIE, cookie.clear())),
                Change::Set(value) => {
                    headers.append(SET_COOKIE, cookie.set(value)?);
                    let token = HeaderValue::try_from(self.csrf.token(value));
                    headers.insert(csrf::HEADER, token.expect("base64 is plain text"));
                }
            }
        }
        Ok(())
    }
}
