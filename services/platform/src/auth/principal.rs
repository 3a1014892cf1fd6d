//! The caller of a request, as the policy layer found it and put it into the request's extensions.

use std::fmt;
use std::str::FromStr;

use proto::errors::v1::ErrorReason;
use proto::policy::v1::{Assurance, PrincipalKind};
use uuid::Uuid;

use super::AccountGrant;
use crate::grpc::Rejection;

/// Exactly one kind of caller.
#[derive(Clone, Debug)]
pub enum Principal {
    /// A person signed in to the participant's pages.
    Participant(SignedIn),
    /// A person signed in to the staff pages, with the account the call acts through if the method asks for permissions.
    Staff {
        /// The person.
        who: SignedIn,
        /// The account, checked to be the person's and to hold one of the permissions; None where the method needs none.
        account: Option<AccountGrant>,
    },
    /// A machine client of the agency.
    AgencyClient(ClientPrincipal),
    /// A machine client of another organisation.
    SupplierClient(ClientPrincipal),
    /// Another service, by its name.
    Service(String),
    /// A certificate that is no service's, without an access token.
    Certificate(Thumbprint),
}

/// A signed-in person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// The person.
    pub person_id: Uuid,
    /// Other ids of the same person, joined to this one.
    pub aliases: Vec<Uuid>,
    /// The session.
    pub session_id: Uuid,
    /// How surely the person was recognised.
    pub assurance: Assurance,
}

/// A machine client, bound to its certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientPrincipal {
    /// The client.
    pub client_id: Uuid,
    /// The organisation it acts for.
    pub organisation_id: Uuid,
    /// Its certificate.
    pub certificate: Thumbprint,
}

/// SHA-256 of a certificate's DER.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Thumbprint(pub [u8; 32]);

impl Principal {
    /// The kind, as the contract names it.
    pub fn kind(&self) -> PrincipalKind {
        match self {
            Self::Participant(_) => PrincipalKind::Participant,
            Self::Staff { .. } => PrincipalKind::Staff,
            Self::AgencyClient(_) => PrincipalKind::AgencyClient,
            Self::SupplierClient(_) => PrincipalKind::SupplierClient,
            Self::Service(_) => PrincipalKind::Service,
            Self::Certificate(_) => PrincipalKind::Certificate,
        }
    }

    /// A stable text that tells callers apart, for idempotency and ownership: `person:<id>`, `account:<id>`, `client:<id>`,
    /// `service:<name>`, `certificate:<hex>`.
    pub fn subject(&self) -> String {
        match self {
            Self::Staff {
                account: Some(account),
                ..
            } => format!("account:{}", account.account_id),
            Self::Participant(who) | Self::Staff { who, account: None } => {
                format!("person:{}", who.person_id)
            }
            Self::AgencyClient(client) | Self::SupplierClient(client) => {
                format!("client:{}", client.client_id)
            }
            Self::Service(name) => format!("service:{name}"),
            Self::Certificate(thumbprint) => format!("certificate:{thumbprint}"),
        }
    }

    /// The signed-in person, if there is one.
    pub fn person(&self) -> Option<&SignedIn> {
        match self {
            Self::Participant(who) | Self::Staff { who, .. } => Some(who),
            Self::AgencyClient(_) | Self::SupplierClient(_) | Self::Service(_) | Self::Certificate(_) => None,
        }
    }

    /// The account a staff caller acts through; refused where there is none.
    pub fn account(&self) -> Result<&AccountGrant, Rejection> {
        match self {
            Self::Staff {
                account: Some(account),
                ..
            } => Ok(account),
            Self::Staff { account: None, .. } => Err(Rejection::forbidden(ErrorReason::AccountUnknown)),
            Self::Participant(_)
            | Self::AgencyClient(_)
            | Self::SupplierClient(_)
            | Self::Service(_)
            | Self::Certificate(_) => Err(Rejection::forbidden(ErrorReason::CallerNotAllowed)),
        }
    }
}

impl SignedIn {
    /// Whether the id is this person's, under whichever id it was written down.
    pub fn is(&self, person_id: Uuid) -> bool {
        self.person_id == person_id || self.aliases.contains(&person_id)
    }
}

impl Thumbprint {
    /// The thumbprint of a certificate.
    pub fn of(certificate: &[u8]) -> Self {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, certificate);
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest.as_ref());
        Self(bytes)
    }
}

impl FromStr for Thumbprint {
    type Err = hex::FromHexError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes)?;
        Ok(Self(bytes))
    }
}

impl fmt::Display for Thumbprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Thumbprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Thumbprint({self})")
    }
}

/// The caller of a request. Absent only if the policy layer was left out, which is refused.
pub fn caller<T>(request: &tonic::Request<T>) -> Result<&Principal, Rejection> {
    request
        .extensions()
        .get::<Principal>()
        .ok_or_else(Rejection::unauthenticated)
}
