//! What each test stands on: export on free ports, receivers, an identity and a consent to talk to, and callers.

mod by_hand;
mod caller;
mod elsewhere;
mod gate;
mod peers;
mod world;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use export::config::{ExportConfig, RecipientConfig};
use export::steps::Worker;
use futures::future::BoxFuture;
use jiff::SignedDuration;
use platform::auth::{
    AccountDirectory, AccountGrant, AccountQuery, OrganisationKind, PermissionGrant, Scope,
};
use platform::clock::{ManualClock, SeededEntropy};
use platform::config::{Configuration, Secret};
use platform::grpc::{ClientChannel, PeerConfig, Rejection, TlsConfig, TlsIdentity};
use platform::keys::KeyEncryptionKey;
use platform::service::{Assembly, Context, NoCommands, Parts, Running, Service};
use platform::telemetry::Telemetry;
use proto::policy::v1::Permission;
use receivers_simulator::{Config as ReceiversConfig, Recipient, Simulator};
use support::ca::Authority;
use support::postgres::{TestDatabase, fresh_database};
use uuid::Uuid;

pub use by_hand::{work, work_with};
pub use caller::{Caller, Tokens};
pub use elsewhere::{Doorkeeper, Parrot, Sluggard};
pub use gate::Call;
pub use peers::{FakeConsent, FakeIdentity};
pub use world::*;

/// How long a test waits for what must come.
pub const DEADLINE: Duration = Duration::from_secs(30);

pub const NOW: &str = "2026-03-02T08:00:00Z";

/// export at work.
pub struct Stand {
    pub running: Running,
    pub identity: FakeIdentity,
    pub consent: FakeConsent,
    pub receivers: Simulator,
    pub clock: Arc<ManualClock>,
    pub tokens: Tokens,
    pub authority: Authority,
    pub folder: tempfile::TempDir,
    pub addresses: TestDatabase,
    config: ExportConfig,
}

/// export whose outbox nobody empties and that hears of others only what the tests tell it.
struct WithoutBroker<const JOBS: bool>;

/// The accounts of the tests: each is its caller's; the last digit of the id tells what it may.
struct Accounts;

impl<const JOBS: bool> Service for WithoutBroker<JOBS> {
    const NAME: &'static str = "export";
    type Config = ExportConfig;
    type Command = NoCommands;

    fn migrators() -> &'static [&'static sqlx::migrate::Migrator] {
        <export::Export as Service>::migrators()
    }

    async fn assemble(context: Context, config: ExportConfig) -> anyhow::Result<Assembly> {
        if JOBS {
            export::start_work(&context, export::worker(&context, &config)?);
        }
        export::assemble_calls(&context, &config, Arc::new(Accounts))
    }

    async fn execute(command: NoCommands, _: Context, _: ExportConfig) -> anyhow::Result<()> {
        match command {}
    }
}

impl Stand {
    pub async fn new() -> Self {
        Self::start::<true>().await
    }

    /// Without jobs: the test takes the steps.
    pub async fn by_hand() -> Self {
        Self::start::<false>().await
    }

    async fn start<const JOBS: bool>() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let authority = Authority::open(folder.path().join("ca")).unwrap();
        let clock = Arc::new(ManualClock::new(NOW.parse().unwrap()));
        let tokens = Tokens::new(clock.clone());
        let identity = FakeIdentity::start(&authority, clock.clone(), tokens.jwks()).await;
        let consent = FakeConsent::start(&authority, clock.clone()).await;
        let receivers = Simulator::start(ReceiversConfig::new(
            folder.path().join("receivers"),
            authority.ca_file(),
        ))
        .await
        .unwrap();
        let database = fresh_database("export", migrate).await.unwrap();
        let text = settings(&authority, &database, (&identity, &consent), &receivers, &folder);
        let configuration = Configuration::<ExportConfig>::parse("export", &text, Vec::new()).unwrap();
        let config = configuration.service.clone();
        let parts = Parts {
            clock: clock.clone(),
            entropy: Arc::new(SeededEntropy::new(1)),
            tls: TlsIdentity::load(&configuration.platform.tls).unwrap(),
            key_encryption_key: KeyEncryptionKey::from_bytes([7; 32]),
        };
        let running =
            Running::start::<WithoutBroker<JOBS>>(configuration, parts, Telemetry::detached("export"))
                .await
                .unwrap();
        Self {
            running,
            identity,
            consent,
            receivers,
            clock,
            tokens,
            authority,
            folder,
            addresses: database,
            config,
        }
    }

    /// A worker as a process that was just started has it: with nothing in memory.
    pub fn fresh_worker(&self) -> Worker {
        export::worker(self.running.parts(), &self.config).unwrap()
    }

    /// The same, for which ESF is elsewhere.
    pub fn worker_with(&self, change: impl FnOnce(&mut RecipientConfig)) -> Worker {
        let mut config = self.config.clone();
        change(config.recipients.esf.as_mut().unwrap());
        export::worker(self.running.parts(), &config).unwrap()
    }

    pub fn channel(&self, tls: &TlsConfig) -> ClientChannel {
        let address = format!("https://localhost:{}", self.running.addresses().grpc.port());
        let peer = PeerConfig {
            address,
            connections: 1,
            timeout_seconds: 30,
        };
        ClientChannel::new("export", &peer, &TlsIdentity::load(tls).unwrap()).unwrap()
    }

    /// Lets some time go by, so that what waits is due.
    pub fn tick(&self) {
        self.clock.advance(SignedDuration::from_secs(2));
    }

    /// Number → (revision, hours) of the rows that count at a recipient, each once.
    pub fn counted(&self, recipient: Recipient) -> BTreeMap<String, (u32, String)> {
        let mut counted = BTreeMap::new();
        for held in self.receivers.rows(recipient).unwrap() {
            if held.counts && held.accepted == Some(true) {
                let row = (held.row.revision, held.row.hours.to_string());
                let before = counted.insert(held.row.personal_number.clone(), row);
                assert_eq!(before, None, "a row counts twice");
            }
        }
        counted
    }

    /// Every number that ever arrived, whether it counts or not.
    pub fn ever_arrived(&self, recipient: Recipient) -> Vec<String> {
        let rows = self.receivers.rows(recipient).unwrap();
        rows.into_iter().map(|held| held.row.personal_number).collect()
    }
}

