//! What each test stands on: attendance on free ports, an identity and a staff to talk to, callers of every kind, and the
//! records of other contexts.

mod beginning;
mod caller;
mod look;
mod records;
mod world;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use attendance::config::AttendanceConfig;
use jiff::SignedDuration;
use platform::auth::Grants;
use platform::auth::grants::StaffGrants;
use platform::clock::{ManualClock, SeededEntropy};
use platform::config::{Configuration, Secret};
use platform::db::Database;
use platform::grpc::{ClientChannel, PeerConfig, Rejection, TlsConfig, TlsIdentity};
use platform::keys::KeyEncryptionKey;
use platform::service::{Assembly, Context, NoCommands, Parts, Running, Service};
use platform::telemetry::Telemetry;
use support::ca::Authority;
use support::postgres::{TestDatabase, fresh_database};

pub use beginning::*;
pub use caller::{Caller, Tokens};
pub use doubles::{FakeIdentity, FakeStaff, tls_of};
pub use records::{Record, State};
pub use world::*;

/// How long a test waits for what must come.
pub const DEADLINE: Duration = Duration::from_secs(20);

pub const NOW: &str = "2026-03-10T08:00:00Z";

/// attendance at work.
pub struct Stand {
    pub running: Running,
    pub identity: FakeIdentity,
    pub clock: Arc<ManualClock>,
    pub tokens: Tokens,
    pub authority: Authority,
    pub addresses: TestDatabase,
    /// Opened once for everybody who comes through it.
    gateway: OnceLock<ClientChannel>,
    _folder: tempfile::TempDir,
}

/// attendance that neither sends nor hears records by itself.
struct WithoutBroker;

impl Service for WithoutBroker {
    const NAME: &'static str = "attendance";
    type Config = AttendanceConfig;
    type Command = NoCommands;

    fn migrators() -> &'static [&'static sqlx::migrate::Migrator] {
        <attendance::Attendance as Service>::migrators()
    }

    async fn assemble(context: Context, config: AttendanceConfig) -> anyhow::Result<Assembly> {
        let staff = StaffGrants::new(context.channel("staff")?);
        let grants = Grants::start(&context, Arc::new(staff));
        attendance::assemble_with(&context, &config, Arc::new(grants)).await
    }

    async fn execute(
        command: NoCommands,
        _context: Context,
        _config: AttendanceConfig,
    ) -> anyhow::Result<()> {
        match command {}
    }
}

impl Stand {
    /// With these lines in the configuration.
    pub async fn with(settings: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let authority = Authority::open(folder.path()).unwrap();
        let now: jiff::Timestamp = NOW.parse().unwrap();
        // There is no broker: staff is asked for grants once they are older than the five seconds a broker may be silent.
        let clock = Arc::new(ManualClock::new(now - SignedDuration::from_secs(6)));
        let tokens = Tokens::new(clock.clone());
        let identity = FakeIdentity::start(&authority, clock.clone(), tokens.jwks()).await;
        let staff = FakeStaff::start(&authority, clock.clone(), accounts()).await;
        let addresses = fresh_database("attendance", migrate).await.unwrap();
        let configuration = configuration(
            &authority,
            &addresses,
            [&identity.address, &staff.address],
            settings,
        );
        let parts = Parts {
            clock: clock.clone(),
            entropy: Arc::new(SeededEntropy::new(1)),
            tls: TlsIdentity::load(&configuration.platform.tls).unwrap(),
            key_encryption_key: KeyEncryptionKey::from_bytes([7; 32]),
        };
        let running =
            Running::start::<WithoutBroker>(configuration, parts, Telemetry::detached("attendance"))
                .await
                .unwrap();
        clock.set(now);
        tokio::time::timeout(DEADLINE, running.ready()).await.unwrap();
        Self {
            running,
            identity,
            clock,
            tokens,
            authority,
            addresses,
            gateway: OnceLock::new(),
            _folder: folder,
        }
    }

    pub fn database(&self) -> &Database {
        &self.running.parts().database
    }

    pub fn gateway(&self) -> ClientChannel {
        self.gateway.get_or_init(|| self.channel_of("gateway")).clone()
    }

    /// A channel to attendance of another service.
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
        ClientChannel::new("attendance", &peer, &TlsIdentity::load(tls).unwrap()).unwrap()
    }

    /// Moves the clock.
    pub fn later(&self, by: SignedDuration) {
        self.clock.advance(by);
    }
}

/// The refusal in an answer.
pub fn refusal<T: std::fmt::Debug>(answer: Result<T, tonic::Status>) -> Rejection {
    Rejection::from_status(&answer.unwrap_err())
}

fn configuration(
    authority: &Authority,
    addresses: &TestDatabase,
    [identity, staff]: [&str; 2],
    settings: &str,
) -> Configuration<AttendanceConfig> {
    let tls = authority.service("attendance").unwrap();
    let text = format!(
        r#"
        environment = "development"
        listen = {{ grpc = "127.0.0.1:0", admin = "127.0.0.1:0", health = "127.0.0.1:0" }}
        tls = {{ ca_file = "{}", certificate_file = "{}", key_file = "{}" }}
        db = {{ application_url = "{}", pool_size = 16, acquire_timeout_ms = 20000 }}
        kafka = {{ brokers = "localhost:1" }}
        keys = {{ key_encryption_key_file = "/nowhere" }}
        peers.identity = {{ address = "{identity}", connections = 1 }}
        peers.staff = {{ address = "{staff}", connections = 1 }}
        telemetry = {{ level = "error", format = "text" }}
        shutdown = {{ pause_seconds = 0, grace_seconds = 5 }}
        {settings}
        "#,
        tls.ca_file.display(),
        tls.certificate_file.display(),
        tls.key_file.display(),
        addresses.application_url,
    );
    Configuration::parse("attendance", &text, Vec::new()).unwrap()
}

async fn migrate(owner_url: String) -> anyhow::Result<()> {
    Ok(platform::db::migrate(
        &Secret::new(owner_url),
        &[&platform::db::MIGRATOR, &attendance::MIGRATOR],
    )
    .await?)
}
