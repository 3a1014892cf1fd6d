//! Deadlines, sizes and faults: what a caller hears when a call cannot be answered.

use std::sync::atomic::Ordering;
use std::time::Duration;

use http::uri::PathAndQuery;
use platform::auth::token::Portal;
use platform::grpc::{Code, MESSAGE_LIMIT, Rejection};
use proto::errors::v1::ErrorReason;
use proto::identity::v1::session_service_client::SessionServiceClient;
use proto::identity::v1::{ExchangeSessionRequest, SignOutRequest};
use proto::policy::v1::Assurance;
use proto::types::v1::Day;
use proto::uploads::v1::upload_service_client::UploadServiceClient;
use proto::uploads::v1::{UploadChunkRequest, UploadChunkResponse};

use super::stage::{Stage, bearer, refused, with};

#[tokio::test]
async fn a_call_that_takes_too_long_ends_at_its_deadline() {
    let stage = Stage::new();
    let replica = stage.replica().await;
    let mut client = SessionServiceClient::new(replica.channel(&stage.service("gateway")));
    let mut request = tonic::Request::new(SignOutRequest::default());
    request.set_timeout(Duration::from_millis(300));
    let refusal = refused(client.sign_out(request).await);
    assert_eq!(
        (refusal.code(), refusal.reason()),
        (Code::Deadline, ErrorReason::DeadlineExceeded)
    );
    assert_eq!(stage.probe.waiting.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn the_server_ends_a_call_whose_caller_has_given_up_with_a_reason() {
    let stage = Stage::new();
    let replica = stage.replica().await;
    let tls = stage
        .authority
        .service("gateway")
        .unwrap()
        .tonic_client_config()
        .unwrap();
    let plain =
        tonic::transport::Endpoint::from_shared(format!("https://localhost:{}", replica.address.port()));
    let channel = plain.unwrap().tls_config(tls).unwrap().connect().await.unwrap();
    // A client without timers of its own: the answer is the server's.
    let mut request = tonic::Request::new(SignOutRequest::default());
    request
        .metadata_mut()
        .insert("grpc-timeout", "300m".parse().unwrap());
    let status = SessionServiceClient::new(channel)
        .sign_out(request)
        .await
        .unwrap_err();
    assert!(!status.details().is_empty(), "{status:?}");
    let refusal = Rejection::from_status(&status);
    assert_eq!(
        (refusal.code(), refusal.reason()),
        (Code::Deadline, ErrorReason::DeadlineExceeded)
    );
}

#[tokio::test]
async fn what_is_left_of_the_deadline_reaches_the_handler() {
    let stage = Stage::new();
    let replica = stage.replica().await;
    let mut client = SessionServiceClient::new(replica.channel(&stage.service("gateway")));
    let mut request = tonic::Request::new(ExchangeSessionRequest::default());
    request.set_timeout(Duration::from_secs(2));
    let left = client
        .exchange_session(request)
        .await
        .unwrap()
        .into_inner()
        .access_token;
    let left: u64 = left.split(' ').next().unwrap().parse().unwrap();
    assert!((1..=2000).contains(&left), "{left}");
}

#[tokio::test]
async fn a_message_over_the_limit_is_refused_with_the_limit() {
    let stage = Stage::new();
    let replica = stage.replica().await;
    let machine = stage.machine("Example system");
    let token = stage.token(&stage.client(machine.own().thumbprint));
    let mut client = UploadServiceClient::new(replica.channel(&machine));
    let content = vec![0; MESSAGE_LIMIT + 1].into();
    let chunk = UploadChunkRequest {
        content,
        ..Default::default()
    };
    let refusal = refused(client.upload_chunk(with(chunk, &[bearer(&token)])).await);
    assert_eq!(
        (refusal.code(), refusal.reason()),
        (Code::Exhausted, ErrorReason::MessageTooLarge)
    );
    assert_eq!(refusal.metadata()["limit"], MESSAGE_LIMIT.to_string());
}

#[tokio::test]
async fn a_message_that_cannot_be_decoded_is_the_callers_fault() {
    let stage = Stage::new();
    let replica = stage.replica().await;
    let machine = stage.machine("Example system");
    let token = stage.token(&stage.client(machine.own().thumbprint));
    let mut client = tonic::client::Grpc::new(replica.channel(&machine));
    // A day's first field is a number where the upload's is a text.
    let codec = tonic_prost::ProstCodec::<Day, UploadChunkResponse>::default();
    let path = PathAndQuery::from_static("/deltaga.uploads.v1.UploadService/UploadChunk");
    let wrong = Day {
        year: 2026,
        month: 1,
        day: 1,
    };
    let refusal = refused(client.unary(with(wrong, &[bearer(&token)]), path, codec).await);
    assert_eq!(
        (refusal.code(), refusal.reason()),
        (Code::Invalid, ErrorReason::FieldsInvalid)
    );
}

#[tokio::test]
async fn a_method_that_is_not_served_is_refused_with_a_reason() {
    let stage = Stage::new();
    let replica = stage.replica().await;
    let mut client = tonic::client::Grpc::new(replica.channel(&stage.service("export")));
    let codec = tonic_prost::ProstCodec::<Day, Day>::default();
    let path = PathAndQuery::from_static("/deltaga.staff.v1.GrantService/ListGrantChanges");
    let refusal = refused(
        client
            .unary(tonic::Request::new(Day::default()), path, codec)
            .await,
    );
    assert_eq!(refusal.reason(), ErrorReason::CallerNotAllowed);
}

#[tokio::test]
async fn a_fault_of_ours_is_told_without_its_cause() {
    let stage = Stage::new();
    let replica = stage.replica().await;
    for method in ["RemoveClient", "RegisterClient"] {
        let status = call_as_operator(&stage, &replica, method).await;
        let told = format!("{status:?} {:?}", String::from_utf8_lossy(status.details()));
        assert!(!told.contains("on fire") && !told.contains("somebody"), "{told}");
        assert_eq!(
            Rejection::from_status(&status).reason(),
            ErrorReason::Internal,
            "{told}"
        );
    }
}

pub async fn call_as_operator(stage: &Stage, replica: &super::stage::Replica, method: &str) -> tonic::Status {
    super::permissions::make_operator(stage);
    let token = stage.token(&stage.person(Portal::Staff, Assurance::Bankid));
    let mut client = tonic::client::Grpc::new(replica.channel(&stage.service("gateway")));
    let codec = tonic_prost::ProstCodec::<proto::identity::v1::RemoveClientRequest, Day>::default();
    let path = format!("/deltaga.identity.v1.ClientService/{method}")
        .parse()
        .unwrap();
    let metadata = [bearer(&token), super::permissions::own_account()];
    client
        .unary(
            with(proto::identity::v1::RemoveClientRequest::default(), &metadata),
            path,
            codec,
        )
        .await
        .unwrap_err()
}

#[tokio::test]
async fn a_handler_that_panicked_leaves_the_server_serving() {
    let stage = Stage::new();
    let replica = stage.replica().await;
    for _ in 0..3 {
        let status = call_as_operator(&stage, &replica, "RegisterClient").await;
        assert_eq!(status.code(), tonic::Code::Internal);
    }
    let status = call_as_operator(&stage, &replica, "RemoveClient").await;
    assert_eq!(status.code(), tonic::Code::Internal);
}
