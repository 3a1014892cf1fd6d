//! The configuration of both services.

use std::fmt::Write as _;
use std::path::Path;

use receivers_simulator::{Recipient, Simulator};
use support::kafka::Kafka;
use support::postgres::TestDatabase;

/// Where the doubles are.
pub struct Peers<'a> {
    pub identity: &'a str,
    pub staff: &'a str,
}

/// What only export has.
pub struct OfExport<'a> {
    pub consent: &'a str,
    pub receivers: &'a Simulator,
    pub store: &'a Path,
}

pub fn consent(broker: &Kafka, database: &TestDatabase, peers: &Peers<'_>) -> String {
    common("consent", broker, database, peers)
}

pub fn export(broker: &Kafka, database: &TestDatabase, peers: &Peers<'_>, own: &OfExport<'_>) -> String {
    let mut text = common("export", broker, database, peers);
    let tls = broker.authority().service("export").unwrap();
    let _infallible = write!(
        text,
        r#"
        peers.consent = {{ address = "{}", connections = 2 }}
        store = {{ folder = "{}" }}
        sending = {{ first_pause_ms = 50, longest_pause_seconds = 1 }}
        "#,
        own.consent,
        own.store.display(),
    );
    let files = own.receivers.files();
    for recipient in Recipient::ALL {
        let _infallible = writeln!(
            text,
            "recipients.{} = {{ url = \"{}\", ca_file = \"{}\", certificate_file = \"{}\", key_file = \"{}\", public_key_file = \"{}\" }}",
            recipient.stem(),
            own.receivers.url(recipient),
            files.server_ca.display(),
            tls.certificate_file.display(),
            tls.key_file.display(),
            files.recipient(recipient).public_key.display(),
        );
    }
    text
}

fn common(service: &str, broker: &Kafka, database: &TestDatabase, peers: &Peers<'_>) -> String {
    let tls = broker.authority().service(service).unwrap();
    format!(
        r#"
        environment = "development"
        listen = {{ grpc = "127.0.0.1:0", admin = "127.0.0.1:0", health = "127.0.0.1:0" }}
        tls = {{ ca_file = "{}", certificate_file = "{}", key_file = "{}" }}
        db = {{ application_url = "{}", pool_size = 16, acquire_timeout_ms = 20000 }}
        kafka = {{ brokers = "{}" }}
        keys = {{ key_encryption_key_file = "/nowhere" }}
        peers.identity = {{ address = "{}", connections = 2 }}
        peers.staff = {{ address = "{}", connections = 1 }}
        telemetry = {{ level = "error", format = "text" }}
        shutdown = {{ pause_seconds = 0, grace_seconds = 5 }}
        "#,
        tls.ca_file.display(),
        tls.certificate_file.display(),
        tls.key_file.display(),
        database.application_url,
        broker.brokers(),
        peers.identity,
        peers.staff,
    )
}
