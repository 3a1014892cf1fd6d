//! What a token says. [`WireClaims`] is the form in the token, used by identity to write and by everybody to read;
//! [`Claims`] is what it means, with nothing left to check but the time.

use std::fmt;

use jiff::Timestamp;
use proto::policy::v1::Assurance;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{AUDIENCE, ISSUER};
use crate::auth::{SignedIn, Thumbprint};

/// The claims as they stand in a token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WireClaims {
    iss: String,
    aud: String,
    sub: Uuid,
    exp: i64,
    kind: SubjectKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    portal: Option<Portal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aal: Option<WireAssurance>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    aliases: Vec<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_kind: Option<ClientKind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    org: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cnf: Option<Confirmation>,
}

/// What a token means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// Whose it is.
    pub subject: Subject,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Whose a token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A signed-in person.
    Person {
        /// Which pages the person signed in to.
        portal: Portal,
        /// The person.
        who: SignedIn,
    },
    /// A machine client.
    Client {
        /// What it is.
        kind: ClientKind,
        /// Its id.
        client_id: Uuid,
        /// Its organisation.
        organisation_id: Uuid,
        /// The certificate it must show.
        certificate: Thumbprint,
    },
}

/// Pages a person signs in to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Portal {
    /// The participant's.
    Participant,
    /// The staff's.
    Staff,
}

/// Kinds of machine client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientKind {
    /// A system of the agency.
    Agency,
    /// A system of a provider or project owner.
    Supplier,
}

/// The token lacks what its kind needs, or holds what no token of ours does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Incomplete;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SubjectKind {
    Person,
    Client,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum WireAssurance {
    #[serde(rename = "bankid")]
    BankId,
    #[serde(rename = "password_code")]
    PasswordCode,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Confirmation {
    #[serde(rename = "x5t#S256")]
    thumbprint: String,
}

impl From<&Claims> for WireClaims {
    fn from(claims: &Claims) -> Self {
        let bare = |sub, kind| Self {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub,
            exp: claims.expires_at.as_second(),
            kind,
            portal: None,
            aal: None,
            sid: None,
            aliases: Vec::new(),
            client_kind: None,
            org: None,
            cnf: None,
        };
        match &claims.subject {
            Subject::Person { portal, who } => Self {
                portal: Some(*portal),
                aal: assurance_to_wire(who.assurance),
                sid: Some(who.session_id),
                aliases: who.aliases.clone(),
                ..bare(who.person_id, SubjectKind::Person)
            },
            Subject::Client {
                kind,
                client_id,
                organisation_id,
                certificate,
            } => Self {
                client_kind: Some(*kind),
                org: Some(*organisation_id),
                cnf: Some(Confirmation {
                    thumbprint: certificate.to_string(),
                }),
                ..bare(*client_id, SubjectKind::Client)
            },
        }
    }
}

impl TryFrom<WireClaims> for Claims {
    type Error = Incomplete;

    fn try_from(wire: WireClaims) -> Result<Self, Incomplete> {
        let expires_at = Timestamp::from_second(wire.exp).map_err(|_| Incomplete)?;
        let subject = match wire.kind {
            SubjectKind::Person => person(wire)?,
            SubjectKind::Client => client(&wire)?,
        };
        Ok(Self { subject, expires_at })
    }
}

fn person(wire: WireClaims) -> Result<Subject, Incomplete> {
    let assurance = match wire.aal.ok_or(Incomplete)? {
        WireAssurance::BankId => Assurance::Bankid,
        WireAssurance::PasswordCode => Assurance::PasswordCode,
    };
    let session_id = wire.sid.ok_or(Incomplete)?;
    let who = SignedIn {
        person_id: wire.sub,
        aliases: wire.aliases,
        session_id,
        assurance,
    };
    Ok(Subject::Person {
        portal: wire.portal.ok_or(Incomplete)?,
        who,
    })
}

fn client(wire: &WireClaims) -> Result<Subject, Incomplete> {
    let confirmation = wire.cnf.as_ref().ok_or(Incomplete)?;
    Ok(Subject::Client {
        kind: wire.client_kind.ok_or(Incomplete)?,
        client_id: wire.sub,
        organisation_id: wire.org.ok_or(Incomplete)?,
        certificate: confirmation.thumbprint.parse().map_err(|_| Incomplete)?,
    })
}

fn assurance_to_wire(assurance: Assurance) -> Option<WireAssurance> {
    match assurance {
        Assurance::Unspecified => None,
        Assurance::PasswordCode => Some(WireAssurance::PasswordCode),
        Assurance::Bankid => Some(WireAssurance::BankId),
    }
}

impl fmt::Display for Incomplete {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the token lacks what its kind needs")
    }
}

impl std::error::Error for Incomplete {}
