//! The gateway, and behind it attendance and identity: doubles that have their answers at hand, under the platform's real
//! mutual TLS, tokens and call policies.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use futures::future::BoxFuture;
use gateway::Gateway;
use gateway::config::GatewayConfig;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use platform::auth::token::{Claims, Portal, Subject, WireClaims};
use platform::auth::{
    AccountDirectory, AccountGrant, AccountQuery, KeySource, OrganisationKind, PermissionGrant, PolicyLayer,
    Scope, SignedIn, TokenVerifier,
};
use platform::clock::{SharedClock, SystemClock, SystemEntropy};
use platform::grpc::{Rejection, Server, TlsConfig, TlsIdentity};
use platform::service::Lifecycle;
use platform::service::stateless::{Configuration, Parts, Running};
use platform::telemetry::{LogFormat, Telemetry, TelemetryConfig};
use proto::attendance::v1 as attendance;
use proto::attendance::v1::month_service_server::{MonthService, MonthServiceServer};
use proto::identity::v1 as identity;
use proto::identity::v1::session_service_server::{SessionService, SessionServiceServer};
use proto::policy::v1::{Assurance, Permission};
use support::ca::Authority;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use crate::pinned::Pinned;
use crate::{Payload, answers};

pub const ACCOUNT: Uuid = Uuid::from_u128(11);
pub const ORIGIN: &str = "https://deltaga.test";
pub const CSRF_KEY: [u8; 32] = [0x5a; 32];

/// Everything but the callers.
pub struct Stand {
    pub authority: Authority,
    pub gateway: Running,
    pub attendance: String,
    pub token: String,
    pub exchanges: Arc<AtomicU64>,
    months: Arc<AtomicU64>,
    lists: Arc<AtomicU64>,
    _folder: tempfile::TempDir,
}

#[derive(Clone)]
struct Attendance {
    month: Arc<attendance::GetMonthResponse>,
    list: Arc<attendance::ListMonthsResponse>,
    months: Arc<AtomicU64>,
    lists: Arc<AtomicU64>,
}

/// Exchanges whatever cookie for the one token.
#[derive(Clone)]
struct Sessions {
    token: String,
    exchanges: Arc<AtomicU64>,
    clock: SharedClock,
}

struct Key(Vec<u8>);

struct OneAccount(AccountGrant);

impl Stand {
    /// Gateway and services on the runtimes that count their CPU.
    pub fn start(near: &Pinned, far: &Pinned) -> Self {
        let telemetry = TelemetryConfig {
            level: "info".to_owned(),
            format: LogFormat::Json,
            otlp_endpoint: None,
        };
        let telemetry = near.run(async { Telemetry::install("gateway", &telemetry).unwrap() });
        let folder = tempfile::tempdir().unwrap();
        let authority = Authority::open(folder.path().join("ca")).unwrap();
        let pair = Ed25519KeyPair::generate().unwrap();
        let clock: SharedClock = Arc::new(SystemClock::new());
        let token = token(pair.to_pkcs8v1().unwrap().as_ref(), &clock);
        let [exchanges, months, lists] = [(); 3].map(|()| Arc::new(AtomicU64::new(0)));
        let own = Attendance {
            month: Arc::new(answers::month()),
            list: Arc::new(answers::list()),
            months: months.clone(),
            lists: lists.clone(),
        };
        let sessions = Sessions {
            token: token.clone(),
            exchanges: exchanges.clone(),
            clock: clock.clone(),
        };
        let gate = |service: &str| gate(&authority, service, pair.public_key().as_ref(), &clock);
        let attendance = serve(far, gate("attendance").mount(MonthServiceServer::new(own)));
        let identity = serve(far, gate("identity").mount(SessionServiceServer::new(sessions)));
        let text = configuration(&folder, &authority, &attendance, &identity);
        let gateway = near.run(start_gateway(&text, clock, telemetry));
        Self {
            authority,
            gateway,
            attendance,
            token,
            exchanges,
            months,
            lists,
            _folder: folder,
        }
    }

    /// How many calls the service has answered.
    pub fn handled(&self, payload: Payload) -> &AtomicU64 {
        match payload {
            Payload::Month => &self.months,
            Payload::List => &self.lists,
        }
    }
}

async fn start_gateway(text: &str, clock: SharedClock, telemetry: Telemetry) -> Running {
    let configuration = Configuration::<GatewayConfig>::parse("gateway", text, Vec::new()).unwrap();
    let parts = Parts {
        clock,
        entropy: Arc::new(SystemEntropy),
        tls: TlsIdentity::load(&configuration.platform.tls).unwrap(),
    };
    Running::start::<Gateway>(configuration, parts, telemetry)
        .await
        .unwrap()
}

fn gate(authority: &Authority, service: &str, public_key: &[u8], clock: &SharedClock) -> Server {
    let tokens = TokenVerifier::new(Arc::new(Key(public_key.to_vec())), clock.clone());
    let policy = PolicyLayer::new(tokens, Arc::new(OneAccount::new()), clock.clone());
    Server::new(tls_of(authority, service), policy)
}

fn serve(far: &Pinned, server: Server) -> String {
    far.run(async {
        let bound = server.bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let address = format!("https://localhost:{}", bound.address().unwrap().port());
        Lifecycle::new().spawn(
            "double",
            async move { Ok(bound.serve(std::future::pending()).await?) },
        );
        address
    })
}

pub fn tls_of(authority: &Authority, service: &str) -> TlsIdentity {
    let files = authority.service(service).unwrap();
    TlsIdentity::load(&TlsConfig {
        ca_file: files.ca_file,
        certificate_file: files.certificate_file,
        key_file: files.key_file,
    })
    .unwrap()
}

