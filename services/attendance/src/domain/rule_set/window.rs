//! When a month may be drafted, submitted and corrected.

use jiff::civil::Date;
use serde::Deserialize;

use crate::domain::month::Month;

/// A month may be drafted from its first day, submitted from the first day after it, and is closed for submissions and
/// corrections from a day of a later month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubmitWindow {
    /// How many months after the reported one it closes.
    pub closes_after_months: u8,
    /// Day of that month from which it is closed; its last day if it has no such day.
    pub closes_on_day: u8,
}

/// Why nothing may be done with a month on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WindowFault {
    #[error("the month has not begun")]
    NotBegun,
    #[error("the month is not over")]
    NotOver,
    #[error("the month is closed")]
    Closed,
}

impl SubmitWindow {
    /// First day on which the month is closed.
    pub fn closed_from(self, month: Month) -> Date {
        let closing = month.plus(self.closes_after_months);
        let day = i8::try_from(self.closes_on_day).unwrap_or(i8::MAX);
        Date::new(closing.year(), closing.number(), day).unwrap_or_else(|_| closing.last_day())
    }

    /// Whether the month may be drafted on a day.
    pub fn check_draft(self, month: Month, today: Date) -> Result<(), WindowFault> {
        if today < month.first_day() {
            Err(WindowFault::NotBegun)
        } else if today >= self.closed_from(month) {
            Err(WindowFault::Closed)
        } else {
            Ok(())
        }
    }

    /// Whether the month may be submitted on a day.
    pub fn check_submission(self, month: Month, today: Date) -> Result<(), WindowFault> {
        self.check_draft(month, today)?;
        if today <= month.last_day() {
            Err(WindowFault::NotOver)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const WINDOW: SubmitWindow = SubmitWindow {
        closes_after_months: 4,
        closes_on_day: 1,
    };

    fn october() -> Month {
        Month::parse(2026, 10).unwrap()
    }

    #[test]
    fn a_month_is_drafted_in_it_and_submitted_after_it() {
        use WindowFault::{Closed, NotBegun, NotOver};
        for (day, draft, submission) in [
            (date(2026, 9, 30), Err(NotBegun), Err(NotBegun)),
            (date(2026, 10, 1), Ok(()), Err(NotOver)),
            (date(2026, 10, 31), Ok(()), Err(NotOver)),
            (date(2026, 11, 1), Ok(()), Ok(())),
            (date(2027, 1, 31), Ok(()), Ok(())),
            (date(2027, 2, 1), Err(Closed), Err(Closed)),
        ] {
            assert_eq!(WINDOW.check_draft(october(), day), draft, "{day}");
            assert_eq!(WINDOW.check_submission(october(), day), submission, "{day}");
        }
    }

    #[test]
    fn a_closing_day_the_month_does_not_have_is_its_last() {
        let window = SubmitWindow {
            closes_on_day: 31,
            ..WINDOW
        };
        assert_eq!(window.closed_from(october()), date(2027, 2, 28));
    }
}
