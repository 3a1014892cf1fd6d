//! A whole call (mutual TLS, token, policy, span, durations, deadline) against a bare tonic call of the same method,
//! interleaved in one run with server and callers on a core of their own each. Bar: at least half as many per second as
//! without TLS. A third side, tonic with mutual TLS and nothing else, tells how much of the difference TLS makes.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark stops where it stands and prints"
)]

#[path = "shared/pinned.rs"]
mod pinned;
#[path = "shared/ratio.rs"]
mod ratio;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use futures::future::BoxFuture;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use pinned::Pinned;
use platform::auth::token::{Claims, Portal, Subject, WireClaims};
use platform::auth::{KeySource, NoAccounts, PolicyLayer, SignedIn, TokenVerifier};
use platform::clock::{SharedClock, SystemClock};
use platform::grpc::{ClientChannel, PeerConfig, Rejection, Server, TlsConfig, TlsIdentity};
use platform::service::Lifecycle;
use platform::telemetry::{LogFormat, Telemetry, TelemetryConfig};
use proto::identity::v1 as identity;
use proto::identity::v1::session_service_client::SessionServiceClient;
use proto::identity::v1::session_service_server::{SessionService, SessionServiceServer};
use proto::policy::v1::Assurance;
use ratio::conclude;
use support::ca::Authority;
use tonic::client::GrpcService;
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity, ServerTlsConfig};
use tonic::{Request, Response, Status};
use uuid::Uuid;

const PAIRS: usize = 8;
const PHASE: Duration = Duration::from_millis(1500);
const WARM_UP: Duration = Duration::from_millis(300);
const CALLERS: u64 = 32;
const CONNECTIONS: usize = 2;
const BAR: f64 = 0.5;

#[derive(Clone, Default)]
struct Echo(Arc<AtomicU64>);

struct Key(Vec<u8>);

/// One way to make the call.
struct Side {
    name: &'static str,
    load: Box<dyn Fn(Duration) -> BoxFuture<'static, u64>>,
    handled: Echo,
    answered: u64,
    rates: Vec<f64>,
}

fn main() {
    let (callers, server) = (Pinned::new(0), Pinned::new(1));
    let telemetry = TelemetryConfig {
        level: "info".to_owned(),
        format: LogFormat::Json,
        otlp_endpoint: None,
    };
    let _telemetry = callers.run(async { Telemetry::install("identity", &telemetry).unwrap() });
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::open(folder.path()).unwrap();
    let mut sides = [
        whole(&server, &authority),
        bare(&server, &callers, None),
        bare(&server, &callers, Some(&authority)),
    ];
    for side in &mut sides {
        side.answered += callers.run((side.load)(WARM_UP));
    }
    println!(
        "method identity.v1.SessionService/ListSessions, empty messages, callers {CALLERS}, connections {CONNECTIONS}"
    );
    for round in 0..PAIRS {
        // A B B A, so that a machine that warms up or slows down favours neither.
        let order = if round % 2 == 0 { [0, 1, 2] } else { [2, 1, 0] };
        for place in order {
            sides[place].run(&callers, &server);
        }
    }
    let [whole, bare, secure] = sides;
    for side in [&whole, &bare, &secure] {
        let handled = side.handled.0.load(Ordering::SeqCst);
        println!("{}: answered {}, handled {handled}", side.name, side.answered);
        assert_eq!(side.answered, handled, "every answer was worked for");
    }
    let against = |other: &Side| {
        whole
            .rates
            .iter()
            .zip(&other.rates)
            .map(|(own, other)| own / other)
            .collect()
    };
    conclude("whole against bare with mutual TLS", against(&secure), None);
    conclude("whole against bare", against(&bare), Some(BAR));
}

