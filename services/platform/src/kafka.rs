//! Kafka: how every client of it is set up, which topics there are, and what a record looks like on the wire
//! (CloudEvents in headers, protobuf in the value). Records go out through [`crate::outbox`] and come in through
//! [`crate::consumer`], or through [`Kafka::follow`] where every replica needs the whole topic in memory.

pub mod event;
mod follow;
mod owned;
pub mod record;
pub mod topics;

use std::fmt;
use std::sync::Arc;

use rdkafka::ClientConfig;
use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::ConsumerContext;
use rdkafka::error::{KafkaError as ClientError, RDKafkaErrorCode};
use serde::{Deserialize, Serialize};

use crate::config::{ConfigError, Environment, Key, Section};
use crate::grpc::TlsConfig;

pub use self::follow::{Followed, Follower};
pub(crate) use self::owned::Owned;
pub use self::record::ReadRecord;

/// `[kafka]`: where the broker is. The certificate of `[tls]` says who the service is to it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct KafkaConfig {
    /// Addresses to begin with, `host:port`, separated by commas.
    pub brokers: String,
}

/// How a service talks to Kafka. Cheap to clone; no connection is made before a client is created from it.
#[derive(Clone)]
pub struct Kafka {
    service: Arc<str>,
    common: Arc<[(&'static str, String)]>,
}

/// What went wrong with Kafka. Says which operation; the source says what the client library knows.
#[derive(Debug, thiserror::Error)]
#[error("Kafka: {operation} failed")]
pub struct KafkaError {
    /// The operation.
    pub operation: &'static str,
    /// What the client library says.
    #[source]
    pub source: ClientError,
}

/// Hands the client library's own log lines to tracing. They name brokers and topics, never keys or payloads.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct LogContext;

// === impl KafkaConfig ===

impl Section for KafkaConfig {
    const KEYS: &'static [Key] = &[Key::new(
        "brokers",
        "Addresses to begin with, host:port, separated by commas. Spoken to with TLS, as the principal that [tls] names.",
    )];

    fn example(_service: &str) -> Self {
        Self {
            brokers: "localhost:9093".to_owned(),
        }
    }

    fn check(&self, _environment: Environment) -> Result<(), ConfigError> {
        let is_address = |address: &str| {
            address
                .trim()
                .rsplit_once(':')
                .is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok())
        };
        if self.brokers.split(',').all(is_address) {
            Ok(())
        } else {
            Err(ConfigError::at(
                "brokers",
                "must be addresses such as localhost:9093, separated by commas",
            ))
        }
    }
}

// === impl Kafka ===

impl Kafka {
    /// Sets the service up as a client: always with TLS, its own certificate is its principal.
    pub fn new(service: &str, config: &KafkaConfig, tls: &TlsConfig) -> Self {
        let file = |path: &std::path::Path| path.to_string_lossy().into_owned();
        let common = vec![
            ("bootstrap.servers", config.brokers.clone()),
            ("client.id", service.to_owned()),
            ("security.protocol", "ssl".to_owned()),
            ("ssl.ca.location", file(&tls.ca_file)),
            ("ssl.certificate.location", file(&tls.certificate_file)),
            ("ssl.key.location", file(&tls.key_file)),
            // After an outage the broker is tried again soon: the outbox and the grants wait for it.
            ("reconnect.backoff.ms", "50".to_owned()),
            ("reconnect.backoff.max.ms", "1000".to_owned()),
            ("topic.metadata.refresh.interval.ms", "30000".to_owned()),
        ];
        Self {
            service: service.into(),
            common: common.into(),
        }
    }

    /// The name of the service.
    pub fn service(&self) -> &str {
        &self.service
    }

    /// Settings of a producer: idempotent, acknowledged by all, partitioned as every other client partitions.
    pub fn producer_config(&self) -> ClientConfig {
        let mut config = self.client_config();
        config
            .set("enable.idempotence", "true")
            .set("acks", "all")
            .set("partitioner", "murmur2_random")
            .set("linger.ms", "5")
            .set("compression.type", "lz4");
        config
    }

    /// Settings of a consumer: nothing uncommitted is read, and no offset moves by itself.
    pub fn consumer_config(&self, group: &str) -> ClientConfig {
        let mut config = self.client_config();
        config
            .set("group.id", group)
            .set("enable.auto.commit", "false")
            .set("enable.auto.offset.store", "false")
            .set("isolation.level", "read_committed")
            .set("enable.partition.eof", "true")
            .set("partition.assignment.strategy", "range")
            .set("session.timeout.ms", "10000")
            .set("heartbeat.interval.ms", "1000")
            .set("fetch.error.backoff.ms", "100")
            .set("queued.max.messages.kbytes", "16384");
        config
    }

    fn client_config(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        for (key, value) in &*self.common {
            config.set(*key, value);
        }
        config.set_log_level(RDKafkaLogLevel::Info);
        config
    }
}

impl fmt::Debug for Kafka {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Kafka")
            .field("service", &self.service)
            .finish_non_exhaustive()
    }
}

// === impl KafkaError ===

impl KafkaError {
    /// For `map_err`: names the operation that failed.
    pub(crate) fn during(operation: &'static str) -> impl Fn(ClientError) -> Self {
        move |source| Self { operation, source }
    }

    /// The code the broker or the client library gave, if any.
    pub fn code(&self) -> Option<RDKafkaErrorCode> {
        self.source.rdkafka_error_code()
    }
}

// === impl LogContext ===

impl ClientContext for LogContext {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        match level {
            RDKafkaLogLevel::Emerg
            | RDKafkaLogLevel::Alert
            | RDKafkaLogLevel::Critical
            | RDKafkaLogLevel::Error => {
                tracing::warn!(facility, "{message}");
            }
            RDKafkaLogLevel::Warning | RDKafkaLogLevel::Notice | RDKafkaLogLevel::Info => {
                tracing::info!(facility, "{message}");
            }
            RDKafkaLogLevel::Debug => tracing::debug!(facility, "{message}"),
        }
    }

    fn error(&self, error: ClientError, reason: &str) {
        // Reaching the end of a partition is how a reader knows that it has caught up.
        if error.rdkafka_error_code() == Some(RDKafkaErrorCode::PartitionEOF) {
            return;
        }
        tracing::warn!(error = %error, "Kafka client: {reason}");
    }
}

impl ConsumerContext for LogContext {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brokers_are_addresses_with_ports() {
        let check = |brokers: &str| {
            let config = KafkaConfig {
                brokers: brokers.to_owned(),
            };
            config.check(Environment::Production).is_ok()
        };

        assert!(check("localhost:9093") && check("one:9093, two:9093"));
        assert!(
            !check("") && !check("localhost") && !check("one:9093,") && !check(":9093") && !check("one:port")
        );
    }
}
