//! Why a record could not be applied, and what follows from it: wait and try again, or park it.

use crate::db::DbError;
use crate::outbox::OutboxError;

/// Why a record could not be applied. Reasons are short codes: they are shown to operators.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// Something it refers to is not here yet; its partition waits for it.
    #[error("the record cannot be applied yet: {reason}")]
    Transient {
        /// What is missing.
        reason: &'static str,
    },
    /// It cannot be applied, however often it is tried.
    #[error("the record cannot be applied: {reason}")]
    Unappliable {
        /// Why.
        reason: &'static str,
    },
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// What to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Remedy {
    /// The transaction cannot go on: wait until the database is well, however long that takes.
    Outage,
    /// Wait with this partition for a while.
    Wait(&'static str),
    /// Park the record.
    Park(&'static str),
}

// === impl ApplyError ===

impl ApplyError {
    pub(super) fn remedy(&self) -> Remedy {
        match self {
            Self::Transient { reason } => Remedy::Wait(reason),
            Self::Unappliable { reason } => Remedy::Park(reason),
            Self::Db(DbError::Unavailable(_) | DbError::Conflict(_)) => Remedy::Outage,
            // What is referred to may be on its way.
            Self::Db(DbError::ForeignKey { .. }) => Remedy::Wait("reference_missing"),
            Self::Db(DbError::Unique { .. }) => Remedy::Park("not_unique"),
            Self::Db(DbError::Check { .. }) => Remedy::Park("check_violated"),
            Self::Db(DbError::Inconsistent(_)) => Remedy::Park("inconsistent"),
            Self::Db(DbError::Other(_)) => Remedy::Park("statement_refused"),
        }
    }
}

impl From<sqlx::Error> for ApplyError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

impl From<OutboxError> for ApplyError {
    fn from(error: OutboxError) -> Self {
        match error {
            OutboxError::TooLarge { .. } => Self::Unappliable {
                reason: "answer_too_large",
            },
            OutboxError::Db(error) => Self::Db(error),
        }
    }
}
