//! The development certificate authority: one root in a folder, and the identities of services, operators' machine
//! clients and the Kafka broker under it. Files are made once and reused, so that a restarted stack keeps its trust.

use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, SanType, date_time_ymd,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::files;

/// A certificate authority whose root lies in a folder.
pub struct Authority {
    folder: PathBuf,
    issuer: Issuer<'static, KeyPair>,
}

/// A certificate with its key, as files a process can be pointed at.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The common name, which is also the principal in Kafka.
    pub name: String,
    pub ca_file: PathBuf,
    pub certificate_file: PathBuf,
    /// PKCS#8, as Java and rustls both read it.
    pub key_file: PathBuf,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Service,
    Client,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Validity {
    Current,
    Past,
}

impl Authority {
    /// Opens the authority of the folder, making its root the first time.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self> {
        let folder = folder.into();
        let _lock = files::lock(&folder.join("lock"))?;
        let root = files_of(&folder, "ca", "Deltaga development CA");
        if !root.certificate_file.exists() {
            make_root(&root)?;
        }
        let key = KeyPair::from_pem(&root.key_pem()?).context("the root's key is damaged")?;
        let issuer =
            Issuer::from_ca_cert_pem(&root.certificate_pem()?, key).context("the root is damaged")?;
        Ok(Self { folder, issuer })
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The certificate everybody trusts.
    pub fn ca_file(&self) -> PathBuf {
        self.folder.join("ca.certificate.pem")
    }

    /// The identity of a service process: its name, `localhost` and its SPIFFE URI.
    pub fn service(&self, name: &str) -> Result<Identity> {
        self.identity(name, name, Kind::Service, Validity::Current)
    }

    /// The certificate of a machine client: a free name and no service URI.
    pub fn client(&self, common_name: &str) -> Result<Identity> {
        self.identity(
            &format!("client-{}", file_stem(common_name)),
            common_name,
            Kind::Client,
            Validity::Current,
        )
    }

    /// A service identity whose validity has ended, for tests of refusal.
    pub fn expired(&self, name: &str) -> Result<Identity> {
        self.identity(&format!("expired-{name}"), name, Kind::Service, Validity::Past)
    }

    fn identity(&self, stem: &str, name: &str, kind: Kind, validity: Validity) -> Result<Identity> {
        let identity = files_of(&self.folder, stem, name);
        let _lock = files::lock(&self.folder.join("lock"))?;
        if !identity.certificate_file.exists() {
            let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
            let certificate = leaf(name, kind, validity)?.signed_by(&key, &self.issuer)?;
            write(&identity, &key, &certificate)?;
        }
        Ok(identity)
    }
}

impl Identity {
    pub fn certificate_pem(&self) -> Result<String> {
        read(&self.certificate_file)
    }

    pub fn key_pem(&self) -> Result<String> {
        read(&self.key_file)
    }

    pub fn ca_pem(&self) -> Result<String> {
        read(&self.ca_file)
    }

    pub fn certificate(&self) -> Result<CertificateDer<'static>> {
        CertificateDer::from_pem_file(&self.certificate_file).context("the certificate is damaged")
    }

    pub fn key(&self) -> Result<PrivateKeyDer<'static>> {
        PrivateKeyDer::from_pem_file(&self.key_file).context("the key is damaged")
    }

    /// SHA-256 of the certificate in hex, as access tokens of machine clients carry it.
    pub fn thumbprint(&self) -> Result<String> {
        let certificate = self.certificate()?;
        Ok(hex::encode(aws_lc_rs::digest::digest(
            &aws_lc_rs::digest::SHA256,
            &certificate,
        )))
    }

    /// What a rustls client needs to trust this authority and to show this certificate.
    pub fn client_config(&self) -> Result<rustls::ClientConfig> {
        let provider = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        Ok(rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(trust(&self.ca_file)?)
            .with_client_auth_cert(vec![self.certificate()?], self.key()?)?)
    }

    /// What a tonic client needs; the name checked in the server's certificate is that of the address.
    pub fn tonic_client_config(&self) -> Result<tonic::transport::ClientTlsConfig> {
        Ok(tonic::transport::ClientTlsConfig::new()
            .ca_certificate(tonic::transport::Certificate::from_pem(self.ca_pem()?))
            .identity(tonic::transport::Identity::from_pem(
                self.certificate_pem()?,
                self.key_pem()?,
            )))
    }
}

