//! Callers: participants through the gateway and a machine client of the agency, with genuine tokens and certificates.

use std::sync::Arc;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use platform::auth::token::{Claims, ClientKind, Portal, Subject, WireClaims};
use platform::auth::{SignedIn, Thumbprint};
use platform::clock::{Clock as _, ManualClock};
use proto::policy::v1::Assurance;
use tonic::Request;
use uuid::Uuid;

const KID: &str = "key-of-the-tests";

/// Signs access tokens as identity does.
pub struct Tokens {
    pkcs8: Vec<u8>,
    public: Vec<u8>,
    clock: Arc<ManualClock>,
}

impl Tokens {
    pub fn new(clock: Arc<ManualClock>) -> Self {
        let pair = Ed25519KeyPair::generate().unwrap();
        Self {
            pkcs8: pair.to_pkcs8v1().unwrap().as_ref().to_vec(),
            public: pair.public_key().as_ref().to_vec(),
            clock,
        }
    }

    pub fn jwks(&self) -> String {
        let key = URL_SAFE_NO_PAD.encode(&self.public);
        format!(r#"{{"keys":[{{"kty":"OKP","crv":"Ed25519","kid":"{KID}","x":"{key}"}}]}}"#)
    }

    /// A request of a participant who signed in with BankID.
    pub fn of_participant<T>(&self, person_id: Uuid, message: T) -> Request<T> {
        let who = SignedIn {
            person_id,
            aliases: Vec::new(),
            session_id: Uuid::from_u128(1),
            assurance: Assurance::Bankid,
        };
        let portal = Portal::Participant;
        self.request(Subject::Person { portal, who }, message)
    }

    /// A request of an agency's system with this certificate.
    pub fn of_agency<T>(&self, certificate: &support::ca::Identity, message: T) -> Request<T> {
        let subject = Subject::Client {
            kind: ClientKind::Agency,
            client_id: Uuid::from_u128(99),
            organisation_id: Uuid::from_u128(1),
            certificate: Thumbprint::of(&certificate.certificate().unwrap()),
        };
        self.request(subject, message)
    }

    fn request<T>(&self, subject: Subject, message: T) -> Request<T> {
        let mut request = Request::new(message);
        let token = format!("Bearer {}", self.sign(subject));
        request
            .metadata_mut()
            .insert("authorization", token.parse().unwrap());
        request
    }

    fn sign(&self, subject: Subject) -> String {
        let expires_at = self
            .clock
            .now()
            .checked_add(SignedDuration::from_mins(5))
            .unwrap();
        let header = Header {
            kid: Some(KID.to_owned()),
            ..Header::new(Algorithm::EdDSA)
        };
        let claims = WireClaims::from(&Claims { subject, expires_at });
        jsonwebtoken::encode(&header, &claims, &EncodingKey::from_ed_der(&self.pkcs8)).unwrap()
    }
}
