//! The section that only the probe has.

use std::net::SocketAddr;

use platform::config::{ConfigError, Environment, Key, Section};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ProbeConfig {
    pub probe: ListenSection,
}

/// `[probe]`: where it is asked.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ListenSection {
    pub listen: SocketAddr,
}

impl Section for ProbeConfig {
    const KEYS: &'static [Key] = &[Key::new(
        "probe.listen",
        "Address and port of the questions, on loopback.",
    )];

    fn example(_service: &str) -> Self {
        Self {
            probe: ListenSection {
                listen: ([127, 0, 0, 1], 7109).into(),
            },
        }
    }

    fn peers() -> &'static [&'static str] {
        &["identity", "staff"]
    }

    fn check(&self, _environment: Environment) -> Result<(), ConfigError> {
        if self.probe.listen.ip().is_loopback() {
            Ok(())
        } else {
            Err(ConfigError::at(
                "probe.listen",
                "must be an address of loopback: nobody is asked who they are",
            ))
        }
    }
}
