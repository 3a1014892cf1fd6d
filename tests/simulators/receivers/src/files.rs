//! What a recipient makes once and keeps: its key pair, the certificate of its address, and the CA that issued it.

use std::path::{Path, PathBuf};

use age::secrecy::ExposeSecret as _;
use anyhow::{Context, Result, anyhow};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use serde::Serialize;

use crate::Recipient;

/// Files in the state folder.
#[derive(Clone, Debug, Serialize)]
pub struct Files {
    folder: PathBuf,
    /// Issued the certificate of both addresses.
    pub server_ca: PathBuf,
    pub certificate: PathBuf,
    pub key: PathBuf,
}

/// Files of one recipient.
#[derive(Clone, Debug, Serialize)]
pub struct RecipientFiles {
    /// `age1…`, for whoever seals.
    pub public_key: PathBuf,
    /// `AGE-SECRET-KEY-1…`, for `age --decrypt -i`.
    pub private_key: PathBuf,
    /// Everything that arrived, in order.
    pub deliveries: PathBuf,
}

impl Files {
    /// Where the files of a state folder are, made or not.
    pub fn of(folder: &Path) -> Self {
        Self {
            folder: folder.to_path_buf(),
            server_ca: folder.join("server-ca.pem"),
            certificate: folder.join("server.pem"),
            key: folder.join("server.key.pem"),
        }
    }

    /// Those of one recipient.
    pub fn recipient(&self, recipient: Recipient) -> RecipientFiles {
        let stem = recipient.stem();
        RecipientFiles {
            public_key: self.folder.join(format!("{stem}.public-key")),
            private_key: self.folder.join(format!("{stem}.private-key")),
            deliveries: self.folder.join(stem),
        }
    }

    /// Makes what is missing.
    pub(crate) fn make(&self) -> Result<()> {
        std::fs::create_dir_all(&self.folder)?;
        if !self.certificate.exists() {
            self.make_certificate()?;
        }
        for recipient in Recipient::ALL {
            let files = self.recipient(recipient);
            std::fs::create_dir_all(&files.deliveries)?;
            if !files.public_key.exists() {
                let key = age::x25519::Identity::generate();
                write(&files.private_key, key.to_string().expose_secret())?;
                write(&files.public_key, &key.to_public().to_string())?;
            }
        }
        Ok(())
    }

    /// The certificate with its key.
    pub(crate) fn read_certificate(&self) -> Result<(CertificateDer<'static>, PrivateKeyDer<'static>)> {
        Ok((
            CertificateDer::from_pem_file(&self.certificate).context("the certificate is damaged")?,
            PrivateKeyDer::from_pem_file(&self.key).context("the key is damaged")?,
        ))
    }

    /// The key that opens parts.
    pub(crate) fn read_key(&self, recipient: Recipient) -> Result<age::x25519::Identity> {
        let text = std::fs::read_to_string(self.recipient(recipient).private_key)?;
        text.trim()
            .parse()
            .map_err(|_unreadable| anyhow!("the private key of {recipient} is damaged"))
    }

    fn make_certificate(&self) -> Result<()> {
        let mut authority = params("Receivers of approved months")?;
        authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let authority_key = KeyPair::generate()?;
        let root = authority.self_signed(&authority_key)?;
        let issuer = Issuer::new(authority, authority_key);
        let mut leaf = params("receivers")?;
        leaf.subject_alt_names =
            CertificateParams::new(vec!["localhost".into(), "127.0.0.1".into()])?.subject_alt_names;
        leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        leaf.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate()?;
        let certificate = leaf.signed_by(&key, &issuer)?;
        write(&self.server_ca, &root.pem())?;
        write(&self.key, &key.serialize_pem())?;
        write(&self.certificate, &certificate.pem())
    }
}

fn params(name: &str) -> Result<CertificateParams> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2049, 12, 31);
    Ok(params)
}

// Written beside and renamed: whoever waits for a file never sees half of it.
fn write(file: &Path, text: &str) -> Result<()> {
    let beside = file.with_extension("new");
    std::fs::write(&beside, text).with_context(|| format!("cannot write {}", beside.display()))?;
    Ok(std::fs::rename(&beside, file)?)
}
