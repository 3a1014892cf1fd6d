//! participants has no section of its own: what it needs is in the sections of the platform.

use platform::config::{ConfigError, Environment, Key, Section};
use serde::{Deserialize, Serialize};

/// Nothing yet.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct ParticipantsConfig {}

impl Section for ParticipantsConfig {
    const KEYS: &'static [Key] = &[];

    fn example(_service: &str) -> Self {
        Self::default()
    }

    fn peers() -> &'static [&'static str] {
        &["identity", "staff"]
    }

    fn check(&self, _environment: Environment) -> Result<(), ConfigError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use platform::config::default_file;

    use super::*;

    #[test]
    fn the_committed_default_file_is_the_one_of_the_types() {
        let committed = include_str!("../config.default.toml");
        assert_eq!(
            default_file::<ParticipantsConfig>("participants").unwrap(),
            committed
        );
    }
}
