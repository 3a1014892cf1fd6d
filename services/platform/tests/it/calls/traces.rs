//! One trace through caller and handler, and its id in what a caller is told of a fault of ours.

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::trace::SdkTracerProvider;
use platform::grpc::Rejection;
use platform::telemetry::propagation;
use proto::identity::v1::ExchangeSessionRequest;
use proto::identity::v1::session_service_client::SessionServiceClient;
use tracing::Instrument as _;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::layer::SubscriberExt as _;

use super::limits::call_as_operator;
use super::stage::Stage;

// The runtime of these tests has one thread, so that a subscriber for the thread sees client and server.
fn traced() -> DefaultGuard {
    let tracer = SdkTracerProvider::builder().build().tracer("tests");
    let layer = tracing_opentelemetry::layer().with_tracer(tracer);
    tracing::subscriber::set_default(tracing_subscriber::registry().with(layer))
}

fn trace_of(traceparent: &str) -> &str {
    traceparent.split('-').nth(1).unwrap()
}

#[tokio::test]
async fn the_handler_works_in_the_callers_trace() {
    let _traced = traced();
    let stage = Stage::new();
    let replica = stage.replica().await;
    let mut client = SessionServiceClient::new(replica.channel(&stage.service("gateway")));
    let (own, answer) = async {
        let own = propagation::traceparent().unwrap();
        (
            own,
            client
                .exchange_session(ExchangeSessionRequest::default())
                .await
                .unwrap(),
        )
    }
    .instrument(tracing::info_span!("tests.caller"))
    .await;
    let seen = answer.into_inner().access_token;
    let seen = seen.split_once(' ').unwrap().1;
    assert_eq!(trace_of(seen), trace_of(&own));
    assert_ne!(seen, own);
}

#[tokio::test]
async fn a_fault_of_ours_names_its_trace() {
    let _traced = traced();
    let stage = Stage::new();
    let replica = stage.replica().await;
    let (own, status) = async {
        let own = propagation::traceparent().unwrap();
        (own, call_as_operator(&stage, &replica, "RemoveClient").await)
    }
    .instrument(tracing::info_span!("tests.caller"))
    .await;
    let told = Rejection::from_status(&status);
    assert_eq!(told.trace_id(), Some(trace_of(&own)));
    assert_eq!(told.metadata()["trace_id"], trace_of(&own));
}
