//! Days of Europe/Stockholm: a placement begins and ends at midnight there.

use std::sync::LazyLock;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

static STOCKHOLM: LazyLock<TimeZone> =
    LazyLock::new(|| TimeZone::get("Europe/Stockholm").expect("the time zone database is part of the build"));

/// The day it is in Stockholm at an instant.
pub fn day_of(at: Timestamp) -> Date {
    at.to_zoned(STOCKHOLM.clone()).date()
}

/// The first instant of a day in Stockholm.
pub fn start_of(day: Date) -> Timestamp {
    day.to_zoned(STOCKHOLM.clone())
        .map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}

/// The day after; the calendar's last day has none.
pub fn day_after(day: Date) -> Date {
    day.checked_add(1.day()).unwrap_or(Date::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_changes_at_midnight_in_stockholm() {
        for (instant, day) in [
            ("2026-03-02T22:59:59Z", "2026-03-02"),
            ("2026-03-02T23:00:00Z", "2026-03-03"),
        ] {
            assert_eq!(day_of(instant.parse().unwrap()).to_string(), day);
        }
        let start = start_of("2026-07-01".parse().unwrap());
        assert_eq!(start.to_string(), "2026-06-30T22:00:00Z");
    }
}
