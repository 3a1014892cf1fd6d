//! One trace from the write through outbox and Kafka to the effect.

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::trace::SdkTracerProvider;
use platform::grpc::trace::current_trace_id;
use platform::outbox::relay::Relay;
use platform::outbox::{self, OutboxError, OutboxRecord};
use support::eventually;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;
use tracing_subscriber::layer::SubscriberExt as _;

use super::ledger::Desk;
use crate::stand::DEADLINE;

#[tokio::test]
async fn a_record_is_applied_in_the_trace_of_whoever_wrote_it() {
    // While there is one subscriber alone, a thread of another test that meets a span first decides for all threads
    // that nobody wants it.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    // The runtime of this test has one thread, so that a subscriber for the thread sees relay and consumer.
    let tracer = SdkTracerProvider::builder().build().tracer("tests");
    let layer = tracing_opentelemetry::layer().with_tracer(tracer);
    let _traced = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));
    let desk = Desk::new().await;
    let stopping = CancellationToken::new();
    let relay = Relay::new(desk.stand.database.clone(), desk.topic.kafka.clone());
    let relay = TaskTracker::new().spawn(relay.run(stopping.clone()));
    let consumer = desk.consume().await;

    let written_in = write(&desk).instrument(tracing::info_span!("tests.writer")).await;
    eventually(DEADLINE, || async {
        !desk.ledger.traces.lock().unwrap().is_empty()
    })
    .await;
    consumer.stop().await;
    stopping.cancel();
    relay.await.unwrap();

    assert!(written_in.is_some());
    assert_eq!(*desk.ledger.traces.lock().unwrap(), [written_in]);
}

/// Writes a record; answers the trace it was written in.
async fn write(desk: &Desk) -> Option<String> {
    let record = || OutboxRecord {
        topic: desk.topic.name,
        key: "a".to_owned(),
        record_type: "se.deltaga.test.ledger.v1",
        payload: Some(prost::Message::encode_to_vec(&"state".to_owned())),
        partition: None,
    };
    let appended: Result<_, OutboxError> = desk
        .stand
        .database
        .transaction("test.append", async |tx| outbox::append(tx, record()).await)
        .await;
    appended.unwrap();
    current_trace_id()
}
