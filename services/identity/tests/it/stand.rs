//! What each test stands on: identity on free ports over a database of its own, a BankID and message services of its
//! own, a clock that runs and can be moved, and callers by certificate.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bankid_simulator::{Config as BankidConfig, Simulator as Bankid};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use identity::config::IdentityConfig;
use jiff::{SignedDuration, Timestamp};
use messages_simulator::{Addresses, Simulator as Messages};
use platform::auth::{
    AccountDirectory, AccountGrant, AccountQuery, OrganisationKind, PermissionGrant, Scope,
};
use platform::clock::{Clock, SystemClock, SystemEntropy};
use platform::config::{Configuration, Secret};
use platform::db;
use platform::grpc::{Rejection, TlsIdentity};
use platform::keys::KeyEncryptionKey;
use platform::service::{Assembly, Context, NoCommands, Parts, Running, Service};
use platform::telemetry::Telemetry;
use proto::errors::v1::ErrorReason;
use proto::policy::v1::Permission;
use sqlx::PgPool;
use sqlx::migrate::Migrator;
use support::ca::Authority;
use support::postgres::{TestDatabase, fresh_database};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use tonic::metadata::MetadataValue;
use tonic::transport::{Channel, Endpoint};
use uuid::Uuid;

pub const DEADLINE: Duration = Duration::from_secs(30);
pub const OPERATOR_ACCOUNT: Uuid = Uuid::from_u128(0x0193_571d_2a80_7000_8000_0000_0000_0001);

/// Everything a test needs.
pub struct Stand {
    pub bankid: Bankid,
    pub messages: Messages,
    pub clock: Arc<MovedClock>,
    pub authority: Authority,
    database: TestDatabase,
    folder: TempDir,
    has_additions: bool,
    running: Vec<Running>,
}

/// The machine's clock, moved.
#[derive(Debug, Default)]
pub struct MovedClock {
    seconds: AtomicI64,
    is_held: AtomicBool,
    held: Mutex<Option<Timestamp>>,
}

// Identity without Kafka and staff: one account that may operate, whoever uses it.
struct TestIdentity;

struct OneOperator;

impl Service for TestIdentity {
    const NAME: &'static str = "identity";
    type Config = IdentityConfig;
    type Command = NoCommands;

    fn migrators() -> &'static [&'static Migrator] {
        identity::Identity::migrators()
    }

    async fn assemble(context: Context, config: IdentityConfig) -> anyhow::Result<Assembly> {
        identity::assemble_with(&context, &config, Arc::new(OneOperator)).await
    }

    async fn execute(command: NoCommands, _: Context, _: IdentityConfig) -> anyhow::Result<()> {
        match command {}
    }
}

impl AccountDirectory for OneOperator {
    fn account<'a>(&'a self, query: &'a AccountQuery) -> BoxFuture<'a, Result<AccountGrant, Rejection>> {
        let from = Timestamp::UNIX_EPOCH;
        let permissions = [PermissionGrant {
            permission: Permission::Operate,
            from,
            until: None,
        }];
        let grant = AccountGrant {
            account_id: query.account_id,
            person_id: query.who.person_id,
            organisation_id: Uuid::from_u128(2),
            organisation_kind: OrganisationKind::Agency,
            permissions: permissions.into(),
            scope: Arc::new(Scope::AllUnits),
        };
        let is_operator = query.account_id == OPERATOR_ACCOUNT;
        let answer = is_operator
            .then_some(grant)
            .ok_or_else(|| Rejection::forbidden(ErrorReason::AccountUnknown));
        std::future::ready(answer).boxed()
    }
}

impl Clock for MovedClock {
    fn now(&self) -> Timestamp {
        let now = SystemClock::new().now() + SignedDuration::from_secs(self.seconds.load(Ordering::SeqCst));
        let mut held = self.held.lock().unwrap();
        if self.is_held.load(Ordering::SeqCst) {
            return *held.get_or_insert(now);
        }
        *held = None;
        now
    }
}

