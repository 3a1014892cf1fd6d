//! The transactional producer: a batch is committed as one or aborted, and a record that Kafka refuses is told apart
//! from an outage. Calls of the client library that block run on threads for that, and own the producer meanwhile.

use std::time::Duration;

use futures::future::join_all;
use rdkafka::error::{KafkaError as ClientError, RDKafkaErrorCode as Code};
use rdkafka::producer::future_producer::{DeliveryFuture, OwnedDeliveryResult};
use rdkafka::producer::{FutureProducer, FutureRecord, Producer as _};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::session::Row;
use crate::kafka::event::Outgoing;
use crate::kafka::{Kafka, KafkaError, LogContext, Owned};
use crate::outbox::{current_traceparent, span_context};

pub(super) struct Publisher {
    producer: Owned<FutureProducer<LogContext>>,
    service: String,
}

/// What became of a batch.
pub(super) enum Publication {
    /// Kafka has all of it.
    Committed,
    /// Kafka has none of it, and these rows, by their places in the batch, would be refused again.
    Refused(Vec<(usize, String)>),
}

type Sent = Result<DeliveryFuture, ClientError>;

/// How long a transaction may stay open before the broker ends it; every wait below is shorter.
const TRANSACTION: &str = "10000";
const DELIVERY: &str = "8000";
const COMMIT: Duration = Duration::from_secs(9);
const INITIALISATION: Duration = Duration::from_secs(10);

// === impl Publisher ===

impl Publisher {
    /// Takes the service's transactional id over: any producer that had it is fenced, and what it left open is aborted.
    pub(super) async fn connect(kafka: &Kafka) -> Result<Self, KafkaError> {
        let mut config = kafka.producer_config();
        config
            .set("transactional.id", format!("{}-relay", kafka.service()))
            .set("transaction.timeout.ms", TRANSACTION)
            .set("message.timeout.ms", DELIVERY)
            // A topic that is not there is refused soon instead of holding every key up.
            .set("topic.metadata.propagation.max.ms", "2000");
        let producer = Owned::create(move || config.create_with_context(LogContext))
            .await
            .map_err(KafkaError::during("creating the relay's producer"))?;
        let publisher = Self {
            producer,
            service: kafka.service().to_owned(),
        };
        let taken_over = publisher
            .producer
            .call(|producer| producer.init_transactions(INITIALISATION))
            .await;
        match taken_over {
            Ok(()) => Ok(publisher),
            Err(error) => {
                publisher.end().await;
                Err(KafkaError::during("taking the transactional id over")(error))
            }
        }
    }

    /// Waits until the producer is gone, so that there are never more of them than one.
    pub(super) async fn end(self) {
        self.producer.end().await;
    }

    /// Produces the rows in their order, as one transaction.
    pub(super) async fn publish(&self, rows: &[Row]) -> Result<Publication, KafkaError> {
        self.producer
            .call(FutureProducer::<LogContext>::begin_transaction)
            .await
            .map_err(KafkaError::during("beginning a transaction"))?;
        let sent: Vec<Sent> = rows.iter().map(|row| self.send(row)).collect();
        let is_queued = sent.iter().all(Result::is_ok);
        let committed = if is_queued {
            self.producer
                .call(|producer| producer.commit_transaction(COMMIT))
                .await
        } else {
            Err(ClientError::Canceled)
        };
        let Err(failure) = committed else {
            return Ok(Publication::Committed);
        };
        if is_fatal(&failure) {
            return Err(KafkaError::during("committing a transaction")(failure));
        }
        self.producer
            .call(|producer| producer.abort_transaction(COMMIT))
            .await
            .map_err(KafkaError::during("aborting a transaction"))?;
        let refused = refused(sent).await;
        if refused.is_empty() {
            return Err(KafkaError::during("committing a transaction")(failure));
        }
        Ok(Publication::Refused(refused))
    }

    fn send(&self, row: &Row) -> Sent {
        let traceparent = traced(row);
        let headers = Outgoing {
            event_id: row.event_id,
            service: &self.service,
            record_type: &row.record_type,
            subject: &row.key,
            occurred_at: row.occurred_at.timestamp(),
            revision: row.revision,
            traceparent: traceparent.as_deref(),
        }
        .headers();
        let mut record = FutureRecord::<str, [u8]>::to(&row.topic)
            .key(row.key.as_str())
            .headers(headers);
        if let Some(payload) = &row.payload {
            record = record.payload(payload.as_slice());
        }
        if let Some(partition) = row.partition {
            record = record.partition(partition);
        }
        self.producer.send_result(record).map_err(|(error, _)| error)
    }
}

/// The producing span, child of the one that wrote the row, as the record's `traceparent`.
fn traced(row: &Row) -> Option<String> {
    let writer = span_context(row.traceparent.as_deref())?;
    if !writer.is_sampled() {
        return row.traceparent.clone();
    }
    let span = tracing::info_span!(
        parent: None,
        "outbox.publish",
        otel.name = format!("send {}", row.topic),
        otel.kind = "producer",
        messaging.system = "kafka",
        messaging.destination.name = row.topic,
    );
    let parent = opentelemetry::trace::TraceContextExt::with_remote_span_context(
        &opentelemetry::Context::new(),
        writer,
    );
    // Fails only where no layer takes traces; the record then belongs to the writer's span.
    let _ = span.set_parent(parent);
    span.in_scope(current_traceparent)
        .or_else(|| row.traceparent.clone())
}

/// The rows that Kafka refused for what they are. If others of the batch were taken, a row that got no answer counts
/// too: its partition has no leader, and the others shall not wait for it.
async fn refused(sent: Vec<Sent>) -> Vec<(usize, String)> {
    let outcomes = join_all(sent.into_iter().map(outcome)).await;
    let is_any_taken = outcomes.iter().any(Result::is_ok);
    let is_refusal = |code: Code| is_refusal(code) || (is_any_taken && code == Code::MessageTimedOut);
    outcomes
        .into_iter()
        .enumerate()
        .filter_map(|(place, outcome)| Some((place, outcome.err()?)))
        .filter(|(_, code)| is_refusal(*code))
        .map(|(place, code)| (place, code.to_string()))
        .collect()
}

async fn outcome(sent: Sent) -> Result<(), Code> {
    let delivered: OwnedDeliveryResult = match sent {
        Ok(delivery) => match delivery.await {
            Ok(delivered) => delivered,
            Err(_) => return Err(Code::Unknown),
        },
        Err(error) => return Err(error.rdkafka_error_code().unwrap_or(Code::Unknown)),
    };
    delivered
        .map(|_| ())
        .map_err(|(error, _)| error.rdkafka_error_code().unwrap_or(Code::Unknown))
}

fn is_refusal(code: Code) -> bool {
    [
        Code::MessageSizeTooLarge,
        Code::InvalidMessage,
        Code::InvalidMessageSize,
        Code::InvalidRecord,
        Code::InvalidTopic,
        Code::UnknownPartition,
        Code::UnknownTopic,
        Code::UnknownTopicOrPartition,
        Code::TopicAuthorizationFailed,
    ]
    .contains(&code)
}

/// Fenced, or otherwise of no more use: the next producer begins anew.
fn is_fatal(error: &ClientError) -> bool {
    if let ClientError::Transaction(error) = error {
        error.is_fatal()
    } else {
        error.rdkafka_error_code() == Some(Code::Fatal)
    }
}
