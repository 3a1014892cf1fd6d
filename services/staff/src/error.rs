//! Everything that can go wrong in staff, and the one function that says what callers are told about it.

use platform::db::{DbError, Inconsistency};
use platform::grpc::{Code, Rejection};
use platform::idempotency::IdempotencyError;
use platform::outbox::OutboxError;
use platform::uploads::UploadError;
use proto::errors::v1::ErrorReason;

use crate::domain::account::AccountError;
use crate::domain::administrators::LastAdministrator;
use crate::domain::nomination::NominationError;
use crate::domain::permission::PermissionFault;
use crate::domain::register::{FileFault, MOST_ROWS};
use crate::domain::scope::ScopeFault;

/// Why a call is not done.
#[derive(Debug, thiserror::Error)]
pub enum StaffError {
    /// Not there, or not to be known of.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    #[error("somebody else changed it")]
    EtagMismatch,
    #[error("the person has an account in the organisation")]
    AccountExists,
    #[error("the caller may not do this")]
    CallerNotAllowed,
    #[error(transparent)]
    Account(#[from] AccountError),
    #[error(transparent)]
    Nomination(#[from] NominationError),
    #[error(transparent)]
    LastAdministrator(#[from] LastAdministrator),
    #[error(transparent)]
    Permissions(#[from] PermissionFault),
    #[error(transparent)]
    Scope(#[from] ScopeFault),
    #[error(transparent)]
    File(#[from] FileFault),
    /// The answer of a kept request, or a refusal of identity.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    #[error(transparent)]
    Idempotency(#[from] IdempotencyError),
    #[error(transparent)]
    Upload(#[from] UploadError),
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<sqlx::Error> for StaffError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

impl From<Inconsistency> for StaffError {
    fn from(error: Inconsistency) -> Self {
        Self::Db(error.into())
    }
}

impl From<StaffError> for Rejection {
    fn from(error: StaffError) -> Self {
        match error {
            StaffError::NotFound(kind) => Self::not_found(kind),
            StaffError::EtagMismatch => Self::conflict(ErrorReason::EtagMismatch),
            StaffError::AccountExists => Self::already_exists(ErrorReason::AccountExists),
            StaffError::CallerNotAllowed => Self::forbidden(ErrorReason::CallerNotAllowed),
            StaffError::Account(error) => account(error),
            StaffError::Nomination(error) => nomination(error),
            StaffError::LastAdministrator(_) => Self::precondition(ErrorReason::LastAdministrator),
            StaffError::Permissions(fault) => permissions(fault),
            StaffError::Scope(fault) => scope(fault),
            StaffError::File(fault) => file(fault),
            StaffError::Rejected(rejection) => rejection,
            StaffError::Idempotency(error) => error.into(),
            StaffError::Upload(error) => error.into(),
            StaffError::Outbox(OutboxError::Db(error)) | StaffError::Db(error) => error.into(),
            StaffError::Outbox(error @ OutboxError::TooLarge { .. }) => Self::internal(error),
        }
    }
}

fn account(error: AccountError) -> Rejection {
    match error {
        AccountError::NotInvited => Rejection::not_found("account"),
        AccountError::WrongPerson => Rejection::forbidden(ErrorReason::WrongPerson),
        AccountError::LinkExpired => Rejection::precondition(ErrorReason::LinkExpired),
        AccountError::LinkUsed => Rejection::precondition(ErrorReason::LinkUsed),
        AccountError::NotWaiting => Rejection::precondition(ErrorReason::AccountNotWaiting),
        AccountError::NameNotKnown => Rejection::not_caught_up(),
        AccountError::Ended => Rejection::precondition(ErrorReason::AccountEnded),
    }
}

fn nomination(error: NominationError) -> Rejection {
    match error {
        NominationError::WrongPerson => Rejection::forbidden(ErrorReason::WrongPerson),
        NominationError::Over => Rejection::precondition(ErrorReason::NominationEnded),
        NominationError::Used => Rejection::precondition(ErrorReason::NominationUsed),
        NominationError::ForTheAgency => Rejection::forbidden(ErrorReason::CallerNotAllowed),
    }
}

fn permissions(fault: PermissionFault) -> Rejection {
    let (path, reason) = match fault {
        PermissionFault::Empty => ("permissions".to_owned(), ErrorReason::FieldRequired),
        PermissionFault::TooMany => ("permissions".to_owned(), ErrorReason::FieldTooLong),
        PermissionFault::NotForKind { index, .. } => (
            format!("permissions[{index}].permission"),
            ErrorReason::PermissionNotForKind,
        ),
        PermissionFault::Overlaps { index } => (
            format!("permissions[{index}].validity"),
            ErrorReason::ValidityOverlaps,
        ),
    };
    Rejection::invalid().field(path, reason)
}

fn scope(fault: ScopeFault) -> Rejection {
    let (path, reason) = match fault {
        ScopeFault::Empty => ("scope".to_owned(), ErrorReason::ScopeEmpty),
        ScopeFault::TooLarge { .. } => ("scope".to_owned(), ErrorReason::FieldTooLong),
        ScopeFault::UnitUnknown { index } => (format!("scope[{index}].unit_id"), ErrorReason::UnitUnknown),
        ScopeFault::UnitTwice { index } => (format!("scope[{index}].unit_id"), ErrorReason::FieldMalformed),
        ScopeFault::OfficeUnknown { index, office } => (
            format!("scope[{index}].office_ids[{office}]"),
            ErrorReason::OfficeUnknown,
        ),
        ScopeFault::NoOffice { index } => (format!("scope[{index}].office_ids"), ErrorReason::FieldRequired),
    };
    Rejection::invalid().field(path, reason)
}

fn file(fault: FileFault) -> Rejection {
    let of = |reason| Rejection::new(Code::Invalid, reason).field("upload_id", reason);
    match fault {
        FileFault::Encoding { line } => of(ErrorReason::FileEncodingWrong).with("line", line),
        FileFault::Empty => of(ErrorReason::FileEmpty),
        FileFault::TooManyRows => of(ErrorReason::UploadTooLarge).with("limit", MOST_ROWS),
        FileFault::ColumnsMissing { columns } => {
            of(ErrorReason::FileColumnMissing).with("column", columns.join(","))
        }
        FileFault::ColumnUnknown { position } => of(ErrorReason::FileColumnUnknown).with("column", position),
        FileFault::ColumnTwice { column } => of(ErrorReason::FileColumnUnknown).with("column", column),
    }
}
