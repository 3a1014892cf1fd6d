//! Days of Europe/Stockholm: a month begins and a time for an answer ends at midnight there, whatever zone the machine
//! is in.

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

/// The same day number so many months later, or that month's last day.
pub fn months_after(day: Date, months: u8) -> Date {
    day.checked_add(i64::from(months).months()).unwrap_or(Date::MAX)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_day_changes_at_midnight_in_stockholm() {
        assert_eq!(day_of(at("2026-03-02T22:59:59Z")), date(2026, 3, 2));
        assert_eq!(day_of(at("2026-03-02T23:00:00Z")), date(2026, 3, 3));
        assert_eq!(day_of(at("2026-07-01T21:59:59Z")), date(2026, 7, 1));
        assert_eq!(day_of(at("2026-07-01T22:00:00Z")), date(2026, 7, 2));
    }

    #[test]
    fn a_day_begins_at_midnight_in_summer_and_winter() {
        assert_eq!(start_of(date(2026, 7, 1)), at("2026-06-30T22:00:00Z"));
        assert_eq!(start_of(date(2026, 12, 1)), at("2026-11-30T23:00:00Z"));
    }

    #[test]
    fn a_missing_day_number_becomes_the_last_of_the_month() {
        for (from, months, to) in [
            (date(2026, 11, 30), 3, date(2027, 2, 28)),
            (date(2027, 11, 30), 3, date(2028, 2, 29)),
            (date(2026, 12, 31), 3, date(2027, 3, 31)),
            (date(2026, 10, 31), 3, date(2027, 1, 31)),
            (date(2026, 8, 31), 3, date(2026, 11, 30)),
        ] {
            assert_eq!(months_after(from, months), to);
        }
    }
}
