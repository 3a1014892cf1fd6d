//! What can be wrong with entries: a closed list, with the facts a message needs.

use jiff::civil::Date;

use crate::domain::rule_set::WindowFault;

/// A rule that an entry, or the month as a whole, breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    pub place: Place,
    pub reason: ViolationReason,
}

/// What it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The month.
    Month,
    /// An entry by its position in what was handed in, from 0.
    Entry { index: usize, field: EntryField },
}

/// A field of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryField {
    Day,
    Activity,
    Minutes,
}

/// Why it is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ViolationReason {
    /// The month has not begun, or, to be submitted, is not over.
    MonthTooEarly,
    MonthClosed,
    /// No day of the placement lies in the month.
    MonthOutsidePlacement,
    /// The rule set does not take a month without hours.
    ZeroMonthNotSent,
    DayOutsideMonth,
    DayInFuture,
    DayOutsidePlacement,
    DayNotWorking,
    /// The activity is not in the catalogue.
    ActivityUnknown,
    /// The activity may not be reported on that day.
    ActivityNotValid,
    /// No sent plan in force that day names it for that day.
    ActivityNotInPlan,
    /// The plan in force that day was sent before the activity's code began.
    PlanTooOld,
    /// The same day and activity stand at this earlier position.
    Duplicate {
        of: usize,
    },
    /// From 1 up to so many.
    MinutesOutOfRange {
        most: u16,
    },
    /// Not a multiple of the unit's minutes.
    MinutesNotInUnit {
        unit: u16,
    },
    /// With this entry the day passes its cap; `credited` is the whole day's sum.
    DayOverCap {
        day: Date,
        credited: u32,
        cap: u16,
    },
    /// With this month the year passes its cap.
    YearOverCap {
        credited: u32,
        cap: u32,
    },
}

impl Violation {
    pub const fn of_month(reason: ViolationReason) -> Self {
        Self {
            place: Place::Month,
            reason,
        }
    }

    pub const fn of_entry(index: usize, field: EntryField, reason: ViolationReason) -> Self {
        Self {
            place: Place::Entry { index, field },
            reason,
        }
    }

    /// Position of the entry it is about.
    pub const fn entry(self) -> Option<usize> {
        match self.place {
            Place::Month => None,
            Place::Entry { index, .. } => Some(index),
        }
    }
}

impl From<WindowFault> for ViolationReason {
    fn from(fault: WindowFault) -> Self {
        match fault {
            WindowFault::NotBegun | WindowFault::NotOver => Self::MonthTooEarly,
            WindowFault::Closed => Self::MonthClosed,
        }
    }
}
