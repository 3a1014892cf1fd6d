//! The certificate a process shows and the authority it trusts. One identity serves as server, as client and towards the
//! broker; a service is known by the URI in its certificate, `spiffe://deltaga/service/<name>`.

use std::path::PathBuf;
use std::sync::Arc;

use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use serde::Deserialize;

/// Section `[tls]`.
#[derive(Clone, Debug, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct TlsConfig {
    /// Certificates of the authority everybody trusts, in PEM.
    pub ca_file: PathBuf,
    /// Own certificate and its chain, in PEM.
    pub certificate_file: PathBuf,
    /// Own private key, PKCS#8 in PEM.
    pub key_file: PathBuf,
}

/// Own certificate, key and trust, loaded and checked.
#[derive(Clone)]
pub struct TlsIdentity(Arc<Loaded>);

struct Loaded {
    trust: Vec<CertificateDer<'static>>,
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

/// Why the identity cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file is missing or not what it should be.
    #[error("{key}: cannot read {path}")]
    File {
        /// Key of the configuration.
        key: &'static str,
        /// The file it names.
        path: PathBuf,
        /// What is wrong with it.
        source: rustls_pki_types::pem::Error,
    },
    /// Certificate, key and authority do not fit each other.
    #[error("tls: certificate, key and authority do not fit")]
    Unfit(#[source] rustls::Error),
}

impl TlsIdentity {
    /// Reads the three files.
    pub fn load(config: &TlsConfig) -> Result<Self, TlsError> {
        let inner = Loaded {
            trust: certificates("tls.ca_file", &config.ca_file)?,
            chain: certificates("tls.certificate_file", &config.certificate_file)?,
            key: PrivateKeyDer::from_pem_file(&config.key_file).map_err(|source| TlsError::File {
                key: "tls.key_file",
                path: config.key_file.clone(),
                source,
            })?,
        };
        Ok(Self(Arc::new(inner)))
    }
}

fn certificates(key: &'static str, path: &PathBuf) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let failed = |source| TlsError::File { key, path: path.clone(), source };
    CertificateDer::pem_file_iter(path).map_err(failed)?.collect::<Result<Vec<_>, _>>().map_err(failed)
}
