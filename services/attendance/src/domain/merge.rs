//! What a file of hours brings into drafts. A file gives whole months: per placement and month, its rows are the draft. All
//! months are taken or none, unless partial is asked for: then those that are right in all their rows. A personal number
//! anywhere refuses everything. The same file again changes nothing, also after its months were submitted.

mod assign;
mod plan;

use super::entry::{Frame, ViolationReason};
use super::hours::Hours;
use super::hours_file::{CellReason, Column};
use super::ids::PlacementId;
use super::month::Month;

pub use assign::{Assigned, FileMonth, assign};
pub use plan::plan;

/// How a file is to be taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Take the months that are right in all rows, and leave out the others.
    pub allow_partial: bool,
    /// Replace drafts that say something else.
    pub replace_drafts: bool,
}

/// What a month of the file is judged by, and what stands there.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    pub frame: Frame<'a>,
    pub draft: Option<&'a Hours>,
    /// Hours of the last revision, if one was submitted.
    pub last: Option<&'a Hours>,
}

/// What is to be done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Months whose draft becomes these hours; by placement and month.
    pub months: Vec<PlannedMonth>,
    /// Why rows are refused because of themselves or their month, rising by line.
    pub faults: Vec<RowFault>,
    /// Lines that are right but left out because of others, rising.
    pub left_out: Vec<u32>,
    /// Rows that stand in the months.
    pub taken_rows: u32,
}

/// A month's new draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedMonth {
    pub placement_id: PlacementId,
    pub month: Month,
    pub hours: Hours,
    /// Not if the draft, or without one the last revision, says the same.
    pub is_changed: bool,
}

/// Why a row is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowFault {
    pub line: u32,
    /// None: the row.
    pub column: Option<Column>,
    pub reason: RowReason,
}

/// Why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowReason {
    /// It does not read.
    Cell(CellReason),
    /// No placement in the caller's reach has that case reference.
    CaseUnknown,
    /// The unit's months are reported in another way.
    OtherRuleSet,
    /// It breaks a rule, or its month does.
    Violation(ViolationReason),
    /// The month has a draft that says something else.
    DraftDiffers,
}

impl Plan {
    /// Rows refused because of themselves or their month.
    pub fn refused_rows(&self) -> usize {
        self.faults
            .chunk_by(|one, another| one.line == another.line)
            .count()
    }
}

#[cfg(test)]
mod tests;
