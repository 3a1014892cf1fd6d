//! The signature tree: root, bank CA, OCSP responder, and a leaf per person made when it is first needed.

use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use aws_lc_rs::digest;
use der::Encode;
use der::asn1::ObjectIdentifier;
use rcgen::{
    CertificateParams, CustomExtension, DistinguishedName, DnType, ExtendedKeyUsagePurpose, KeyPair,
    KeyUsagePurpose, PKCS_RSA_SHA256, RsaKeySize,
};
use x509_cert::ext::pkix::certpolicy::{CertificatePolicies, PolicyInformation};

use super::issue::{Authority, Stored, authority, end_entity, printable};
use crate::people::Person;

const ANY_POLICY: &str = "2.5.29.32.0";
const SURNAME: [u64; 4] = [2, 5, 4, 4];
const SERIAL_NUMBER: [u64; 4] = [2, 5, 4, 5];
const GIVEN_NAME: [u64; 4] = [2, 5, 4, 42];
const CERTIFICATE_POLICIES: [u64; 4] = [2, 5, 29, 32];
const OCSP_NO_CHECK: [u64; 10] = [1, 3, 6, 1, 5, 5, 7, 48, 1, 5];
const DER_NULL: [u8; 2] = [5, 0];

pub struct SignaturePki {
    pub bank: Authority,
    pub responder: Stored,
    folder: PathBuf,
    leaves: Mutex<HashMap<String, Arc<Stored>>>,
}

impl SignaturePki {
    pub fn load_or_create(folder: &Path) -> Result<Self> {
        let root = Authority::root(
            folder,
            "signature-root",
            "Test BankID Simulator Root CA v1",
            rsa_key,
        )?;
        let mut params = authority("Testbank Deltaga Customer CA v1 for BankID Simulator", Some(0))?;
        params.custom_extensions.push(policies(ANY_POLICY)?);
        let bank = root.subordinate(folder, "bank-ca", &params, rsa_key)?;
        let responder = Stored::load_or(folder, "ocsp-responder", || {
            let usage = ExtendedKeyUsagePurpose::OcspSigning;
            let mut params = end_entity("Testbank Deltaga OCSP Signer", &[], usage)?;
            let no_check = CustomExtension::from_oid_content(&OCSP_NO_CHECK, DER_NULL.to_vec());
            params.custom_extensions.push(no_check);
            bank.issue(&params, rsa_key()?)
        })?;
        let people = folder.join("people");
        std::fs::create_dir_all(&people)?;
        Ok(Self {
            bank,
            responder,
            folder: people,
            leaves: Mutex::default(),
        })
    }

    /// The person's certificate and key. Takes a while the first time, since RSA keys do.
    pub fn leaf(&self, person: &Person) -> Result<Arc<Stored>> {
        let name = file_name(person);
        let mut leaves = self.leaves.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(leaf) = leaves.get(&name) {
            return Ok(Arc::clone(leaf));
        }
        let lock = File::create(self.folder.join(".lock"))?;
        lock.lock()?;
        let leaf = Stored::load_or(&self.folder, &name, || {
            self.bank.issue(&leaf_params(person)?, rsa_key()?)
        })
        .with_context(|| format!("no certificate for test person {}", person.key))?;
        let leaf = Arc::new(leaf);
        leaves.insert(name, Arc::clone(&leaf));
        Ok(leaf)
    }
}

fn leaf_params(person: &Person) -> Result<CertificateParams> {
    let mut params = end_entity("", &[], ExtendedKeyUsagePurpose::ClientAuth)?;
    params.extended_key_usages.clear();
    params.key_usages = vec![
        KeyUsagePurpose::DigitalSignature,
        KeyUsagePurpose::ContentCommitment,
    ];
    params.custom_extensions.push(policies(person.policy.oid())?);
    let mut name = DistinguishedName::new();
    name.push(DnType::CountryName, printable("SE")?);
    name.push(DnType::OrganizationName, "Testbank Deltaga AB (publ)");
    name.push(DnType::CustomDnType(SURNAME.to_vec()), person.surname.as_str());
    name.push(
        DnType::CustomDnType(GIVEN_NAME.to_vec()),
        person.given_name.as_str(),
    );
    name.push(
        DnType::CustomDnType(SERIAL_NUMBER.to_vec()),
        printable(&person.personal_number)?,
    );
    name.push(DnType::CommonName, person.name());
    params.distinguished_name = name;
    Ok(params)
}

fn policies(oid: &str) -> Result<CustomExtension> {
    let policy_identifier = ObjectIdentifier::new(oid)?;
    let policies = CertificatePolicies(vec![PolicyInformation {
        policy_identifier,
        policy_qualifiers: None,
    }]);
    Ok(CustomExtension::from_oid_content(
        &CERTIFICATE_POLICIES,
        policies.to_der()?,
    ))
}

fn rsa_key() -> Result<KeyPair> {
    Ok(KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)?)
}

/// Changes with what the certificate says, so that an edited person gets a new one.
fn file_name(person: &Person) -> String {
    let content = format!(
        "{}|{}|{}",
        person.personal_number,
        person.name(),
        person.policy.oid()
    );
    let digest = digest::digest(&digest::SHA256, content.as_bytes());
    format!("{}-{}", person.key, &hex::encode(digest)[..8])
}
