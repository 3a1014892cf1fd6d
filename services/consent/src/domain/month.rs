//! A calendar month.

use std::fmt;

use jiff::civil::Date;

/// A month, known by its first day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(Date);

impl Month {
    /// None where there is no such month.
    pub fn new(year: i32, month: i32) -> Option<Self> {
        if !(1000..=9999).contains(&year) {
            return None;
        }
        let (year, month) = (i16::try_from(year).ok()?, i8::try_from(month).ok()?);
        Date::new(year, month, 1).ok().map(Self)
    }

    /// The month that a day lies in.
    pub fn of(day: Date) -> Self {
        Self(day.first_of_month())
    }

    pub fn first_day(self) -> Date {
        self.0
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
        assert_eq!(Month::new(2026, 2).unwrap().to_string(), "2026-02");
        for (year, month) in [
            (2026, 0),
            (2026, 13),
            (26, 2),
            (10_000, 1),
            (-2026, 2),
            (2026, 300),
        ] {
            assert_eq!(Month::new(year, month), None, "{year}-{month}");
        }
    }
}
