//! The sections of a service without state: those of every service but database, broker and keys.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;

use serde::{Deserialize, Serialize};
use toml::Table;

use crate::clock::ClockConfig;
use crate::config::{
    ConfigError, ENVIRONMENT, Environment, Key, Section, below, environment, read, table_of, to_table, typed,
    written,
};
use crate::grpc::{PeerConfig, TlsConfig};
use crate::service::ShutdownConfig;
use crate::telemetry::TelemetryConfig;

/// A whole configuration: the sections of every service without state, and those of this one.
#[derive(Clone, Debug)]
pub struct Configuration<C> {
    /// What every service without state has.
    pub platform: StatelessConfig,
    /// What only this service has.
    pub service: C,
}

/// The sections that every service without state has.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct StatelessConfig {
    /// Where the process runs.
    pub environment: Environment,
    /// Where it listens for probes.
    pub listen: ListenConfig,
    /// Who it is to other services.
    pub tls: TlsConfig,
    /// The services it calls, by name.
    #[serde(default)]
    pub peers: BTreeMap<String, PeerConfig>,
    /// What it tells about itself.
    pub telemetry: TelemetryConfig,
    /// How it tells the time.
    #[serde(default)]
    pub clock: ClockConfig,
    /// How it ends.
    #[serde(default)]
    pub shutdown: ShutdownConfig,
}

/// `[listen]`: the ports beside the service's own.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ListenConfig {
    /// Prometheus metrics at `/metrics`.
    pub admin: SocketAddr,
    /// Liveness and readiness, plain, for the kubelet.
    pub health: SocketAddr,
}

impl<C: Section> Configuration<C> {
    /// Reads the file and lays this process's environment over it.
    pub fn load(service: &str, file: &Path) -> Result<Self, ConfigError> {
        Self::parse(service, &read(file)?, environment())
    }

    /// Reads `text` and lays the given environment variables over it; only those of this service count.
    pub fn parse(
        service: &str,
        text: &str,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let table = table_of(service, text, variables)?;
        let is_shared = |key: &str| StatelessConfig::SECTIONS.contains(&key);
        let (platform, own): (Table, Table) = table.into_iter().partition(|(key, _)| is_shared(key));
        let configuration = Self {
            platform: typed(platform)?,
            service: typed(own)?,
        };
        configuration.platform.check(C::peers())?;
        configuration.service.check(configuration.platform.environment)?;
        Ok(configuration)
    }

    /// The whole configuration as it was understood, without its secrets.
    pub fn redacted(&self) -> String {
        let mut table = to_table(&self.platform);
        table.extend(to_table(&self.service));
        toml::to_string(&table).expect("a table of plain values is TOML")
    }
}

impl StatelessConfig {
    const SECTIONS: &'static [&'static str] = &[
        "environment",
        "listen",
        "tls",
        "peers",
        "telemetry",
        "clock",
        "shutdown",
    ];

    fn example(service: &str, peers: &[&str]) -> Self {
        let peers = peers
            .iter()
            .map(|peer| ((*peer).to_owned(), PeerConfig::example(peer)));
        Self {
            environment: Environment::Production,
            listen: ListenConfig::example(service),
            tls: TlsConfig::example(service),
            peers: peers.collect(),
            telemetry: TelemetryConfig::example(service),
            clock: ClockConfig::example(service),
            shutdown: ShutdownConfig::example(service),
        }
    }

    fn documented(peers: &[&str]) -> Vec<(String, &'static str)> {
        let mut documented = vec![("environment".to_owned(), ENVIRONMENT)];
        documented.extend(below("listen", ListenConfig::KEYS));
        documented.extend(below("tls", TlsConfig::KEYS));
        for peer in peers {
            documented.extend(below(&format!("peers.{peer}"), PeerConfig::KEYS));
        }
        documented.extend(below("telemetry", TelemetryConfig::KEYS));
        documented.extend(below("clock", ClockConfig::KEYS));
        documented.extend(below("shutdown", ShutdownConfig::KEYS));
        documented
    }

    fn check(&self, peers: &[&str]) -> Result<(), ConfigError> {
        if let Some(missing) = peers.iter().find(|peer| !self.peers.contains_key(**peer)) {
            return Err(ConfigError::at(format!("peers.{missing}"), "missing"));
        }
        for (name, peer) in &self.peers {
            self.judge(&format!("peers.{name}"), peer)?;
        }
        self.judge("listen", &self.listen)?;
        self.judge("tls", &self.tls)?;
        self.judge("telemetry", &self.telemetry)?;
        self.judge("clock", &self.clock)?;
        self.judge("shutdown", &self.shutdown)
    }

    fn judge(&self, name: &str, section: &impl Section) -> Result<(), ConfigError> {
        section.check(self.environment).map_err(|error| error.under(name))
    }
}

impl Section for ListenConfig {
    const KEYS: &'static [Key] = &[
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
            admin: everywhere(7102),
            health: everywhere(7103),
        }
    }
}

/// The text of `config.default.toml`. A key without documentation is an error.
pub fn default_file<C: Section>(service: &str) -> Result<String, ConfigError> {
    let mut example = to_table(&StatelessConfig::example(service, C::peers()));
    example.extend(to_table(&C::example(service)));
    let own = C::KEYS
        .iter()
        .map(|Key { name, meaning }| ((*name).to_owned(), *meaning));
    let documented = StatelessConfig::documented(C::peers())
        .into_iter()
        .chain(own)
        .collect();
    written(service, example, documented)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::NoSections;

    const TEXT: &str = r#"
        environment = "production"
        listen = { admin = "127.0.0.1:0", health = "127.0.0.1:0" }
        tls = { ca_file = "ca", certificate_file = "certificate", key_file = "key" }
        telemetry = { level = "info", format = "json" }
    "#;

    fn parse(text: &str) -> Result<Configuration<NoSections>, ConfigError> {
        Configuration::parse("door", text, Vec::new())
    }

    #[test]
    fn needs_neither_database_nor_broker_nor_keys() {
        assert!(parse(TEXT).is_ok());
    }

    #[test]
    fn refuses_sections_it_does_not_have() {
        let error = parse(&format!("{TEXT}\n[db]\npool_size = 3")).unwrap_err();

        assert_eq!(error.key(), Some("db"));
    }

    #[test]
    fn moves_no_time_in_production() {
        let error = parse(&format!("{TEXT}\n[clock]\noffset_file = \"clock\"")).unwrap_err();

        assert_eq!(error.key(), Some("clock.offset_file"));
    }

    #[test]
    fn every_key_of_the_default_file_is_documented() {
        assert!(default_file::<NoSections>("door").unwrap().contains("[shutdown]"));
    }
}
