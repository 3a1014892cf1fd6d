//! Trace context of calls, and their spans and durations. The names follow OpenTelemetry's conventions for RPC; spans
//! carry the method and the outcome and nothing of the content.

use std::sync::LazyLock;
use std::time::Duration;

use http::HeaderMap;
use opentelemetry::metrics::Histogram;
use opentelemetry::trace::TraceContextExt as _;
use opentelemetry::{KeyValue, global};
use tracing::Span;
use tracing::field::Empty;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use crate::telemetry::propagation;

static SERVED: LazyLock<Histogram<f64>> = LazyLock::new(|| duration_histogram("rpc.server.call.duration"));
static CALLED: LazyLock<Histogram<f64>> = LazyLock::new(|| duration_histogram("rpc.client.call.duration"));

/// Which end of a call is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Server,
    Client,
}

/// The trace the current span belongs to, if traces are taken.
pub fn current_trace_id() -> Option<String> {
    let context = Span::current().context();
    let span = context.span();
    let trace = span.span_context();
    trace.is_valid().then(|| trace.trace_id().to_string())
}

/// The span of an incoming call, child of the caller's. `method` is `package.Service/Method`.
pub(super) fn served(method: &str, headers: &HeaderMap) -> Span {
    let span = tracing::info_span!(
        "grpc.served",
        otel.name = method,
        otel.kind = "server",
        otel.status_code = Empty,
        rpc.system.name = "grpc",
        rpc.method = method,
        rpc.response.status_code = Empty,
        error.type = Empty,
    );
    propagation::follow(&span, propagation::extract_http(headers));
    span
}

/// The span of an outgoing call; its context goes out with the call.
pub(super) fn called(method: &str, peer: &str, headers: &mut HeaderMap) -> Span {
    let span = tracing::info_span!(
        "grpc.called",
        otel.name = method,
        otel.kind = "client",
        otel.status_code = Empty,
        rpc.system.name = "grpc",
        rpc.method = method,
        rpc.response.status_code = Empty,
        server.address = peer,
        error.type = Empty,
    );
    span.in_scope(|| propagation::inject_http(headers));
    span
}

/// Notes how a call ended.
pub(super) fn ended(side: Side, span: &Span, method: &str, code: tonic::Code, took: Duration) {
    let name = name_of(code);
    span.record("rpc.response.status_code", name);
    if is_failure(side, code) {
        span.record("otel.status_code", "ERROR");
        span.record("error.type", name);
    }
    let labels = [
        KeyValue::new("rpc.system.name", "grpc"),
        KeyValue::new("rpc.method", method.to_owned()),
        KeyValue::new("rpc.response.status_code", name),
    ];
    let histogram = match side {
        Side::Server => &SERVED,
        Side::Client => &CALLED,
    };
    histogram.record(took.as_secs_f64(), &labels);
}

// A server is not to blame for what callers do wrong.
fn is_failure(side: Side, code: tonic::Code) -> bool {
    match side {
        Side::Client => code != tonic::Code::Ok,
        Side::Server => matches!(
            code,
            tonic::Code::Unknown
                | tonic::Code::DeadlineExceeded
                | tonic::Code::Unimplemented
                | tonic::Code::Internal
                | tonic::Code::Unavailable
                | tonic::Code::DataLoss
        ),
    }
}

fn duration_histogram(name: &'static str) -> Histogram<f64> {
    global::meter("platform.grpc")
        .f64_histogram(name)
        .with_unit("s")
        .build()
}

fn name_of(code: tonic::Code) -> &'static str {
    match code {
        tonic::Code::Ok => "OK",
        tonic::Code::Cancelled => "CANCELLED",
        tonic::Code::Unknown => "UNKNOWN",
        tonic::Code::InvalidArgument => "INVALID_ARGUMENT",
        tonic::Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        tonic::Code::NotFound => "NOT_FOUND",
        tonic::Code::AlreadyExists => "ALREADY_EXISTS",
        tonic::Code::PermissionDenied => "PERMISSION_DENIED",
        tonic::Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        tonic::Code::FailedPrecondition => "FAILED_PRECONDITION",
        tonic::Code::Aborted => "ABORTED",
        tonic::Code::OutOfRange => "OUT_OF_RANGE",
        tonic::Code::Unimplemented => "UNIMPLEMENTED",
        tonic::Code::Internal => "INTERNAL",
        tonic::Code::Unavailable => "UNAVAILABLE",
        tonic::Code::DataLoss => "DATA_LOSS",
        tonic::Code::Unauthenticated => "UNAUTHENTICATED",
    }
}
