//! Log lines: one JSON object or one readable line per event, with the fields of the spans around it and the id of the
//! trace. Fields whose names tell of a person or a secret are shown without their values.

mod visit;

use std::io::Write;
use std::sync::Arc;

use opentelemetry::trace::TraceContextExt;
use serde_json::{Map, Value, json};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::{LookupSpan, Scope};

use self::visit::Fields;
use super::LogFormat;
use crate::clock::{Clock, SystemClock};

/// Takes one finished line, with its line break.
pub(super) type Sink = Arc<dyn Fn(&[u8]) + Send + Sync>;

/// Writes events as log lines.
pub(super) struct LogLayer {
    service: &'static str,
    format: LogFormat,
    sink: Sink,
}

struct SpanFields(Fields);

// === impl LogLayer ===

impl LogLayer {
    pub(super) fn new(service: &'static str, format: LogFormat, sink: Sink) -> Self {
        Self {
            service,
            format,
            sink,
        }
    }

    /// Lines to standard error: standard output belongs to what commands answer.
    pub(super) fn standard_error() -> Sink {
        Arc::new(|line| {
            // Nobody can be told when even this fails.
            let _ = std::io::stderr().write_all(line);
        })
    }

    fn json(&self, metadata: &Metadata<'_>, message: Option<&Value>, fields: Map<String, Value>) -> String {
        let mut line = json!({
            "timestamp": SystemClock::new().now(),
            "level": metadata.level().as_str(),
            "service": self.service,
            "target": metadata.target(),
            "message": message,
        });
        if let Some(trace_id) = trace_id() {
            line["trace_id"] = trace_id.into();
        }
        if !fields.is_empty() {
            line["fields"] = fields.into();
        }
        line.to_string()
    }

    fn text(metadata: &Metadata<'_>, message: Option<&Value>, fields: &Map<String, Value>) -> String {
        let now = SystemClock::new().now();
        let message = message.and_then(Value::as_str).unwrap_or_default();
        let head = format!(
            "{now:.3} {:>5} {}: {message}",
            metadata.level().as_str(),
            metadata.target()
        );
        fields.iter().fold(head, |line, (name, value)| {
            line + " " + name + "=" + &value.to_string()
        })
    }
}

impl<S> Layer<S> for LogLayer
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(SpanFields(fields));
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(SpanFields(known)) = span.extensions_mut().get_mut()
        {
            values.record(known);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut own = Fields::default();
        event.record(&mut own);
        let mut own = own.into_map();
        let message = own.remove("message");

        let mut fields = Map::new();
        for span in context.event_scope(event).into_iter().flat_map(Scope::from_root) {
            if let Some(SpanFields(known)) = span.extensions().get() {
                known.copy_to(&mut fields);
            }
            fields.insert("span".to_owned(), span.name().into());
        }
        fields.extend(own);

        let mut line = match self.format {
            LogFormat::Json => self.json(event.metadata(), message.as_ref(), fields),
            LogFormat::Text => Self::text(event.metadata(), message.as_ref(), &fields),
        };
        line.push('\n');
        (self.sink)(line.as_bytes());
    }
}

fn trace_id() -> Option<String> {
    let context = opentelemetry::Context::current();
    let span = context.span();
    let span = span.span_context();
    span.is_valid().then(|| span.trace_id().to_string())
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use tracing_subscriber::layer::SubscriberExt;

    use super::*;

    fn lines_of(format: LogFormat, work: impl FnOnce()) -> String {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let kept = lines.clone();
        let sink: Sink = Arc::new(move |line| kept.lock().unwrap().extend_from_slice(line));
        let subscriber = tracing_subscriber::registry().with(LogLayer::new("post", format, sink));
        tracing::subscriber::with_default(subscriber, work);
        String::from_utf8(lines.lock().unwrap().clone()).unwrap()
    }

    #[test]
    fn a_json_line_holds_the_message_and_the_fields_of_its_spans() {
        let line = lines_of(LogFormat::Json, || {
            let _span = tracing::info_span!("post.deliver", parcel = 7).entered();
            tracing::warn!(attempts = 3, "nobody at home");
        });

        let line: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(line["message"], "nobody at home");
        assert_eq!(line["level"], "WARN");
        assert_eq!(line["service"], "post");
        assert_eq!(
            line["fields"],
            json!({"parcel": 7, "attempts": 3, "span": "post.deliver"})
        );
    }

    #[test]
    fn a_text_line_reads_from_left_to_right() {
        let line = lines_of(LogFormat::Text, || tracing::info!(attempts = 3, "nobody at home"));

        assert!(
            line.ends_with(" INFO platform::telemetry::log::tests: nobody at home attempts=3\n"),
            "{line}"
        );
    }

    #[test]
    fn fields_named_like_a_secret_lose_their_values() {
        for format in [LogFormat::Json, LogFormat::Text] {
            let lines = lines_of(format, || {
                let span = tracing::info_span!(
                    "post.sign",
                    personal_number = "hunter2",
                    session_token = tracing::field::Empty
                );
                span.record("session_token", "hunter2");
                let _entered = span.entered();
                tracing::info!(password = ?Some("hunter2"), "signed");
            });

            assert!(!lines.contains("hunter2"), "{lines}");
            assert_eq!(lines.matches("(redacted)").count(), 3, "{lines}");
        }
    }

    #[test]
    fn errors_are_logged_with_their_causes() {
        let error = anyhow::anyhow!("the letter is wet").context("cannot deliver");
        let error: &(dyn std::error::Error + 'static) = error.as_ref();

        let line = lines_of(LogFormat::Json, || tracing::error!(error, "failed"));

        assert!(line.contains("cannot deliver: the letter is wet"), "{line}");
    }
}
