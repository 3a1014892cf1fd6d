//! Everything that can go wrong in export's calls, and the one function that says what callers are told about it.

use platform::db::{DbError, Inconsistency};
use platform::grpc::Rejection;
use platform::idempotency::IdempotencyError;
use platform::outbox::OutboxError;
use proto::errors::v1::ErrorReason;

use crate::domain::ids::{MonthReportId, RunId};
use crate::domain::settlement::SettleError;
use crate::domain::stage::NotLater;

/// Why a call is not done.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error("there is no such {0}")]
    NotFound(&'static str),
    #[error("the caller may not do this")]
    CallerNotAllowed,
    #[error("another run of the month and recipient is unfinished")]
    Unfinished { run: RunId },
    #[error("the month is not over")]
    MonthNotOver,
    #[error("the recipient is not set up")]
    RecipientNotSetUp,
    #[error("the run has ended")]
    RunEnded,
    #[error(transparent)]
    NotLater(#[from] NotLater),
    #[error(transparent)]
    Settle(#[from] SettleError),
    #[error("no row of the part that may have left has that report")]
    RowNotInPart(MonthReportId),
    #[error(transparent)]
    Rejected(#[from] Rejection),
    #[error(transparent)]
    Idempotency(#[from] IdempotencyError),
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<sqlx::Error> for ExportError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

impl From<Inconsistency> for ExportError {
    fn from(error: Inconsistency) -> Self {
        Self::Db(error.into())
    }
}

impl From<ExportError> for Rejection {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::NotFound(kind) => Self::not_found(kind),
            ExportError::CallerNotAllowed => Self::forbidden(ErrorReason::CallerNotAllowed),
            ExportError::Unfinished { run } => {
                Self::precondition(ErrorReason::RunUnfinished).with("run_id", run)
            }
            ExportError::MonthNotOver => Self::invalid().field("month", ErrorReason::MonthNotOver),
            ExportError::RecipientNotSetUp => {
                Self::invalid().field("recipient", ErrorReason::RecipientNotSetUp)
            }
            ExportError::RunEnded => Self::precondition(ErrorReason::RunEnded),
            ExportError::NotLater(_) => Self::invalid().field("hold_before", ErrorReason::StageNotLater),
            ExportError::Settle(error) => settle(error),
            ExportError::RowNotInPart(_) => Self::invalid().field("refused", ErrorReason::FieldUnknownValue),
            ExportError::Rejected(rejection) => rejection,
            ExportError::Idempotency(error) => error.into(),
            ExportError::Outbox(OutboxError::Db(error)) | ExportError::Db(error) => error.into(),
            ExportError::Outbox(error @ OutboxError::TooLarge { .. }) => Self::internal(error),
        }
    }
}

fn settle(error: SettleError) -> Rejection {
    match error {
        SettleError::Otherwise { attempt } => {
            Rejection::precondition(ErrorReason::AttemptSettled).with("attempt", attempt)
        }
        SettleError::Nothing { attempt } => {
            Rejection::precondition(ErrorReason::AttemptNothingToSettle).with("attempt", attempt)
        }
        SettleError::UnderWay { until } => {
            Rejection::precondition(ErrorReason::AttemptUnderWay).with("until", until)
        }
    }
}
