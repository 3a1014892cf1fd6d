//! What a completed order proves: the XML signature judged by xmlsec1, its structure, and the OCSP response.

use std::path::Path;
use std::process::Command;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use der::{Decode, Encode};
use serde_json::{Value, json};
use x509_cert::Certificate;
use x509_ocsp::{BasicOcspResponse, CertStatus, OcspResponse};

use crate::stage::Stage;

const TEXT: &str = "SmFnIGdvZGvDpG5uZXIgbWFycy4=";
const HASH: &str = "c2hhMjU2OmZlZGNiYTk4";

async fn signed(stage: &Stage) -> Value {
    let body = json!({
        "endUserIp": "192.0.2.1", "userVisibleData": TEXT, "userNonVisibleData": HASH,
        "userVisibleDataFormat": "simpleMarkdownV1",
        "requirement": {"personalNumber": "196802299823", "certificatePolicies": ["1.2.3.4.25"]},
    });
    stage.complete(&stage.start("sign", &body).await, "cilla").await
}

fn xml(completion: &Value) -> String {
    String::from_utf8(
        STANDARD
            .decode(completion["signature"].as_str().unwrap())
            .unwrap(),
    )
    .unwrap()
}

fn certificates(xml: &str) -> Vec<Certificate> {
    let document = roxmltree::Document::parse(xml).unwrap();
    let texts = document
        .descendants()
        .filter(|node| node.has_tag_name("X509Certificate"));
    texts
        .map(|node| Certificate::from_der(&STANDARD.decode(node.text().unwrap()).unwrap()).unwrap())
        .collect()
}

/// Lets Debian's xmlsec1 check both digests, the signature and the chain to the root.
fn xmlsec1_accepts(xml: &str, root: &Path) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("signature.xml");
    std::fs::write(&file, xml).unwrap();
    let verified = Command::new("xmlsec1")
        .args([
            "--verify",
            "--enabled-key-data",
            "x509",
            "--id-attr:Id",
            "KeyInfo",
            "--id-attr:Id",
        ])
        .arg("http://www.bankid.com/signature/v1.0.0/types:bankIdSignedData")
        .arg("--trusted-pem")
        .args([root, &file])
        .output()
        .expect("xmlsec1 cannot be run; install the Debian package xmlsec1 (apt-get install xmlsec1)");
    verified.status.success()
}

#[tokio::test]
async fn xmlsec1_accepts_the_signature_and_refuses_a_changed_one() {
    let stage = Stage::set().await;
    let xml = xml(&signed(&stage).await);
    let root = &stage.simulator.files().signature_trust_anchor;
    assert!(xmlsec1_accepts(&xml, root), "{xml}");
    assert!(!xmlsec1_accepts(&xml.replace(HASH, "c2hhMjU2OmZlZGNiYTk5"), root));
    assert!(!xmlsec1_accepts(&xml, &stage.simulator.files().server_ca));
}

