//! Why a job did not get done.

use std::error::Error;
use std::fmt;

use crate::db::DbError;

/// Why an attempt failed, and whether another is worth it.
#[derive(Debug)]
pub struct JobError {
    pub(super) kind: Failure,
    reason: &'static str,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// What follows from a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// Another attempt after a pause.
    Passing,
    /// No other attempt.
    Final,
    /// Another replica has the job now, or it was cancelled: nothing follows.
    LeaseLost,
}

// === impl JobError ===

impl JobError {
    /// The attempt failed for a cause that may pass. `reason` is a code that is stored and shown.
    pub fn passing(reason: &'static str, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            kind: Failure::Passing,
            reason,
            source: Some(source.into()),
        }
    }

    /// No attempt will succeed. `reason` is a code that is stored and shown.
    pub fn lasting(reason: &'static str) -> Self {
        Self {
            kind: Failure::Final,
            reason,
            source: None,
        }
    }

    /// The same with a cause for the log.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The code.
    pub fn reason(&self) -> &'static str {
        self.reason
    }

    pub(super) fn lease_lost() -> Self {
        Self {
            kind: Failure::LeaseLost,
            reason: "lease_lost",
            source: None,
        }
    }

    pub(super) fn panicked() -> Self {
        Self {
            kind: Failure::Passing,
            reason: "panicked",
            source: None,
        }
    }
}

impl fmt::Display for JobError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the job failed: {}", self.reason)
    }
}

impl Error for JobError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

impl From<DbError> for JobError {
    fn from(error: DbError) -> Self {
        Self::passing("database", error)
    }
}

impl From<sqlx::Error> for JobError {
    fn from(error: sqlx::Error) -> Self {
        DbError::from(error).into()
    }
}
