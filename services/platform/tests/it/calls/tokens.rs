//! Whose tokens are believed from whom, over the wire.

use jiff::SignedDuration;
use platform::auth::Thumbprint;
use platform::auth::token::Portal;
use platform::clock::Clock as _;
use platform::grpc::{Code, TlsIdentity};
use proto::errors::v1::ErrorReason;
use proto::identity::v1::ListSessionsRequest;
use proto::identity::v1::session_service_client::SessionServiceClient;
use proto::policy::v1::Assurance;
use proto::uploads::v1::UploadChunkRequest;
use proto::uploads::v1::upload_service_client::UploadServiceClient;
use serde_json::json;

use super::stage::{Stage, bearer, refused, with};

type Metadata = Vec<(&'static str, String)>;

async fn list_sessions(
    stage: &Stage,
    tls: &TlsIdentity,
    metadata: Metadata,
) -> Result<String, tonic::Status> {
    let replica = stage.replica().await;
    let mut client = SessionServiceClient::new(replica.channel(tls));
    let answer = client
        .list_sessions(with(ListSessionsRequest::default(), &metadata))
        .await?;
    Ok(answer.into_inner().page.unwrap().next_token)
}

async fn upload(stage: &Stage, tls: &TlsIdentity, metadata: Metadata) -> Result<i64, tonic::Status> {
    let replica = stage.replica().await;
    let mut client = UploadServiceClient::new(replica.channel(tls));
    let chunk = UploadChunkRequest {
        content: "abc".into(),
        ..Default::default()
    };
    Ok(client
        .upload_chunk(with(chunk, &metadata))
        .await?
        .into_inner()
        .received)
}

#[tokio::test]
async fn the_gateway_speaks_for_a_person() {
    let stage = Stage::new();
    let token = stage.token(&stage.person(Portal::Participant, Assurance::Bankid));
    let subject = list_sessions(&stage, &stage.service("gateway"), vec![bearer(&token)])
        .await
        .unwrap();
    assert!(subject.starts_with("person:"), "{subject}");
}

#[tokio::test]
async fn nobody_else_speaks_for_a_person() {
    let stage = Stage::new();
    let token = stage.token(&stage.person(Portal::Staff, Assurance::Bankid));
    for tls in [stage.service("export"), stage.machine("Example system")] {
        let refusal = refused(list_sessions(&stage, &tls, vec![bearer(&token)]).await);
        assert_eq!(refusal.reason(), ErrorReason::Unauthenticated);
    }
}

#[tokio::test]
async fn the_gateway_without_a_token_is_told_to_sign_in() {
    let stage = Stage::new();
    let refusal = refused(list_sessions(&stage, &stage.service("gateway"), Vec::new()).await);
    assert_eq!(
        (refusal.code(), refusal.reason()),
        (Code::Unauthenticated, ErrorReason::Unauthenticated)
    );
}

#[tokio::test]
async fn a_token_that_is_not_for_us_or_unknown_or_over_is_refused() {
    let stage = Stage::new();
    let claims = stage.person(Portal::Staff, Assurance::Bankid);
    let body = serde_json::to_value(platform::auth::token::WireClaims::from(&claims)).unwrap();
    let mut elsewhere = body.clone();
    elsewhere["aud"] = json!("elsewhere");
    let mut over = body.clone();
    over["exp"] = json!((stage.clock.now() - SignedDuration::from_secs(1)).as_second());
    let unsigned = format!("{}.", stage.keys.sign(&body).rsplit_once('.').unwrap().0);
    let cases = [
        (stage.keys.sign(&elsewhere), ErrorReason::Unauthenticated),
        (stage.keys.sign(&over), ErrorReason::TokenExpired),
        (stage.keys.sign_as("another", &body), ErrorReason::Unauthenticated),
        (unsigned, ErrorReason::Unauthenticated),
    ];
    for (token, reason) in cases {
        let refusal = refused(list_sessions(&stage, &stage.service("gateway"), vec![bearer(&token)]).await);
        assert_eq!(
            (refusal.code(), refusal.reason()),
            (Code::Unauthenticated, reason)
        );
    }
}

#[tokio::test]
async fn a_machine_shows_the_certificate_its_token_is_bound_to() {
    let stage = Stage::new();
    let machine = stage.machine("Example system");
    let token = stage.token(&stage.client(machine.own().thumbprint));
    assert_eq!(upload(&stage, &machine, vec![bearer(&token)]).await.unwrap(), 3);
    let other = stage.machine("Another system");
    let refusal = refused(upload(&stage, &other, vec![bearer(&token)]).await);
    assert_eq!(refusal.reason(), ErrorReason::Unauthenticated);
}

#[tokio::test]
async fn the_gateway_says_which_certificate_it_saw_and_is_the_only_one_believed() {
    let stage = Stage::new();
    let seen = Thumbprint::of(b"the machine's certificate");
    let metadata = vec![
        bearer(&stage.token(&stage.client(seen))),
        ("deltaga-client-certificate", seen.to_string()),
    ];
    assert_eq!(
        upload(&stage, &stage.service("gateway"), metadata.clone())
            .await
            .unwrap(),
        3
    );
    for tls in [stage.service("export"), stage.machine("Another system")] {
        let refusal = refused(upload(&stage, &tls, metadata.clone()).await);
        assert_eq!(refusal.reason(), ErrorReason::Unauthenticated);
    }
}

#[tokio::test]
async fn a_machines_token_alone_does_not_speak_through_the_gateway() {
    let stage = Stage::new();
    let token = stage.token(&stage.client(stage.service("gateway").own().thumbprint));
    let refusal = refused(upload(&stage, &stage.service("gateway"), vec![bearer(&token)]).await);
    assert_eq!(refusal.reason(), ErrorReason::Unauthenticated);
}