#[tokio::test]
async fn signature_holds_the_very_texts_that_were_sent() {
    let stage = Stage::set().await;
    let xml = xml(&signed(&stage).await);
    let document = roxmltree::Document::parse(&xml).unwrap();
    let text = |name| {
        document
            .descendants()
            .find(|node| node.tag_name().name() == name)
            .unwrap()
            .text()
            .unwrap()
    };
    assert_eq!(text("usrVisibleData"), TEXT);
    assert_eq!(text("usrNonVisibleData"), HASH);
    assert_eq!(text("funcId"), "Signing");
    assert_eq!(STANDARD.decode(text("displayName")).unwrap(), b"Deltaga");
    let children: Vec<_> = document
        .root_element()
        .children()
        .map(|node| node.tag_name().name())
        .collect();
    assert_eq!(children, ["SignedInfo", "SignatureValue", "KeyInfo", "Object"]);
    assert!(xml.contains(r#"<usrVisibleData charset="UTF-8" format="simpleMarkdownV1" visible="wysiwys">"#));
}

#[tokio::test]
async fn leaf_names_the_person_and_the_policy() {
    let stage = Stage::set().await;
    let certificates = certificates(&xml(&signed(&stage).await));
    let [leaf, bank] = certificates.as_slice() else {
        panic!("leaf and bank CA, no root")
    };
    let subject = leaf.tbs_certificate.subject.to_string();
    assert!(subject.contains("196802299823"), "{subject}");
    assert_eq!(leaf.tbs_certificate.issuer, bank.tbs_certificate.subject);
    let policy = der::asn1::ObjectIdentifier::new("1.2.3.4.25")
        .unwrap()
        .to_der()
        .unwrap();
    let extensions = leaf.tbs_certificate.extensions.as_ref().unwrap();
    let policies = extensions
        .iter()
        .find(|extension| extension.extn_id.to_string() == "2.5.29.32")
        .unwrap();
    assert!(
        policies
            .extn_value
            .as_bytes()
            .windows(policy.len())
            .any(|window| window == policy)
    );
}

#[tokio::test]
async fn identification_without_text_has_none_in_the_signature() {
    let stage = Stage::set().await;
    let completion = stage.complete(&stage.auth().await, "bertil").await;
    let xml = xml(&completion);
    assert!(xmlsec1_accepts(
        &xml,
        &stage.simulator.files().signature_trust_anchor
    ));
    assert!(xml.contains("<funcId>Identification</funcId>") && !xml.contains("usrVisibleData"));
}

#[tokio::test]
async fn ocsp_response_says_good_is_signed_and_bound_to_the_signature() {
    let stage = Stage::set().await;
    let completion = signed(&stage).await;
    let certificates = certificates(&xml(&completion));
    let [leaf, bank] = certificates.as_slice() else {
        panic!("leaf and bank CA, no root")
    };
    let bytes = STANDARD
        .decode(completion["ocspResponse"].as_str().unwrap())
        .unwrap();
    let response = OcspResponse::from_der(&bytes).unwrap().response_bytes.unwrap();
    let basic = BasicOcspResponse::from_der(response.response.as_bytes()).unwrap();
    let single = &basic.tbs_response_data.responses[0];
    assert_eq!(single.cert_status, CertStatus::good());
    assert_eq!(single.cert_id.serial_number, leaf.tbs_certificate.serial_number);
    let nonce = basic.nonce().unwrap().0;
    let bound = digest(
        &SHA1_FOR_LEGACY_USE_ONLY,
        completion["signature"].as_str().unwrap().as_bytes(),
    );
    assert_eq!(
        (nonce.as_bytes().len(), &nonce.as_bytes()[..20]),
        (32, bound.as_ref())
    );
    let responder = &basic.certs.as_ref().unwrap()[0];
    let tbs = basic.tbs_response_data.to_der().unwrap();
    assert!(is_signed_by(responder, &tbs, basic.signature.raw_bytes()));
    let tbs = responder.tbs_certificate.to_der().unwrap();
    assert!(is_signed_by(bank, &tbs, responder.signature.raw_bytes()));
}

fn is_signed_by(signer: &Certificate, message: &[u8], signature: &[u8]) -> bool {
    let key = signer
        .tbs_certificate
        .subject_public_key_info
        .subject_public_key
        .raw_bytes();
    UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key)
        .verify(message, signature)
        .is_ok()
}

#[tokio::test]
async fn certificates_are_kept_between_starts() {
    let folder = tempfile::tempdir().unwrap();
    let mut roots = Vec::new();
    for _ in 0..2 {
        let config = bankid_simulator::Config::new(folder.path());
        let simulator = bankid_simulator::Simulator::start(config).await.unwrap();
        roots.push(std::fs::read(&simulator.files().signature_trust_anchor).unwrap());
        simulator.shutdown().await;
    }
    assert_eq!(roots[0], roots[1]);
}

#[tokio::test]
async fn simulators_that_start_at_once_share_one_folder() {
    let folder = tempfile::tempdir().unwrap();
    let start = || bankid_simulator::Simulator::start(bankid_simulator::Config::new(folder.path()));
    let (one, two) = tokio::join!(start(), start());
    let (one, two) = (one.unwrap(), two.unwrap());
    for simulator in [&one, &two] {
        let files = one.files();
        let rp = crate::stage::client(simulator, Some((&files.rp_certificate, &files.rp_key)));
        let url = format!("{}auth", simulator.rp_url());
        let answer = rp
            .post(url)
            .json(&json!({"endUserIp": "192.0.2.1"}))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 200);
    }
}
