//! The tables of export, a file per thing. Rows are private and distrusted: what makes no sense is an inconsistency that
//! names table, column and key. Changes of a run or part name the state they start from; one that is elsewhere by now
//! is not changed, and whoever tried stops.

pub mod attempts;
pub mod candidates;
pub mod counts;
pub mod heard;
pub mod parts;
pub mod portions;
pub mod rows;
pub mod runs;
pub mod settlements;

use std::fmt::Display;

use platform::db::Inconsistency;

pub(crate) fn inconsistent(table: &'static str, column: &'static str, key: impl Display) -> Inconsistency {
    Inconsistency {
        table,
        column,
        key: key.to_string(),
    }
}
