//! Callers: people through the gateway and systems with a certificate of their own, each with genuine tokens.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use platform::auth::token::{Claims, ClientKind, Portal, Subject, WireClaims};
use platform::auth::{SignedIn, Thumbprint};
use platform::grpc::ClientChannel;
use proto::policy::v1::Assurance;
use tonic::Request;
use uuid::Uuid;

use crate::Stand;

const KID: &str = "key-of-the-benchmarks";

/// Signs access tokens as identity does.
pub(crate) struct Tokens {
    pkcs8: Vec<u8>,
    public: Vec<u8>,
    now: Timestamp,
}

/// Somebody who calls the service.
#[derive(Clone)]
pub struct Caller {
    /// Where its calls go.
    pub channel: ClientChannel,
    token: String,
    account: Option<Uuid>,
}

/// An id of the large tables: what it is the id of, as eight hexadecimal digits, and a number.
pub const fn id(kind: u32, number: u64) -> Uuid {
    Uuid::from_u128((kind as u128) << 96 | 0x7000_8000 << 48 | number as u128)
}

impl Tokens {
    pub(crate) fn new(now: Timestamp) -> Self {
        let pair = Ed25519KeyPair::generate().unwrap();
        Self {
            pkcs8: pair.to_pkcs8v1().unwrap().as_ref().to_vec(),
            public: pair.public_key().as_ref().to_vec(),
            now,
        }
    }

    pub(crate) fn jwks(&self) -> String {
        let key = URL_SAFE_NO_PAD.encode(&self.public);
        format!(r#"{{"keys":[{{"kty":"OKP","crv":"Ed25519","kid":"{KID}","x":"{key}"}}]}}"#)
    }

    fn sign(&self, subject: Subject) -> String {
        let expires_at = self.now + SignedDuration::from_mins(5);
        let header = Header {
            kid: Some(KID.to_owned()),
            ..Header::new(Algorithm::EdDSA)
        };
        let claims = WireClaims::from(&Claims { subject, expires_at });
        jsonwebtoken::encode(&header, &claims, &EncodingKey::from_ed_der(&self.pkcs8)).unwrap()
    }
}

impl Stand {
    /// A member of staff who signed in through the gateway and acts through an account.
    pub fn staff(&self, person: Uuid, account: Uuid) -> Caller {
        Caller {
            account: Some(account),
            ..self.signed_in(Portal::Staff, person)
        }
    }

    /// A participant with BankID, through the gateway.
    pub fn participant(&self, person: Uuid) -> Caller {
        self.signed_in(Portal::Participant, person)
    }

    /// The system of an organisation, with a certificate of its own.
    pub fn machine(&self, kind: ClientKind, organisation_id: Uuid) -> Caller {
        let certificate = self.authority.client("a machine").unwrap();
        let subject = Subject::Client {
            kind,
            client_id: Uuid::from_u128(99),
            organisation_id,
            certificate: Thumbprint::of(&certificate.certificate().unwrap()),
        };
        Caller {
            channel: self.machines.clone(),
            token: self.tokens.sign(subject),
            account: None,
        }
    }

    fn signed_in(&self, portal: Portal, person: Uuid) -> Caller {
        let who = SignedIn {
            person_id: person,
            aliases: Vec::new(),
            session_id: Uuid::from_u128(1),
            assurance: Assurance::Bankid,
        };
        Caller {
            channel: self.gateway.clone(),
            token: self.tokens.sign(Subject::Person { portal, who }),
            account: None,
        }
    }
}

impl Caller {
    /// A request with what the caller shows.
    pub fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        let metadata = request.metadata_mut();
        metadata.insert("authorization", format!("Bearer {}", self.token).parse().unwrap());
        if let Some(account) = &self.account {
            metadata.insert("deltaga-account", account.to_string().parse().unwrap());
        }
        request
    }
}
