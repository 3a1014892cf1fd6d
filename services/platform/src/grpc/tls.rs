//! The certificate a process shows and the authority it trusts. One identity serves as server, as client and towards the
//! broker; a service is known by the URI in its certificate, `spiffe://deltaga/service/<name>`.

mod accept;
mod peer;
mod verify;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::crypto::CryptoProvider;
use rustls::server::WebPkiClientVerifier;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use serde::{Deserialize, Serialize};

use crate::config::{Environment, Key, Section};

pub use accept::{AcceptedStream, accept};
pub use peer::Peer;

const HTTP2: &[u8] = b"h2";

/// Section `[tls]`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TlsConfig {
    /// Certificates of the authority everybody trusts, in PEM.
    pub ca_file: PathBuf,
    /// Own certificate and its chain, in PEM.
    pub certificate_file: PathBuf,
    /// Own private key, PKCS#8 in PEM.
    pub key_file: PathBuf,
}

/// Own certificate, key and trust, loaded and known to fit each other. Clones share them.
#[derive(Clone)]
pub struct TlsIdentity(Arc<Loaded>);

struct Loaded {
    provider: Arc<CryptoProvider>,
    trust: Arc<RootCertStore>,
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    own: Peer,
}

/// Why the identity cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file is missing or not what it should be.
    #[error("`{key}`: cannot read {path}")]
    File {
        /// Key of the configuration.
        key: &'static str,
        /// The file it names.
        path: PathBuf,
        /// What is wrong with it.
        source: rustls_pki_types::pem::Error,
    },
    /// A file holds nothing of use.
    #[error("`{0}`: the file holds no certificate")]
    Empty(&'static str),
    /// The certificate is not of X.509.
    #[error("`tls.certificate_file`: the certificate cannot be parsed")]
    Malformed,
    /// Certificate, key and authority do not fit each other.
    #[error("`tls`: certificate, key and authority do not fit")]
    Unfit(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl TlsIdentity {
    /// Reads the three files and tries them on each other.
    pub fn load(config: &TlsConfig) -> Result<Self, TlsError> {
        let trust = roots(certificates("tls.ca_file", &config.ca_file)?)?;
        let chain = certificates("tls.certificate_file", &config.certificate_file)?;
        let key = PrivateKeyDer::from_pem_file(&config.key_file)
            .map_err(unreadable("tls.key_file", &config.key_file))?;
        let own = Peer::of(&chain[0]).ok_or(TlsError::Malformed)?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let identity = Self(Arc::new(Loaded {
            provider,
            trust: Arc::new(trust),
            chain,
            key,
            own,
        }));
        identity.server_config()?;
        Ok(identity)
    }

    /// Who the own certificate says this is.
    pub fn own(&self) -> &Peer {
        &self.0.own
    }

    /// How this process accepts connections: every client shows a certificate of the authority.
    pub fn server_config(&self) -> Result<Arc<rustls::ServerConfig>, TlsError> {
        let loaded = &*self.0;
        let verifier =
            WebPkiClientVerifier::builder_with_provider(loaded.trust.clone(), loaded.provider.clone())
                .build()
                .map_err(unfit)?;
        let mut config = rustls::ServerConfig::builder_with_provider(loaded.provider.clone())
            .with_protocol_versions(&[&rustls::version::TLS13])
            .map_err(unfit)?
            .with_client_cert_verifier(verifier)
            .with_single_cert(loaded.chain.clone(), loaded.key.clone_key())
            .map_err(unfit)?;
        config.alpn_protocols = vec![HTTP2.to_vec()];
        Ok(Arc::new(config))
    }

    /// How this process connects to another service: the server must be of the authority, stand for the address called,
    /// and carry the URI of `service`.
    pub fn client_config(&self, service: &str) -> Result<Arc<rustls::ClientConfig>, TlsError> {
        let loaded = &*self.0;
        let webpki =
            WebPkiServerVerifier::builder_with_provider(loaded.trust.clone(), loaded.provider.clone())
                .build()
                .map_err(unfit)?;
        let mut config = rustls::ClientConfig::builder_with_provider(loaded.provider.clone())
            .with_protocol_versions(&[&rustls::version::TLS13])
            .map_err(unfit)?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verify::ExpectedService::new(webpki, service)))
            .with_client_auth_cert(loaded.chain.clone(), loaded.key.clone_key())
            .map_err(unfit)?;
        config.alpn_protocols = vec![HTTP2.to_vec()];
        Ok(Arc::new(config))
    }
}

impl fmt::Debug for TlsIdentity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("TlsIdentity")
            .field("own", &self.0.own)
            .finish_non_exhaustive()
    }
}

impl Section for TlsConfig {
    const KEYS: &'static [Key] = &[
        Key::new(
            "ca_file",
            "Certificates of the authority that all services and machine clients are under, in PEM.",
        ),
        Key::new(
            "certificate_file",
            "Own certificate and chain in PEM; its URI names the service.",
        ),
        Key::new(
            "key_file",
            "Own private key, PKCS#8 in PEM. Readable for the process alone.",
        ),
    ];

    fn example(service: &str) -> Self {
        let file = |name: &str| PathBuf::from(format!("/etc/deltaga/tls/{name}"));
        Self {
            ca_file: file("ca.certificate.pem"),
            certificate_file: file(&format!("{service}.certificate.pem")),
            key_file: file(&format!("{service}.key.pem")),
        }
    }

    fn check(&self, _environment: Environment) -> Result<(), crate::config::ConfigError> {
        Ok(())
    }
}

fn certificates(key: &'static str, path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let found = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(unreadable(key, path))?;
    if found.is_empty() {
        Err(TlsError::Empty(key))
    } else {
        Ok(found)
    }
}

fn roots(certificates: Vec<CertificateDer<'static>>) -> Result<RootCertStore, TlsError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates {
        roots.add(certificate).map_err(unfit)?;
    }
    Ok(roots)
}

fn unreadable(key: &'static str, path: &Path) -> impl Fn(rustls_pki_types::pem::Error) -> TlsError {
    move |source| TlsError::File {
        key,
        path: path.to_owned(),
        source,
    }
}

fn unfit(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> TlsError {
    TlsError::Unfit(error.into())
}
