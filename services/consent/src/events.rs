//! What consent tells the others, and what it hears from them: a file per topic.

pub mod on_delivery;
pub mod on_month_report;
pub mod on_person;
pub mod on_placement;
pub mod on_signature;
pub mod publish;
pub mod republish;

use platform::consumer::ApplyError;

use crate::domain::recipient::Recipient;
use proto::types::v1 as types;

/// A record that holds what no record may.
const fn unreadable() -> ApplyError {
    ApplyError::Unappliable { reason: "malformed" }
}

fn id<T: std::str::FromStr>(text: &str) -> Result<T, ApplyError> {
    text.parse().map_err(|_| unreadable())
}

fn recipient(wire: types::Recipient) -> Result<Recipient, ApplyError> {
    match wire {
        types::Recipient::Unspecified => Err(unreadable()),
        types::Recipient::Esf => Ok(Recipient::Esf),
        types::Recipient::Scb => Ok(Recipient::Scb),
    }
}