/// The trust store of one root file.
pub fn trust(ca_file: &Path) -> Result<rustls::RootCertStore> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(ca_file).context("the root is damaged")?)?;
    Ok(roots)
}

fn files_of(folder: &Path, stem: &str, name: &str) -> Identity {
    Identity {
        name: name.to_owned(),
        ca_file: folder.join("ca.certificate.pem"),
        certificate_file: folder.join(format!("{stem}.certificate.pem")),
        key_file: folder.join(format!("{stem}.key.pem")),
    }
}

fn make_root(root: &Identity) -> Result<()> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, &root.name);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    set_validity(&mut params, Validity::Current);
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
    write(root, &key, &params.self_signed(&key)?)
}

fn leaf(name: &str, kind: Kind, validity: Validity) -> Result<CertificateParams> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    params.use_authority_key_identifier_extension = true;
    if kind == Kind::Service {
        params
            .extended_key_usages
            .push(ExtendedKeyUsagePurpose::ServerAuth);
        params.subject_alt_names = vec![
            SanType::DnsName("localhost".try_into()?),
            SanType::DnsName(name.try_into()?),
            SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST)),
            SanType::URI(format!("spiffe://deltaga/service/{name}").try_into()?),
        ];
    }
    set_validity(&mut params, validity);
    Ok(params)
}

// Fixed days: the files are reused for as long as `.run` lives, and the clock is no concern of this crate.
fn set_validity(params: &mut CertificateParams, validity: Validity) {
    (params.not_before, params.not_after) = match validity {
        Validity::Current => (date_time_ymd(2025, 1, 1), date_time_ymd(2045, 1, 1)),
        Validity::Past => (date_time_ymd(2020, 1, 1), date_time_ymd(2021, 1, 1)),
    };
}

// The certificate is written last: whoever sees it finds its key.
fn write(identity: &Identity, key: &KeyPair, certificate: &Certificate) -> Result<()> {
    files::replace(&identity.key_file, &key.serialize_pem())?;
    files::replace_with_mode(&identity.certificate_file, &certificate.pem(), 0o644)
}

fn file_stem(common_name: &str) -> String {
    common_name
        .chars()
        .map(|letter| {
            if letter.is_ascii_alphanumeric() {
                letter
            } else {
                '-'
            }
        })
        .collect()
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn authority() -> (tempfile::TempDir, Authority) {
        let folder = tempfile::tempdir().unwrap();
        let authority = Authority::open(folder.path()).unwrap();
        (folder, authority)
    }

    fn names(identity: &Identity) -> Vec<String> {
        let der = identity.certificate().unwrap();
        let (_, certificate) = x509_parser::parse_x509_certificate(&der).unwrap();
        let Ok(Some(names)) = certificate.subject_alternative_name() else {
            return Vec::new();
        };
        names
            .value
            .general_names
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn a_service_certificate_carries_its_uri() {
        let (_folder, authority) = authority();
        let names = names(&authority.service("staff").unwrap());
        assert!(
            names
                .iter()
                .any(|name| name.contains("spiffe://deltaga/service/staff")),
            "{names:?}"
        );
    }

    #[test]
    fn a_machine_client_has_no_service_uri() {
        let (_folder, authority) = authority();
        assert!(names(&authority.client("Example Agency").unwrap()).is_empty());
    }

    #[test]
    fn identities_survive_a_new_start() {
        let (folder, authority) = authority();
        let first = authority.service("staff").unwrap().thumbprint().unwrap();
        let again = Authority::open(folder.path()).unwrap().service("staff").unwrap();
        assert_eq!(first, again.thumbprint().unwrap());
    }

    #[test]
    fn the_expired_variant_has_ended() {
        let (_folder, authority) = authority();
        let der = authority.expired("staff").unwrap().certificate().unwrap();
        let (_, certificate) = x509_parser::parse_x509_certificate(&der).unwrap();
        assert!(!certificate.validity().is_valid());
    }
}
