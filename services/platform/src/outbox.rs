//! Records on their way to Kafka: written in the transaction of the state they tell of, produced by [`relay`]
//! afterwards. Every record carries a revision of its aggregate, so that consumers can refuse what is older.

pub mod relay;

use std::fmt;
use std::str::FromStr;

use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator as _};
use opentelemetry::trace::{SpanContext, TraceContextExt as _};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use crate::db::{DbError, Instant, Tx};

/// The largest payload that may go out, in bytes.
pub const MAX_PAYLOAD: usize = 900_000;

/// A record of a topic.
#[derive(Clone, PartialEq, Eq)]
pub struct OutboxRecord {
    /// The topic, one of `deploy/kafka/topics.yaml`.
    pub topic: &'static str,
    /// The aggregate's id.
    pub key: String,
    /// `ce_type`: `se.deltaga.<context>.<aggregate>.v1`.
    pub record_type: &'static str,
    /// The whole public state, encoded. Absent: the aggregate is gone (a tombstone).
    pub payload: Option<Vec<u8>>,
    /// The partition, where it is not the key that decides it.
    pub partition: Option<i32>,
}

/// How new a state is: a restore from backup raises the epoch, each record of a key its `n`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Revision {
    /// Raised by every restore from backup.
    pub epoch: i64,
    /// Counts the records of the key.
    pub n: i64,
}

/// A text that is no revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the text is not a revision")]
pub struct NotARevision;

/// Why a record was not taken.
#[derive(Debug, thiserror::Error)]
pub enum OutboxError {
    /// The payload is larger than [`MAX_PAYLOAD`].
    #[error("a record of {topic} has {size} bytes, the limit is {MAX_PAYLOAD}")]
    TooLarge {
        /// Its topic.
        topic: &'static str,
        /// Its size in bytes.
        size: usize,
    },
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

struct Carrier(Option<String>);

/// Writes the record into the outbox and gives it the next revision of its key.
///
/// The key's row stays locked until the transaction ends, so that ids of the outbox rise per key in the order of
/// commits. Lock the aggregate before, so that the state written is the newest too.
pub async fn append(tx: &mut Tx, record: OutboxRecord) -> Result<Revision, OutboxError> {
    let size = record.payload.as_ref().map_or(0, Vec::len);
    if size > MAX_PAYLOAD {
        return Err(OutboxError::TooLarge {
            topic: record.topic,
            size,
        });
    }
    let (event_id, occurred_at) = (tx.new_id(), Instant::from(tx.now()));
    let row = sqlx::query!(
        r#"
        with revision as (
            insert into platform.revisions as held (topic, key, n) values ($1, $2, 1)
            on conflict (topic, key) do update set n = held.n + 1
            returning n
        )
        insert into platform.outbox
            (topic, key, partition, record_type, payload, epoch, n, event_id, occurred_at, traceparent)
        select $1, $2, $3, $4, $5, epoch.epoch, revision.n, $6, $7, $8
        from revision, platform.epoch
        returning epoch, n
        "#,
        record.topic,
        record.key,
        record.partition,
        record.record_type,
        record.payload,
        event_id,
        occurred_at as _,
        current_traceparent(),
    )
    .fetch_one(&mut **tx)
    .await
    .map_err(DbError::from)?;
    Ok(Revision {
        epoch: row.epoch,
        n: row.n,
    })
}

/// The W3C `traceparent` of the current span, if it is traced.
pub fn current_traceparent() -> Option<String> {
    let mut carrier = Carrier(None);
    TraceContextPropagator::new().inject_context(&tracing::Span::current().context(), &mut carrier);
    carrier.0
}

/// The span that a stored `traceparent` names, to be linked to.
pub(crate) fn span_context(traceparent: Option<&str>) -> Option<SpanContext> {
    let carrier = Carrier(Some(traceparent?.to_owned()));
    let remote = TraceContextPropagator::new().extract(&carrier);
    let context = remote.span().span_context().clone();
    context.is_valid().then_some(context)
}

// === impl OutboxRecord ===

impl fmt::Debug for OutboxRecord {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("OutboxRecord")
            .field("topic", &self.topic)
            .field("key", &self.key)
            .field("bytes", &self.payload.as_ref().map(Vec::len))
            .finish_non_exhaustive()
    }
}

// === impl Revision ===

impl fmt::Display for Revision {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.epoch, self.n)
    }
}

impl FromStr for Revision {
    type Err = NotARevision;

    fn from_str(text: &str) -> Result<Self, NotARevision> {
        let (epoch, n) = text.split_once('.').ok_or(NotARevision)?;
        let parse = |part: &str| {
            part.parse()
                .ok()
                .filter(|&number: &i64| number >= 1)
                .ok_or(NotARevision)
        };
        Ok(Self {
            epoch: parse(epoch)?,
            n: parse(n)?,
        })
    }
}

// === impl Carrier ===

impl Injector for Carrier {
    fn set(&mut self, key: &str, value: String) {
        if key == "traceparent" {
            self.0 = Some(value);
        }
    }
}

impl Extractor for Carrier {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.as_deref().filter(|_| key == "traceparent")
    }

    fn keys(&self) -> Vec<&str> {
        vec!["traceparent"]
    }
}

#[cfg(test)]
mod tests {
    use opentelemetry::trace::TracerProvider as _;
    use opentelemetry_sdk::trace::SdkTracerProvider;
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    #[test]
    fn the_current_span_is_found_again_from_its_traceparent() {
        let tracer = SdkTracerProvider::builder().build().tracer("test");
        let subscriber =
            tracing_subscriber::registry().with(tracing_opentelemetry::layer().with_tracer(tracer));
        tracing::subscriber::with_default(subscriber, || {
            let span = tracing::info_span!("test");
            let written = span.in_scope(current_traceparent);

            let found = span_context(written.as_deref()).unwrap();

            assert_eq!(found.span_id(), span.context().span().span_context().span_id());
        });
    }

    #[test]
    fn without_a_trace_there_is_no_traceparent() {
        assert_eq!(current_traceparent(), None);
        assert!(span_context(Some("no traceparent")).is_none());
    }

    #[test]
    fn a_revision_of_a_later_epoch_is_newer() {
        let restored: Revision = "2.1".parse().unwrap();

        assert!(restored > Revision { epoch: 1, n: 9_000 });
    }

    #[test]
    fn a_revision_reads_what_it_writes_and_nothing_else() {
        assert_eq!("3.17".parse(), Ok(Revision { epoch: 3, n: 17 }));
        assert_eq!(Revision { epoch: 3, n: 17 }.to_string(), "3.17");
        for text in ["", "3", "3.", ".17", "0.1", "1.0", "-1.2", "1.2.3"] {
            assert_eq!(text.parse::<Revision>(), Err(NotARevision), "{text}");
        }
    }
}
