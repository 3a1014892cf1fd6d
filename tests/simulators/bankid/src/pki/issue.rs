//! Making, keeping and reading back certificates with their keys.

use std::path::Path;

use anyhow::{Context, Result};
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DnType, DnValue, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

/// A certificate with its key, as kept on disk.
pub struct Stored {
    pub certificate: CertificateDer<'static>,
    pub key: KeyPair,
}

/// A CA that can issue.
pub struct Authority {
    pub certificate: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
}

impl Stored {
    /// Reads `<name>.pem` and `<name>.key.pem`, or makes and writes them.
    pub fn load_or(
        folder: &Path,
        name: &str,
        make: impl FnOnce() -> Result<(Certificate, KeyPair)>,
    ) -> Result<Self> {
        let certificate_file = folder.join(format!("{name}.pem"));
        let key_file = folder.join(format!("{name}.key.pem"));
        if !(certificate_file.exists() && key_file.exists()) {
            let (certificate, key) = make().with_context(|| format!("cannot make the certificate {name}"))?;
            replace(&key_file, &key.serialize_pem())?;
            replace(&certificate_file, &certificate.pem())?;
        }
        let certificate = CertificateDer::from_pem_file(&certificate_file)
            .with_context(|| format!("{} holds no certificate", certificate_file.display()))?;
        let key = KeyPair::from_pem(&std::fs::read_to_string(&key_file)?)
            .with_context(|| format!("{} holds no key", key_file.display()))?;
        Ok(Self { certificate, key })
    }

    pub fn private_key(&self) -> PrivateKeyDer<'static> {
        PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.key.serialize_der()))
    }
}

impl Authority {
    /// A self-signed CA.
    pub fn root(folder: &Path, name: &str, subject: &str, key: fn() -> Result<KeyPair>) -> Result<Self> {
        let stored = Stored::load_or(folder, name, || {
            let key = key()?;
            let certificate = authority(subject, None)?.self_signed(&key)?;
            Ok((certificate, key))
        })?;
        Self::from_stored(stored)
    }

    /// A CA under this one that only issues end entities.
    pub fn subordinate(
        &self,
        folder: &Path,
        name: &str,
        params: &CertificateParams,
        key: fn() -> Result<KeyPair>,
    ) -> Result<Self> {
        let stored = Stored::load_or(folder, name, || self.issue(params, key()?))?;
        Self::from_stored(stored)
    }

    pub fn issue(&self, params: &CertificateParams, key: KeyPair) -> Result<(Certificate, KeyPair)> {
        let certificate = params.signed_by(&key, &self.issuer)?;
        Ok((certificate, key))
    }

    fn from_stored(stored: Stored) -> Result<Self> {
        let issuer = Issuer::from_ca_cert_der(&stored.certificate, stored.key)?;
        Ok(Self {
            certificate: stored.certificate,
            issuer,
        })
    }
}

/// Parameters of a CA; `path_length` limits how many CAs may follow.
pub fn authority(subject: &str, path_length: Option<u8>) -> Result<CertificateParams> {
    let mut params = base(subject, &[])?;
    params.is_ca =
        IsCa::Ca(path_length.map_or(BasicConstraints::Unconstrained, BasicConstraints::Constrained));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    Ok(params)
}

/// Parameters of a TLS certificate or an OCSP responder.
pub fn end_entity(
    subject: &str,
    names: &[String],
    usage: ExtendedKeyUsagePurpose,
) -> Result<CertificateParams> {
    let mut params = base(subject, names)?;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![usage];
    Ok(params)
}

/// A value of a name that must not be UTF-8 encoded, such as a country or a serial number.
pub fn printable(value: &str) -> Result<DnValue> {
    Ok(DnValue::PrintableString(value.try_into()?))
}

/// Validity is wide and fixed, so that shifting the simulator's clock never runs out of it.
fn base(subject: &str, names: &[String]) -> Result<CertificateParams> {
    let mut params = CertificateParams::new(names)?;
    params
        .distinguished_name
        .push(DnType::CountryName, printable("SE")?);
    params
        .distinguished_name
        .push(DnType::OrganizationName, "Testbank Deltaga AB (publ)");
    params.distinguished_name.push(DnType::CommonName, subject);
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2049, 12, 31);
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

/// Written beside and renamed, so that a reader never sees half a file.
fn replace(file: &Path, text: &str) -> Result<()> {
    let beside = file.with_extension(format!("{}.tmp", std::process::id()));
    std::fs::write(&beside, text).with_context(|| format!("cannot write {}", beside.display()))?;
    std::fs::rename(&beside, file)?;
    Ok(())
}
