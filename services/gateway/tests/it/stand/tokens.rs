//! Access tokens as identity signs them, and the key that verifies them.

use std::sync::Arc;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use futures::future::BoxFuture;
use jiff::SignedDuration;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use platform::auth::token::{Claims, ClientKind, Portal, Subject, WireClaims};
use platform::auth::{KeySource, SignedIn, Thumbprint};
use platform::clock::{Clock as _, ManualClock};
use platform::grpc::Rejection;
use proto::policy::v1::Assurance;
use uuid::Uuid;

/// Signs and verifies.
#[derive(Clone)]
pub struct Tokens {
    pkcs8: Vec<u8>,
    public: Vec<u8>,
    pub clock: Arc<ManualClock>,
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

    pub fn person(&self, session: u128) -> String {
        self.signed_in(Portal::Staff, session)
    }

    pub fn participant(&self, session: u128) -> String {
        self.signed_in(Portal::Participant, session)
    }

    fn signed_in(&self, portal: Portal, session: u128) -> String {
        self.sign(Subject::Person {
            portal,
            who: SignedIn {
                person_id: Uuid::from_u128(7),
                aliases: Vec::new(),
                session_id: Uuid::from_u128(session),
                assurance: Assurance::Bankid,
            },
        })
    }

    pub fn supplier(&self, certificate: Thumbprint) -> String {
        self.sign(Subject::Client {
            kind: ClientKind::Supplier,
            client_id: Uuid::from_u128(99),
            organisation_id: Uuid::from_u128(5),
            certificate,
        })
    }

    fn sign(&self, subject: Subject) -> String {
        let expires_at = self.clock.now() + SignedDuration::from_mins(5);
        let claims = WireClaims::from(&Claims { subject, expires_at });
        let header = Header {
            kid: Some("key".to_owned()),
            ..Header::new(Algorithm::EdDSA)
        };
        jsonwebtoken::encode(&header, &claims, &EncodingKey::from_ed_der(&self.pkcs8)).unwrap()
    }
}

impl KeySource for Tokens {
    fn key<'a>(&'a self, _kid: &'a str) -> BoxFuture<'a, Result<Option<DecodingKey>, Rejection>> {
        Box::pin(async { Ok(Some(DecodingKey::from_ed_der(&self.public))) })
    }
}
