//! Days of Europe/Stockholm: permissions begin and end at midnight there, whatever zone the machine is in.

use std::sync::LazyLock;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

static STOCKHOLM: LazyLock<TimeZone> =
    LazyLock::new(|| TimeZone::get("Europe/Stockholm").expect("the time zone database knows Stockholm"));

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

/// The day before; the calendar's first day has none.
pub fn day_before(day: Date) -> Date {
    day.checked_sub(1.day()).unwrap_or(Date::MIN)
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

    #[test]
    fn summer_days_begin_two_hours_before_utc() {
        assert_eq!(
            start_of("2026-07-01".parse().unwrap()).to_string(),
            "2026-06-30T22:00:00Z"
        );
    }
}
