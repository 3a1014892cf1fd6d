//! The register as a file: parsing with a report per row, and the difference to what is stored. The file is the truth for
//! the organisations, units and offices it names.

pub mod cells;
pub mod file;
pub mod plan;
pub mod row;

#[cfg(test)]
mod plan_tests;

use proto::errors::v1::ErrorReason;

pub use file::{FileFault, Sheet};
pub use plan::{Closing, ExistingRegister, Plan, plan};
pub use row::Row;

/// Rows of one file, so that its report fits a message.
pub const MOST_ROWS: usize = 10_000;

/// Why a row is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFault {
    /// Empty for the whole row.
    pub column: &'static str,
    pub reason: ErrorReason,
    /// An earlier line that is concerned too.
    pub line: Option<u32>,
}

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowOutcome {
    Created,
    Changed,
    Unchanged,
    Refused(Vec<RowFault>),
}

/// What became of the row on a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowReport {
    pub line: u32,
    pub outcome: RowOutcome,
}

impl RowFault {
    pub const fn new(column: &'static str, reason: ErrorReason) -> Self {
        Self {
            column,
            reason,
            line: None,
        }
    }

    pub const fn against(column: &'static str, reason: ErrorReason, line: u32) -> Self {
        Self {
            column,
            reason,
            line: Some(line),
        }
    }
}