impl Side {
    fn new<C>(name: &'static str, channel: C, token: &str, handled: Echo) -> Self
    where
        C: GrpcService<tonic::body::Body> + Clone + Send + Sync + 'static,
        C::Future: Send,
        C::ResponseBody: http_body::Body<Data = bytes::Bytes> + Send + 'static,
        <C::ResponseBody as http_body::Body>::Error: Into<Box<dyn std::error::Error + Send + Sync>> + Send,
    {
        let token = token.to_owned();
        Self {
            name,
            load: Box::new(move |time| Box::pin(load(channel.clone(), token.clone(), time))),
            handled,
            answered: 0,
            rates: Vec::new(),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of seconds, not of years")]
    fn run(&mut self, callers: &Pinned, server: &Pinned) {
        let (began, calling, serving) = (Instant::now(), callers.cpu(), server.cpu());
        let answered = callers.run((self.load)(PHASE));
        let rate = answered as f64 / began.elapsed().as_secs_f64();
        let per_call = |cpu: Duration| cpu.as_secs_f64() * 1e6 / answered as f64;
        println!(
            "{:<16} {rate:>7.0}/s, CPU per call: caller {:>5.1} µs, server {:>5.1} µs",
            self.name,
            per_call(callers.cpu().saturating_sub(calling)),
            per_call(server.cpu().saturating_sub(serving)),
        );
        self.answered += answered;
        self.rates.push(rate);
    }
}

async fn load<C>(channel: C, token: String, time: Duration) -> u64
where
    C: GrpcService<tonic::body::Body> + Clone + Send + Sync + 'static,
    C::Future: Send,
    C::ResponseBody: http_body::Body<Data = bytes::Bytes> + Send + 'static,
    <C::ResponseBody as http_body::Body>::Error: Into<Box<dyn std::error::Error + Send + Sync>> + Send,
{
    let mut callers = tokio::task::JoinSet::new();
    let end = Instant::now() + time;
    for _ in 0..CALLERS {
        let (mut client, bearer) = (
            SessionServiceClient::new(channel.clone()),
            format!("Bearer {token}"),
        );
        callers.spawn(async move {
            let mut count = 0;
            while Instant::now() < end {
                let mut request = Request::new(identity::ListSessionsRequest::default());
                request
                    .metadata_mut()
                    .insert("authorization", bearer.parse().unwrap());
                client.list_sessions(request).await.unwrap();
                count += 1;
            }
            count
        });
    }
    let mut total = 0;
    while let Some(count) = callers.join_next().await {
        total += count.unwrap();
    }
    total
}

fn whole(server: &Pinned, authority: &Authority) -> Side {
    let pair = Ed25519KeyPair::generate().unwrap();
    let clock: SharedClock = Arc::new(SystemClock::new());
    let token = token(pair.to_pkcs8v1().unwrap().as_ref(), &clock);
    let key = Arc::new(Key(pair.public_key().as_ref().to_vec()));
    let tokens = TokenVerifier::new(key, clock.clone());
    let policy = PolicyLayer::new(tokens, Arc::new(NoAccounts), clock);
    let echo = Echo::default();
    let service = SessionServiceServer::new(echo.clone());
    let address = server.run(async {
        let served = Server::new(tls(authority, "identity"), policy).mount(service);
        let bound = served.bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let address = format!("https://localhost:{}", bound.address().unwrap().port());
        Lifecycle::new().spawn(
            "whole",
            async move { Ok(bound.serve(std::future::pending()).await?) },
        );
        address
    });
    let config = PeerConfig {
        address,
        connections: CONNECTIONS,
        timeout_seconds: 10,
    };
    let channel = ClientChannel::new("identity", &config, &tls(authority, "gateway")).unwrap();
    Side::new("whole", channel, &token, echo)
}

fn bare(server: &Pinned, callers: &Pinned, authority: Option<&Authority>) -> Side {
    let echo = Echo::default();
    let service = SessionServiceServer::new(echo.clone());
    let address = server.run(async {
        let incoming = TcpIncoming::bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let incoming = incoming.with_nodelay(Some(true));
        let address = incoming.local_addr().unwrap();
        let mut builder = tonic::transport::Server::builder();
        if let Some(authority) = authority {
            let (ca, own) = pem(authority, "identity");
            let config = ServerTlsConfig::new().identity(own).client_ca_root(ca);
            builder = builder.tls_config(config).unwrap();
        }
        let router = builder.add_service(service);
        Lifecycle::new().spawn(
            "bare",
            async move { Ok(router.serve_with_incoming(incoming).await?) },
        );
        address
    });
    let endpoint = |_| match authority {
        None => format!("http://{address}").parse().unwrap(),
        Some(authority) => {
            let (ca, own) = pem(authority, "gateway");
            let config = ClientTlsConfig::new().ca_certificate(ca).identity(own);
            let endpoint: Endpoint = format!("https://localhost:{}", address.port()).parse().unwrap();
            endpoint.tls_config(config).unwrap()
        }
    };
    let channel = callers.run(async { Channel::balance_list((0..CONNECTIONS).map(endpoint)) });
    let name = if authority.is_some() {
        "bare, mutual TLS"
    } else {
        "bare"
    };
    Side::new(name, channel, "", echo)
}

fn pem(authority: &Authority, service: &str) -> (Certificate, Identity) {
    let files = authority.service(service).unwrap();
    let read = |file| std::fs::read(file).unwrap();
    let own = Identity::from_pem(read(files.certificate_file), read(files.key_file));
    (Certificate::from_pem(read(files.ca_file)), own)
}

fn token(pkcs8: &[u8], clock: &SharedClock) -> String {
    let who = SignedIn {
        person_id: Uuid::from_u128(1),
        aliases: Vec::new(),
        session_id: Uuid::from_u128(2),
        assurance: Assurance::Bankid,
    };
    let expires_at = clock.now() + jiff::SignedDuration::from_mins(5);
    let claims = Claims {
        subject: Subject::Person {
            portal: Portal::Staff,
            who,
        },
        expires_at,
    };
    let mut header = Header::new(Algorithm::EdDSA);
    header.kid = Some("bench".to_owned());
    jsonwebtoken::encode(
        &header,
        &WireClaims::from(&claims),
        &EncodingKey::from_ed_der(pkcs8),
    )
    .unwrap()
}

fn tls(authority: &Authority, service: &str) -> TlsIdentity {
    let files = authority.service(service).unwrap();
    let (ca_file, certificate_file, key_file) = (files.ca_file, files.certificate_file, files.key_file);
    TlsIdentity::load(&TlsConfig {
        ca_file,
        certificate_file,
        key_file,
    })
    .unwrap()
}

impl KeySource for Key {
    fn key<'a>(&'a self, _kid: &'a str) -> BoxFuture<'a, Result<Option<DecodingKey>, Rejection>> {
        Box::pin(std::future::ready(Ok(Some(DecodingKey::from_ed_der(&self.0)))))
    }
}

#[tonic::async_trait]
impl SessionService for Echo {
    async fn list_sessions(
        &self,
        _request: Request<identity::ListSessionsRequest>,
    ) -> Result<Response<identity::ListSessionsResponse>, Status> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(Response::new(identity::ListSessionsResponse::default()))
    }

    async fn exchange_session(
        &self,
        _request: Request<identity::ExchangeSessionRequest>,
    ) -> Result<Response<identity::ExchangeSessionResponse>, Status> {
        Err(Rejection::not_found("session").into())
    }

    async fn sign_out(
        &self,
        _request: Request<identity::SignOutRequest>,
    ) -> Result<Response<identity::SignOutResponse>, Status> {
        Err(Rejection::not_found("session").into())
    }

    async fn end_session(
        &self,
        _request: Request<identity::EndSessionRequest>,
    ) -> Result<Response<identity::EndSessionResponse>, Status> {
        Err(Rejection::not_found("session").into())
    }
}
