//! The platform's sections as one whole: which there are, in which order the default file shows them, their
//! documentation and their judgement.

use super::{ConfigError, Environment, Key, PlatformConfig, Section};
use crate::clock::ClockConfig;
use crate::db::DbConfig;
use crate::grpc::TlsConfig;
use crate::service::{ListenConfig, ShutdownConfig};
use crate::telemetry::{LogFormat, TelemetryConfig};

const ENVIRONMENT: &str =
    "Where the process runs: development allows aids such as the clock's offset, production refuses them.";

impl PlatformConfig {
    /// The names at the top of the file that are the platform's.
    pub(super) const SECTIONS: &'static [&'static str] = &[
        "environment",
        "listen",
        "tls",
        "db",
        "telemetry",
        "clock",
        "shutdown",
    ];

    /// A complete example for `service`.
    pub(super) fn example(service: &str) -> Self {
        Self {
            environment: Environment::Production,
            listen: ListenConfig::example(service),
            tls: TlsConfig::example(service),
            db: DbConfig::example(service),
            telemetry: TelemetryConfig::example(service),
            clock: ClockConfig::example(service),
            shutdown: ShutdownConfig::example(service),
        }
    }

    /// Every dotted key in the order of the default file, with its meaning.
    pub(super) fn documented() -> Vec<(String, &'static str)> {
        let sections = [
            ("listen", ListenConfig::KEYS),
            ("tls", TlsConfig::KEYS),
            ("db", DbConfig::KEYS),
            ("telemetry", TelemetryConfig::KEYS),
            ("clock", ClockConfig::KEYS),
            ("shutdown", ShutdownConfig::KEYS),
        ];
        let keys = sections
            .into_iter()
            .flat_map(|(section, keys)| below(section, keys));
        std::iter::once(("environment".to_owned(), ENVIRONMENT))
            .chain(keys)
            .collect()
    }

    /// Judges every section.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let environment = self.environment;
        self.listen
            .check(environment)
            .map_err(|error| error.under("listen"))?;
        self.tls.check(environment).map_err(|error| error.under("tls"))?;
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

impl Section for TlsConfig {
    const KEYS: &'static [Key] = &[
        Key::new(
            "ca_file",
            "Certificates of the authority that everybody in the system trusts, in PEM.",
        ),
        Key::new(
            "certificate_file",
            "The service's own certificate and chain in PEM: shown to callers, to other services and to the broker.",
        ),
        Key::new("key_file", "The private key of that certificate, PKCS#8 in PEM."),
    ];

    fn example(_service: &str) -> Self {
        Self {
            ca_file: "/etc/deltaga/tls/ca.crt".into(),
            certificate_file: "/etc/deltaga/tls/tls.crt".into(),
            key_file: "/etc/deltaga/tls/tls.key".into(),
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

fn below(section: &str, keys: &'static [Key]) -> impl Iterator<Item = (String, &'static str)> {
    keys.iter()
        .map(move |Key { name, meaning }| (format!("{section}.{name}"), *meaning))
}
