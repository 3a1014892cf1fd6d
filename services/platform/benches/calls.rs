//! A whole call (mutual TLS, token, policy, span, deadline) against a bare tonic call of the same method, interleaved in
//! one run. Prints requests per second and the ratio, and ends by counting. Bar: the median ratio is at least 0.5.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark stops where it stands and prints"
)]

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use futures::future::BoxFuture;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use opentelemetry::trace::TracerProvider as _;
use platform::auth::token::{Claims, Portal, Subject, WireClaims};
use platform::auth::{KeySource, NoAccounts, PolicyLayer, SignedIn, TokenVerifier};
use platform::clock::{SharedClock, SystemClock};
use platform::grpc::{ClientChannel, PeerConfig, Rejection, Server, TlsConfig, TlsIdentity};
use platform::service::Lifecycle;
use proto::identity::v1 as identity;
use proto::identity::v1::session_service_client::SessionServiceClient;
use proto::identity::v1::session_service_server::{SessionService, SessionServiceServer};
use proto::policy::v1::Assurance;
use support::ca::Authority;
use tonic::client::GrpcService;
use tonic::{Request, Response, Status};
use tracing_subscriber::Layer as _;
use tracing_subscriber::layer::SubscriberExt as _;
use uuid::Uuid;

const PAIRS: usize = 8;
const PHASE: Duration = Duration::from_millis(1500);
const CALLERS: u64 = 32;
const CONNECTIONS: usize = 2;

#[derive(Clone, Default)]
struct Echo(Arc<AtomicU64>);

struct Key(Vec<u8>);

#[tokio::main]
#[expect(
    clippy::disallowed_macros,
    reason = "a benchmark is no service: nothing to drain"
)]
async fn main() {
    let tracer = opentelemetry_sdk::trace::SdkTracerProvider::builder()
        .build()
        .tracer("bench");
    let spans = tracing_opentelemetry::layer().with_tracer(tracer);
    let spans = spans.with_filter(tracing_subscriber::filter::LevelFilter::INFO);
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(spans)).unwrap();
    let (whole_echo, bare_echo) = (Echo::default(), Echo::default());
    let (whole, token) = start_whole(whole_echo.clone()).await;
    let bare = start_bare(bare_echo.clone()).await;
    let (mut ratios, mut answered) = (Vec::new(), (0, 0));
    for pair in 0..PAIRS {
        // A B B A, so that a machine that warms up or slows down favours neither.
        let (first, second) = if pair % 2 == 0 {
            let first = load(whole.clone(), &token).await;
            (first, load(bare.clone(), "").await)
        } else {
            let second = load(bare.clone(), "").await;
            (load(whole.clone(), &token).await, second)
        };
        answered = (answered.0 + first, answered.1 + second);
        ratios.push(per_second(first) / per_second(second));
        println!(
            "whole {:>8.0}/s  bare {:>8.0}/s",
            per_second(first),
            per_second(second)
        );
    }
    ratios.sort_by(f64::total_cmp);
    let (least, median, most) = (ratios[0], ratios[PAIRS / 2], ratios[PAIRS - 1]);
    println!(
        "ratio median {median:.2} min {least:.2} max {most:.2}; callers {CALLERS}, connections {CONNECTIONS}"
    );
    let handled = (
        whole_echo.0.load(Ordering::SeqCst),
        bare_echo.0.load(Ordering::SeqCst),
    );
    println!("answered {answered:?}, handled {handled:?}");
    assert_eq!(answered, handled, "every answer was worked for");
}

async fn load<C>(channel: C, token: &str) -> u64
where
    C: GrpcService<tonic::body::Body> + Clone + Send + Sync + 'static,
    C::Future: Send,
    C::ResponseBody: http_body::Body<Data = bytes::Bytes> + Send + 'static,
    <C::ResponseBody as http_body::Body>::Error: Into<Box<dyn std::error::Error + Send + Sync>> + Send,
{
    let mut callers = tokio::task::JoinSet::new();
    let end = Instant::now() + PHASE;
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

async fn start_whole(echo: Echo) -> (ClientChannel, String) {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::open(folder.path()).unwrap();
    let pair = Ed25519KeyPair::generate().unwrap();
    let clock: SharedClock = Arc::new(SystemClock::new());
    let token = token(pair.to_pkcs8v1().unwrap().as_ref(), &clock);
    let key = Arc::new(Key(pair.public_key().as_ref().to_vec()));
    let policy = PolicyLayer::new(
        TokenVerifier::new(key, clock.clone()),
        Arc::new(NoAccounts),
        clock,
    );
    let server = Server::new(tls(&authority, "identity"), policy).mount(SessionServiceServer::new(echo));
    let bound = server.bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = format!("https://localhost:{}", bound.address().unwrap().port());
    Lifecycle::new().spawn(
        "whole",
        async move { Ok(bound.serve(std::future::pending()).await?) },
    );
    let config = PeerConfig {
        address,
        connections: CONNECTIONS,
        timeout_seconds: 10,
    };
    (
        ClientChannel::new("identity", &config, &tls(&authority, "gateway")).unwrap(),
        token,
    )
}

async fn start_bare(echo: Echo) -> tonic::transport::Channel {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address: SocketAddr = listener.local_addr().unwrap();
    let incoming = tokio_stream::wrappers::TcpListenerStream::new(listener);
    let router = tonic::transport::Server::builder().add_service(SessionServiceServer::new(echo));
    Lifecycle::new().spawn(
        "bare",
        async move { Ok(router.serve_with_incoming(incoming).await?) },
    );
    let endpoints = (0..CONNECTIONS).map(|_| format!("http://{address}").parse().unwrap());
    tonic::transport::Channel::balance_list(endpoints)
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

#[expect(clippy::cast_precision_loss, reason = "counts of seconds, not of years")]
fn per_second(count: u64) -> f64 {
    count as f64 / PHASE.as_secs_f64()
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
