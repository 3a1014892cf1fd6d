//! The device of the person behind a call, as the gateway tells it in metadata.

use platform::grpc::{FieldViolation, Rejection};
use proto::errors::v1::ErrorReason;

use crate::commands::start_flow::EndUser;

const ADDRESS: &str = "deltaga-end-user-address";
const AGENT: &str = "deltaga-end-user-agent";
const LONGEST_AGENT: usize = 512;

/// Reads the metadata. The address must be there: BankID judges risk by it.
pub fn end_user<T>(request: &tonic::Request<T>) -> Result<EndUser, Rejection> {
    let text = |name| request.metadata().get(name).and_then(|value| value.to_str().ok());
    let wrong = |reason| Rejection::invalid().fields([FieldViolation::new(ADDRESS, reason)]);
    let address = text(ADDRESS).ok_or_else(|| wrong(ErrorReason::FieldRequired))?;
    let address = address
        .trim()
        .parse()
        .map_err(|_| wrong(ErrorReason::FieldMalformed))?;
    let agent = text(AGENT).map(|agent| agent.chars().take(LONGEST_AGENT).collect::<String>());
    Ok(EndUser {
        address,
        user_agent: agent.filter(|agent| !agent.is_empty()),
    })
}
