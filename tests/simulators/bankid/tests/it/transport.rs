//! Who gets a connection, and what is answered before an order is looked at.

use std::sync::Arc;
use std::time::Duration;

use bankid_simulator::{Config, Simulator};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::stage::{Stage, client, refusal};

fn invalid() -> (u16, String) {
    (400, "invalidParameters".to_owned())
}

#[tokio::test]
async fn client_without_certificate_is_refused() {
    let stage = Stage::set().await;
    let nobody = client(&stage.simulator, None);
    nobody
        .post(stage.url("auth"))
        .json(&json!({"endUserIp": "192.0.2.1"}))
        .send()
        .await
        .unwrap_err();
}

#[tokio::test]
async fn client_of_another_ca_is_refused() {
    let stage = Stage::set().await;
    let folder = tempfile::tempdir().unwrap();
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::default().signed_by(&key, &ca).unwrap();
    let (certificate_file, key_file) = (folder.path().join("rp.pem"), folder.path().join("rp.key.pem"));
    std::fs::write(&certificate_file, certificate.pem()).unwrap();
    std::fs::write(&key_file, key.serialize_pem()).unwrap();
    let stranger = client(&stage.simulator, Some((&certificate_file, &key_file)));
    stranger
        .post(stage.url("auth"))
        .json(&json!({"endUserIp": "192.0.2.1"}))
        .send()
        .await
        .unwrap_err();
}

#[tokio::test]
async fn media_type_is_exactly_application_json() {
    let stage = Stage::set().await;
    for media_type in [
        "application/json; charset=utf-8",
        "application/JSON",
        "text/plain",
        "",
    ] {
        let call = stage
            .rp
            .post(stage.url("auth"))
            .header("content-type", media_type)
            .body("{}");
        let refused = refusal(call.send().await.unwrap()).await;
        assert_eq!(refused, (415, "unsupportedMediaType".to_owned()), "{media_type}");
    }
}

#[tokio::test]
async fn other_methods_and_paths_are_refused() {
    let stage = Stage::set().await;
    let get = refusal(stage.rp.get(stage.url("collect")).send().await.unwrap()).await;
    assert_eq!(get, (405, "methodNotAllowed".to_owned()));
    for path in ["nothing", "auth/", "../v5.1/auth", "sim/orders"] {
        let refused = refusal(stage.call(path, &json!({})).await).await;
        assert_eq!(refused, (404, "notFound".to_owned()), "{path}");
    }
}

#[tokio::test]
async fn bodies_that_are_no_valid_request_are_refused() {
    let stage = Stage::set().await;
    for body in [
        "",
        "{",
        "[]",
        "null",
        r#"{"endUserIp":1}"#,
        r#"{"endUserIp":"192.0.2.1","x":1}"#,
    ] {
        let call = stage
            .rp
            .post(stage.url("auth"))
            .header("content-type", "application/json")
            .body(body);
        assert_eq!(refusal(call.send().await.unwrap()).await, invalid(), "{body}");
    }
    let huge = json!({"endUserIp": "192.0.2.1", "userNonVisibleData": "A".repeat(1 << 20)});
    assert_eq!(refusal(stage.call("auth", &huge).await).await, invalid());
}

#[tokio::test]
async fn every_endpoint_answers_as_documented() {
    let stage = Stage::set().await;
    let number = "197909019841";
    let calls = [
        ("auth", json!({"endUserIp": "192.0.2.1"}), true),
        (
            "sign",
            json!({"endUserIp": "192.0.2.1", "userVisibleData": "SGVq"}),
            true,
        ),
        (
            "payment",
            json!({"endUserIp": "192.0.2.1", "userVisibleTransaction": {"transactionType": "npa"}}),
            true,
        ),
        (
            "phone/auth",
            json!({"personalNumber": number, "callInitiator": "RP"}),
            false,
        ),
    ];
    for (path, body, has_tokens) in calls {
        let started = stage.start(path, &body).await;
        assert_eq!(!started.qr_secret.is_empty(), has_tokens, "{path}");
        let cancelled = stage
            .call("cancel", &json!({"orderRef": started.order_ref}))
            .await;
        assert_eq!(cancelled.text().await.unwrap(), "{}");
        let again = stage
            .call("cancel", &json!({"orderRef": started.order_ref}))
            .await;
        assert_eq!(refusal(again).await, invalid());
    }
}

#[tokio::test]
async fn listening_beyond_loopback_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config::new(folder.path());
    config.listen = "0.0.0.0:0".parse().unwrap();
    assert!(Simulator::start(config).await.is_err());
}

#[tokio::test]
async fn body_that_does_not_arrive_is_a_timeout() {
    let stage = Stage::set_with(|config| config.body_timeout = Duration::from_millis(20)).await;
    let mut stream = raw_connection(&stage).await;
    let head = "POST /rp/v6.0/auth HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
                content-length: 30\r\nconnection: close\r\n\r\n{";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // The server may close without the TLS farewell, since it did not read the body.
    let _ = stream.read_to_end(&mut answer).await;
    let answer = String::from_utf8(answer).unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 408 ") && answer.contains("requestTimeout"),
        "{answer}"
    );
}

async fn raw_connection(stage: &Stage) -> TlsStream<TcpStream> {
    let files = stage.simulator.files();
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_file(&files.server_ca).unwrap())
        .unwrap();
    let certificate = CertificateDer::from_pem_file(&files.rp_certificate).unwrap();
    let key = PrivateKeyDer::from_pem_file(&files.rp_key).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_client_auth_cert(vec![certificate], key)
        .unwrap();
    let stream = TcpStream::connect(stage.simulator.address()).await.unwrap();
    let name = "localhost".try_into().unwrap();
    TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await
        .unwrap()
}
