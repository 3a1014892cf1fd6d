//! Verifies what BankID hands out after a signature: an XMLDSig document and an OCSP response (DOMAIN 1.9). BankID has
//! verified both before; we do it for evidence, so that a signature can be defended without asking anybody. Nothing but
//! the fixed subset that BankID writes is accepted. Pure: no clock, no I/O.

mod canonical;
mod certificates;
mod document;
mod ocsp;

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use thiserror::Error;

pub use certificates::{AnchorError, TrustAnchors};

/// Largest base64 texts that are looked at: 200,000 characters of hidden data, 40,000 of visible text, certificates.
const SIGNATURE_LIMIT: usize = 600_000;
const OCSP_LIMIT: usize = 60_000;

/// What must have been signed, by whom and when.
#[derive(Clone)]
pub struct Expected<'a> {
    /// Twelve digits of the person who was asked to sign.
    pub person_number: &'a str,
    /// The text shown in the app, before base64.
    pub visible_data: &'a [u8],
    /// The hidden data of the order, before base64.
    pub non_visible_data: &'a [u8],
    /// When the order began and when its completion was collected, with what the clocks may differ.
    pub signed_between: (Timestamp, Timestamp),
}

/// What the evidence says beyond being right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// SHA-256 of the signer's certificate.
    pub certificate_thumbprint: [u8; 32],
    /// When the certificate was told to be good.
    pub confirmed_at: Timestamp,
}

/// Why evidence is not accepted. Says which check, never what it saw.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum EvidenceError {
    /// Larger than anything BankID sends.
    #[error("the signature or OCSP response is too large")]
    TooLarge,
    /// Not base64, not UTF-8, or not XML.
    #[error("the signature cannot be read")]
    Unreadable,
    /// A document type, comment, processing instruction, CDATA section or prefix.
    #[error("the signature holds XML that BankID does not write")]
    ForbiddenXml,
    /// An element or attribute is missing, out of order or too many.
    #[error("the signature has another structure than BankID's: {0}")]
    Structure(&'static str),
    /// Another algorithm than the ones named in DOMAIN 1.9.
    #[error("the signature uses an algorithm that is not allowed")]
    Algorithm,
    /// A digest does not fit its element.
    #[error("a digest does not match")]
    Digest,
    /// A certificate cannot be read, or does not chain to a pinned root at signing time.
    #[error("the certificate chain is not trusted")]
    Chain,
    /// The certificate was not issued under an allowed policy.
    #[error("the certificate policy is not allowed")]
    Policy,
    /// The signature value does not fit.
    #[error("the signature value does not match")]
    SignatureValue,
    /// An identification, not a signature.
    #[error("the document is not a signature but an identification")]
    NotASignature,
    /// Signed by another person.
    #[error("the signer is another person")]
    Signer,
    /// Another text was shown.
    #[error("the visible data differ")]
    VisibleData,
    /// Other hidden data were signed.
    #[error("the hidden data differ")]
    NonVisibleData,
    /// The OCSP response cannot be read or its signature or responder is wrong.
    #[error("the OCSP response is not trusted")]
    Ocsp,
    /// The OCSP response is about another signature, another certificate or another time, or does not say good.
    #[error("the OCSP response does not confirm this signature")]
    NotConfirmed,
}

/// Verifies signature and OCSP response as base64 text, as they stand in the completion data.
pub fn verify(
    signature_base64: &str,
    ocsp_base64: &str,
    expected: &Expected<'_>,
    anchors: &TrustAnchors,
) -> Result<Verified, EvidenceError> {
    if signature_base64.len() > SIGNATURE_LIMIT || ocsp_base64.len() > OCSP_LIMIT {
        return Err(EvidenceError::TooLarge);
    }
    let text = document::decode(signature_base64)?;
    let signed = document::read(&text)?;
    signed.check_digests()?;
    let chain = certificates::Chain::read(&signed.certificates)?;
    let confirmed_at = ocsp::confirmed_at(ocsp_base64, signature_base64, &chain, expected.signed_between)?;
    chain.check(anchors, confirmed_at)?;
    ocsp::check_responder(ocsp_base64, &chain, anchors, confirmed_at)?;
    chain.check_signature(&signed.information, &signed.signature_value)?;
    signed.check_content(expected)?;
    if chain.subject_number()? != expected.person_number {
        return Err(EvidenceError::Signer);
    }
    Ok(Verified {
        certificate_thumbprint: chain.thumbprint(),
        confirmed_at,
    })
}