impl AccountDirectory for Accounts {
    fn account<'a>(&'a self, query: &'a AccountQuery) -> BoxFuture<'a, Result<AccountGrant, Rejection>> {
        let (kind, permission) = match query.account_id {
            RUNS_EXPORTS => (OrganisationKind::Agency, Permission::RunExports),
            OPERATES => (OrganisationKind::Agency, Permission::Operate),
            FOREIGN => (OrganisationKind::Provider, Permission::RunExports),
            _ => (OrganisationKind::Provider, Permission::ReportAndPlan),
        };
        let grant = AccountGrant {
            account_id: query.account_id,
            person_id: query.who.person_id,
            organisation_id: Uuid::from_u128(1),
            organisation_kind: kind,
            permissions: [PermissionGrant {
                permission,
                from: jiff::Timestamp::MIN,
                until: None,
            }]
            .into(),
            scope: Arc::new(Scope::AllUnits),
        };
        Box::pin(async { Ok(grant) })
    }
}

/// Accounts of the tests.
pub const RUNS_EXPORTS: Uuid = Uuid::from_u128(11);
pub const OPERATES: Uuid = Uuid::from_u128(12);
/// Of a provider that somebody gave the agency's permission.
pub const FOREIGN: Uuid = Uuid::from_u128(13);
pub const REPORTS: Uuid = Uuid::from_u128(14);

pub fn tls_of(identity: &support::ca::Identity) -> TlsConfig {
    TlsConfig {
        ca_file: identity.ca_file.clone(),
        certificate_file: identity.certificate_file.clone(),
        key_file: identity.key_file.clone(),
    }
}

/// The refusal in an answer.
pub fn refusal<T: std::fmt::Debug>(answer: Result<T, tonic::Status>) -> Rejection {
    Rejection::from_status(&answer.unwrap_err())
}

fn settings(
    authority: &Authority,
    database: &TestDatabase,
    (identity, consent): (&FakeIdentity, &FakeConsent),
    receivers: &Simulator,
    folder: &tempfile::TempDir,
) -> String {
    let tls = authority.service("export").unwrap();
    let mut text = format!(
        r#"
        environment = "development"
        listen = {{ grpc = "127.0.0.1:0", admin = "127.0.0.1:0", health = "127.0.0.1:0" }}
        tls = {{ ca_file = "{}", certificate_file = "{}", key_file = "{}" }}
        db = {{ application_url = "{}", pool_size = 16, acquire_timeout_ms = 20000 }}
        kafka = {{ brokers = "localhost:1" }}
        keys = {{ key_encryption_key_file = "/nowhere" }}
        peers.identity = {{ address = "{}", connections = 1 }}
        peers.consent = {{ address = "{}", connections = 1 }}
        peers.staff = {{ address = "https://localhost:1", connections = 1 }}
        telemetry = {{ level = "warn", format = "text" }}
        shutdown = {{ pause_seconds = 0, grace_seconds = 5 }}
        store = {{ folder = "{}" }}
        sending = {{ timeout_seconds = 15, window_seconds = 20, first_pause_ms = 1000, longest_pause_seconds = 1, lease_seconds = 10 }}
        "#,
        tls.ca_file.display(),
        tls.certificate_file.display(),
        tls.key_file.display(),
        database.application_url,
        identity.address,
        consent.address,
        folder.path().join("store").display(),
    );
    for recipient in Recipient::ALL {
        let _ = writeln!(
            text,
            "recipients.{} = {{ url = \"{}\", ca_file = \"{}\", certificate_file = \"{}\", key_file = \"{}\", public_key_file = \"{}\" }}",
            recipient.stem(),
            receivers.url(recipient),
            receivers.files().server_ca.display(),
            tls.certificate_file.display(),
            tls.key_file.display(),
            receivers.files().recipient(recipient).public_key.display(),
        );
    }
    text
}

async fn migrate(owner_url: String) -> anyhow::Result<()> {
    Ok(platform::db::migrate(
        &Secret::new(owner_url),
        &[&platform::db::MIGRATOR, &export::MIGRATOR],
    )
    .await?)
}
