//! The telemetry sink keeps what an exporter sends.

use std::time::Duration;

use anyhow::Result;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_client::TraceServiceClient;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value::Value};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use support::eventually;
use support::otlp::Sink;

fn request() -> ExportTraceServiceRequest {
    let name = AnyValue {
        value: Some(Value::StringValue("staff".to_owned())),
    };
    let attribute = KeyValue {
        key: "service.name".to_owned(),
        value: Some(name),
        ..KeyValue::default()
    };
    let span = Span {
        trace_id: vec![7; 16],
        span_id: vec![8; 8],
        name: "staff.grant".to_owned(),
        ..Span::default()
    };
    ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans {
            resource: Some(Resource {
                attributes: vec![attribute],
                ..Resource::default()
            }),
            scope_spans: vec![ScopeSpans {
                spans: vec![span],
                ..ScopeSpans::default()
            }],
            ..ResourceSpans::default()
        }],
    }
}

#[tokio::test]
async fn spans_are_found_by_their_trace() -> Result<()> {
    let sink = Sink::start().await?;
    let mut client = TraceServiceClient::connect(sink.endpoint()).await?;
    client.export(request()).await?;
    let spans = eventually(Duration::from_secs(5), || async {
        let spans = sink.trace(&"07".repeat(16));
        (!spans.is_empty()).then_some(spans)
    })
    .await;
    assert_eq!(
        (spans[0].service.as_str(), spans[0].span.name.as_str()),
        ("staff", "staff.grant")
    );
    assert!(sink.as_text().contains("staff.grant"));
    Ok(())
}
