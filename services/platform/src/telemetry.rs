//! What a process tells about itself: logs, traces and metrics. No field that may hold a person or a secret leaves it.

use serde::{Deserialize, Serialize};

/// `[telemetry]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TelemetryConfig {
    /// Least level that is logged, or a filter like `info,platform::outbox=debug`.
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
