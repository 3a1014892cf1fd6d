//! What happens around every incoming call, in this order: its span, its deadline, the policy, the service, and the
//! refusal's form. A panic becomes an internal error; a status that is not ours gets a reason.

use std::convert::Infallible;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures::FutureExt as _;
use http::{Request, Response};
use proto::errors::v1::ErrorReason;
use tokio::time::Instant;
use tonic::body::Body;
use tower::{Layer, Service};
use tracing::Instrument as _;

use super::deadline::Deadline;
use super::rejection::{Code, Rejection};
use super::trace;
use crate::auth::PolicyLayer;

/// Most bytes of one message, in either direction.
pub const MESSAGE_LIMIT: usize = 4 * 1024 * 1024;

/// Puts the boundary around the services.
#[derive(Clone)]
pub(super) struct BoundaryLayer {
    policy: Arc<PolicyLayer>,
}

#[derive(Clone)]
pub(super) struct Boundary<S> {
    inner: S,
    policy: Arc<PolicyLayer>,
}

impl BoundaryLayer {
    pub(super) fn new(policy: PolicyLayer) -> Self {
        Self {
            policy: Arc::new(policy),
        }
    }
}

impl<S> Layer<S> for BoundaryLayer {
    type Service = Boundary<S>;

    fn layer(&self, inner: S) -> Boundary<S> {
        Boundary {
            inner,
            policy: self.policy.clone(),
        }
    }
}

impl<S> Service<Request<Body>> for Boundary<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let next = self.inner.clone();
        let ready = std::mem::replace(&mut self.inner, next);
        Box::pin(around(self.policy.clone(), ready, request))
    }
}

async fn around<S>(
    policy: Arc<PolicyLayer>,
    service: S,
    request: Request<Body>,
) -> Result<Response<Body>, Infallible>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Send + 'static,
    S::Future: Send,
{
    let began = Instant::now();
    let method = request.uri().path().trim_start_matches('/').to_owned();
    let label = if policy.knows(&method) {
        method.as_str()
    } else {
        "unknown"
    };
    let span = trace::served(label, request.headers());
    let outcome = answer(&policy, service, request, &method)
        .instrument(span.clone())
        .await;
    let response = outcome.unwrap_or_else(|rejection| span.in_scope(|| refuse(rejection)));
    trace::ended(
        trace::Side::Server,
        &span,
        label,
        code_of(&response),
        began.elapsed(),
    );
    Ok(response)
}

async fn answer<S>(
    policy: &PolicyLayer,
    mut service: S,
    request: Request<Body>,
    method: &str,
) -> Result<Response<Body>, Rejection>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Send,
    S::Future: Send,
{
    let deadline = Deadline::of_request(request.headers());
    let work = deadline.scope(async {
        let (mut parts, body) = request.into_parts();
        policy.admit(method, &mut parts).await?;
        parts.extensions.insert(deadline);
        let Ok(response) = service.call(Request::from_parts(parts, body)).await;
        give_reason(response)
    });
    match tokio::time::timeout_at(deadline.instant(), AssertUnwindSafe(work).catch_unwind()).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_panic)) => Err(Rejection::internal("a handler panicked")),
        Err(_elapsed) => Err(Rejection::deadline()),
    }
}

fn refuse(rejection: Rejection) -> Response<Body> {
    tracing::info!(reason = rejection.reason().as_str_name(), "call refused");
    tonic::Status::from(rejection).into_http()
}

// The transport and the codec refuse by themselves: too large, not decodable, no such method. They say so in words only.
fn give_reason(response: Response<Body>) -> Result<Response<Body>, Rejection> {
    let Some(status) = response.extensions().get::<tonic::Status>() else {
        return Ok(response);
    };
    if status.code() == tonic::Code::Ok || !status.details().is_empty() {
        return Ok(response);
    }
    Err(match status.code() {
        tonic::Code::OutOfRange => {
            Rejection::new(Code::Exhausted, ErrorReason::MessageTooLarge).with("limit", MESSAGE_LIMIT)
        }
        tonic::Code::Internal => Rejection::invalid(),
        tonic::Code::Ok
        | tonic::Code::Cancelled
        | tonic::Code::Unknown
        | tonic::Code::InvalidArgument
        | tonic::Code::DeadlineExceeded
        | tonic::Code::NotFound
        | tonic::Code::AlreadyExists
        | tonic::Code::PermissionDenied
        | tonic::Code::ResourceExhausted
        | tonic::Code::FailedPrecondition
        | tonic::Code::Aborted
        | tonic::Code::Unimplemented
        | tonic::Code::Unavailable
        | tonic::Code::DataLoss
        | tonic::Code::Unauthenticated => Rejection::from_status(status),
    })
}

fn code_of(response: &Response<Body>) -> tonic::Code {
    let status = response.headers().get(tonic::Status::GRPC_STATUS);
    status.map_or(tonic::Code::Ok, |status| {
        tonic::Code::from_bytes(status.as_bytes())
    })
}
