//! The tables of consent, a file per aggregate. Rows are private and distrusted: what makes no sense is an inconsistency
//! that names table, column and key.

pub mod consents;
pub mod deliveries;
pub mod disclosures;
pub mod parts;
pub mod persons;
pub mod placements;
pub mod preparations;
pub mod reports;
pub mod texts;

use std::fmt::Display;

use platform::db::{Day, Inconsistency};

use crate::domain::month::Month;
use crate::domain::recipient::Recipient;
use crate::domain::text::Hash;

pub(crate) fn inconsistent(table: &'static str, column: &'static str, key: impl Display) -> Inconsistency {
    Inconsistency {
        table,
        column,
        key: key.to_string(),
    }
}

fn recipient(code: &str, table: &'static str, key: impl Display) -> Result<Recipient, Inconsistency> {
    Recipient::from_code(code).ok_or_else(|| inconsistent(table, "recipient", key))
}

fn hash(
    bytes: &[u8],
    table: &'static str,
    column: &'static str,
    key: impl Display,
) -> Result<Hash, Inconsistency> {
    Hash::try_from(bytes).map_err(|_| inconsistent(table, column, key))
}

fn month(day: Day) -> Month {
    Month::of(day.into())
}
