//! The platform's sections as one whole: which there are, in which order the default file shows them, their
//! documentation and their judgement.

use super::{ConfigError, Environment, Key, PlatformConfig, Section};
use crate::clock::ClockConfig;
use crate::db::DbConfig;
use crate::grpc::{PeerConfig, TlsConfig};
use crate::kafka::KafkaConfig;
use crate::keys::KeysConfig;
use crate::service::{ListenConfig, ShutdownConfig};
use crate::telemetry::{LogFormat, TelemetryConfig};

pub(crate) const ENVIRONMENT: &str =
    "Where the process runs: development allows aids such as the clock's offset, production refuses them.";

impl PlatformConfig {
    /// The names at the top of the file that are the platform's.
    pub(super) const SECTIONS: &'static [&'static str] = &[
        "environment",
        "listen",
        "tls",
        "db",
        "kafka",
        "keys",
        "peers",
        "telemetry",
        "clock",
        "shutdown",
    ];

    /// A complete example for `service`, which calls `peers`.
    pub(super) fn example(service: &str, peers: &[&str]) -> Self {
        let peers = peers
            .iter()
            .map(|peer| ((*peer).to_owned(), PeerConfig::example(peer)));
        Self {
            environment: Environment::Production,
            listen: ListenConfig::example(service),
            tls: TlsConfig::example(service),
            db: DbConfig::example(service),
            kafka: KafkaConfig::example(service),
            keys: KeysConfig::example(service),
            peers: peers.collect(),
            telemetry: TelemetryConfig::example(service),
            clock: ClockConfig::example(service),
            shutdown: ShutdownConfig::example(service),
        }
    }

    /// Every dotted key in the order of the default file, with its meaning.
    pub(super) fn documented(peers: &[&str]) -> Vec<(String, &'static str)> {
        let mut documented = vec![("environment".to_owned(), ENVIRONMENT)];
        documented.extend(below("listen", ListenConfig::KEYS));
        documented.extend(below("tls", TlsConfig::KEYS));
        documented.extend(below("db", DbConfig::KEYS));
        documented.extend(below("kafka", KafkaConfig::KEYS));
        documented.extend(below("keys", KeysConfig::KEYS));
        for peer in peers {
            documented.extend(below(&format!("peers.{peer}"), PeerConfig::KEYS));
        }
        documented.extend(below("telemetry", TelemetryConfig::KEYS));
        documented.extend(below("clock", ClockConfig::KEYS));
        documented.extend(below("shutdown", ShutdownConfig::KEYS));
        documented
    }

    /// Judges every section; each of `peers` must be there.
    pub(super) fn check(&self, peers: &[&str]) -> Result<(), ConfigError> {
        let environment = self.environment;
        if let Some(missing) = peers.iter().find(|peer| !self.peers.contains_key(**peer)) {
            return Err(ConfigError::at(format!("peers.{missing}"), "missing"));
        }
        for (name, peer) in &self.peers {
            peer.check(environment)
                .map_err(|error| error.under(&format!("peers.{name}")))?;
        }
        self.listen
            .check(environment)
            .map_err(|error| error.under("listen"))?;
        self.tls.check(environment).map_err(|error| error.under("tls"))?;
        self.db.check(environment).map_err(|error| error.under("db"))?;
        self.kafka
            .check(environment)
            .map_err(|error| error.under("kafka"))?;
        self.keys
            .check(environment)
            .map_err(|error| error.under("keys"))?;
        self.telemetry
            .check(environment)
            .map_err(|error| error.under("telemetry"))?;
        self.clock
            .check(environment)
            .map_err(|error| error.under("clock"))?;
        self.shutdown
            .check(environment)
            .map_err(|error| error.under("shutdown"))
    }
}

impl Section for ListenConfig {
    const KEYS: &'static [Key] = &[
        Key::new("grpc", "Address and port of the gRPC calls, with mutual TLS."),
        Key::new(
            "admin",
            "Address and port of the Prometheus metrics, at /metrics.",
        ),
        Key::new(
            "health",
            "Address and port of liveness and readiness for the kubelet: /live, /ready and grpc.health.v1, plain.",
        ),
    ];

    fn example(_service: &str) -> Self {
        let everywhere = |port| ([0, 0, 0, 0], port).into();
        Self {
            grpc: everywhere(7101),
            admin: everywhere(7102),
            health: everywhere(7103),
        }
    }
}

impl Section for TelemetryConfig {
    const KEYS: &'static [Key] = &[
        Key::new(
            "level",
            "Least level that is logged, or a filter such as info,platform::outbox=debug.",
        ),
        Key::new("format", "json for machines, text for people."),
        Key::new(
            "otlp_endpoint",
            "Collector that gets traces and metrics by OTLP over gRPC, such as http://collector:4317. Nothing is sent if absent; metrics are on the admin port all the same.",
        ),
    ];

    fn example(_service: &str) -> Self {
        Self {
            level: "info".to_owned(),
            format: LogFormat::Json,
            otlp_endpoint: None,
        }
    }

    fn check(&self, _environment: Environment) -> Result<(), ConfigError> {
        if self.level.parse::<tracing_subscriber::EnvFilter>().is_err() {
            return Err(ConfigError::at("level", "must be a level or a filter of levels"));
        }
        let endpoint = self.otlp_endpoint.as_deref().map(str::parse::<http::Uri>);
        match endpoint {
            Some(Ok(uri)) if uri.scheme().is_none() => Err(ConfigError::at(
                "otlp_endpoint",
                "must begin with http:// or https://",
            )),
            Some(Err(_)) => Err(ConfigError::at(
                "otlp_endpoint",
                "must be an address such as http://collector:4317",
            )),
            Some(Ok(_)) | None => Ok(()),
        }
    }
}

impl Section for ClockConfig {
    const KEYS: &'static [Key] = &[Key::new(
        "offset_file",
        "File with a signed number of seconds that is added to the machine's clock, for tests of what time brings. Refused in production.",
    )];

    fn example(_service: &str) -> Self {
        Self { offset_file: None }
    }

    fn check(&self, environment: Environment) -> Result<(), ConfigError> {
        match (environment, &self.offset_file) {
            (Environment::Production, Some(_)) => {
                Err(ConfigError::at("offset_file", "time is not moved in production"))
            }
            (Environment::Production, None) | (Environment::Development, _) => Ok(()),
        }
    }
}

impl Section for ShutdownConfig {
    const KEYS: &'static [Key] = &[
        Key::new(
            "pause_seconds",
            "Seconds between becoming unready and taking no more connections, so that callers look elsewhere first.",
        ),
        Key::new(
            "grace_seconds",
            "Seconds from the signal until whatever still runs is cut off; less than the pod's termination grace period.",
        ),
    ];

    fn example(_service: &str) -> Self {
        Self::default()
    }

    fn check(&self, _environment: Environment) -> Result<(), ConfigError> {
        if self.pause_seconds >= self.grace_seconds {
            return Err(ConfigError::at(
                "grace_seconds",
                "must be more than pause_seconds",
            ));
        }
        Ok(())
    }
}

pub(crate) fn below(section: &str, keys: &'static [Key]) -> Vec<(String, &'static str)> {
    keys.iter()
        .map(|Key { name, meaning }| (format!("{section}.{name}"), *meaning))
        .collect()
}
