//! What each test stands on: participants on free ports, an identity to talk to, grants given as records, callers of every
//! kind.

mod caller;
mod grants;
mod identity;
mod look;
mod world;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use participants::config::ParticipantsConfig;
use platform::auth::Grants;
use platform::clock::{ManualClock, SeededEntropy};
use platform::config::{Configuration, Secret};
use platform::grpc::{ClientChannel, PeerConfig, Rejection, TlsConfig, TlsIdentity};
use platform::keys::KeyEncryptionKey;
use platform::service::{Assembly, Context, NoCommands, Parts, Running, Service};
use platform::telemetry::Telemetry;
use support::ca::Authority;
use support::postgres::{TestDatabase, fresh_database};

pub use caller::{Caller, Tokens};
pub use identity::FakeIdentity;
pub use world::*;

/// How long a test waits for what must come.
pub const DEADLINE: Duration = Duration::from_secs(20);

pub const NOW: &str = "2026-03-02T08:00:00Z";

/// participants at work.
pub struct Stand {
    pub running: Running,
    pub identity: FakeIdentity,
    pub grants: Grants,
    pub clock: Arc<ManualClock>,
    pub tokens: Tokens,
    pub authority: Authority,
    pub addresses: TestDatabase,
    _folder: tempfile::TempDir,
}

/// participants without a broker: what is in the outbox is what these tests ask about.
struct WithoutBroker;

tokio::task_local! {
    static GRANTS: OnceLock<Grants>;
}

impl Service for WithoutBroker {
    const NAME: &'static str = "participants";
    type Config = ParticipantsConfig;
    type Command = NoCommands;

    fn migrators() -> &'static [&'static sqlx::migrate::Migrator] {
        <participants::Participants as Service>::migrators()
    }

    async fn assemble(context: Context, _config: ParticipantsConfig) -> anyhow::Result<Assembly> {
        let grants = Grants::new(1, context.clock.clone());
        GRANTS.with(|slot| slot.set(grants.clone()).ok());
        participants::assemble_calls(&context, grants)
    }

    async fn execute(
        command: NoCommands,
        _context: Context,
        _config: ParticipantsConfig,
    ) -> anyhow::Result<()> {
        match command {}
    }
}

impl Stand {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let authority = Authority::open(folder.path()).unwrap();
        let clock = Arc::new(ManualClock::new(NOW.parse().unwrap()));
        let tokens = Tokens::new(clock.clone());
        let identity = FakeIdentity::start(&authority, clock.clone(), tokens.jwks()).await;
        let addresses = fresh_database("participants", migrate).await.unwrap();
        let configuration = configuration(&authority, &addresses, &identity);
        let parts = Parts {
            clock: clock.clone(),
            entropy: Arc::new(SeededEntropy::new(1)),
            tls: TlsIdentity::load(&configuration.platform.tls).unwrap(),
            key_encryption_key: KeyEncryptionKey::from_bytes([7; 32]),
        };
        let telemetry = Telemetry::detached("participants");
        let starting = async {
            let running = Running::start::<WithoutBroker>(configuration, parts, telemetry).await;
            let grants = GRANTS.with(|slot| slot.get().unwrap().clone());
            (running.unwrap(), grants)
        };
        let (running, grants) = GRANTS.scope(OnceLock::new(), starting).await;
        Self {
            running,
            identity,
            grants,
            clock,
            tokens,
            authority,
            addresses,
            _folder: folder,
        }
    }

    /// A channel to participants of another service.
    pub fn channel_of(&self, service: &str) -> ClientChannel {
        self.channel(&tls_of(&self.authority.service(service).unwrap()))
    }

    pub fn channel(&self, tls: &TlsConfig) -> ClientChannel {
        let address = format!("https://localhost:{}", self.running.addresses().grpc.port());
        let peer = PeerConfig {
            address,
            connections: 2,
            timeout_seconds: 30,
        };
        ClientChannel::new("participants", &peer, &TlsIdentity::load(tls).unwrap()).unwrap()
    }
}

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

/// Path and reason of every violation in a refusal.
pub fn violations(refusal: &Rejection) -> Vec<(String, proto::errors::v1::ErrorReason)> {
    let violations = refusal.violations().iter();
    violations.map(|it| (it.path.clone(), it.reason)).collect()
}

fn configuration(
    authority: &Authority,
    addresses: &TestDatabase,
    identity: &FakeIdentity,
) -> Configuration<ParticipantsConfig> {
    let tls = authority.service("participants").unwrap();
    let text = format!(
        r#"
        environment = "development"
        listen = {{ grpc = "127.0.0.1:0", admin = "127.0.0.1:0", health = "127.0.0.1:0" }}
        tls = {{ ca_file = "{}", certificate_file = "{}", key_file = "{}" }}
        db = {{ application_url = "{}", pool_size = 16, acquire_timeout_ms = 20000 }}
        kafka = {{ brokers = "localhost:1" }}
        keys = {{ key_encryption_key_file = "/nowhere" }}
        peers.identity = {{ address = "{}", connections = 1 }}
        peers.staff = {{ address = "https://localhost:1", connections = 1 }}
        telemetry = {{ level = "warn", format = "text" }}
        shutdown = {{ pause_seconds = 0, grace_seconds = 5 }}
        "#,
        tls.ca_file.display(),
        tls.certificate_file.display(),
        tls.key_file.display(),
        addresses.application_url,
        identity.address,
    );
    Configuration::parse("participants", &text, Vec::new()).unwrap()
}

async fn migrate(owner_url: String) -> anyhow::Result<()> {
    Ok(platform::db::migrate(
        &Secret::new(owner_url),
        &[&platform::db::MIGRATOR, &participants::MIGRATOR],
    )
    .await?)
}
