//! Callers: people through the gateway and machine clients, each with genuine tokens and certificates.

use std::sync::Arc;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use platform::auth::token::{Claims, ClientKind, Portal, Subject, WireClaims};
use platform::auth::{SignedIn, Thumbprint};
use platform::clock::{Clock as _, ManualClock};
use platform::grpc::ClientChannel;
use proto::export::v1::run_service_client::RunServiceClient;
use proto::policy::v1::Assurance;
use proto::subject::v1::subject_service_client::SubjectServiceClient;
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

/// Somebody who calls export.
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
        let key = URL_SAFE_NO_PAD.encode(&self.public);
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
    /// A machine client of the agency.
    pub fn agency(&self) -> Caller {
        self.machine(ClientKind::Agency)
    }

    pub fn machine(&self, kind: ClientKind) -> Caller {
        let certificate = self.authority.client("a machine").unwrap();
        let subject = Subject::Client {
            kind,
            client_id: Uuid::from_u128(99),
            organisation_id: Uuid::from_u128(1),
            certificate: Thumbprint::of(&certificate.certificate().unwrap()),
        };
        self.caller(&certificate, subject, None)
    }

    /// A participant with BankID, through the gateway.
    pub fn participant(&self, person_id: Uuid, aliases: Vec<Uuid>) -> Caller {
        let who = SignedIn {
            person_id,
            aliases,
            session_id: Uuid::from_u128(1),
            assurance: Assurance::Bankid,
        };
        let certificate = self.authority.service("gateway").unwrap();
        let portal = Portal::Participant;
        self.caller(&certificate, Subject::Person { portal, who }, None)
    }

    /// A member of staff through the gateway.
    pub fn staff(&self, account: Uuid) -> Caller {
        self.person(Portal::Staff, Some(account))
    }

    pub fn person(&self, portal: Portal, account: Option<Uuid>) -> Caller {
        let who = SignedIn {
            person_id: Uuid::from_u128(5),
            aliases: Vec::new(),
            session_id: Uuid::from_u128(1),
            assurance: Assurance::Bankid,
        };
        let certificate = self.authority.service("gateway").unwrap();
        self.caller(&certificate, Subject::Person { portal, who }, account)
    }

    fn caller(&self, certificate: &support::ca::Identity, subject: Subject, account: Option<Uuid>) -> Caller {
        Caller {
            channel: self.channel(&tls_of(certificate)),
            tokens: self.tokens.clone(),
            subject,
            account: account.map(|account| account.to_string()),
        }
    }
}

impl Caller {
    /// A request with what the caller shows.
    pub fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        let token = format!("Bearer {}", self.tokens.sign(self.subject.clone()));
        request
            .metadata_mut()
            .insert("authorization", token.parse().unwrap());
        if let Some(account) = &self.account {
            request
                .metadata_mut()
                .insert("deltaga-account", account.parse().unwrap());
        }
        request
    }

    pub fn subject(&self) -> SubjectServiceClient<ClientChannel> {
        SubjectServiceClient::new(self.channel.clone())
    }

    pub fn runs(&self) -> RunServiceClient<ClientChannel> {
        RunServiceClient::new(self.channel.clone())
    }
}
