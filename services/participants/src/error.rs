//! Everything that can go wrong in participants, and the one function that says what callers are told about it.

use platform::db::{DbError, Inconsistency};
use platform::grpc::Rejection;
use platform::idempotency::IdempotencyError;
use platform::keys::KeyError;
use platform::outbox::OutboxError;
use proto::errors::v1::ErrorReason;

use crate::domain::placement::{NotInterruptedBeforeStart, Over};
use crate::domain::plan::PlanFault;

/// Why a call is not done.
#[derive(Debug, thiserror::Error)]
pub enum ParticipantsError {
    /// Not there, or not to be known of.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    #[error("somebody else changed it")]
    EtagMismatch,
    #[error("there is no draft to send")]
    NoDraft,
    #[error("the plan cannot be sent yet")]
    Plan(Vec<PlanFault>),
    #[error(transparent)]
    Over(#[from] Over),
    #[error(transparent)]
    NotInterruptedBeforeStart(#[from] NotInterruptedBeforeStart),
    /// The answer of a kept request, a refusal of identity, or fields that only the stored state shows to be wrong.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    #[error(transparent)]
    Idempotency(#[from] IdempotencyError),
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<sqlx::Error> for ParticipantsError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

impl From<Inconsistency> for ParticipantsError {
    fn from(error: Inconsistency) -> Self {
        Self::Db(error.into())
    }
}

impl From<ParticipantsError> for Rejection {
    fn from(error: ParticipantsError) -> Self {
        match error {
            ParticipantsError::NotFound(kind) => Self::not_found(kind),
            ParticipantsError::EtagMismatch => {
                Self::conflict(ErrorReason::EtagMismatch).field("etag", ErrorReason::EtagMismatch)
            }
            ParticipantsError::NoDraft => Self::precondition(ErrorReason::PlanNoDraft),
            ParticipantsError::Plan(faults) => faults.into_iter().fold(Self::invalid(), plan_fault),
            ParticipantsError::Over(_) => Self::precondition(ErrorReason::PlacementOver),
            ParticipantsError::NotInterruptedBeforeStart(_) => {
                Self::precondition(ErrorReason::PlacementNotInterruptedBeforeStart)
            }
            ParticipantsError::Rejected(rejection) => rejection,
            ParticipantsError::Idempotency(error) => error.into(),
            ParticipantsError::Key(error) => error.into(),
            ParticipantsError::Outbox(OutboxError::Db(error)) | ParticipantsError::Db(error) => error.into(),
            ParticipantsError::Outbox(error @ OutboxError::TooLarge { .. }) => Self::internal(error),
        }
    }
}

/// The path is that of the draft, which was saved before.
fn plan_fault(rejection: Rejection, fault: PlanFault) -> Rejection {
    let activity = |index, field| format!("plan.activities[{index}].{field}");
    let (path, reason) = match fault {
        PlanFault::MadeOnMissing => ("plan.made_on".to_owned(), ErrorReason::FieldRequired),
        PlanFault::MadeAhead => ("plan.made_on".to_owned(), ErrorReason::PlanMadeAhead),
        PlanFault::FormMissing => ("plan.made_by".to_owned(), ErrorReason::FieldRequired),
        PlanFault::NoActivities => ("plan.activities".to_owned(), ErrorReason::FieldRequired),
        PlanFault::ActivityUnknown { index } => {
            (activity(index, "activity_code"), ErrorReason::PlanActivityUnknown)
        }
        PlanFault::OutsidePeriod { index } => (activity(index, "validity"), ErrorReason::PlanOutsidePeriod),
        PlanFault::ActivityTwice { index } => (activity(index, "validity"), ErrorReason::ValidityOverlaps),
        PlanFault::InForceTooEarly => ("plan.in_force_from".to_owned(), ErrorReason::PlanInForceTooEarly),
        PlanFault::InForceOutsidePeriod => ("plan.in_force_from".to_owned(), ErrorReason::PlanOutsidePeriod),
    };
    rejection.field(path, reason)
}
