//! A server that plays `staff` with a few methods of the contract, the identities of a development authority, tokens of a
//! key of the test's own, and grants that the test writes.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use futures::future::BoxFuture;
use jiff::SignedDuration;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use platform::auth::grants::Grants;
use platform::auth::token::{Claims, ClientKind, Portal, Subject, WireClaims};
use platform::auth::{KeySource, PolicyLayer, SignedIn, Thumbprint, TokenVerifier};
use platform::clock::{Clock as _, ManualClock};
use platform::grpc::{ClientChannel, PeerConfig, Rejection, Server, TlsConfig, TlsIdentity};
use platform::service::Lifecycle;
use proto::policy::v1::Assurance;
use support::ca::{Authority, Identity};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::stage_services::Probe;

pub const PERSON: u128 = 10;
const KID: &str = "test-key";

pub struct Stage {
    _folder: TempDir,
    pub authority: Authority,
    pub clock: Arc<ManualClock>,
    pub grants: Grants,
    pub keys: Arc<TestKeys>,
    pub probe: Probe,
    pub lifecycle: Lifecycle,
}

/// One replica that is running.
pub struct Replica {
    pub address: SocketAddr,
    pub stop: CancellationToken,
    pub ended: CancellationToken,
}

/// The signing key of the test, which is also where it is verified from.
pub struct TestKeys {
    pkcs8: Vec<u8>,
    public: Vec<u8>,
    pub asked: AtomicUsize,
}

impl Stage {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let authority = Authority::open(folder.path()).unwrap();
        let clock = Arc::new(ManualClock::new("2026-11-22T10:00:00Z".parse().unwrap()));
        let grants = Grants::new(1, clock.clone());
        Self {
            _folder: folder,
            authority,
            clock,
            grants,
            keys: Arc::new(TestKeys::fresh()),
            probe: Probe::default(),
            lifecycle: Lifecycle::new(),
        }
    }

    /// Starts a replica of `staff` on a free port.
    pub async fn replica(&self) -> Replica {
        self.replica_on("127.0.0.1:0".parse().unwrap()).await
    }

    pub async fn replica_on(&self, address: SocketAddr) -> Replica {
        let tokens = TokenVerifier::new(self.keys.clone(), self.clock.clone());
        let policy = PolicyLayer::new(tokens, Arc::new(self.grants.clone()), self.clock.clone());
        let server = self.probe.mount(Server::new(self.service("staff"), policy));
        let bound = server.bind(address).await.unwrap();
        let address = bound.address().unwrap();
        let (stop, ended) = (CancellationToken::new(), CancellationToken::new());
        let (stopping, over) = (stop.clone(), ended.clone().drop_guard());
        self.lifecycle.spawn("replica", async move {
            let _over = over;
            Ok(bound.serve(stopping.cancelled_owned()).await?)
        });
        Replica { address, stop, ended }
    }

    pub fn service(&self, name: &str) -> TlsIdentity {
        load(&self.authority.service(name).unwrap())
    }

    pub fn machine(&self, name: &str) -> TlsIdentity {
        load(&self.authority.client(name).unwrap())
    }

    pub fn token(&self, claims: &Claims) -> String {
        self.keys
            .sign(&serde_json::to_value(WireClaims::from(claims)).unwrap())
    }

    pub fn person(&self, portal: Portal, assurance: Assurance) -> Claims {
        let who = SignedIn {
            person_id: Uuid::from_u128(PERSON),
            aliases: Vec::new(),
            session_id: Uuid::from_u128(2),
            assurance,
        };
        self.claims(Subject::Person { portal, who })
    }

    pub fn client(&self, certificate: Thumbprint) -> Claims {
        self.claims(Subject::Client {
            kind: ClientKind::Supplier,
            client_id: Uuid::from_u128(3),
            organisation_id: Uuid::from_u128(4),
            certificate,
        })
    }

    fn claims(&self, subject: Subject) -> Claims {
        Claims {
            subject,
            expires_at: self.clock.now() + SignedDuration::from_mins(5),
        }
    }
}

impl Replica {
    /// A channel that takes this replica for `staff`.
    pub fn channel(&self, tls: &TlsIdentity) -> ClientChannel {
        channel_to("staff", &[self.address], tls)
    }
}

impl TestKeys {
    fn fresh() -> Self {
        let pair = Ed25519KeyPair::generate().unwrap();
        Self {
            pkcs8: pair.to_pkcs8v1().unwrap().as_ref().to_vec(),
            public: pair.public_key().as_ref().to_vec(),
            asked: AtomicUsize::new(0),
        }
    }

    pub fn sign(&self, body: &serde_json::Value) -> String {
        self.sign_as(KID, body)
    }

    pub fn sign_as(&self, kid: &str, body: &serde_json::Value) -> String {
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(kid.to_owned());
        jsonwebtoken::encode(&header, body, &EncodingKey::from_ed_der(&self.pkcs8)).unwrap()
    }

    /// The key as identity publishes it.
    pub fn jwks(&self) -> String {
        use base64::Engine as _;
        let x = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&self.public);
        format!(r#"{{"keys":[{{"kty":"OKP","crv":"Ed25519","kid":"{KID}","alg":"EdDSA","x":"{x}"}}]}}"#)
    }
}

impl KeySource for TestKeys {
    fn key<'a>(&'a self, kid: &'a str) -> BoxFuture<'a, Result<Option<DecodingKey>, Rejection>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let key = (kid == KID).then(|| DecodingKey::from_ed_der(&self.public));
        Box::pin(std::future::ready(Ok(key)))
    }
}

pub fn channel_to(service: &str, addresses: &[SocketAddr], tls: &TlsIdentity) -> ClientChannel {
    let address: Vec<String> = addresses
        .iter()
        .map(|address| format!("https://localhost:{}", address.port()))
        .collect();
    let config = PeerConfig {
        address: address.join(","),
        connections: 2,
        timeout_seconds: 10,
    };
    ClientChannel::new(service, &config, tls).unwrap()
}

pub fn load(identity: &Identity) -> TlsIdentity {
    TlsIdentity::load(&config_of(identity)).unwrap()
}

pub fn config_of(identity: &Identity) -> TlsConfig {
    TlsConfig {
        ca_file: identity.ca_file.clone(),
        certificate_file: identity.certificate_file.clone(),
        key_file: identity.key_file.clone(),
    }
}

/// A request with metadata.
pub fn with<T>(message: T, metadata: &[(&'static str, String)]) -> tonic::Request<T> {
    let mut request = tonic::Request::new(message);
    for (key, value) in metadata {
        request.metadata_mut().insert(*key, value.parse().unwrap());
    }
    request
}

pub fn bearer(token: &str) -> (&'static str, String) {
    ("authorization", format!("Bearer {token}"))
}

/// The refusal in an answer.
pub fn refused<T>(outcome: Result<T, tonic::Status>) -> Rejection {
    match outcome {
        Ok(_) => panic!("the call was answered"),
        Err(status) => Rejection::from_status(&status),
    }
}

pub const SOON: Duration = Duration::from_secs(10);
