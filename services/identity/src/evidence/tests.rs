//! Genuine evidence from the simulator passes; every way to tamper with it is refused for the right reason.

use std::{
    sync::OnceLock,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use bankid_simulator::{Config, PhoneAction, Simulator};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{EvidenceError, Expected, TrustAnchors, verify};

const NUMBER: &str = "198507099854";
const OTHER_NUMBER: &str = "199012249869";
const VISIBLE: &str = "En text att skriva under";
const HIDDEN: &str = "[[\"id\",\"statement\",\"00\"]]";
/// Policies of BankID's test certificates (DOMAIN 1.3).
const TEST_POLICIES: [&str; 4] = ["1.2.3.4.5", "1.2.3.4.10", "1.2.3.4.25", "1.2.752.60.1.6"];

/// One signature and one identification of the same person, made once for all tests.
struct Genuine {
    signature: String,
    ocsp: String,
    second: (String, String),
    identification: (String, String),
    anchors: Vec<u8>,
    at: Timestamp,
}

fn genuine() -> &'static Genuine {
    static MADE: OnceLock<Genuine> = OnceLock::new();
    MADE.get_or_init(|| {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(make())
    })
}

async fn make() -> Genuine {
    let folder = tempfile::tempdir().unwrap();
    let simulator = Simulator::start(Config::new(folder.path())).await.unwrap();
    let files = simulator.files();
    let identity = [
        std::fs::read(&files.rp_certificate).unwrap(),
        std::fs::read(&files.rp_key).unwrap(),
    ]
    .concat();
    let http = reqwest::Client::builder()
        .tls_certs_only([reqwest::Certificate::from_pem(&std::fs::read(&files.server_ca).unwrap()).unwrap()])
        .identity(reqwest::Identity::from_pem(&identity).unwrap())
        .build()
        .unwrap();
    let (signature, ocsp) = completed(&simulator, &http, "sign").await;
    let second = completed(&simulator, &http, "sign").await;
    let identification = completed(&simulator, &http, "auth").await;
    let anchors = std::fs::read(&files.signature_trust_anchor).unwrap();
    let now = now();
    Genuine {
        signature,
        ocsp,
        second,
        identification,
        anchors,
        at: now,
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the simulator runs on the machine's clock here"
)]
fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Timestamp::from_second(i64::try_from(since.as_secs()).unwrap()).unwrap()
}

async fn completed(simulator: &Simulator, http: &reqwest::Client, kind: &str) -> (String, String) {
    let body = json!({
        "endUserIp": "192.0.2.1",
        "userVisibleData": STANDARD.encode(VISIBLE),
        "userNonVisibleData": STANDARD.encode(HIDDEN),
    });
    let order = call(simulator, http, kind, &body).await;
    let token = order["autoStartToken"].as_str().unwrap();
    simulator
        .autostart(token, NUMBER, PhoneAction::Approve)
        .await
        .unwrap();
    let answer = call(
        simulator,
        http,
        "collect",
        &json!({"orderRef": order["orderRef"]}),
    )
    .await;
    let data = &answer["completionData"];
    (
        data["signature"].as_str().unwrap().to_owned(),
        data["ocspResponse"].as_str().unwrap().to_owned(),
    )
}

async fn call(simulator: &Simulator, http: &reqwest::Client, path: &str, body: &Value) -> Value {
    let address = format!("{}/{path}", simulator.rp_url().trim_end_matches('/'));
    let answer = http
        .post(address)
        .json(body)
        .timeout(Duration::from_secs(30))
        .send()
        .await
        .unwrap();
    answer.json().await.unwrap()
}

fn anchors(pem: &[u8]) -> TrustAnchors {
    TrustAnchors::from_pem(pem, &TEST_POLICIES.map(str::to_owned)).unwrap()
}

fn expected(at: Timestamp) -> Expected<'static> {
    let around = SignedDuration::from_mins(2);
    Expected {
        person_number: NUMBER,
        visible_data: VISIBLE.as_bytes(),
        non_visible_data: HIDDEN.as_bytes(),
        signed_between: (at - around, at + around),
    }
}

fn judge(signature: &str, ocsp: &str, expected: &Expected<'_>) -> Result<(), EvidenceError> {
    verify(signature, ocsp, expected, &anchors(&genuine().anchors)).map(|_| ())
}

