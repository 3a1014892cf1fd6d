//! The OCSP response that proves the leaf was good when it signed. Its nonce is bound to the signature.

use std::time::Duration;

use anyhow::Result;
use aws_lc_rs::digest::{Algorithm, SHA1_FOR_LEGACY_USE_ONLY, digest};
use der::asn1::{BitString, Null, ObjectIdentifier, OctetString};
use der::{DateTime, Decode, Encode};
use jiff::{SignedDuration, Timestamp};
use rcgen::SigningKey;
use rustls_pki_types::CertificateDer;
use x509_cert::Certificate;
use x509_cert::ext::Extension;
use x509_cert::spki::AlgorithmIdentifierOwned;
use x509_ocsp::{
    BasicOcspResponse, CertId, CertStatus, OcspGeneralizedTime, OcspResponse, ResponderId, ResponseData,
    SingleResponse, Version,
};

use crate::pki::issue::Stored;

const SHA1_OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.14.3.2.26");
const RSA_SHA256_OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");
const NONCE_OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.2");
/// Name hashes in certificate ids are SHA-1 by custom.
const ID_HASH: &Algorithm = &SHA1_FOR_LEGACY_USE_ONLY;
const FRESH_FOR: SignedDuration = SignedDuration::from_mins(15);

/// Says "good" about the leaf at `at`. `signature` is the base64 text in the completion data.
pub fn respond(
    leaf: &CertificateDer<'_>,
    bank: &CertificateDer<'_>,
    responder: &Stored,
    signature: &str,
    random: [u8; 12],
    at: Timestamp,
) -> Result<Vec<u8>> {
    let responder_certificate = Certificate::from_der(&responder.certificate)?;
    let single = SingleResponse {
        cert_id: certificate_id(&Certificate::from_der(leaf)?, &Certificate::from_der(bank)?)?,
        cert_status: CertStatus::Good(Null),
        this_update: general_time(at)?,
        next_update: Some(general_time(at + FRESH_FOR)?),
        single_extensions: None,
    };
    let tbs_response_data = ResponseData {
        version: Version::V1,
        responder_id: ResponderId::ByName(responder_certificate.tbs_certificate.subject.clone()),
        produced_at: general_time(at)?,
        responses: vec![single],
        response_extensions: Some(vec![nonce(signature, random)?]),
    };
    let signed = responder.key.sign(&tbs_response_data.to_der()?)?;
    let basic = BasicOcspResponse {
        tbs_response_data,
        signature_algorithm: algorithm(RSA_SHA256_OID),
        signature: BitString::from_bytes(&signed)?,
        certs: Some(vec![responder_certificate]),
    };
    Ok(OcspResponse::successful(basic)?.to_der()?)
}

/// SHA-1 of the signature text, then twelve random bytes.
fn nonce(signature: &str, random: [u8; 12]) -> Result<Extension> {
    let bound = digest(&SHA1_FOR_LEGACY_USE_ONLY, signature.as_bytes());
    let value = OctetString::new([bound.as_ref(), &random].concat())?;
    Ok(Extension {
        extn_id: NONCE_OID,
        critical: false,
        extn_value: OctetString::new(value.to_der()?)?,
    })
}

fn certificate_id(leaf: &Certificate, bank: &Certificate) -> Result<CertId> {
    let name = bank.tbs_certificate.subject.to_der()?;
    let key = bank
        .tbs_certificate
        .subject_public_key_info
        .subject_public_key
        .raw_bytes();
    Ok(CertId {
        hash_algorithm: algorithm(SHA1_OID),
        issuer_name_hash: OctetString::new(digest(ID_HASH, &name).as_ref())?,
        issuer_key_hash: OctetString::new(digest(ID_HASH, key).as_ref())?,
        serial_number: leaf.tbs_certificate.serial_number.clone(),
    })
}

fn algorithm(oid: ObjectIdentifier) -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned {
        oid,
        parameters: Some(Null.into()),
    }
}

fn general_time(at: Timestamp) -> Result<OcspGeneralizedTime> {
    let seconds = u64::try_from(at.as_second())?;
    Ok(DateTime::from_unix_duration(Duration::from_secs(seconds))?.into())
}
