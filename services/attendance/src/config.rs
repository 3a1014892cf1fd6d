//! The sections that only attendance has.

use platform::config::{ConfigError, Environment, Key, Section};
use platform::uploads::UploadsConfig;
use serde::{Deserialize, Serialize};

use crate::domain::additions::Additions;
use crate::domain::calendar::{Calendar, Eves};

/// `[calendar]`, `[additions]` and `[uploads]`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct AttendanceConfig {
    pub calendar: CalendarConfig,
    pub additions: Additions,
    pub uploads: UploadsConfig,
}

/// What counts as a working day.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct CalendarConfig {
    /// Whether midsummer eve, Christmas eve and New Year's eve are working days.
    pub eves_are_working_days: bool,
}

impl CalendarConfig {
    pub fn calendar(self) -> Calendar {
        let eves = if self.eves_are_working_days {
            Eves::Working
        } else {
            Eves::Off
        };
        Calendar { eves }
    }
}

impl Section for AttendanceConfig {
    const KEYS: &'static [Key] = &[
        Key::new(
            "calendar.eves_are_working_days",
            "Whether midsummer eve, Christmas eve and New Year's eve are working days.",
        ),
        Key::new(
            "additions.minutes_shown",
            "Whether participants see the minutes reported beside the hours that count, also in what they sign.",
        ),
        Key::new(
            "additions.hours_files",
            "Whether hours may be imported from a file of the provider's own system.",
        ),
        Key::new(
            "additions.partial_hours_files",
            "Whether months of such a file that are right may be taken without the others.",
        ),
        Key::new(
            "additions.row_remarks",
            "Whether participants may remark on rows of a month that they can answer.",
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
        &["identity", "staff"]
    }

    fn check(&self, environment: Environment) -> Result<(), ConfigError> {
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
        assert_eq!(default_file::<AttendanceConfig>("attendance").unwrap(), committed);
    }
}