impl Stand {
    /// One replica of identity.
    pub async fn new() -> Self {
        Self::with_replicas(1).await
    }

    /// One replica with all additions switched off.
    pub async fn without_additions() -> Self {
        Self::set_up(1, false).await
    }

    /// Several replicas on one database.
    pub async fn with_replicas(count: usize) -> Self {
        Self::set_up(count, true).await
    }

    async fn set_up(count: usize, has_additions: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let bankid = bankid().await;
        let free = || "127.0.0.1:0".parse().unwrap();
        let messages = Messages::start(Addresses {
            http: free(),
            smtp: free(),
        })
        .await
        .unwrap();
        let authority = Authority::open(folder.path().join("ca")).unwrap();
        let database = fresh_database("identity", migrate).await.unwrap();
        let clock = Arc::new(MovedClock::default());
        let mut stand = Self {
            bankid,
            messages,
            clock,
            authority,
            database,
            folder,
            has_additions,
            running: Vec::new(),
        };
        for _ in 0..count {
            let replica = stand.start().await;
            stand.running.push(replica);
        }
        stand
    }

    /// Moves identity's clock and BankID's.
    pub fn pass(&self, seconds: i64) {
        self.clock.seconds.fetch_add(seconds, Ordering::SeqCst);
        self.bankid.advance_clock(seconds);
    }

    /// Lets identity's clock stand still, so that nothing becomes due until [`Self::release_collectors`].
    pub fn hold_collectors(&self) {
        self.clock.is_held.store(true, Ordering::SeqCst);
    }

    /// Lets identity's clock go on.
    pub fn release_collectors(&self) {
        self.clock.is_held.store(false, Ordering::SeqCst);
    }

    /// A channel of the service with that name.
    pub async fn channel(&self, service: &str) -> Channel {
        self.connect(&self.authority.service(service).unwrap()).await
    }

    /// A channel of a machine client.
    pub async fn client_channel(&self, name: &str) -> Channel {
        self.connect(&self.authority.client(name).unwrap()).await
    }

    /// The database, as its owner.
    pub async fn pool(&self) -> PgPool {
        PgPool::connect(&self.database.owner_url).await.unwrap()
    }

    async fn connect(&self, identity: &support::ca::Identity) -> Channel {
        let port = self.running[0].addresses().grpc.port();
        let endpoint = Endpoint::from_shared(format!("https://localhost:{port}")).unwrap();
        endpoint
            .tls_config(identity.tonic_client_config().unwrap())
            .unwrap()
            .connect()
            .await
            .unwrap()
    }

    async fn start(&self) -> Running {
        let configuration = self.configuration();
        let parts = Parts {
            clock: self.clock.clone(),
            entropy: Arc::new(SystemEntropy),
            tls: TlsIdentity::load(&configuration.platform.tls).unwrap(),
            key_encryption_key: KeyEncryptionKey::from_bytes([7; 32]),
        };
        Running::start::<TestIdentity>(configuration, parts, Telemetry::detached("identity"))
            .await
            .unwrap()
    }

