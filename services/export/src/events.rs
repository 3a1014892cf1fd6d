//! What export hears of others, a file per topic, and what it tells of its deliveries.

pub mod on_month_report;
pub mod on_organisation;
pub mod on_placement;
pub mod on_unit;
pub mod publish;
pub mod republish;

use platform::consumer::ApplyError;

/// An id of a record's key or field.
fn id<T: std::str::FromStr>(text: &str, reason: &'static str) -> Result<T, ApplyError> {
    text.parse().map_err(|_| ApplyError::Unappliable { reason })
}
