//! The signer's certificate chain, and the roots it must lead to.

use std::time::Duration;

use aws_lc_rs::{
    digest::{SHA256, digest},
    signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey},
};
use der::{Decode as _, Encode as _, asn1::ObjectIdentifier};
use jiff::Timestamp;
use rustls_pki_types::{CertificateDer, TrustAnchor, UnixTime, pem::PemObject as _};
use thiserror::Error;
use webpki::{EndEntityCert, KeyUsage, aws_lc_rs as algorithms};
use x509_cert::{
    Certificate,
    ext::pkix::{CertificatePolicies, ExtendedKeyUsage},
};

use super::EvidenceError;

/// serialNumber of the subject: the twelve digits.
const SERIAL_NUMBER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.5");
/// Signing documents has no usage of its own: a leaf that names usages must at least name this one.
const CLIENT_AUTHENTICATION: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02];
const OCSP_SIGNING_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.9");
const OCSP_SIGNING: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x09];

/// The roots that BankID certificates must chain to, and the policies they may be issued under.
#[derive(Clone)]
pub struct TrustAnchors {
    roots: Vec<TrustAnchor<'static>>,
    policies: Vec<ObjectIdentifier>,
}

/// Why trust anchors cannot be used.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum AnchorError {
    /// No certificate in the file, or an unreadable one.
    #[error("the trust anchors hold no readable certificate")]
    Certificate,
    /// A policy is not an object identifier such as 1.2.752.78.1.5, or there is none.
    #[error("a certificate policy is not an object identifier, or none is named")]
    Policy,
}

impl TrustAnchors {
    /// Roots in PEM and policies in dotted form.
    pub fn from_pem(pem: &[u8], policies: &[String]) -> Result<Self, AnchorError> {
        let roots = CertificateDer::pem_slice_iter(pem)
            .map(|certificate| {
                let certificate = certificate.map_err(|_| AnchorError::Certificate)?;
                let anchor =
                    webpki::anchor_from_trusted_cert(&certificate).map_err(|_| AnchorError::Certificate)?;
                Ok(anchor.to_owned())
            })
            .collect::<Result<Vec<_>, _>>()?;
        let policies = policies
            .iter()
            .map(|oid| ObjectIdentifier::new(oid).map_err(|_| AnchorError::Policy));
        let policies = policies.collect::<Result<Vec<_>, _>>()?;
        match (roots.is_empty(), policies.is_empty()) {
            (true, _) => Err(AnchorError::Certificate),
            (false, true) => Err(AnchorError::Policy),
            (false, false) => Ok(Self { roots, policies }),
        }
    }
}

/// A leaf and the certificates between it and a root.
pub struct Chain {
    der: Vec<CertificateDer<'static>>,
    /// The signer's certificate.
    pub leaf: Certificate,
    /// The certificate that issued it.
    pub issuer: Certificate,
}

impl Chain {
    /// Reads certificates, the leaf first.
    pub fn read(certificates: &[Vec<u8>]) -> Result<Self, EvidenceError> {
        let [leaf, issuer, ..] = certificates else {
            return Err(EvidenceError::Chain);
        };
        Ok(Self {
            leaf: Certificate::from_der(leaf).map_err(|_| EvidenceError::Chain)?,
            issuer: Certificate::from_der(issuer).map_err(|_| EvidenceError::Chain)?,
            der: certificates.iter().cloned().map(CertificateDer::from).collect(),
        })
    }

    /// The leaf chains to a root at the time, under an allowed policy.
    pub fn check(&self, anchors: &TrustAnchors, at: Timestamp) -> Result<(), EvidenceError> {
        verify_chain(
            &self.der[0],
            &self.der[1..],
            anchors,
            at,
            KeyUsage::required_if_present(CLIENT_AUTHENTICATION),
        )?;
        let policies = self
            .leaf
            .tbs_certificate
            .get::<CertificatePolicies>()
            .map_err(|_| EvidenceError::Policy)?;
        let (_, policies) = policies.ok_or(EvidenceError::Policy)?;
        let allowed = policies
            .0
            .iter()
            .any(|policy| anchors.policies.contains(&policy.policy_identifier));
        if allowed {
            Ok(())
        } else {
            Err(EvidenceError::Policy)
        }
    }

