//! The simulator's certificates. Two trees of their own: one for TLS (the server, the RP client certificates)
//! and one for signatures (root, bank CA, one leaf per person, OCSP responder). Made once, kept in the state folder.

pub mod issue;
pub mod leaf;

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use rcgen::{ExtendedKeyUsagePurpose, KeyPair};

use issue::{Authority, Stored, end_entity};
use leaf::SignaturePki;

/// Where the PEM files lie that others need.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Files {
    /// CA of the RP API's server certificate.
    pub server_ca: PathBuf,
    /// CA that issues RP client certificates.
    pub rp_ca: PathBuf,
    pub rp_certificate: PathBuf,
    pub rp_key: PathBuf,
    /// A second RP, to which the first one's orders do not exist.
    pub other_rp_certificate: PathBuf,
    pub other_rp_key: PathBuf,
    /// Root of the signature certificates and of the OCSP responder.
    pub signature_trust_anchor: PathBuf,
}

pub struct Pki {
    pub files: Files,
    pub server: Stored,
    pub rp_ca: Authority,
    pub signature: SignaturePki,
}

impl Pki {
    /// Reads the folder, making what is missing. Several processes may share it.
    pub fn load_or_create(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let lock = File::create(folder.join(".lock"))?;
        lock.lock()?;
        let server_ca = Authority::root(folder, "server-ca", "BankID Simulator SSL Root CA", ec_key)?;
        let rp_ca = Authority::root(folder, "rp-ca", "BankID Simulator RP CA", ec_key)?;
        let server = Stored::load_or(folder, "server", || {
            let names = ["localhost", "bankid-simulator", "127.0.0.1", "::1"].map(str::to_owned);
            let params = end_entity("BankID Simulator", &names, ExtendedKeyUsagePurpose::ServerAuth)?;
            server_ca.issue(&params, ec_key()?)
        })?;
        for (name, subject) in [("rp", "Deltaga"), ("other-rp", "Another Relying Party")] {
            Stored::load_or(folder, name, || {
                let params = end_entity(subject, &[], ExtendedKeyUsagePurpose::ClientAuth)?;
                rp_ca.issue(&params, ec_key()?)
            })?;
        }
        let signature = SignaturePki::load_or_create(folder)?;
        Ok(Self {
            files: Files::in_folder(folder),
            server,
            rp_ca,
            signature,
        })
    }
}

impl Files {
    fn in_folder(folder: &Path) -> Self {
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        let certificate = |name: &str| folder.join(format!("{name}.pem"));
        let key = |name: &str| folder.join(format!("{name}.key.pem"));
        Self {
            server_ca: certificate("server-ca"),
            rp_ca: certificate("rp-ca"),
            rp_certificate: certificate("rp"),
            rp_key: key("rp"),
            other_rp_certificate: certificate("other-rp"),
            other_rp_key: key("other-rp"),
            signature_trust_anchor: certificate("signature-root"),
        }
    }
}

fn ec_key() -> Result<KeyPair> {
    Ok(KeyPair::generate()?)
}
