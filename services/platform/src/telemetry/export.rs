//! Traces and metrics on their way out: by OTLP where a collector is configured, and metrics always for Prometheus.

use std::time::Duration;

use anyhow::Context as _;
use opentelemetry::KeyValue;
use opentelemetry_otlp::{MetricExporter, SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::{Aggregation, Instrument, PeriodicReader, SdkMeterProvider, Stream};
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData};

use super::redaction::{REDACTED, hides};

const METRICS_EVERY: Duration = Duration::from_secs(10);
const EXPORT_TIMEOUT: Duration = Duration::from_secs(3);

// From a look-up in memory to a request that has waited for everything, in seconds.
const SECONDS: [f64; 15] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];

/// Hides in spans what log lines hide.
#[derive(Debug)]
struct Redacting<E>(E);

/// A source of spans. Without an endpoint the spans have ids, for logs and callers, and go nowhere.
pub(super) fn tracer(resource: Resource, endpoint: Option<&str>) -> anyhow::Result<SdkTracerProvider> {
    let builder = SdkTracerProvider::builder().with_resource(resource);
    let Some(endpoint) = endpoint else {
        return Ok(builder.build());
    };
    let exporter = SpanExporter::builder()
        .with_tonic()
        .with_endpoint(endpoint)
        .with_timeout(EXPORT_TIMEOUT);
    let exporter = exporter.build().context("cannot export traces")?;
    Ok(builder.with_batch_exporter(Redacting(exporter)).build())
}

/// A source of instruments, read by `registry` and, with an endpoint, sent to it.
pub(super) fn meters(
    resource: Resource,
    registry: &prometheus::Registry,
    endpoint: Option<&str>,
) -> anyhow::Result<SdkMeterProvider> {
    let prometheus = opentelemetry_prometheus::exporter().with_registry(registry.clone());
    let prometheus = prometheus.build().context("cannot offer metrics")?;
    let builder = SdkMeterProvider::builder()
        .with_resource(resource)
        .with_view(fine_seconds)
        .with_reader(prometheus);
    let Some(endpoint) = endpoint else {
        return Ok(builder.build());
    };
    let exporter = MetricExporter::builder()
        .with_tonic()
        .with_endpoint(endpoint)
        .with_timeout(EXPORT_TIMEOUT);
    let exporter = exporter.build().context("cannot export metrics")?;
    Ok(builder
        .with_reader(
            PeriodicReader::builder(exporter)
                .with_interval(METRICS_EVERY)
                .build(),
        )
        .build())
}

// The library's buckets are made for milliseconds; ours are seconds by convention.
fn fine_seconds(instrument: &Instrument) -> Option<Stream> {
    if instrument.unit() != "s" {
        return None;
    }
    let aggregation = Aggregation::ExplicitBucketHistogram {
        boundaries: SECONDS.to_vec(),
        record_min_max: true,
    };
    Stream::builder().with_aggregation(aggregation).build().ok()
}

impl<E: opentelemetry_sdk::trace::SpanExporter> opentelemetry_sdk::trace::SpanExporter for Redacting<E> {
    async fn export(&self, mut batch: Vec<SpanData>) -> OTelSdkResult {
        for span in &mut batch {
            redact(&mut span.attributes);
            for event in &mut span.events.events {
                redact(&mut event.attributes);
            }
        }
        self.0.export(batch).await
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.0.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.0.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.0.set_resource(resource);
    }
}

fn redact(attributes: &mut [KeyValue]) {
    for attribute in attributes
        .iter_mut()
        .filter(|attribute| hides(attribute.key.as_str()))
    {
        attribute.value = REDACTED.into();
    }
}

#[cfg(test)]
mod tests {
    use opentelemetry::metrics::MeterProvider;
    use opentelemetry::trace::{Span, Tracer, TracerProvider};
    use support::otlp::Sink;

    use super::*;

    fn resource() -> Resource {
        Resource::builder().with_service_name("post").build()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn spans_reach_the_collector_without_what_logs_hide() {
        let sink = Sink::start().await.unwrap();
        let tracer = tracer(resource(), Some(&sink.endpoint())).unwrap();
        let mut span = tracer.tracer("post").start("post.deliver");
        span.set_attribute(KeyValue::new("parcel", 7));
        span.set_attribute(KeyValue::new("given_name", "hunter2"));
        span.add_event("signed", vec![KeyValue::new("password", "hunter2")]);
        span.end();

        tokio::task::spawn_blocking(move || tracer.shutdown())
            .await
            .unwrap()
            .unwrap();

        let spans = sink.spans_named("post.deliver");
        assert_eq!(spans.len(), 1);
        assert_eq!(spans[0].attribute("given_name").as_deref(), Some(REDACTED));
        assert!(!sink.as_text().contains("hunter2"), "{}", sink.as_text());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn metrics_reach_the_collector_and_prometheus() {
        let sink = Sink::start().await.unwrap();
        let registry = prometheus::Registry::new();
        let meters = meters(resource(), &registry, Some(&sink.endpoint())).unwrap();
        let duration = meters
            .meter("post")
            .f64_histogram("post.delivery.duration")
            .with_unit("s")
            .build();
        duration.record(0.02, &[]);

        let text = prometheus::TextEncoder::new()
            .encode_to_string(&registry.gather())
            .unwrap();
        tokio::task::spawn_blocking(move || meters.shutdown())
            .await
            .unwrap()
            .unwrap();

        assert!(text.contains("post_delivery_duration_seconds_bucket"), "{text}");
        assert!(text.contains("le=\"0.025\"} 1"), "{text}");
        assert_eq!(sink.metrics_named("post.delivery.duration").len(), 1);
    }
}
