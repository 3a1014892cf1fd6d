//! Days of Europe/Stockholm: wordings come into force at midnight there, whatever zone the machine is in.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

static STOCKHOLM: LazyLock<TimeZone> =
    LazyLock::new(|| TimeZone::get("Europe/Stockholm").expect("the time zone database knows Stockholm"));

/// The day it is in Stockholm at an instant.
pub fn day_of(at: Timestamp) -> Date {
    at.to_zoned(STOCKHOLM.clone()).date()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_changes_at_midnight_in_stockholm() {
        assert_eq!(
            day_of("2026-03-02T22:59:59Z".parse().unwrap()).to_string(),
            "2026-03-02"
        );
        assert_eq!(
            day_of("2026-03-02T23:00:00Z".parse().unwrap()).to_string(),
            "2026-03-03"
        );
    }
}
