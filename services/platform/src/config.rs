//! Configuration: one TOML file per process, each value overridable from the environment (`STAFF__DB__POOL_SIZE`),
//! read into one struct per section that lives beside its capability. Unknown keys are refused, every error names its
//! key and never repeats a value, and all of it is validated before a port opens.

mod default_file;
mod error;
mod load;
mod secret;
mod sections;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::clock::ClockConfig;
use crate::db::DbConfig;
use crate::grpc::{PeerConfig, TlsConfig};
use crate::kafka::KafkaConfig;
use crate::keys::KeysConfig;
use crate::service::{ListenConfig, ShutdownConfig};
use crate::telemetry::TelemetryConfig;

pub use self::default_file::default_file;
pub use self::error::ConfigError;
pub use self::load::Configuration;
pub use self::secret::Secret;

pub(crate) use self::default_file::written;
pub(crate) use self::load::{environment, read, table_of, to_table, typed};
pub(crate) use self::sections::{ENVIRONMENT, below};

/// What kind of place the process runs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Environment {
    /// A developer's machine or a test: aids such as the clock's offset are allowed.
    Development,
    /// Everything that holds a real person: such aids are refused.
    Production,
}

/// One section of the file, or all sections that one service adds.
pub trait Section: std::fmt::Debug + Serialize + serde::de::DeserializeOwned {
    /// What each key means, in the order of the default file. Keys are dotted below the section.
    const KEYS: &'static [Key];

    /// A complete example, from which the default file of `service` is written.
    fn example(service: &str) -> Self;

    /// The services that are called, each a section `[peers.<name>]`.
    fn peers() -> &'static [&'static str] {
        &[]
    }

    /// Refuses values that parse and yet cannot be run with. Touches no file and no network.
    fn check(&self, environment: Environment) -> Result<(), ConfigError> {
        let _ = environment;
        Ok(())
    }
}

/// The documentation of one key.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// The dotted path below the section: `pool_size`.
    pub name: &'static str,
    /// What it does and what follows from changing it, in a sentence or two.
    pub meaning: &'static str,
}

/// For a service without sections of its own.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct NoSections {}

/// The sections that every service has.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PlatformConfig {
    /// Where the process runs.
    pub environment: Environment,
    /// Where it listens.
    pub listen: ListenConfig,
    /// Who it is to others.
    pub tls: TlsConfig,
    /// Where its state is.
    pub db: DbConfig,
    /// Where its events go and come from.
    pub kafka: KafkaConfig,
    /// What its secrets are sealed with.
    pub keys: KeysConfig,
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

// === impl Key ===

impl Key {
    /// The documentation of `name`.
    pub const fn new(name: &'static str, meaning: &'static str) -> Self {
        Self { name, meaning }
    }
}

// === impl NoSections ===

impl Section for NoSections {
    const KEYS: &'static [Key] = &[];

    fn example(_service: &str) -> Self {
        Self {}
    }
}

#[cfg(test)]
mod tests;
