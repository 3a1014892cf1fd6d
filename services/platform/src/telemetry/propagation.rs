//! The thread of a trace through everything that is not a function call: HTTP and gRPC metadata, a column of the
//! outbox, headers of a Kafka record. The form is W3C Trace Context.

use http::{HeaderMap, HeaderValue};
use opentelemetry::Context;
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use rdkafka::message::{Header, Headers, OwnedHeaders};
use tonic::metadata::MetadataMap;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// The header, metadata key and column by which a trace goes on.
pub const TRACEPARENT: &str = "traceparent";

#[derive(Default)]
struct Parent(Option<String>);

/// The current span as others can follow it; nothing outside of a trace.
pub fn traceparent() -> Option<String> {
    let mut parent = Parent::default();
    TraceContextPropagator::new().inject_context(&Span::current().context(), &mut parent);
    parent.0
}

/// The trace that a `traceparent` names; an empty context if it names none.
pub fn extract_traceparent(traceparent: &str) -> Context {
    TraceContextPropagator::new().extract_with_context(&Context::new(), &Parent(Some(traceparent.to_owned())))
}

/// Makes `span` a child of the trace in `context`. Must come before the span is entered for the first time.
pub fn follow(span: &Span, context: Context) {
    // Fails only for a span that no layer follows, which then has no trace to be part of.
    let _ = span.set_parent(context);
}

/// Sends the current trace along with an HTTP request.
pub fn inject_http(headers: &mut HeaderMap) {
    if let Some(value) = traceparent().and_then(|parent| HeaderValue::from_str(&parent).ok()) {
        headers.insert(TRACEPARENT, value);
    }
}

/// The trace that an HTTP request is part of.
pub fn extract_http(headers: &HeaderMap) -> Context {
    let parent = headers.get(TRACEPARENT).and_then(|value| value.to_str().ok());
    parent.map(extract_traceparent).unwrap_or_default()
}

/// Sends the current trace along with a gRPC call.
pub fn inject_metadata(metadata: &mut MetadataMap) {
    if let Some(value) = traceparent().and_then(|parent| parent.parse().ok()) {
        metadata.insert(TRACEPARENT, value);
    }
}

/// The trace that a gRPC call is part of.
pub fn extract_metadata(metadata: &MetadataMap) -> Context {
    let parent = metadata.get(TRACEPARENT).and_then(|value| value.to_str().ok());
    parent.map(extract_traceparent).unwrap_or_default()
}

/// Adds a stored `traceparent` to the headers of a record that is about to be produced.
pub fn inject_headers(headers: OwnedHeaders, traceparent: Option<&str>) -> OwnedHeaders {
    match traceparent {
        Some(parent) => headers.insert(Header {
            key: TRACEPARENT,
            value: Some(parent),
        }),
        None => headers,
    }
}

/// The trace that a consumed record is part of.
pub fn extract_headers(headers: &impl Headers) -> Context {
    let parent = headers
        .iter()
        .find(|header| header.key == TRACEPARENT)
        .and_then(|header| header.value);
    parent
        .and_then(|value| std::str::from_utf8(value).ok())
        .map(extract_traceparent)
        .unwrap_or_default()
}

impl Injector for Parent {
    fn set(&mut self, key: &str, value: String) {
        if key == TRACEPARENT {
            self.0 = Some(value);
        }
    }
}

impl Extractor for Parent {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.as_deref().filter(|_| key == TRACEPARENT)
    }

    fn keys(&self) -> Vec<&str> {
        vec![TRACEPARENT]
    }
}

#[cfg(test)]
mod tests {
    use opentelemetry::trace::{TraceContextExt, TracerProvider};
    use opentelemetry_sdk::trace::SdkTracerProvider;
    use tracing_subscriber::layer::SubscriberExt;

    use super::*;

    const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

    fn in_a_traced_process(work: impl FnOnce()) {
        let tracer = SdkTracerProvider::builder().build().tracer("tests");
        let layer = tracing_opentelemetry::layer().with_tracer(tracer);
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), work);
    }

    fn trace_of(context: &Context) -> String {
        context.span().span_context().trace_id().to_string()
    }

    fn following(context: Context) -> tracing::span::EnteredSpan {
        let span = tracing::info_span!("tests.follow");
        follow(&span, context);
        span.entered()
    }

    #[test]
    fn a_span_that_follows_is_part_of_the_trace() {
        in_a_traced_process(|| {
            let _span = following(extract_traceparent(PARENT));

            let own = traceparent().unwrap();

            assert!(own.contains(TRACE), "{own}");
            assert_ne!(own, PARENT);
        });
    }

    #[test]
    fn the_trace_goes_on_through_grpc_and_http() {
        in_a_traced_process(|| {
            let _span = following(extract_traceparent(PARENT));
            let (mut metadata, mut headers) = (MetadataMap::new(), HeaderMap::new());

            inject_metadata(&mut metadata);
            inject_http(&mut headers);

            assert_eq!(trace_of(&extract_metadata(&metadata)), TRACE);
            assert_eq!(trace_of(&extract_http(&headers)), TRACE);
        });
    }

    #[test]
    fn the_trace_goes_on_through_a_record() {
        let headers = inject_headers(OwnedHeaders::new(), Some(PARENT));

        assert_eq!(trace_of(&extract_headers(&headers)), TRACE);
    }

    #[test]
    fn what_is_no_trace_starts_none() {
        for text in [
            "",
            "yesterday",
            "00-00000000000000000000000000000000-0000000000000000-01",
        ] {
            assert!(
                !extract_traceparent(text).has_active_span()
                    || trace_of(&extract_traceparent(text)) == "0".repeat(32)
            );
        }
        assert_eq!(traceparent(), None);
    }
}
