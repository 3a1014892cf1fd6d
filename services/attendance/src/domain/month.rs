//! A calendar month: what a report is about.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

use super::day::{day_after, day_before, months_after};

/// A month of a year that a calendar of four digits has.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    first: Date,
}

/// There is no such month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no such month")]
pub struct NoSuchMonth;

impl Month {
    /// Takes a year of four digits and a month from 1 to 12.
    pub fn parse(year: i32, month: i32) -> Result<Self, NoSuchMonth> {
        let year = i16::try_from(year).map_err(|_| NoSuchMonth)?;
        let month = i8::try_from(month).map_err(|_| NoSuchMonth)?;
        if !(1000..=9998).contains(&year) {
            return Err(NoSuchMonth);
        }
        let first = Date::new(year, month, 1).map_err(|_| NoSuchMonth)?;
        Ok(Self { first })
    }

    /// The month of a day.
    pub fn of(day: Date) -> Self {
        Self {
            first: day.first_of_month(),
        }
    }

    pub fn year(self) -> i16 {
        self.first.year()
    }

    /// 1 to 12.
    pub fn number(self) -> i8 {
        self.first.month()
    }

    pub fn first_day(self) -> Date {
        self.first
    }

    pub fn last_day(self) -> Date {
        self.first.last_of_month()
    }

    pub fn contains(self, day: Date) -> bool {
        Self::of(day) == self
    }

    /// Every day, rising.
    pub fn days(self) -> impl Iterator<Item = Date> {
        std::iter::successors(Some(self.first), |day| Some(day_after(*day)))
            .take_while(move |day| self.contains(*day))
    }

    #[must_use]
    pub fn next(self) -> Self {
        Self::of(day_after(self.last_day()))
    }

    #[must_use]
    pub fn previous(self) -> Self {
        Self::of(day_before(self.first))
    }

    /// So many months later.
    #[must_use]
    pub fn plus(self, months: u8) -> Self {
        Self::of(months_after(self.first, months))
    }
}

impl FromStr for Month {
    type Err = NoSuchMonth;

    /// Reads `YYYY-MM`.
    fn from_str(text: &str) -> Result<Self, NoSuchMonth> {
        let (year, month) = text.split_once('-').ok_or(NoSuchMonth)?;
        let is_spelled = year.len() == 4 && month.len() == 2;
        let is_digits = year
            .bytes()
            .chain(month.bytes())
            .all(|byte| byte.is_ascii_digit());
        if !is_spelled || !is_digits {
            return Err(NoSuchMonth);
        }
        let year = year.parse().map_err(|_| NoSuchMonth)?;
        Self::parse(year, month.parse().map_err(|_| NoSuchMonth)?)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-{:02}", self.year(), self.number())
    }
}

impl fmt::Debug for Month {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Month({self})")
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn refuses_what_no_calendar_has() {
        for (year, month) in [
            (2026, 0),
            (2026, 13),
            (2026, -1),
            (999, 1),
            (0, 1),
            (10_000, 1),
            (i32::MAX, 1),
        ] {
            assert_eq!(Month::parse(year, month), Err(NoSuchMonth), "{year}-{month}");
        }
    }

    #[test]
    fn knows_its_days() {
        let february = Month::parse(2028, 2).unwrap();
        assert_eq!(february.first_day(), date(2028, 2, 1));
        assert_eq!(february.last_day(), date(2028, 2, 29));
        assert_eq!(february.days().count(), 29);
        assert!(february.contains(date(2028, 2, 29)));
        assert!(!february.contains(date(2027, 2, 28)));
    }

    #[test]
    fn counts_over_the_turn_of_the_year() {
        let december = Month::parse(2026, 12).unwrap();
        assert_eq!(december.next().to_string(), "2027-01");
        assert_eq!(december.next().previous(), december);
        assert_eq!(december.plus(4).to_string(), "2027-04");
    }

    #[test]
    fn reads_its_own_spelling_only() {
        assert_eq!("2026-03".parse(), Month::parse(2026, 3));
        for text in ["2026-3", "26-03", "2026-03-01", "2026/03", "+026-03", ""] {
            assert_eq!(text.parse::<Month>(), Err(NoSuchMonth), "{text}");
        }
    }
}
