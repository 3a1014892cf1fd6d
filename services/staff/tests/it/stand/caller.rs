//! Callers: people through the gateway, machine clients and services, each with genuine tokens and certificates.

use std::sync::Arc;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use jiff::SignedDuration;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use platform::auth::token::{Claims, ClientKind, Portal, Subject, WireClaims};
use platform::auth::{SignedIn, Thumbprint};
use platform::clock::{Clock as _, ManualClock};
use platform::grpc::ClientChannel;
use proto::policy::v1::Assurance;
use proto::staff::v1::account_service_client::AccountServiceClient;
use proto::staff::v1::nomination_service_client::NominationServiceClient;
use proto::staff::v1::register_service_client::RegisterServiceClient;
use proto::uploads::v1::upload_service_client::UploadServiceClient;
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

/// Somebody who calls staff.
#[derive(Clone)]
pub struct Caller {
    channel: ClientChannel,
    token: String,
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
    /// A person signed in to the staff pages, through the gateway.
    pub fn signed_in(&self, person: Uuid) -> Caller {
        self.signed_in_as(person, Vec::new(), Assurance::Bankid)
    }

    pub fn signed_in_as(&self, person: Uuid, aliases: Vec<Uuid>, assurance: Assurance) -> Caller {
        self.signed_in_to(Portal::Staff, person, aliases, assurance)
    }

    /// A person signed in to the participant's pages.
    pub fn participant(&self, person: Uuid, assurance: Assurance) -> Caller {
        self.signed_in_to(Portal::Participant, person, Vec::new(), assurance)
    }

    fn signed_in_to(&self, portal: Portal, person: Uuid, aliases: Vec<Uuid>, assurance: Assurance) -> Caller {
        let who = SignedIn {
            person_id: person,
            aliases,
            session_id: Uuid::from_u128(1),
            assurance,
        };
        let token = self.tokens.sign(Subject::Person { portal, who });
        Caller {
            channel: self.channel_of("gateway"),
            token,
            account: None,
        }
    }

    /// A machine client with a certificate of its own.
    pub fn machine(&self, kind: ClientKind, organisation_id: Uuid) -> Caller {
        let certificate = self.authority.client("a machine").unwrap();
        let token = self.tokens.sign(Subject::Client {
            kind,
            client_id: Uuid::from_u128(99),
            organisation_id,
            certificate: Thumbprint::of(&certificate.certificate().unwrap()),
        });
        Caller {
            channel: self.channel(&tls_of(&certificate)),
            token,
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

    /// A request with what the caller shows.
    pub fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request
            .metadata_mut()
            .insert("authorization", format!("Bearer {}", self.token).parse().unwrap());
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

    pub fn accounts(&self) -> AccountServiceClient<ClientChannel> {
        AccountServiceClient::new(self.channel.clone())
    }

    pub fn nominations(&self) -> NominationServiceClient<ClientChannel> {
        NominationServiceClient::new(self.channel.clone())
    }

    pub fn register(&self) -> RegisterServiceClient<ClientChannel> {
        RegisterServiceClient::new(self.channel.clone())
    }

    pub fn uploads(&self) -> UploadServiceClient<ClientChannel> {
        UploadServiceClient::new(self.channel.clone())
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
