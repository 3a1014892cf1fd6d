//! A service at work on threads of its own: free ports, mutual TLS, doubles of identity and staff, a clock that stands
//! still, the defaults of production for everything else.

use std::sync::Arc;
use std::time::Duration;

use doubles::{FakeIdentity, FakeStaff, tls_of};
use jiff::{SignedDuration, Timestamp};
use platform::clock::{ManualClock, SystemEntropy};
use platform::config::Configuration;
use platform::grpc::{ClientChannel, PeerConfig, TlsConfig, TlsIdentity};
use platform::keys::KeyEncryptionKey;
use platform::service::{Parts, Running, Service};
use platform::telemetry::{LogFormat, Telemetry, TelemetryConfig};
use proto::staff::events::v1::AccountState;
use support::ca::{Authority, Identity};
use support::postgres::ServiceDatabase;

use crate::callers::Tokens;

const CONNECTIONS: usize = 2;
const LONGEST: Duration = Duration::from_mins(1);

/// A service at work.
pub struct Stand {
    pub(crate) tokens: Tokens,
    pub(crate) authority: Authority,
    pub(crate) gateway: ClientChannel,
    pub(crate) machines: ClientChannel,
    running: Running,
    _folder: tempfile::TempDir,
}

impl Stand {
    /// Starts it on the runtime that this is awaited on.
    pub async fn start<S: Service>(
        database: &ServiceDatabase,
        accounts: Vec<AccountState>,
        now: Timestamp,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let authority = Authority::open(folder.path()).unwrap();
        // There is no broker: staff is asked for grants once they are older than the five seconds a broker may be silent.
        let clock = Arc::new(ManualClock::new(now - SignedDuration::from_secs(6)));
        let tokens = Tokens::new(now);
        let identity = FakeIdentity::start(&authority, clock.clone(), tokens.jwks()).await;
        let staff = FakeStaff::start(&authority, clock.clone(), accounts).await;
        let own = tls_of(&authority.service(S::NAME).unwrap());
        let text = configuration(&own, database, &identity.address, &staff.address);
        let configuration: Configuration<S::Config> =
            Configuration::parse(S::NAME, &text, Vec::new()).unwrap();
        let parts = Parts {
            clock: clock.clone(),
            entropy: Arc::new(SystemEntropy),
            tls: TlsIdentity::load(&configuration.platform.tls).unwrap(),
            key_encryption_key: key(),
        };
        let running = Running::start::<S>(configuration, parts, telemetry(S::NAME))
            .await
            .unwrap();
        clock.set(now);
        tokio::time::timeout(LONGEST, running.ready()).await.unwrap();
        let port = running.addresses().grpc.port();
        Self {
            gateway: channel(S::NAME, port, &authority.service("gateway").unwrap()),
            machines: channel(S::NAME, port, &authority.client("a machine").unwrap()),
            tokens,
            authority,
            running,
            _folder: folder,
        }
    }

    pub async fn stop(self) {
        self.running.stop(std::future::pending()).await;
    }
}

/// Opens the key ring of every database of a benchmark.
pub(crate) fn key() -> KeyEncryptionKey {
    KeyEncryptionKey::from_bytes([7; 32])
}

fn channel(service: &'static str, port: u16, identity: &Identity) -> ClientChannel {
    let peer = PeerConfig {
        address: format!("https://localhost:{port}"),
        connections: CONNECTIONS,
        timeout_seconds: 30,
    };
    ClientChannel::new(service, &peer, &TlsIdentity::load(&tls_of(identity)).unwrap()).unwrap()
}

fn telemetry(service: &'static str) -> Telemetry {
    let config = TelemetryConfig {
        // Kafka is away on purpose.
        level: "info,platform::kafka=off,platform::auth=error".to_owned(),
        format: LogFormat::Json,
        otlp_endpoint: None,
    };
    Telemetry::install(service, &config).unwrap()
}

fn configuration(tls: &TlsConfig, database: &ServiceDatabase, identity: &str, staff: &str) -> String {
    format!(
        r#"
        environment = "development"
        listen = {{ grpc = "127.0.0.1:0", admin = "127.0.0.1:0", health = "127.0.0.1:0" }}
        tls = {{ ca_file = "{}", certificate_file = "{}", key_file = "{}" }}
        db = {{ application_url = "{}" }}
        kafka = {{ brokers = "localhost:1" }}
        keys = {{ key_encryption_key_file = "/nowhere" }}
        peers.identity = {{ address = "{identity}", connections = 1 }}
        peers.staff = {{ address = "{staff}", connections = 1 }}
        telemetry = {{ level = "info", format = "json" }}
        shutdown = {{ pause_seconds = 0, grace_seconds = 5 }}
        "#,
        tls.ca_file.display(),
        tls.certificate_file.display(),
        tls.key_file.display(),
        database.application_url,
    )
}