    /// A responder's certificate, issued by the leaf's issuer for signing OCSP responses, chains to a root at the time.
    pub fn check_responder(
        &self,
        responder: &Certificate,
        anchors: &TrustAnchors,
        at: Timestamp,
    ) -> Result<(), EvidenceError> {
        if responder.tbs_certificate.issuer != self.issuer.tbs_certificate.subject {
            return Err(EvidenceError::Ocsp);
        }
        // webpki asks this of the whole path, where authorities need not have it; the responder must.
        let usages = responder
            .tbs_certificate
            .get::<ExtendedKeyUsage>()
            .map_err(|_| EvidenceError::Ocsp)?;
        if !usages.is_some_and(|(_, usages)| usages.0.contains(&OCSP_SIGNING_USAGE)) {
            return Err(EvidenceError::Ocsp);
        }
        let der = CertificateDer::from(responder.to_der().map_err(|_| EvidenceError::Ocsp)?);
        verify_chain(
            &der,
            &self.der[1..],
            anchors,
            at,
            KeyUsage::required_if_present(OCSP_SIGNING),
        )
        .map_err(|_| EvidenceError::Ocsp)
    }

    /// The signature value is the leaf's over the bytes: RSA of at least 2048 bits, PKCS#1 v1.5, SHA-256.
    pub fn check_signature(&self, signed: &str, value: &[u8]) -> Result<(), EvidenceError> {
        check_signature(&self.leaf, signed.as_bytes(), value).map_err(|()| EvidenceError::SignatureValue)
    }

    /// The twelve digits in the leaf's subject; exactly one such attribute.
    pub fn subject_number(&self) -> Result<String, EvidenceError> {
        let names = self
            .leaf
            .tbs_certificate
            .subject
            .0
            .iter()
            .flat_map(|name| name.0.iter());
        let mut numbers = names.filter(|attribute| attribute.oid == SERIAL_NUMBER);
        let (Some(number), None) = (numbers.next(), numbers.next()) else {
            return Err(EvidenceError::Signer);
        };
        String::from_utf8(number.value.value().to_vec()).map_err(|_| EvidenceError::Signer)
    }

    /// SHA-256 of the leaf.
    pub fn thumbprint(&self) -> [u8; 32] {
        let mut thumbprint = [0; 32];
        thumbprint.copy_from_slice(digest(&SHA256, &self.der[0]).as_ref());
        thumbprint
    }
}

/// Whether a value is the certificate's signature over the bytes.
pub fn check_signature(certificate: &Certificate, signed: &[u8], value: &[u8]) -> Result<(), ()> {
    let key = &certificate
        .tbs_certificate
        .subject_public_key_info
        .subject_public_key;
    UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.raw_bytes())
        .verify(signed, value)
        .map_err(|_| ())
}

fn verify_chain(
    certificate: &CertificateDer<'_>,
    intermediates: &[CertificateDer<'_>],
    anchors: &TrustAnchors,
    at: Timestamp,
    usage: KeyUsage,
) -> Result<(), EvidenceError> {
    let seconds = u64::try_from(at.as_second()).map_err(|_| EvidenceError::Chain)?;
    let at = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    let allowed = [
        algorithms::RSA_PKCS1_2048_8192_SHA256,
        algorithms::RSA_PKCS1_2048_8192_SHA384,
        algorithms::RSA_PKCS1_2048_8192_SHA512,
    ];
    EndEntityCert::try_from(certificate)
        .and_then(|leaf| {
            leaf.verify_for_usage(&allowed, &anchors.roots, intermediates, at, usage, None, None)
                .map(|_| ())
        })
        .map_err(|_| EvidenceError::Chain)
}
