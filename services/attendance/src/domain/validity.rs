//! Validity in whole days, both ends included.

use jiff::civil::Date;
use serde::Deserialize;

/// From a day until another, or until further notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "Spelled")]
pub struct Validity {
    from: Date,
    to: Option<Date>,
}

/// The last day lies before the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the last day lies before the first")]
pub struct Reversed;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Spelled {
    from: Date,
    to: Option<Date>,
}

impl Validity {
    pub fn parse(from: Date, to: Option<Date>) -> Result<Self, Reversed> {
        if to.is_some_and(|to| to < from) {
            Err(Reversed)
        } else {
            Ok(Self { from, to })
        }
    }

    /// Until further notice.
    pub const fn open(from: Date) -> Self {
        Self { from, to: None }
    }

    pub const fn from(self) -> Date {
        self.from
    }

    pub const fn to(self) -> Option<Date> {
        self.to
    }

    pub fn contains(self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }

    pub fn overlaps(self, other: Self) -> bool {
        self.to.is_none_or(|to| other.from <= to) && other.to.is_none_or(|to| self.from <= to)
    }
}

impl TryFrom<Spelled> for Validity {
    type Error = Reversed;

    fn try_from(spelled: Spelled) -> Result<Self, Reversed> {
        Self::parse(spelled.from, spelled.to)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn refuses_a_last_day_before_the_first() {
        assert_eq!(
            Validity::parse(date(2026, 3, 2), Some(date(2026, 3, 1))),
            Err(Reversed)
        );
    }

    #[test]
    fn both_ends_are_included() {
        let week = Validity::parse(date(2026, 3, 2), Some(date(2026, 3, 8))).unwrap();
        for (day, inside) in [(1, false), (2, true), (8, true), (9, false)] {
            assert_eq!(week.contains(date(2026, 3, day)), inside, "{day}");
        }
        assert!(week.overlaps(Validity::open(date(2026, 3, 8))));
        assert!(!week.overlaps(Validity::open(date(2026, 3, 9))));
        assert!(Validity::open(date(2026, 3, 9)).contains(date(2126, 3, 9)));
    }
}