fn token(pkcs8: &[u8], clock: &SharedClock) -> String {
    let who = SignedIn {
        person_id: Uuid::from_u128(1),
        aliases: Vec::new(),
        session_id: Uuid::from_u128(2),
        assurance: Assurance::Bankid,
    };
    let claims = Claims {
        subject: Subject::Person {
            portal: Portal::Staff,
            who,
        },
        expires_at: clock.now() + jiff::SignedDuration::from_mins(5),
    };
    let header = Header {
        kid: Some("bench".to_owned()),
        ..Header::new(Algorithm::EdDSA)
    };
    let key = EncodingKey::from_ed_der(pkcs8);
    jsonwebtoken::encode(&header, &WireClaims::from(&claims), &key).unwrap()
}

// The buckets of callers are as large as they may be: here a few ask for what thousands would.
fn configuration(
    folder: &tempfile::TempDir,
    authority: &Authority,
    attendance: &str,
    identity: &str,
) -> String {
    let tls = authority.service("gateway").unwrap();
    let [ca, certificate, key] =
        [&tls.ca_file, &tls.certificate_file, &tls.key_file].map(|file| file.display().to_string());
    let csrf = folder.path().join("csrf");
    std::fs::write(&csrf, "5a".repeat(32)).unwrap();
    let nowhere = ["staff", "participants", "consent", "export"]
        .map(|peer| format!("peers.{peer} = {{ address = \"https://localhost:1\" }}\n"))
        .concat();
    format!(
        r#"
        environment = "development"
        listen = {{ admin = "127.0.0.1:0", health = "127.0.0.1:0" }}
        tls = {{ ca_file = "{ca}", certificate_file = "{certificate}", key_file = "{key}" }}
        peers.identity = {{ address = "{identity}" }}
        peers.attendance = {{ address = "{attendance}" }}
        {nowhere}
        telemetry = {{ level = "info", format = "json" }}
        csrf = {{ key_file = "{}" }}
        suppliers = {{ listen = "127.0.0.1:0", ca_file = "{ca}", certificate_file = "{certificate}", key_file = "{key}" }}
        browsers.listen = "127.0.0.1:0"
        browsers.origins = ["{ORIGIN}"]
        limits = {{ calls_per_second = 1000000, calls_burst = 1000000 }}
        "#,
        csrf.display(),
    )
}

impl KeySource for Key {
    fn key<'a>(&'a self, _kid: &'a str) -> BoxFuture<'a, Result<Option<DecodingKey>, Rejection>> {
        Box::pin(std::future::ready(Ok(Some(DecodingKey::from_ed_der(&self.0)))))
    }
}

impl OneAccount {
    fn new() -> Self {
        Self(AccountGrant {
            account_id: ACCOUNT,
            person_id: Uuid::from_u128(1),
            organisation_id: Uuid::from_u128(5),
            organisation_kind: OrganisationKind::Provider,
            permissions: [PermissionGrant {
                permission: Permission::ReportAndPlan,
                from: jiff::Timestamp::MIN,
                until: None,
            }]
            .into(),
            scope: Arc::new(Scope::AllUnits),
        })
    }
}

impl AccountDirectory for OneAccount {
    fn account<'a>(&'a self, query: &'a AccountQuery) -> BoxFuture<'a, Result<AccountGrant, Rejection>> {
        assert_eq!(query.account_id, ACCOUNT, "the account that the caller named");
        Box::pin(std::future::ready(Ok(self.0.clone())))
    }
}

#[tonic::async_trait]
impl MonthService for Attendance {
    async fn get_month(
        &self,
        _request: Request<attendance::GetMonthRequest>,
    ) -> Result<Response<attendance::GetMonthResponse>, Status> {
        self.months.fetch_add(1, Ordering::Relaxed);
        Ok(Response::new((*self.month).clone()))
    }

    async fn list_months(
        &self,
        _request: Request<attendance::ListMonthsRequest>,
    ) -> Result<Response<attendance::ListMonthsResponse>, Status> {
        self.lists.fetch_add(1, Ordering::Relaxed);
        Ok(Response::new((*self.list).clone()))
    }

    async fn save_month_draft(
        &self,
        _request: Request<attendance::SaveMonthDraftRequest>,
    ) -> Result<Response<attendance::SaveMonthDraftResponse>, Status> {
        Err(Rejection::not_found("month").into())
    }

    async fn submit_month(
        &self,
        _request: Request<attendance::SubmitMonthRequest>,
    ) -> Result<Response<attendance::SubmitMonthResponse>, Status> {
        Err(Rejection::not_found("month").into())
    }

    async fn import_hours(
        &self,
        _request: Request<attendance::ImportHoursRequest>,
    ) -> Result<Response<attendance::ImportHoursResponse>, Status> {
        Err(Rejection::not_found("upload").into())
    }
}

#[tonic::async_trait]
impl SessionService for Sessions {
    async fn exchange_session(
        &self,
        _request: Request<identity::ExchangeSessionRequest>,
    ) -> Result<Response<identity::ExchangeSessionResponse>, Status> {
        self.exchanges.fetch_add(1, Ordering::Relaxed);
        let at = |seconds| {
            Some(prost_types::Timestamp {
                seconds: self.clock.now().as_second() + seconds,
                nanos: 0,
            })
        };
        Ok(Response::new(identity::ExchangeSessionResponse {
            access_token: self.token.clone(),
            expires_at: at(240),
            session_idle_expires_at: at(1800),
            session_expires_at: at(36_000),
        }))
    }

    async fn list_sessions(
        &self,
        _request: Request<identity::ListSessionsRequest>,
    ) -> Result<Response<identity::ListSessionsResponse>, Status> {
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
