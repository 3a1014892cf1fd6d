//! The tables of participants, a file per aggregate. Rows are private and distrusted: what makes no sense is an
//! inconsistency that names table, column and key.

pub mod accesses;
pub mod activities;
pub mod decisions;
pub mod persons;
pub mod placements;
pub mod plans;
pub mod units;

use std::fmt::Display;

use platform::db::Inconsistency;

pub(crate) fn inconsistent(table: &'static str, column: &'static str, key: impl Display) -> Inconsistency {
    Inconsistency {
        table,
        column,
        key: key.to_string(),
    }
}
