//! Entries as they are handed in, and the check that makes hours of them: every violation of a draft is found, in the order
//! of the entries, each with the field it is about.

mod check;
mod violation;

use jiff::civil::Date;

use super::activity::{ActivityCode, Catalogue};
use super::calendar::Calendar;
use super::month::Month;
use super::placement::Period;
use super::plan::SentPlan;
use super::rule_set::RuleSet;

pub use check::{Purpose, check};
pub use violation::{EntryField, Place, Violation, ViolationReason};

/// Day, activity and minutes as somebody entered them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub day: Date,
    pub activity: ActivityCode,
    pub minutes: u32,
}

/// What entries are judged against.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    pub rules: &'a RuleSet,
    pub month: Month,
    /// The day it is in Stockholm.
    pub today: Date,
    pub calendar: Calendar,
    pub period: Period,
    /// Whether the month was submitted before: then it may be emptied, also when the placement no longer touches it.
    pub is_correction: bool,
    /// For a project its own activities or tasks.
    pub catalogue: &'a Catalogue,
    /// All sent plans of the placement; none are needed where the rule set does not ask for one.
    pub plans: &'a [SentPlan],
    /// Credited minutes of the same person's other months of the year, where the rule set has a year cap.
    pub credited_elsewhere_in_year: u32,
}
