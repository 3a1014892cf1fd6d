//! What participants tells the others, and what it takes from them.

pub mod on_access;
pub mod on_activity;
pub mod on_person;
pub mod on_unit;
pub mod publish;
pub mod republish;

use platform::consumer::ApplyError;
use proto::types::v1 as types;

use crate::domain::period::InUse;

/// A validity in a record. What others publish was checked by them; a fault here is parked and looked at.
fn in_use(validity: Option<types::Validity>) -> Result<InUse, ApplyError> {
    let parsed = platform::grpc::convert::validity("validity", validity);
    let parsed = parsed.map_err(|_| ApplyError::Unappliable { reason: "validity" })?;
    Ok(InUse {
        from: parsed.from,
        to: parsed.to,
    })
}

fn parsed<T: std::str::FromStr>(text: &str, reason: &'static str) -> Result<T, ApplyError> {
    text.parse().map_err(|_| ApplyError::Unappliable { reason })
}
