//! Who gets through the handshake, and whom a client takes for the service it means.

use platform::auth::Thumbprint;
use platform::grpc::{Code, TlsConfig, TlsIdentity};
use proto::errors::v1::ErrorReason;
use proto::identity::v1::client_service_client::ClientServiceClient;
use proto::identity::v1::key_service_client::KeyServiceClient;
use proto::identity::v1::{GetJwksRequest, IssueTokenRequest};
use rustls_pki_types::ServerName;
use support::ca::Authority;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;
use tonic_reflection::pb::v1::ServerReflectionRequest;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;

use super::stage::{Stage, channel_to, config_of, load, refused};

async fn is_let_in(stage: &Stage, tls: &TlsIdentity) -> bool {
    let replica = stage.replica().await;
    match KeyServiceClient::new(replica.channel(tls))
        .get_jwks(GetJwksRequest {})
        .await
    {
        Ok(_) => true,
        Err(status) => {
            assert_eq!(status.code(), tonic::Code::Unavailable, "{status:?}");
            false
        }
    }
}

#[tokio::test]
async fn a_service_is_known_by_its_certificate() {
    let stage = Stage::new();
    let replica = stage.replica().await;
    let mut client = KeyServiceClient::new(replica.channel(&stage.service("export")));
    let answer = client.get_jwks(GetJwksRequest {}).await.unwrap();
    assert_eq!(answer.into_inner().jwks_json, "service:export");
}

#[tokio::test]
async fn a_certificate_of_another_authority_is_refused() {
    let (stage, folder) = (Stage::new(), tempfile::tempdir().unwrap());
    let foreign = Authority::open(folder.path()).unwrap().service("export").unwrap();
    let tls = TlsConfig {
        ca_file: stage.authority.ca_file(),
        ..config_of(&foreign)
    };
    assert!(!is_let_in(&stage, &TlsIdentity::load(&tls).unwrap()).await);
    assert!(is_let_in(&stage, &stage.service("export")).await);
}

#[tokio::test]
async fn an_expired_certificate_is_refused() {
    let stage = Stage::new();
    let expired = load(&stage.authority.expired("export").unwrap());
    assert!(!is_let_in(&stage, &expired).await);
}

#[tokio::test]
async fn nobody_gets_in_without_a_certificate() {
    let stage = Stage::new();
    let replica = stage.replica().await;
    let provider = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(support::ca::trust(&stage.authority.ca_file()).unwrap())
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let socket = tokio::net::TcpStream::connect(replica.address).await.unwrap();
    let connector = tokio_rustls::TlsConnector::from(std::sync::Arc::new(config));
    // With TLS 1.3 the client is done before the server has judged it: the refusal comes with the first bytes read.
    let outcome = async {
        let mut stream = connector
            .connect(ServerName::try_from("localhost").unwrap(), socket)
            .await?;
        stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await?;
        stream.read_u8().await
    };
    let error = outcome.await.unwrap_err();
    assert!(error.to_string().contains("CertificateRequired"), "{error}");
}

#[tokio::test]
async fn a_server_that_is_another_service_is_refused() {
    let stage = Stage::new();
    let replica = stage.replica().await;
    let channel = channel_to("identity", &[replica.address], &stage.service("export"));
    let refusal = refused(KeyServiceClient::new(channel).get_jwks(GetJwksRequest {}).await);
    assert_eq!(refusal.code(), Code::Unavailable);
}

#[tokio::test]
async fn a_machines_certificate_does_not_serve() {
    let stage = Stage::new();
    let machine = stage.authority.client("staff").unwrap();
    assert_eq!(load(&machine).own().service, None);
}

#[test]
fn a_file_that_is_missing_is_named_by_its_key() {
    let stage = Stage::new();
    let whole = config_of(&stage.authority.service("staff").unwrap());
    let nowhere = std::path::PathBuf::from("nowhere.pem");
    let cases = [
        (
            TlsConfig {
                ca_file: nowhere.clone(),
                ..whole.clone()
            },
            "tls.ca_file",
        ),
        (
            TlsConfig {
                certificate_file: nowhere.clone(),
                ..whole.clone()
            },
            "tls.certificate_file",
        ),
        (
            TlsConfig {
                key_file: nowhere,
                ..whole
            },
            "tls.key_file",
        ),
    ];
    for (config, key) in cases {
        let error = TlsIdentity::load(&config).unwrap_err().to_string();
        assert!(error.contains(key), "{error}");
    }
}

#[test]
fn a_key_of_another_certificate_is_refused_at_start() {
    let stage = Stage::new();
    let (own, other) = (
        stage.authority.service("staff").unwrap(),
        stage.authority.service("export").unwrap(),
    );
    let mixed = TlsConfig {
        key_file: other.key_file,
        ..config_of(&own)
    };
    assert!(TlsIdentity::load(&mixed).is_err());
}

#[tokio::test]
async fn a_certificate_without_a_token_is_known_by_its_thumbprint() {
    let stage = Stage::new();
    let replica = stage.replica().await;
    let machine = stage.authority.client("Example system").unwrap();
    let mut client = ClientServiceClient::new(replica.channel(&load(&machine)));
    let answer = client.issue_token(IssueTokenRequest {}).await.unwrap();
    let thumbprint = Thumbprint::of(&machine.certificate().unwrap());
    assert_eq!(
        answer.into_inner().access_token,
        format!("certificate:{thumbprint}")
    );
    assert_eq!(thumbprint.to_string(), machine.thumbprint().unwrap());
}

#[tokio::test]
async fn a_service_is_no_machine_and_a_machine_no_service() {
    let stage = Stage::new();
    let replica = stage.replica().await;
    let mut as_service = ClientServiceClient::new(replica.channel(&stage.service("export")));
    let mut as_machine = KeyServiceClient::new(replica.channel(&stage.machine("Example system")));
    let refusals = [
        refused(as_service.issue_token(IssueTokenRequest {}).await),
        refused(as_machine.get_jwks(GetJwksRequest {}).await),
    ];
    for refusal in refusals {
        assert_eq!(
            (refusal.code(), refusal.reason()),
            (Code::Forbidden, ErrorReason::CallerNotAllowed)
        );
    }
}

#[tokio::test]
async fn every_holder_of_a_certificate_may_read_the_contract() {
    let stage = Stage::new();
    let replica = stage.replica().await;
    let mut client = ServerReflectionClient::new(replica.channel(&stage.machine("Example system")));
    let question = ServerReflectionRequest {
        host: String::new(),
        message_request: Some(MessageRequest::ListServices(String::new())),
    };
    let mut answers = client
        .server_reflection_info(tokio_stream::once(question))
        .await
        .unwrap()
        .into_inner();
    let answer = answers
        .message()
        .await
        .unwrap()
        .unwrap()
        .message_response
        .unwrap();
    let MessageResponse::ListServicesResponse(list) = answer else {
        panic!("another answer: {answer:?}")
    };
    assert!(
        list.service
            .iter()
            .any(|service| service.name == "deltaga.staff.v1.AccountService"),
        "{list:?}"
    );
}

#[tokio::test]
async fn what_the_contract_does_not_know_is_refused() {
    let stage = Stage::new();
    let replica = stage.replica().await;
    let mut health = HealthClient::new(replica.channel(&stage.service("export")));
    let refusal = refused(
        health
            .check(HealthCheckRequest {
                service: String::new(),
            })
            .await,
    );
    assert_eq!(
        (refusal.code(), refusal.reason()),
        (Code::Forbidden, ErrorReason::CallerNotAllowed)
    );
}
