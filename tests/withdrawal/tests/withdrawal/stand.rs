//! What the race stands on: consent and export as they are deployed, each with its database, its relay and its consumers on
//! the shared broker; identity and staff as doubles; the recipients' simulator behind mutual TLS.

mod acts;
mod caller;
mod records;
mod settings;
mod turnstile;

use std::fs::File;
use std::sync::Arc;
use std::time::Duration;

use doubles::{FakeIdentity, FakeStaff, tls_of};
use jiff::SignedDuration;
use platform::clock::{ManualClock, SeededEntropy};
use platform::config::{Configuration, Secret, Section};
use platform::db::Database;
use platform::grpc::{ClientChannel, PeerConfig, TlsIdentity};
use platform::keys::KeyEncryptionKey;
use platform::service::{Parts, Running, Service};
use platform::telemetry::Telemetry;
use receivers_simulator::{Config as ReceiversConfig, Simulator};
use sqlx::migrate::Migrator;
use support::ca::Identity;
use support::kafka::TESTER;
use support::postgres::{TestDatabase, fresh_database};
use support::{eventually, files};
use tempfile::TempDir;

use crate::crowd::Cohort;
use caller::Tokens;
use records::{MONTH_REPORTS, ORGANISATIONS, PLACEMENTS, Topics, UNITS, Workplace, Written};
use turnstile::Turnstile;

pub use records::fresh_uuid;

/// How long a test waits for what must come.
const DEADLINE: Duration = Duration::from_mins(1);
const NOW: &str = "2026-03-10T08:00:00Z";
/// By how much the clock goes on each time somebody looks, so that what waits is due.
const TICK: SignedDuration = SignedDuration::from_millis(50);

/// Both services at work.
pub struct Stand {
    pub receivers: Simulator,
    consent: Running,
    export: Running,
    identity: FakeIdentity,
    turnstile: Turnstile,
    clock: Arc<ManualClock>,
    tokens: Tokens,
    topics: Topics,
    agency: Identity,
    /// consent for people, and export for the agency.
    doors: (ClientChannel, ClientChannel),
    _databases: [TestDatabase; 2],
    _folder: TempDir,
    /// The topics are those of the deployment: one stand at a time has them.
    _alone: File,
}

impl Stand {
    pub async fn new() -> Self {
        let alone =
            tokio::task::spawn_blocking(|| files::lock(&files::run_folder().join("test/withdrawal.lock")));
        let alone = alone.await.unwrap().unwrap();
        let broker = support::kafka::shared().await.unwrap();
        let authority = broker.authority();
        let folder = tempfile::tempdir().unwrap();
        // Without staff's heartbeats grants are asked for once they are older than the broker may be silent.
        let now: jiff::Timestamp = NOW.parse().unwrap();
        let clock = Arc::new(ManualClock::new(now - SignedDuration::from_secs(6)));
        let tokens = Tokens::new(clock.clone());
        let identity = FakeIdentity::start(authority, clock.clone(), tokens.jwks()).await;
        let staff = FakeStaff::start(authority, clock.clone(), Vec::new()).await;
        let of_recipients = ReceiversConfig::new(folder.path().join("receivers"), authority.ca_file());
        let receivers = Simulator::start(of_recipients).await.unwrap();
        let peers = settings::Peers {
            identity: &identity.address,
            staff: &staff.address,
        };

        let consent_database = fresh("consent", &consent::MIGRATOR).await;
        let text = settings::consent(broker, &consent_database, &peers);
        let consent = start::<consent::Consent>(&text, &clock).await;
        let own_channel = channel(&consent, "consent", &authority.service("export").unwrap());
        let turnstile = Turnstile::start(authority, clock.clone(), own_channel).await;
        let export_database = fresh("export", &export::MIGRATOR).await;
        let of_export = settings::OfExport {
            consent: &turnstile.address,
            receivers: &receivers,
            store: &folder.path().join("store"),
        };
        let text = settings::export(broker, &export_database, &peers, &of_export);
        let export = start::<export::Export>(&text, &clock).await;
        clock.set(now);

        let agency = authority.client("a machine").unwrap();
        Self {
            doors: (
                channel(&consent, "consent", &authority.service("gateway").unwrap()),
                channel(&export, "export", &agency),
            ),
            topics: Topics::open(broker.brokers(), &tls_of(&broker.identity(TESTER).unwrap())),
            receivers,
            consent,
            export,
            identity,
            turnstile,
            clock,
            tokens,
            agency,
            _databases: [consent_database, export_database],
            _folder: folder,
            _alone: alone,
        }
    }

    /// Has everybody's placement and approved month heard of by both.
    pub async fn hear_of(&self, cohorts: &[Cohort]) {
        let workplace = Workplace::new();
        let everybody = || cohorts.iter().flat_map(Cohort::everybody);
        let mut records: Vec<Written> = workplace.records().into();
        for participant in everybody() {
            self.identity.register(participant.person, &participant.number);
            records.push(workplace.placement(participant));
            records.push(workplace.month_report(participant));
        }
        self.topics.write(&records).await;
        let (consent, export) = (&self.consent.parts().database, &self.export.parts().database);
        for topic in [PLACEMENTS, MONTH_REPORTS] {
            self.heard(consent, topic, &records).await;
        }
        for topic in [ORGANISATIONS, UNITS, PLACEMENTS, MONTH_REPORTS] {
            self.heard(export, topic, &records).await;
        }
    }

    async fn heard(&self, database: &Database, topic: &str, records: &[Written]) {
        let of_topic = records.iter().filter(|record| record.topic == topic);
        let keys: Vec<String> = of_topic.map(|record| record.key.to_string()).collect();
        eventually(DEADLINE, async || {
            self.tick();
            let query = "select count(distinct key) from platform.consumed_revisions where topic = $1 and key = any($2)";
            let heard: i64 = sqlx::query_scalar(query)
                .bind(topic)
                .bind(&keys)
                .fetch_one(database.pool())
                .await
                .unwrap();
            if usize::try_from(heard).unwrap() == keys.len() {
                Ok(())
            } else {
                Err(format!("{heard} of {} records of {topic}", keys.len()))
            }
        })
        .await;
    }

    fn tick(&self) {
        self.clock.advance(TICK);
    }
}

async fn start<S: Service>(text: &str, clock: &Arc<ManualClock>) -> Running
where
    S::Config: Section,
{
    let configuration = Configuration::<S::Config>::parse(S::NAME, text, Vec::new()).unwrap();
    let parts = Parts {
        clock: clock.clone(),
        // Ids must not be those of an earlier test on the same topics.
        entropy: Arc::new(SeededEntropy::new(fresh_uuid().as_u64_pair().1)),
        tls: TlsIdentity::load(&configuration.platform.tls).unwrap(),
        key_encryption_key: KeyEncryptionKey::from_bytes([7; 32]),
    };
    Running::start::<S>(configuration, parts, Telemetry::detached(S::NAME))
        .await
        .unwrap()
}

async fn fresh(service: &str, migrator: &'static Migrator) -> TestDatabase {
    let migrate = async |owner_url: String| {
        platform::db::migrate(&Secret::new(owner_url), &[&platform::db::MIGRATOR, migrator]).await
    };
    fresh_database(service, migrate).await.unwrap()
}

fn channel(service: &Running, name: &str, identity: &Identity) -> ClientChannel {
    let peer = PeerConfig {
        address: format!("https://localhost:{}", service.addresses().grpc.port()),
        connections: 2,
        timeout_seconds: 30,
    };
    ClientChannel::new(name, &peer, &TlsIdentity::load(&tls_of(identity)).unwrap()).unwrap()
}
