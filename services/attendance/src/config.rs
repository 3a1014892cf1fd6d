//! The sections that only attendance has.

use platform::config::{ConfigError, Environment, Key, Section};
use platform::uploads::UploadsConfig;
use serde::{Deserialize, Serialize};

use crate::domain::calendar::{Calendar, Eves};

/// `[calendar]`, `[months]` and `[uploads]`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct AttendanceConfig {
    pub calendar: CalendarConfig,
    pub months: MonthsConfig,
    pub uploads: UploadsConfig,
}

/// What counts as a working day.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct CalendarConfig {
    /// Whether midsummer eve, Christmas eve and New Year's eve are working days.
    pub eves_are_working_days: bool,
}

/// How months are shown.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct MonthsConfig {
    /// Whether the text to sign shows the minutes reported beside the hours that count.
    pub shows_minutes: bool,
}

impl Default for MonthsConfig {
    fn default() -> Self {
        Self { shows_minutes: true }
    }
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
            "months.shows_minutes",
            "Whether the text to sign shows the minutes reported beside the hours that count.",
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
