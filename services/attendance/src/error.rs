//! Everything that can go wrong in attendance, and the one function that says what callers are told about it.

use platform::db::{DbError, Inconsistency};
use platform::grpc::{Code, FieldViolation, Rejection};
use platform::idempotency::IdempotencyError;
use platform::keys::KeyError;
use platform::outbox::OutboxError;
use platform::uploads::UploadError;
use proto::errors::v1::ErrorReason;

use crate::domain::additions::NotOffered;
use crate::domain::entry::{EntryField, Place, Purpose, Violation, ViolationReason};
use crate::domain::hours_file::{Column, FileFault, MOST_ROWS};
use crate::domain::report::{Answer, AnswerFault};
use crate::domain::rule_set::RuleSetCode;

/// How soon what has not been heard of may have arrived.
const ARRIVES_WITHIN: std::time::Duration = std::time::Duration::from_secs(1);

/// Why a call is not done.
#[derive(Debug, thiserror::Error)]
pub enum AttendanceError {
    /// Not there, or not to be known of.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// Not there, not in reach, or not heard of yet: the caller is told the same.
    #[error("the placement is not known")]
    PlacementUnknown,
    /// Something that was told of refers to something that was not.
    #[error("the unit has not been heard of")]
    UnitUnheard,
    #[error("months of {0} are not reported here")]
    RuleSetOther(RuleSetCode),
    #[error("the entries break rules")]
    Violations(Violations),
    #[error("somebody else changed it")]
    EtagMismatch,
    #[error("there is no draft")]
    DraftMissing,
    #[error("nothing changed since the last revision")]
    Unchanged,
    #[error("a month without hours was not confirmed")]
    ZeroMonthUnconfirmed,
    #[error("a zero month was meant, and there are entries")]
    ZeroMonthHasEntries,
    #[error("what was read is not what the revision says")]
    ContentHashDiffers,
    #[error(transparent)]
    NotOffered(#[from] NotOffered),
    #[error(transparent)]
    File(#[from] FileFault),
    #[error(transparent)]
    Answer(#[from] AnswerFault),
    /// The answer of a kept request, or a refusal of identity.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    #[error(transparent)]
    Idempotency(#[from] IdempotencyError),
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error(transparent)]
    Upload(#[from] UploadError),
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Broken rules, and what is needed to tell them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violations {
    pub found: Vec<Violation>,
    pub purpose: Purpose,
    /// No plan of the placement has been heard of; one may be on its way.
    pub has_no_plan: bool,
}

impl From<sqlx::Error> for AttendanceError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

impl From<Inconsistency> for AttendanceError {
    fn from(error: Inconsistency) -> Self {
        Self::Db(error.into())
    }
}

impl From<AttendanceError> for Rejection {
    fn from(error: AttendanceError) -> Self {
        match error {
            AttendanceError::NotFound(kind) => Self::not_found(kind),
            AttendanceError::PlacementUnknown => Self::not_found("placement").retry_after(ARRIVES_WITHIN),
            AttendanceError::UnitUnheard => Self::not_caught_up(),
            AttendanceError::RuleSetOther(code) => {
                Self::precondition(ErrorReason::RuleSetOther).with("rule_set", code)
            }
            AttendanceError::Violations(violations) => violations.into(),
            AttendanceError::EtagMismatch => {
                Self::conflict(ErrorReason::EtagMismatch).field("etag", ErrorReason::EtagMismatch)
            }
            AttendanceError::DraftMissing => Self::precondition(ErrorReason::DraftMissing),
            AttendanceError::Unchanged => Self::precondition(ErrorReason::MonthUnchanged),
            AttendanceError::ZeroMonthUnconfirmed => {
                Self::invalid().field("zero_month", ErrorReason::ZeroMonthUnconfirmed)
            }
            AttendanceError::ZeroMonthHasEntries => {
                Self::invalid().field("zero_month", ErrorReason::ZeroMonthHasEntries)
            }
            AttendanceError::ContentHashDiffers => {
                Self::invalid().field("content_hash", ErrorReason::ContentHashDiffers)
            }
            AttendanceError::NotOffered(NotOffered { addition }) => {
                Self::precondition(ErrorReason::NotOffered).with("addition", addition)
            }
            AttendanceError::File(fault) => file(fault),
            AttendanceError::Answer(fault) => answer(fault),
            AttendanceError::Rejected(rejection) => rejection,
            AttendanceError::Idempotency(error) => error.into(),
            AttendanceError::Key(error) => error.into(),
            AttendanceError::Upload(error) => error.into(),
            AttendanceError::Outbox(OutboxError::Db(error)) | AttendanceError::Db(error) => error.into(),
            AttendanceError::Outbox(error @ OutboxError::TooLarge { .. }) => Self::internal(error),
        }
    }
}

impl From<Violations> for Rejection {
    fn from(violations: Violations) -> Self {
        let may_come = violations.has_no_plan
            && violations
                .found
                .iter()
                .any(|violation| violation.reason == ViolationReason::ActivityNotInPlan);
        let fields = violations
            .found
            .iter()
            .map(|violation| field(*violation, violations.purpose));
        let rejection = Self::invalid().fields(fields);
        if may_come {
            rejection.retry_after(ARRIVES_WITHIN)
        } else {
            rejection
        }
    }
}

fn answer(fault: AnswerFault) -> Rejection {
    match fault {
        AnswerFault::Unknown => Rejection::not_found("revision"),
        AnswerFault::Old { latest } => Rejection::precondition(ErrorReason::RevisionSuperseded)
            .field("revision", ErrorReason::RevisionSuperseded)
            .with("revision", latest),
        AnswerFault::Lapsed
        | AnswerFault::Answered {
            answer: Answer::Lapsed { .. } | Answer::Superseded { .. },
        } => Rejection::precondition(ErrorReason::AnswerLapsed),
        AnswerFault::Answered {
            answer: Answer::Waiting | Answer::Approved { .. } | Answer::Rejected { .. },
        } => Rejection::precondition(ErrorReason::MonthAnswered),
    }
}

fn file(fault: FileFault) -> Rejection {
    let of = |reason| Rejection::new(Code::Invalid, reason).field("upload_id", reason);
    match fault {
        FileFault::Encoding { line } => of(ErrorReason::FileEncodingWrong).with("line", line),
        FileFault::Empty => of(ErrorReason::FileEmpty),
        FileFault::TooManyRows => of(ErrorReason::UploadTooLarge).with("limit", MOST_ROWS),
        FileFault::ColumnsMissing { columns } => {
            let names: Vec<&str> = columns.into_iter().map(Column::name).collect();
            of(ErrorReason::FileColumnMissing).with("column", names.join(","))
        }
        FileFault::ColumnUnknown { position } => of(ErrorReason::FileColumnUnknown).with("column", position),
        FileFault::ColumnTwice { column } => of(ErrorReason::FileColumnUnknown).with("column", column.name()),
        FileFault::MinutesAndHours => of(ErrorReason::FileColumnUnknown).with("column", Column::Hours.name()),
    }
}

fn field(violation: Violation, purpose: Purpose) -> FieldViolation {
    let path = match violation.place {
        Place::Month => "month".to_owned(),
        Place::Entry { index, field } => format!("entries[{index}].{}", name(field)),
    };
    let (reason, limit) = reason(violation.reason, purpose);
    let told = FieldViolation::new(path, reason);
    match limit {
        Some(limit) => told.with("limit", limit),
        None => told,
    }
}

/// Name of the field in the contract, which is the column's in a file too.
pub fn name(field: EntryField) -> &'static str {
    match field {
        EntryField::Day => "day",
        EntryField::Activity => "activity_code",
        EntryField::Minutes => "minutes",
    }
}

/// What people are told of a broken rule, with its limit where there is one.
pub fn reason(reason: ViolationReason, purpose: Purpose) -> (ErrorReason, Option<u32>) {
    match reason {
        ViolationReason::MonthTooEarly => match purpose {
            Purpose::Draft => (ErrorReason::MonthNotBegun, None),
            Purpose::Submission => (ErrorReason::MonthNotOver, None),
        },
        ViolationReason::MonthClosed => (ErrorReason::MonthClosed, None),
        ViolationReason::MonthOutsidePlacement => (ErrorReason::MonthOutsidePlacement, None),
        ViolationReason::ZeroMonthNotSent => (ErrorReason::ZeroMonthNotAllowed, None),
        ViolationReason::DayOutsideMonth => (ErrorReason::DayOutsideMonth, None),
        ViolationReason::DayInFuture => (ErrorReason::DayAhead, None),
        ViolationReason::DayOutsidePlacement => (ErrorReason::DayOutsidePlacement, None),
        ViolationReason::DayNotWorking => (ErrorReason::DayNotWorking, None),
        ViolationReason::ActivityUnknown => (ErrorReason::ActivityUnknown, None),
        ViolationReason::ActivityNotValid => (ErrorReason::ActivityNotInUse, None),
        ViolationReason::ActivityNotInPlan => (ErrorReason::ActivityNotPlanned, None),
        ViolationReason::PlanTooOld => (ErrorReason::PlanTooOld, None),
        ViolationReason::Duplicate { .. } => (ErrorReason::EntryDuplicate, None),
        ViolationReason::MinutesOutOfRange { most } => (ErrorReason::FieldOutOfRange, Some(most.into())),
        ViolationReason::MinutesNotInUnit { unit } => (ErrorReason::MinutesNotInUnit, Some(unit.into())),
        ViolationReason::DayOverCap { cap, .. } => (ErrorReason::DayCapExceeded, Some(cap.into())),
        ViolationReason::YearOverCap { cap, .. } => (ErrorReason::YearCapExceeded, Some(cap)),
    }
}
