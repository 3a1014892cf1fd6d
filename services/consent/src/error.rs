//! Everything that can go wrong in consent, and the one function that says what callers are told about it.

use platform::db::{DbError, Inconsistency};
use platform::grpc::Rejection;
use platform::idempotency::IdempotencyError;
use platform::outbox::OutboxError;
use proto::errors::v1::ErrorReason;

use crate::domain::ids::ConsentId;
use crate::domain::sending::SendingError;

/// Rows of a part at most.
pub const MOST_ROWS: i64 = 10_000;

/// Why a call is not done.
#[derive(Debug, thiserror::Error)]
pub enum ConsentError {
    /// Not there, or not to be known of.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The same, where it may not have been heard of yet.
    #[error("there is no such {0}, or it was not heard of yet")]
    NotHeardOf(&'static str),
    #[error("no month of the person was submitted yet")]
    TooEarly,
    #[error("the wording is not in force")]
    TextNotInForce,
    #[error("a consent to the recipient holds")]
    AlreadyGiven(ConsentId),
    #[error("the consent is not signed yet")]
    NotSigned,
    #[error("identity tells of another document than was prepared")]
    OtherDocument,
    #[error(transparent)]
    Sending(#[from] SendingError),
    /// A refusal of identity.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    #[error(transparent)]
    Idempotency(#[from] IdempotencyError),
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<sqlx::Error> for ConsentError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

impl From<Inconsistency> for ConsentError {
    fn from(error: Inconsistency) -> Self {
        Self::Db(error.into())
    }
}

impl From<ConsentError> for Rejection {
    fn from(error: ConsentError) -> Self {
        match error {
            ConsentError::NotFound(kind) => Self::not_found(kind),
            ConsentError::NotHeardOf(kind) => Self::not_found(kind).retry_after(RETRY_UNHEARD),
            ConsentError::TooEarly => Self::precondition(ErrorReason::ConsentTooEarly),
            ConsentError::TextNotInForce => {
                Self::invalid().field("text_version", ErrorReason::ConsentTextNotInForce)
            }
            ConsentError::AlreadyGiven(consent) => {
                Self::already_exists(ErrorReason::ConsentAlreadyGiven).with("consent_id", consent)
            }
            ConsentError::NotSigned => Self::precondition(ErrorReason::ConsentNotSigned),
            ConsentError::OtherDocument => Self::internal(error),
            ConsentError::Sending(error) => sending(error),
            ConsentError::Rejected(rejection) => rejection,
            ConsentError::Idempotency(error) => error.into(),
            ConsentError::Outbox(OutboxError::Db(error)) | ConsentError::Db(error) => error.into(),
            ConsentError::Outbox(error @ OutboxError::TooLarge { .. }) => Self::internal(error),
        }
    }
}

const RETRY_UNHEARD: std::time::Duration = std::time::Duration::from_secs(1);

fn sending(error: SendingError) -> Rejection {
    match error {
        SendingError::Over { attempt } => {
            Rejection::precondition(ErrorReason::SendingOver).with("attempt", attempt)
        }
        SendingError::Unsettled { attempt } => {
            Rejection::precondition(ErrorReason::SendingUnsettled).with("attempt", attempt)
        }
        SendingError::OutcomeKnown { attempt } => {
            Rejection::precondition(ErrorReason::SendingOutcomeKnown).with("attempt", attempt)
        }
        SendingError::Empty { attempt } => {
            Rejection::precondition(ErrorReason::SendingEmpty).with("attempt", attempt)
        }
        SendingError::RowsDiffer => Rejection::precondition(ErrorReason::SendingRowsDiffer),
        SendingError::OtherRecipient => {
            Rejection::invalid().field("recipient", ErrorReason::PartRecipientDiffers)
        }
        SendingError::TooLarge => Rejection::exhausted(ErrorReason::PartTooLarge).with("limit", MOST_ROWS),
    }
}
