//! What happens to every request: its span, its form of error, the headers of its answer. Behind that, a path leads to
//! a call, to the facts of the session, or to a page.

mod admission;
mod body;
mod call;
mod facts;
mod feed;
mod own_data;
mod stream;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use bytes::Bytes;
use futures::FutureExt as _;
use http::header::SET_COOKIE;
use http::{HeaderMap, Method, Request, Response};
use platform::clock::SharedClock;
use platform::grpc::Rejection;
use platform::service::Lifecycle;
use platform::telemetry::propagation;
use tokio::sync::Semaphore;
use tracing::Instrument as _;
use tracing::field::Empty;

use crate::address::of_device;
use crate::clients::{Clients, EndUser};
use crate::config::GatewayConfig;
use crate::limits::Limits;
use crate::listener::Remote;
use crate::measure;
use crate::problem::{Form, Problem};
use crate::routes::pages::Pages;
use crate::routes::{Door, Route, Routes};
use crate::security;
use crate::session::{Csrf, Tokens};

const SESSION_PATH: &str = "/session";
const OWN_DATA_PATH: &str = "/own-data";

/// Everything a request may need.
pub struct App {
    pub routes: Routes,
    pub clients: Clients,
    pub tokens: Tokens,
    pub csrf: Csrf,
    pub limits: Limits,
    /// Bytes of bodies that there is still room for.
    pub bodies: Arc<Semaphore>,
    pub pages: Option<Pages>,
    /// Where streams are fed, none of which holds up the end of the process.
    pub lifecycle: Lifecycle,
    pub clock: SharedClock,
    pub config: GatewayConfig,
}

/// Who asks, through which door.
#[derive(Clone, Debug)]
struct Visitor {
    door: Door,
    remote: Remote,
    end_user: EndUser,
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;

// === impl App ===

impl App {
    /// Answers one request, whatever it is.
    pub async fn answer<B>(self: Arc<Self>, door: Door, remote: Remote, request: Request<B>) -> Response<Body>
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let began = Instant::now();
        let form = Form::asked_by(request.headers());
        let route = self.routes.find(door, request.uri().path());
        let label = label(route.as_ref(), request.uri().path()).to_owned();
        let span = tracing::info_span!(
            "gateway.served",
            otel.kind = "server",
            otel.name = label,
            gateway.door = door.name(),
            rpc.method = label,
            http.response.status_code = Empty,
        );
        propagation::follow(&span, propagation::extract_http(request.headers()));
        // All that a request needs is large, and would be moved with each of the futures around it.
        let lead = Box::pin(self.clone().lead(door, route, remote, request));
        let answer = async {
            let answered = AssertUnwindSafe(lead).catch_unwind().await;
            let panicked = |_| Err(Problem::from(Rejection::internal("a handler panicked")));
            let mut response = answered
                .unwrap_or_else(panicked)
                .unwrap_or_else(|problem| refuse(problem, form));
            security::harden(response.headers_mut());
            if let (Door::Browsers, Some(pages)) = (door, &self.pages) {
                pages.tell_version(response.headers_mut());
            }
            response
        };
        let response = answer.instrument(span.clone()).await;
        span.record("http.response.status_code", response.status().as_u16());
        measure::served(door, &label, response.status(), began.elapsed());
        response
    }

    async fn lead<B>(
        self: Arc<Self>,
        door: Door,
        route: Option<Route>,
        remote: Remote,
        request: Request<B>,
    ) -> Result<Response<Body>, Problem>
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let visitor = self.visitor(door, remote, request.headers());
        let path = request.uri().path().to_owned();
        let is_facts = door == Door::Browsers && path == SESSION_PATH;
        let is_own_data = door == Door::Browsers && path == OWN_DATA_PATH;
        match (request.method(), route) {
            (&Method::POST, Some(route)) => self.call(&visitor, route, request).await,
            (_, Some(_)) => Err(Problem::wrong_method("POST")),
            (&Method::GET, None) if is_facts => {
                Box::pin(self.session_facts(&visitor, request.headers())).await
            }
            (_, None) if is_facts => Err(Problem::wrong_method("GET")),
            (&Method::POST, None) if is_own_data => {
                Box::pin(self.own_data(&visitor, request.headers())).await
            }
            (_, None) if is_own_data => Err(Problem::wrong_method("POST")),
            (&Method::GET | &Method::HEAD, None) if door == Door::Browsers => match &self.pages {
                Some(pages) => pages
                    .answer(&path, request.headers())
                    .ok_or_else(Problem::unknown_path),
                None => Err(Problem::unknown_path()),
            },
            (_, None) => Err(Problem::unknown_path()),
        }
    }

    fn visitor(&self, door: Door, remote: Remote, headers: &HeaderMap) -> Visitor {
        let trusted = match door {
            Door::Browsers => self.config.browsers.trusted_proxies.as_slice(),
            // TLS ends here, so nobody in between could have added anything.
            Door::Suppliers => &[],
        };
        let address = of_device(remote.socket.ip(), headers, trusted);
        Visitor {
            door,
            remote,
            end_user: EndUser::new(address, headers),
        }
    }
}

// A path from outside may hold anything: spans and metrics get names of the contract only.
fn label<'a>(route: Option<&'a Route>, path: &str) -> &'a str {
    match route {
        Some(route) => &route.method.name,
        None if path == SESSION_PATH => "session",
        None if path == OWN_DATA_PATH => "own-data",
        None => "unknown",
    }
}

fn refuse(problem: Problem, form: Form) -> Response<Body> {
    tracing::info!(code = problem.code(), "request refused");
    let ended = problem.ended_session();
    let mut response = problem.into_response(form);
    if let Some(cookie) = ended {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}
