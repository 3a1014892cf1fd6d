//! Validity in whole days, both ends included.

use jiff::civil::Date;

use super::calendar::{day_after, day_before};

/// From a day until another, or until further notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Validity {
    from: Date,
    to: Option<Date>,
}

/// The last day lies before the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the last day lies before the first")]
pub struct Reversed;

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

    /// The shortest validity that holds both.
    #[must_use]
    pub fn hull(self, other: Self) -> Self {
        let to = self.to.zip(other.to).map(|(one, another)| one.max(another));
        Self {
            from: self.from.min(other.from),
            to,
        }
    }

    /// The same, but over by `day`. What would have begun later moves to the day before: it never is in use from `day` on.
    #[must_use]
    pub fn closed_from(self, day: Date) -> Self {
        let last = day_before(day);
        Self {
            from: self.from.min(last),
            to: Some(self.to.map_or(last, |to| to.min(last))),
        }
    }

    /// The first day after it; None if it holds until further notice.
    pub fn first_day_after(self) -> Option<Date> {
        self.to.map(day_after)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn any_validity() -> impl Strategy<Value = Validity> {
        (0_i64..60, proptest::option::of(0_i64..60)).prop_map(|(from, length)| {
            let start = day("2026-01-01");
            let from = start.checked_add(jiff::Span::new().days(from)).unwrap();
            Validity {
                from,
                to: length.map(|days| from.checked_add(jiff::Span::new().days(days)).unwrap()),
            }
        })
    }

    #[test]
    fn refuses_a_last_day_before_the_first() {
        assert_eq!(
            Validity::parse(day("2026-03-02"), Some(day("2026-03-01"))),
            Err(Reversed)
        );
    }

    #[test]
    fn closing_before_the_beginning_leaves_nothing_from_that_day() {
        let closed = Validity::open(day("2026-06-01")).closed_from(day("2026-03-01"));
        assert_eq!(closed.to(), Some(day("2026-02-28")));
        assert!(!closed.contains(day("2026-06-01")));
    }

    proptest! {
        #[test]
        fn overlap_is_a_common_day(one in any_validity(), another in any_validity()) {
            let days = (0..200).map(|n| day("2026-01-01").checked_add(jiff::Span::new().days(n)).unwrap());
            let common = days.into_iter().any(|day| one.contains(day) && another.contains(day));
            prop_assert_eq!(one.overlaps(another), common);
        }

        #[test]
        fn a_hull_holds_both(one in any_validity(), another in any_validity(), offset in 0_i64..150) {
            let day = day("2026-01-01").checked_add(jiff::Span::new().days(offset)).unwrap();
            let either = one.contains(day) || another.contains(day);
            prop_assert!(!either || one.hull(another).contains(day));
        }

        #[test]
        fn nothing_is_open_from_the_day_it_closes(one in any_validity(), offset in 0_i64..150) {
            let closing = day("2026-01-15");
            let later = closing.checked_add(jiff::Span::new().days(offset)).unwrap();
            prop_assert!(!one.closed_from(closing).contains(later));
        }
    }
}
