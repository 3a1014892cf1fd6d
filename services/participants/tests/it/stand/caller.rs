//! Callers: people through the gateway, machine clients and services, each with genuine tokens and certificates.

use std::sync::Arc;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use jiff::SignedDuration;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use platform::auth::token::{Claims, ClientKind, Portal, Subject, WireClaims};
use platform::auth::{SignedIn, Thumbprint};
use platform::clock::{Clock as _, ManualClock};
use platform::grpc::ClientChannel;
use proto::participants::v1::access_log_service_client::AccessLogServiceClient;
use proto::participants::v1::decision_service_client::DecisionServiceClient;
use proto::participants::v1::inbox_service_client::InboxServiceClient;
use proto::participants::v1::placement_service_client::PlacementServiceClient;
use proto::participants::v1::plan_service_client::PlanServiceClient;
use proto::policy::v1::Assurance;
use tonic::Request;
use uuid::Uuid;

use super::{Stand, tls_of};

const KID: &str = "key-of-the-tests";

/// Signs access tokens as identity does.
#[derive(Clone)]
pub struct Tokens {
    pkcs8: Vec<u8>,
    public: Vec<u8>,
    clock: Arc<ManualClock>,
}

/// Somebody who calls participants.
#[derive(Clone)]
pub struct Caller {
    channel: ClientChannel,
    tokens: Tokens,
    subject: Subject,
    account: Option<String>,
}

impl Tokens {
    pub fn new(clock: Arc<ManualClock>) -> Self {
        let pair = Ed25519KeyPair::generate().unwrap();
        let pkcs8 = pair.to_pkcs8v1().unwrap().as_ref().to_vec();
        Self {
            pkcs8,
            public: pair.public_key().as_ref().to_vec(),
            clock,
        }
    }

    pub fn jwks(&self) -> String {
        let key = base64_url(&self.public);
        format!(r#"{{"keys":[{{"kty":"OKP","crv":"Ed25519","kid":"{KID}","x":"{key}"}}]}}"#)
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

impl Stand {
    /// A member of staff who signed in through the gateway.
    pub fn staff(&self, person: Uuid) -> Caller {
        self.signed_in(Portal::Staff, person, Vec::new())
    }

    /// A participant who signed in through the gateway, with other ids that were joined to theirs.
    pub fn participant(&self, person: Uuid, aliases: Vec<Uuid>) -> Caller {
        self.signed_in(Portal::Participant, person, aliases)
    }

    fn signed_in(&self, portal: Portal, person: Uuid, aliases: Vec<Uuid>) -> Caller {
        let who = SignedIn {
            person_id: person,
            aliases,
            session_id: Uuid::from_u128(1),
            assurance: Assurance::Bankid,
        };
        Caller {
            channel: self.channel_of("gateway"),
            tokens: self.tokens.clone(),
            subject: Subject::Person { portal, who },
            account: None,
        }
    }

    /// A machine client with a certificate of its own.
    pub fn machine(&self, kind: ClientKind, organisation_id: Uuid) -> Caller {
        let certificate = self.authority.client("a machine").unwrap();
        let subject = Subject::Client {
            kind,
            client_id: Uuid::from_u128(99),
            organisation_id,
            certificate: Thumbprint::of(&certificate.certificate().unwrap()),
        };
        Caller {
            channel: self.channel(&tls_of(&certificate)),
            tokens: self.tokens.clone(),
            subject,
            account: None,
        }
    }
}

impl Caller {
    /// The same, acting through an account.
    pub fn with(&self, account: &str) -> Self {
        Self {
            account: Some(account.to_owned()),
            ..self.clone()
        }
    }

    /// A request with what the caller shows: a token of this moment.
    pub fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        let token = self.tokens.sign(self.subject.clone());
        request
            .metadata_mut()
            .insert("authorization", format!("Bearer {token}").parse().unwrap());
        if let Some(account) = &self.account {
            request
                .metadata_mut()
                .insert("deltaga-account", account.parse().unwrap());
        }
        request
    }

    pub fn channel(&self) -> ClientChannel {
        self.channel.clone()
    }

    pub fn decisions(&self) -> DecisionServiceClient<ClientChannel> {
        DecisionServiceClient::new(self.channel.clone())
    }

    pub fn inbox(&self) -> InboxServiceClient<ClientChannel> {
        InboxServiceClient::new(self.channel.clone())
    }

    pub fn placements(&self) -> PlacementServiceClient<ClientChannel> {
        PlacementServiceClient::new(self.channel.clone())
    }

    pub fn plans(&self) -> PlanServiceClient<ClientChannel> {
        PlanServiceClient::new(self.channel.clone())
    }

    pub fn access_log(&self) -> AccessLogServiceClient<ClientChannel> {
        AccessLogServiceClient::new(self.channel.clone())
    }
}

fn base64_url(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk
            .iter()
            .fold(0_u32, |word, byte| word << 8 | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        let letters = (0..=chunk.len()).map(|place| LETTERS[(word >> (18 - 6 * place) & 63) as usize]);
        text.extend(letters.map(char::from));
    }
    text
}
