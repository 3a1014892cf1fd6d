//! What a completed order tells the RP, and the signing work that produces it.

pub mod ocsp;
pub mod xml;

use std::net::{IpAddr, Ipv4Addr};

use anyhow::Result;
use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::Serialize;

use crate::entropy::Entropy;
use crate::order::approval::SigningJob;
use crate::order::{OrderSpec, Start};
use crate::people::Risk;
use crate::pki::leaf::SignaturePki;

/// Where a phone that scans is on the network, unless the test says otherwise.
const PHONE_ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 7));

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CompletionData {
    pub user: User,
    pub device: Device,
    pub bank_id_issue_date: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step_up: Option<StepUp>,
    /// Base64 of the signed XML.
    pub signature: String,
    /// Base64 of the DER response.
    pub ocsp_response: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub risk: Option<Risk>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    pub personal_number: String,
    pub name: String,
    pub given_name: String,
    pub surname: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Device {
    pub ip_address: String,
    pub uhi: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct StepUp {
    pub mrtd: bool,
}

/// Signs the order as the person and lets the bank vouch for the certificate.
pub fn produce(
    job: &SigningJob,
    device_ip: Option<IpAddr>,
    pki: &SignaturePki,
    entropy: &Entropy,
    now: Timestamp,
) -> Result<CompletionData> {
    let person = &job.signer;
    let leaf = pki.leaf(person)?;
    let uhi = STANDARD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, person.key.as_bytes()));
    let statement = xml::Statement {
        visible: job.spec.visible.as_deref(),
        hidden: job.spec.hidden.as_deref(),
        format: job.spec.format,
        is_signature: job.spec.kind.is_signature(),
        rp_subject: &job.rp.subject,
        rp_display_name: &job.rp.display_name,
        nonce: entropy.bytes(),
        uhi: &uhi,
        conditions: conditions(&job.spec),
    };
    let signature = STANDARD.encode(xml::sign(&statement, &leaf, &[&pki.bank.certificate])?);
    let (bank, responder) = (&pki.bank.certificate, &pki.responder);
    let signed_at = now.max(job.done_at);
    let ocsp = ocsp::respond(
        &leaf.certificate,
        bank,
        responder,
        &signature,
        entropy.bytes(),
        signed_at,
    )?;
    Ok(CompletionData {
        user: User {
            personal_number: person.personal_number.clone(),
            name: person.name(),
            given_name: person.given_name.clone(),
            surname: person.surname.clone(),
        },
        device: Device {
            ip_address: device_ip.unwrap_or_else(|| address_of(job)).to_string(),
            uhi,
        },
        bank_id_issue_date: person.issued_on.clone(),
        step_up: job.spec.needs_document().then_some(StepUp { mrtd: true }),
        signature,
        ocsp_response: STANDARD.encode(ocsp),
        risk: job.spec.returns_risk.then(|| person.risk()),
    })
}

/// The app started on the same device shares its address; a phone that scanned has its own.
fn address_of(job: &SigningJob) -> IpAddr {
    match job.by {
        Start::SameDevice => job.spec.end_user_ip.unwrap_or(PHONE_ADDRESS),
        Start::Qr | Start::Call => PHONE_ADDRESS,
    }
}

fn conditions(spec: &OrderSpec) -> Vec<(&'static str, String)> {
    let requirement = &spec.requirement;
    let policies = requirement.certificate_policies.iter().flatten();
    let mut conditions: Vec<_> = policies.map(|oid| ("CertificatePolicies", oid.clone())).collect();
    if requirement.pin_code == Some(true) {
        conditions.push(("PinCode", "true".to_owned()));
    }
    conditions
}
