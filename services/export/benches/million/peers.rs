//! Consent and identity as they are, in this process: their calls, jobs, relays and consumers.

use std::fmt::Write as _;
use std::sync::Arc;

use platform::clock::{SystemClock, SystemEntropy};
use platform::config::Configuration;
use platform::grpc::TlsIdentity;
use platform::keys::KeyEncryptionKey;
use platform::service::{Parts, Running, Service};
use platform::telemetry::Telemetry;
use support::postgres::TestDatabase;

use crate::Stand;
use crate::load::KEY;

/// Where they answer.
pub struct Addresses {
    pub consent: String,
    pub identity: String,
}

/// Both, serving.
pub struct Peers {
    pub addresses: Addresses,
    running: [Running; 2],
}

pub async fn start(stand: &Stand) -> Peers {
    let databases = &stand.databases;
    let identity = serve::<identity::Identity>(stand, &databases.identity, &bankid(stand)).await;
    let identity_address = address(&identity);
    let peer = format!("[peers.identity]\naddress = \"{identity_address}\"\n");
    let consent = serve::<consent::Consent>(stand, &databases.consent, &peer).await;
    Peers {
        addresses: Addresses {
            consent: address(&consent),
            identity: identity_address,
        },
        running: [consent, identity],
    }
}

impl Peers {
    pub async fn stop(self) {
        for running in self.running {
            running.stop(std::future::pending()).await;
        }
    }
}

async fn serve<S: Service>(stand: &Stand, database: &TestDatabase, sections: &str) -> Running {
    let text = settings::<S>(stand, database) + sections;
    let configuration = Configuration::<S::Config>::parse(S::NAME, &text, Vec::new()).unwrap();
    let parts = Parts {
        clock: Arc::new(SystemClock::new()),
        entropy: Arc::new(SystemEntropy),
        tls: TlsIdentity::load(&configuration.platform.tls).unwrap(),
        key_encryption_key: KeyEncryptionKey::from_bytes(KEY),
    };
    Running::start::<S>(configuration, parts, Telemetry::detached(S::NAME))
        .await
        .unwrap()
}

fn settings<S: Service>(stand: &Stand, database: &TestDatabase) -> String {
    let tls = stand.authority.service(S::NAME).unwrap();
    format!(
        r#"
        environment = "development"
        listen = {{ grpc = "127.0.0.1:0", admin = "127.0.0.1:0", health = "127.0.0.1:0" }}
        tls = {{ ca_file = "{}", certificate_file = "{}", key_file = "{}" }}
        db = {{ application_url = "{}" }}
        kafka = {{ brokers = "{}" }}
        keys = {{ key_encryption_key_file = "/nowhere" }}
        telemetry = {{ level = "warn", format = "text" }}
        shutdown = {{ pause_seconds = 0, grace_seconds = 10 }}
        [peers.staff]
        address = "https://localhost:1"
        "#,
        tls.ca_file.display(),
        tls.certificate_file.display(),
        tls.key_file.display(),
        database.application_url,
        stand.brokers,
    )
}

// Nobody signs in here: the sections that identity needs for that name what exists.
fn bankid(stand: &Stand) -> String {
    let files = stand.authority.service("identity").unwrap();
    let mut text = format!(
        r#"
        [bankid]
        base_url = "https://localhost:1/rp/v6.0/"
        ca_file = "{ca}"
        certificate_file = "{}"
        key_file = "{}"
        trust_anchors_file = "{ca}"
        policies = ["1.2.3.4.5"]
        "#,
        files.certificate_file.display(),
        files.key_file.display(),
        ca = files.ca_file.display(),
    );
    for key in ["participant_text", "staff_text", "signing_heading"] {
        writeln!(text, "{key} = {{ sv = \"Provtext.\", en = \"Test text.\" }}").unwrap();
    }
    text + r#"
        [messages]
        smtp_host = "127.0.0.1"
        smtp_port = 1
        smtp_tls = false
        sms_url = "http://127.0.0.1:1/sms"
        sender = "no-reply@deltaga.example"
        public_url = "https://deltaga.example/"
        "#
}

fn address(running: &Running) -> String {
    format!("https://localhost:{}", running.addresses().grpc.port())
}
