//! The OCSP response that comes with a signature: it says that the signer's certificate was good, and its nonce binds it
//! to this very signature.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use der::{
    Decode as _, Encode as _,
    asn1::{ObjectIdentifier, OctetString},
};
use jiff::Timestamp;
use x509_ocsp::{BasicOcspResponse, CertStatus, OcspResponse, OcspResponseStatus};

use super::{
    EvidenceError,
    certificates::{Chain, TrustAnchors, check_signature},
};

const NONCE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.2");
const BASIC_RESPONSE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.1");
const RSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");
/// SHA-1 of the signature text and twelve random bytes.
const NONCE_LENGTH: usize = 32;

/// When the response was produced, if it says good about the leaf, for this signature, within the time.
pub fn confirmed_at(
    ocsp_base64: &str,
    signature_base64: &str,
    chain: &Chain,
    (from, to): (Timestamp, Timestamp),
) -> Result<Timestamp, EvidenceError> {
    let response = read(ocsp_base64)?;
    let data = &response.tbs_response_data;
    let [single] = data.responses.as_slice() else {
        return Err(EvidenceError::NotConfirmed);
    };
    let about_leaf = single.cert_id.serial_number == chain.leaf.tbs_certificate.serial_number
        && names_issuer(single, chain)?;
    let is_good = matches!(single.cert_status, CertStatus::Good(_));
    let produced_at = i64::try_from(data.produced_at.0.to_unix_duration().as_secs()).ok();
    let produced_at = produced_at.and_then(|seconds| Timestamp::from_second(seconds).ok());
    let produced_at = produced_at.ok_or(EvidenceError::Ocsp)?;
    let in_time = from <= produced_at && produced_at <= to;
    if about_leaf && is_good && in_time && is_bound(&response, signature_base64) {
        Ok(produced_at)
    } else {
        Err(EvidenceError::NotConfirmed)
    }
}

/// The response is signed by a responder of the leaf's issuer.
pub fn check_responder(
    ocsp_base64: &str,
    chain: &Chain,
    anchors: &TrustAnchors,
    at: Timestamp,
) -> Result<(), EvidenceError> {
    let response = read(ocsp_base64)?;
    let responder = response
        .certs
        .as_ref()
        .and_then(|certificates| certificates.first())
        .ok_or(EvidenceError::Ocsp)?;
    chain.check_responder(responder, anchors, at)?;
    let signed = response
        .tbs_response_data
        .to_der()
        .map_err(|_| EvidenceError::Ocsp)?;
    let value = response.signature.as_bytes().ok_or(EvidenceError::Ocsp)?;
    if response.signature_algorithm.oid != RSA_SHA256 {
        return Err(EvidenceError::Algorithm);
    }
    check_signature(responder, &signed, value).map_err(|()| EvidenceError::Ocsp)
}

fn read(ocsp_base64: &str) -> Result<BasicOcspResponse, EvidenceError> {
    let der = STANDARD.decode(ocsp_base64).map_err(|_| EvidenceError::Ocsp)?;
    let response = OcspResponse::from_der(&der).map_err(|_| EvidenceError::Ocsp)?;
    let bytes = response
        .response_bytes
        .filter(|bytes| bytes.response_type == BASIC_RESPONSE);
    match (response.response_status, bytes) {
        (OcspResponseStatus::Successful, Some(bytes)) => {
            BasicOcspResponse::from_der(bytes.response.as_bytes()).map_err(|_| EvidenceError::Ocsp)
        }
        _ => Err(EvidenceError::Ocsp),
    }
}

/// Whether the certificate id names the leaf's issuer by the SHA-1 hashes that OCSP uses.
fn names_issuer(single: &x509_ocsp::SingleResponse, chain: &Chain) -> Result<bool, EvidenceError> {
    let issuer = &chain.issuer.tbs_certificate;
    let name = issuer.subject.to_der().map_err(|_| EvidenceError::Chain)?;
    let key = issuer.subject_public_key_info.subject_public_key.raw_bytes();
    let sha1 = |bytes: &[u8]| digest(&SHA1_FOR_LEGACY_USE_ONLY, bytes);
    Ok(single.cert_id.issuer_name_hash.as_bytes() == sha1(&name).as_ref()
        && single.cert_id.issuer_key_hash.as_bytes() == sha1(key).as_ref())
}

fn is_bound(response: &BasicOcspResponse, signature_base64: &str) -> bool {
    let extensions = response.tbs_response_data.response_extensions.iter().flatten();
    let mut nonces = extensions.filter(|extension| extension.extn_id == NONCE);
    let (Some(nonce), None) = (nonces.next(), nonces.next()) else {
        return false;
    };
    let bytes = nonce.extn_value.as_bytes();
    // The value is an OCTET STRING inside the extension's own; older responders leave the inner one out.
    let bytes =
        OctetString::from_der(bytes).map_or_else(|_| bytes.to_vec(), |inner| inner.as_bytes().to_vec());
    let bound = digest(&SHA1_FOR_LEGACY_USE_ONLY, signature_base64.as_bytes());
    bytes.len() == NONCE_LENGTH && bytes.starts_with(bound.as_ref())
}
