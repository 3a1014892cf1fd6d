//! The tables of staff, a file per aggregate. Rows are private and distrusted: what makes no sense is an inconsistency
//! that names table, column and key.

pub mod accounts;
pub mod grants;
pub mod heartbeat;
pub mod invitations;
pub mod nominations;
pub mod organisations;
pub mod register;
pub mod units;

use std::fmt::Display;

use platform::db::{Day, Inconsistency};

use crate::domain::validity::Validity;

pub(crate) fn inconsistent(table: &'static str, column: &'static str, key: impl Display) -> Inconsistency {
    Inconsistency {
        table,
        column,
        key: key.to_string(),
    }
}

fn validity(
    from: Day,
    to: Option<Day>,
    table: &'static str,
    key: impl Display,
) -> Result<Validity, Inconsistency> {
    Validity::parse(from.into(), to.map(Into::into)).map_err(|_| inconsistent(table, "valid_to", key))
}
