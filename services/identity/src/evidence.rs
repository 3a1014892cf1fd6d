//! Whether a BankID signature is one: the XML signature over exactly what was shown and hidden, by the person's own
//! certificate under a pinned root, with OCSP's word that it was good.

use jiff::Timestamp;
use rustls_pki_types::CertificateDer;

/// What the signature must be over and by whom.
#[derive(Clone)]
pub struct Expected<'a> {
    /// Twelve digits.
    pub person_number: &'a str,
    /// What the app showed.
    pub visible_data: &'a [u8],
    /// What was signed along.
    pub non_visible_data: &'a [u8],
    /// First and last instant at which it can have been made.
    pub signed_between: (Timestamp, Timestamp),
}

/// Whom we trust to say who somebody is.
#[derive(Clone)]
pub struct TrustAnchors {
    /// Pinned roots.
    pub roots: Vec<CertificateDer<'static>>,
    /// Certificate policies that are accepted.
    pub policies: Vec<String>,
}

/// A signature that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// When OCSP answered.
    pub signed_at: Timestamp,
}

/// Why a signature does not hold.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    /// There is no verifier yet, so nothing is taken for signed.
    #[error("the signature was not verified")]
    NotVerified,
}

/// Verifies a signature and its OCSP answer.
pub fn verify(
    signature_base64: &str,
    ocsp_base64: &str,
    expected: &Expected<'_>,
    anchors: &TrustAnchors,
) -> Result<Verified, EvidenceError> {
    let _ = (signature_base64, ocsp_base64, expected, anchors);
    Err(EvidenceError::NotVerified)
}
