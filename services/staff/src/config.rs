//! The sections that only staff has.

use jiff::{SignedDuration, Timestamp};
use platform::config::{ConfigError, Environment, Key, Section};
use platform::uploads::UploadsConfig;
use serde::{Deserialize, Serialize};

/// `[invitations]` and `[uploads]`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct StaffConfig {
    pub invitations: InvitationsConfig,
    pub uploads: UploadsConfig,
}

/// How long links hold.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct InvitationsConfig {
    /// Days until the link of a nomination or an invitation ends.
    pub valid_days: i32,
}

impl Default for InvitationsConfig {
    fn default() -> Self {
        Self { valid_days: 14 }
    }
}

impl InvitationsConfig {
    /// When a link made now ends.
    pub fn end_of_link(self, now: Timestamp) -> Timestamp {
        let valid_for = SignedDuration::from_hours(24 * i64::from(self.valid_days));
        now.saturating_add(valid_for).unwrap_or(Timestamp::MAX)
    }
}

impl Section for StaffConfig {
    const KEYS: &'static [Key] = &[
        Key::new(
            "invitations.valid_days",
            "Days until the link of a nomination or an invitation ends.",
        ),
        Key::new("uploads.max_bytes", "Bytes of one uploaded file at most."),
        Key::new(
            "uploads.max_open",
            "Uploads that one caller may have open at a time; each ends by use or after 24 hours.",
        ),
    ];

    fn example(_service: &str) -> Self {
        Self::default()
    }

    fn peers() -> &'static [&'static str] {
        &["identity"]
    }

    fn check(&self, environment: Environment) -> Result<(), ConfigError> {
        if !(1..=90).contains(&self.invitations.valid_days) {
            return Err(ConfigError::at(
                "invitations.valid_days",
                "must lie between 1 and 90",
            ));
        }
        self.uploads
            .check(environment)
            .map_err(|error| error.under("uploads"))
    }
}

#[cfg(test)]
mod tests {
    use platform::config::default_file;

    use super::*;

    #[test]
    fn the_committed_default_file_is_the_one_of_the_types() {
        let committed = include_str!("../config.default.toml");
        assert_eq!(default_file::<StaffConfig>("staff").unwrap(), committed);
    }

    #[test]
    fn links_hold_for_a_sensible_time() {
        for valid_days in [0, 91] {
            let config = StaffConfig {
                invitations: InvitationsConfig { valid_days },
                ..StaffConfig::default()
            };
            assert!(config.check(Environment::Production).is_err());
        }
    }
}
