//! Whole days, both ends included.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::calendar::day_after;

/// From a day until another. Its ends are in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Period {
    first: Date,
    last: Date,
}

/// Days something is in use: from one until another, or until further notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InUse {
    pub from: Date,
    pub to: Option<Date>,
}

/// The last day lies before the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the last day lies before the first")]
pub struct Reversed;

impl Period {
    pub fn parse(first: Date, last: Date) -> Result<Self, Reversed> {
        if last < first {
            Err(Reversed)
        } else {
            Ok(Self { first, last })
        }
    }

    pub const fn first(self) -> Date {
        self.first
    }

    pub const fn last(self) -> Date {
        self.last
    }

    pub fn contains(self, day: Date) -> bool {
        self.first <= day && day <= self.last
    }

    pub fn overlaps(self, other: Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }

    /// Whether every day of `other` is one of this.
    pub fn includes(self, other: Self) -> bool {
        self.first <= other.first && other.last <= self.last
    }

    /// The first day on which it is over.
    pub fn over_from(self) -> Date {
        day_after(self.last)
    }
}

impl InUse {
    pub fn contains(self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }

    pub fn includes(self, period: Period) -> bool {
        self.contains(period.first()) && self.contains(period.last())
    }
}
