//! The headers of a record: CloudEvents 1.0 in binary mode, the trace it belongs to and the revision of the state.
//! Written by the relay, read by consumers; a key or payload never becomes a header.

use jiff::Timestamp;
use opentelemetry::trace::{SpanContext, TraceContextExt as _};
use rdkafka::message::{Header, OwnedHeaders};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use uuid::Uuid;

use crate::outbox::{Revision, span_context};

/// Header with the revision, `<epoch>.<n>`.
pub const REVISION: &str = "deltaga-revision";

const EVENT_ID: &str = "ce_id";
const EVENT_TYPE: &str = "ce_type";
const TRACEPARENT: &str = "traceparent";

/// What the headers of an outgoing record say.
#[derive(Clone, Debug)]
pub(crate) struct Outgoing<'a> {
    pub(crate) event_id: Uuid,
    pub(crate) service: &'a str,
    pub(crate) record_type: &'a str,
    pub(crate) subject: &'a str,
    pub(crate) occurred_at: Timestamp,
    pub(crate) revision: Revision,
    pub(crate) traceparent: Option<&'a str>,
}

/// The headers of a record that are text, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, String)>);

// === impl Outgoing ===

impl Outgoing<'_> {
    pub(crate) fn headers(&self) -> OwnedHeaders {
        let fixed = [
            ("ce_specversion", "1.0".to_owned()),
            (EVENT_ID, self.event_id.to_string()),
            ("ce_source", format!("/deltaga/{}", self.service)),
            (EVENT_TYPE, self.record_type.to_owned()),
            ("ce_subject", self.subject.to_owned()),
            ("ce_time", self.occurred_at.to_string()),
            ("content-type", "application/protobuf".to_owned()),
            (REVISION, self.revision.to_string()),
        ];
        let mut headers = OwnedHeaders::new_with_capacity(fixed.len() + 1);
        for (key, value) in &fixed {
            headers = headers.insert(Header {
                key,
                value: Some(value),
            });
        }
        match self.traceparent {
            Some(value) => headers.insert(Header {
                key: TRACEPARENT,
                value: Some(value),
            }),
            None => headers,
        }
    }
}

// === impl Headers ===

impl Headers {
    /// Takes names and values as they were read.
    pub fn new(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// The last value of that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .rev()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Names and values in their order.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// The revision of the state, if the header is there and well-formed.
    pub fn revision(&self) -> Option<Revision> {
        self.get(REVISION)?.parse().ok()
    }

    /// `ce_id`: the same for every copy of a record.
    pub fn event_id(&self) -> Option<Uuid> {
        self.get(EVENT_ID)?.parse().ok()
    }

    /// `ce_type`.
    pub fn record_type(&self) -> Option<&str> {
        self.get(EVENT_TYPE)
    }

    /// The span that wrote the record.
    pub fn producer(&self) -> Option<SpanContext> {
        span_context(self.get(TRACEPARENT))
    }

    /// Makes `span` a child of the one that wrote the record, and links it to that and to `batch`, in whose
    /// transaction the record is applied.
    pub(crate) fn continue_trace(&self, span: &Span, batch: &Span) {
        let Some(producer) = self.producer() else { return };
        let links = [producer.clone(), batch.context().span().span_context().clone()];
        // Fails only where no layer takes traces.
        let _ = span.set_parent(opentelemetry::Context::new().with_remote_span_context(producer));
        for link in links.into_iter().filter(SpanContext::is_valid) {
            span.add_link(link);
        }
    }
}

#[cfg(test)]
mod tests {
    use rdkafka::message::Headers as _;

    use super::*;

    fn outgoing() -> Outgoing<'static> {
        Outgoing {
            event_id: Uuid::from_u128(7),
            service: "staff",
            record_type: "se.deltaga.staff.unit.v1",
            subject: "unit-1",
            occurred_at: "2026-11-02T10:00:00Z".parse().unwrap(),
            revision: Revision { epoch: 2, n: 5 },
            traceparent: Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
        }
    }

    fn read(outgoing: &Outgoing<'_>) -> Headers {
        let pairs = outgoing
            .headers()
            .iter()
            .map(|header| {
                (
                    header.key.to_owned(),
                    String::from_utf8(header.value.unwrap().to_vec()).unwrap(),
                )
            })
            .collect();
        Headers::new(pairs)
    }

    #[test]
    fn a_record_goes_out_as_a_cloud_event() {
        let headers = read(&outgoing());

        assert_eq!(headers.get("ce_specversion"), Some("1.0"));
        assert_eq!(headers.get("ce_source"), Some("/deltaga/staff"));
        assert_eq!(headers.get("ce_subject"), Some("unit-1"));
        assert_eq!(headers.get("ce_time"), Some("2026-11-02T10:00:00Z"));
        assert_eq!(headers.get("content-type"), Some("application/protobuf"));
    }

    #[test]
    fn what_goes_out_is_read_back() {
        let headers = read(&outgoing());

        assert_eq!(headers.event_id(), Some(Uuid::from_u128(7)));
        assert_eq!(headers.revision(), Some(Revision { epoch: 2, n: 5 }));
        assert_eq!(headers.record_type(), Some("se.deltaga.staff.unit.v1"));
        assert_eq!(
            headers.producer().unwrap().span_id().to_string(),
            "b7ad6b7169203331"
        );
    }
}
