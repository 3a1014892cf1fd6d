//! A calendar month of Stockholm.

use std::fmt;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _, tz::TimeZone};

/// A month, by its first day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(Date);

impl Month {
    /// None if there is no such month, or its year does not have four digits.
    pub fn parse(year: i32, month: i32) -> Option<Self> {
        let year = i16::try_from(year)
            .ok()
            .filter(|year| (1000..=9999).contains(year))?;
        Date::new(year, i8::try_from(month).ok()?, 1).ok().map(Self)
    }

    /// The month that a day lies in.
    pub fn of(day: Date) -> Self {
        Self(day.first_of_month())
    }

    pub fn first_day(self) -> Date {
        self.0
    }

    /// Whether it has ended in Stockholm: its last reports can be submitted from then on.
    pub fn is_over(self, now: Timestamp) -> bool {
        let today = TimeZone::get("Europe/Stockholm")
            .map_or(TimeZone::UTC, |zone| zone)
            .to_datetime(now)
            .date();
        self.0
            .checked_add(1.month())
            .is_ok_and(|first_after| today >= first_after)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-{:02}", self.0.year(), self.0.month())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_months_of_the_calendar_are_months() {
        assert_eq!(Month::parse(2026, 2).unwrap().to_string(), "2026-02");
        for (year, month) in [(2026, 0), (2026, 13), (0, 1), (99_999, 1), (2026, -1)] {
            assert_eq!(Month::parse(year, month), None);
        }
    }

    #[test]
    fn a_month_is_over_at_midnight_in_stockholm() {
        let month = Month::parse(2026, 2).unwrap();
        assert!(!month.is_over("2026-02-28T22:59:59Z".parse().unwrap()));
        assert!(month.is_over("2026-02-28T23:00:00Z".parse().unwrap()));
    }
}