/// Judges the genuine signature after its XML was changed.
fn judge_changed(change: impl Fn(String) -> String) -> Result<(), EvidenceError> {
    let made = genuine();
    let text = String::from_utf8(STANDARD.decode(&made.signature).unwrap()).unwrap();
    let changed = change(text.clone());
    assert_ne!(text, changed, "the change did something");
    judge(&STANDARD.encode(changed), &made.ocsp, &expected(made.at))
}

#[test]
fn accepts_a_genuine_signature() {
    let made = genuine();
    assert_eq!(judge(&made.signature, &made.ocsp, &expected(made.at)), Ok(()));
}

#[test]
fn refuses_another_signer() {
    let made = genuine();
    let wanted = Expected {
        person_number: OTHER_NUMBER,
        ..expected(made.at)
    };
    assert_eq!(
        judge(&made.signature, &made.ocsp, &wanted),
        Err(EvidenceError::Signer)
    );
}

#[test]
fn refuses_another_visible_text() {
    let made = genuine();
    let wanted = Expected {
        visible_data: b"Januari 2026: 43 timmar",
        ..expected(made.at)
    };
    assert_eq!(
        judge(&made.signature, &made.ocsp, &wanted),
        Err(EvidenceError::VisibleData)
    );
}

#[test]
fn refuses_other_hidden_data() {
    let made = genuine();
    let wanted = Expected {
        non_visible_data: b"[]",
        ..expected(made.at)
    };
    assert_eq!(
        judge(&made.signature, &made.ocsp, &wanted),
        Err(EvidenceError::NonVisibleData)
    );
}

#[test]
fn refuses_an_identification_in_place_of_a_signature() {
    let made = genuine();
    let (signature, ocsp) = &made.identification;
    assert_eq!(
        judge(signature, ocsp, &expected(made.at)),
        Err(EvidenceError::NotASignature)
    );
}

#[test]
fn refuses_the_ocsp_response_of_another_signature() {
    let made = genuine();
    assert_eq!(
        judge(&made.signature, &made.second.1, &expected(made.at)),
        Err(EvidenceError::NotConfirmed)
    );
}

#[test]
fn refuses_a_confirmation_outside_of_the_order_s_time() {
    let made = genuine();
    let late = made.at + SignedDuration::from_mins(10);
    assert_eq!(
        judge(&made.signature, &made.ocsp, &expected(late)),
        Err(EvidenceError::NotConfirmed)
    );
}

#[test]
fn refuses_a_changed_text_although_the_caller_expects_it() {
    let made = genuine();
    let changed = "Januari 2026: 43 timmar";
    let text = String::from_utf8(STANDARD.decode(&made.signature).unwrap()).unwrap();
    let text = text.replace(&STANDARD.encode(VISIBLE), &STANDARD.encode(changed));
    let wanted = Expected {
        visible_data: changed.as_bytes(),
        ..expected(made.at)
    };
    assert_eq!(
        judge(&STANDARD.encode(text), &made.ocsp, &wanted),
        Err(EvidenceError::Digest)
    );
}

#[test]
fn refuses_comments_document_types_and_character_data_sections() {
    let declaration_end = "standalone=\"no\"?>";
    for addition in ["<!-- x -->", "<!DOCTYPE x>", "<?x y?>"] {
        let result =
            judge_changed(|text| text.replacen(declaration_end, &format!("{declaration_end}{addition}"), 1));
        assert_eq!(result, Err(EvidenceError::ForbiddenXml), "{addition}");
    }
}

#[test]
fn refuses_prefixes() {
    let result =
        judge_changed(|text| text.replacen("<Signature xmlns=", "<Signature xmlns:x=\"urn:x\" xmlns=", 1));
    assert_eq!(result, Err(EvidenceError::ForbiddenXml));
}

#[test]
fn refuses_weaker_algorithms() {
    let weak = "http://www.w3.org/2000/09/xmldsig#rsa-sha1";
    let strong = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
    assert_eq!(
        judge_changed(|text| text.replace(strong, weak)),
        Err(EvidenceError::Algorithm)
    );
}

