//! What a process tells about itself: log lines, traces by OTLP, metrics by OTLP and for Prometheus. No field that may
//! hold a person or a secret leaves it, and a panic leaves its place only. Instruments come from
//! `opentelemetry::global::meter`, spans and events from `tracing`.

mod export;
mod log;
mod panics;
pub mod propagation;
mod redaction;

use std::fmt;
use std::time::Duration;

use anyhow::Context as _;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;
use prometheus::TextEncoder;
use serde::{Deserialize, Serialize};
use tracing::level_filters::LevelFilter;
use tracing::{Level, Metadata};
use tracing_subscriber::filter::{EnvFilter, FilterExt, Targets, filter_fn};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

use self::log::LogLayer;
pub use self::panics::tell_location_only;

const FLUSH_TIMEOUT: Duration = Duration::from_secs(3);

/// `[telemetry]`: what the process tells, and to whom.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TelemetryConfig {
    /// Least level that is logged, or a filter like `info,platform::outbox=debug`. Libraries log from `warn` on
    /// whatever it says, since their finer lines hold headers and texts of calls.
    pub level: String,
    /// How log lines look.
    pub format: LogFormat,
    /// Where traces and metrics are sent by OTLP over gRPC; nowhere if absent.
    pub otlp_endpoint: Option<String>,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One JSON object a line, for machines.
    Json,
    /// Plain text, for people.
    Text,
}

/// The process's telemetry once it is set up. Clones share it.
#[derive(Clone)]
pub struct Telemetry {
    registry: prometheus::Registry,
    tracer: SdkTracerProvider,
    meters: SdkMeterProvider,
}

// === impl Telemetry ===

impl Telemetry {
    /// Sets up logs, traces and metrics for the whole process, once. Needs a running tokio runtime.
    pub fn install(service: &'static str, config: &TelemetryConfig) -> anyhow::Result<Self> {
        let telemetry = Self::build(service, config.otlp_endpoint.as_deref())?;
        let own = filter_fn(move |metadata| is_bearable(metadata, service));
        // Without a hint, what libraries trace in their inner loops would be asked about one by one.
        let own = own.with_max_level_hint(LevelFilter::TRACE);
        let level: EnvFilter = config.level.parse().context("telemetry.level")?;
        let logs = LogLayer::new(service, config.format, LogLayer::standard_error());
        let spans = tracing_opentelemetry::layer().with_tracer(telemetry.tracer.tracer(service));
        tracing_subscriber::registry()
            .with(logs.with_filter(level.and(own)))
            .with(
                spans
                    .with_location(false)
                    .with_threads(false)
                    .with_tracked_inactivity(false)
                    .with_filter(traced()),
            )
            .try_init()
            .context("telemetry is set up once in a process")?;
        opentelemetry::global::set_meter_provider(telemetry.meters.clone());
        Ok(telemetry)
    }

    /// Telemetry that belongs to no process: instruments and spans of others are not touched. For tests that run
    /// several services in one process.
    pub fn detached(service: &'static str) -> Self {
        Self::build(service, None).expect("nothing can fail that is not exported")
    }

    /// All metrics in the text format of Prometheus.
    pub fn metrics(&self) -> anyhow::Result<String> {
        TextEncoder::new()
            .encode_to_string(&self.registry.gather())
            .context("cannot write metrics")
    }

    /// Sends what has not been sent, within seconds; the last thing a process does.
    pub async fn flush(&self) {
        let telemetry = self.clone();
        let flushed = tokio::task::spawn_blocking(move || {
            let _ = telemetry.tracer.shutdown_with_timeout(FLUSH_TIMEOUT);
            let _ = telemetry.meters.shutdown_with_timeout(FLUSH_TIMEOUT);
        });
        // A collector that is away must not keep the process alive.
        let _ = tokio::time::timeout(FLUSH_TIMEOUT, flushed).await;
    }

    fn build(service: &'static str, endpoint: Option<&str>) -> anyhow::Result<Self> {
        let resource = Resource::builder().with_service_name(service).build();
        let registry = prometheus::Registry::new();
        let tracer = export::tracer(resource.clone(), endpoint)?;
        let meters = export::meters(resource, &registry, endpoint)?;
        Ok(Self {
            registry,
            tracer,
            meters,
        })
    }
}

impl fmt::Debug for Telemetry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Telemetry")
    }
}

fn is_bearable(metadata: &Metadata<'_>, service: &str) -> bool {
    let of = metadata.target().split("::").next().unwrap_or_default();
    *metadata.level() <= Level::WARN || of == "platform" || of == service
}

// Spans of the libraries would follow every export by another one.
fn traced() -> Targets {
    let libraries = [
        "h2",
        "hyper",
        "hyper_util",
        "tonic",
        "tower",
        "opentelemetry",
        "opentelemetry_sdk",
        "opentelemetry_otlp",
        "rustls",
        "sqlx",
    ];
    let off = libraries.map(|library| (library, LevelFilter::OFF));
    Targets::new().with_default(LevelFilter::INFO).with_targets(off)
}