    fn configuration(&self) -> Configuration<IdentityConfig> {
        let tls = self.authority.service("identity").unwrap();
        let files = self.bankid.files();
        let (health, addresses) = (support::ports::reserve().unwrap(), self.messages.addresses());
        let text = format!(
            r#"
            environment = "development"
            listen = {{ grpc = "127.0.0.1:0", admin = "127.0.0.1:0", health = "127.0.0.1:{health}" }}
            tls = {{ ca_file = "{ca}", certificate_file = "{certificate}", key_file = "{key}" }}
            db = {{ application_url = "{database}", pool_size = 8 }}
            kafka = {{ brokers = "localhost:1" }}
            keys = {{ key_encryption_key_file = "/unused" }}
            telemetry = {{ level = "info", format = "text" }}
            shutdown = {{ pause_seconds = 0, grace_seconds = 20 }}
            peers.staff = {{ address = "https://localhost:1" }}
            additions = {{ documents_together = {has_additions} }}
            [bankid]
            base_url = "{base_url}"
            ca_file = "{server_ca}"
            certificate_file = "{rp_certificate}"
            key_file = "{rp_key}"
            trust_anchors_file = "{anchor}"
            policies = ["1.2.3.4.5", "1.2.3.4.10", "1.2.3.4.25"]
            starts_per_minute = 20
            participant_text = {{ sv = "Du loggar in på dina sidor.", en = "You are signing in to your pages." }}
            staff_text = {{ sv = "Du loggar in som personal.", en = "You are signing in as staff." }}
            signing_heading = {{ sv = "Du skriver under:", en = "You are signing:" }}
            [messages]
            smtp_host = "127.0.0.1"
            smtp_port = {smtp}
            smtp_tls = false
            sms_url = "http://{http}/sms"
            sender = "no-reply@deltaga.example"
            public_url = "https://deltaga.example/"
            "#,
            has_additions = self.has_additions,
            health = health.number(),
            ca = tls.ca_file.display(),
            certificate = tls.certificate_file.display(),
            key = tls.key_file.display(),
            database = self.database.application_url,
            base_url = self.bankid.rp_url(),
            server_ca = files.server_ca.display(),
            rp_certificate = files.rp_certificate.display(),
            rp_key = files.rp_key.display(),
            anchor = files.signature_trust_anchor.display(),
            smtp = addresses.smtp.port(),
            http = addresses.http,
        );
        assert!(self.folder.path().exists(), "the files of the stand are there");
        Configuration::parse("identity", &text, []).unwrap()
    }
}

/// A request of a browser behind the gateway.
pub fn from_browser<T>(message: T) -> tonic::Request<T> {
    let mut request = tonic::Request::new(message);
    request.metadata_mut().insert(
        "deltaga-end-user-address",
        MetadataValue::from_static("192.0.2.1"),
    );
    request.metadata_mut().insert(
        "deltaga-end-user-agent",
        MetadataValue::from_static("Testbrowser 1.0"),
    );
    request
}

/// A request of somebody signed in.
pub fn signed_in<T>(token: &str, message: T) -> tonic::Request<T> {
    let mut request = from_browser(message);
    request
        .metadata_mut()
        .insert("authorization", format!("Bearer {token}").parse().unwrap());
    request
}

/// A request of an operator.
pub fn operator<T>(token: &str, message: T) -> tonic::Request<T> {
    let mut request = signed_in(token, message);
    request
        .metadata_mut()
        .insert("deltaga-account", OPERATOR_ACCOUNT.to_string().parse().unwrap());
    request
}

/// Why a call was refused.
pub fn refusal<T: std::fmt::Debug>(answer: Result<T, tonic::Status>) -> Rejection {
    Rejection::from_status(&answer.unwrap_err())
}

/// Fields and reasons of a refusal.
pub fn violations(rejection: &Rejection) -> Vec<(String, ErrorReason)> {
    rejection
        .violations()
        .iter()
        .map(|violation| (violation.path.clone(), violation.reason))
        .collect()
}

// The certificates of the simulator take a second to make: they are made once and kept beside the build.
async fn bankid() -> Bankid {
    static MADE: OnceCell<()> = OnceCell::const_new();
    let start = || async {
        let folder = concat!(env!("CARGO_TARGET_TMPDIR"), "/identity-bankid");
        Bankid::start(BankidConfig::new(folder)).await.unwrap()
    };
    MADE.get_or_init(|| async { start().await.shutdown().await })
        .await;
    start().await
}

async fn migrate(owner_url: String) -> Result<(), db::DbError> {
    db::migrate(&Secret::new(owner_url), &[&db::MIGRATOR, &identity::MIGRATOR]).await
}
