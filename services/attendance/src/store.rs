//! The tables of attendance, a file per aggregate. Rows are private and distrusted: what makes no sense is an
//! inconsistency that names table, column and key.

pub mod activities;
pub mod approvals;
pub mod calendar;
pub mod drafts;
pub mod organisations;
pub mod placements;
pub mod plans;
pub mod remarks;
pub mod reports;
pub mod revisions;
pub mod units;

use std::fmt::Display;

use platform::db::Inconsistency;

use crate::domain::activity::ActivityCode;

pub(crate) fn inconsistent(table: &'static str, column: &'static str, key: impl Display) -> Inconsistency {
    Inconsistency {
        table,
        column,
        key: key.to_string(),
    }
}

fn code(text: &str, table: &'static str, key: impl Display) -> Result<ActivityCode, Inconsistency> {
    ActivityCode::parse(text).map_err(|_| inconsistent(table, "activity_code", key))
}