#[test]
fn refuses_a_second_signed_object_wrapped_around_the_first() {
    let result = judge_changed(|text| text.replacen("</Object>", "</Object><Object></Object>", 1));
    assert_eq!(result, Err(EvidenceError::Structure("children")));
}

#[test]
fn refuses_the_same_id_twice() {
    let result =
        judge_changed(|text| text.replacen("<SignatureValue>", "<SignatureValue Id=\"bidSignedData\">", 1));
    assert_eq!(result, Err(EvidenceError::Structure("Id")));
}

#[test]
fn refuses_a_changed_signature_value() {
    let result = judge_changed(|text| {
        let at = text.find("<SignatureValue>").unwrap() + "<SignatureValue>".len();
        let swapped = if &text[at..=at] == "A" { "B" } else { "A" };
        format!("{}{swapped}{}", &text[..at], &text[at + 1..])
    });
    // The OCSP nonce is over the signature as a whole, so it notices first.
    assert_eq!(result, Err(EvidenceError::NotConfirmed));
}

#[test]
fn refuses_certificates_of_another_root() {
    let made = genuine();
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap();
    let mut parameters = rcgen::CertificateParams::new(Vec::new()).unwrap();
    parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let root = parameters.self_signed(&key).unwrap().pem();
    let result = verify(
        &made.signature,
        &made.ocsp,
        &expected(made.at),
        &anchors(root.as_bytes()),
    );
    assert_eq!(result, Err(EvidenceError::Chain));
}

#[test]
fn refuses_certificates_under_another_policy() {
    let made = genuine();
    let production = TrustAnchors::from_pem(&made.anchors, &["1.2.752.78.1.5".to_owned()]).unwrap();
    let result = verify(&made.signature, &made.ocsp, &expected(made.at), &production);
    assert_eq!(result, Err(EvidenceError::Policy));
}

#[test]
fn refuses_what_is_too_large_or_unreadable() {
    let made = genuine();
    let huge = "A".repeat(700_000);
    assert_eq!(
        judge(&huge, &made.ocsp, &expected(made.at)),
        Err(EvidenceError::TooLarge)
    );
    assert_eq!(
        judge("%%%", &made.ocsp, &expected(made.at)),
        Err(EvidenceError::Unreadable)
    );
    assert_eq!(
        judge(&STANDARD.encode("<Signature"), &made.ocsp, &expected(made.at)),
        Err(EvidenceError::Unreadable)
    );
}

proptest::proptest! {
    #[test]
    fn withstands_any_text(signature in ".{0,400}", ocsp in ".{0,400}") {
        let made = genuine();
        let encoded = STANDARD.encode(&signature);
        proptest::prop_assert!(judge(&encoded, &ocsp, &expected(made.at)).is_err());
    }

    #[test]
    fn withstands_any_byte_changed(at in 0_usize..20_000, byte in 0_u8..=255) {
        let made = genuine();
        let mut bytes = STANDARD.decode(&made.signature).unwrap();
        let at = at % bytes.len();
        proptest::prop_assume!(bytes[at] != byte);
        bytes[at] = byte;
        proptest::prop_assert!(judge(&STANDARD.encode(bytes), &made.ocsp, &expected(made.at)).is_err());
    }

    #[test]
    fn withstands_any_byte_changed_in_the_ocsp_response(at in 0_usize..20_000, byte in 0_u8..=255) {
        let made = genuine();
        let mut bytes = STANDARD.decode(&made.ocsp).unwrap();
        let at = at % bytes.len();
        proptest::prop_assume!(bytes[at] != byte);
        bytes[at] = byte;
        // What is not covered by the responder's signature may change without a difference, so only: no panic.
        let _judged = judge(&made.signature, &STANDARD.encode(bytes), &expected(made.at));
    }
}

#[test]
fn refuses_signed_information_that_the_value_is_not_over() {
    let text = super::document::decode(&genuine().signature).unwrap();
    let signed = super::document::read(&text).unwrap();
    let chain = super::certificates::Chain::read(&signed.certificates).unwrap();
    let other = signed.information.replace("bidKeyInfo", "bidKeyinfo");
    assert_eq!(
        chain.check_signature(&signed.information, &signed.signature_value),
        Ok(())
    );
    assert_eq!(
        chain.check_signature(&other, &signed.signature_value),
        Err(EvidenceError::SignatureValue)
    );
}
