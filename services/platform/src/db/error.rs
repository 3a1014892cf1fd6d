//! What can go wrong with a database, told apart by SQLSTATE so that callers match on meaning. No message repeats a
//! value: the server's details, which may quote a row, are never shown.

use std::error::Error;
use std::fmt;
use std::io::ErrorKind;

use sqlx::error::DatabaseError;

use crate::grpc::Rejection;

/// What went wrong with the database.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// No connection, or the server is stopping, full or too slow. Trying again later may help.
    #[error("the database is unavailable")]
    Unavailable(#[source] DriverError),
    /// The transaction could not be serialised or broke a deadlock, as often as it was tried.
    #[error("the transaction conflicts with others")]
    Conflict(#[source] DriverError),
    /// A unique constraint refused a row.
    #[error("unique constraint {constraint} refused a row")]
    Unique {
        /// Name of the constraint.
        constraint: String,
        /// What the driver said.
        source: DriverError,
    },
    /// A foreign key refused a row.
    #[error("foreign key {constraint} refused a row")]
    ForeignKey {
        /// Name of the constraint.
        constraint: String,
        /// What the driver said.
        source: DriverError,
    },
    /// A check constraint refused a row: the second lock behind a domain rule has caught a bug.
    #[error("check constraint {constraint} refused a row")]
    Check {
        /// Name of the constraint.
        constraint: String,
        /// What the driver said.
        source: DriverError,
    },
    /// A stored row makes no sense.
    #[error(transparent)]
    Inconsistent(#[from] Inconsistency),
    /// Anything else: a bug.
    #[error("the database refused a statement")]
    Other(#[source] DriverError),
}

/// A stored row that makes no sense, by table, column and key; the value itself is not told.
#[derive(Clone, Debug, thiserror::Error)]
#[error("table {table} holds a row ({key}) whose {column} makes no sense")]
pub struct Inconsistency {
    /// The table.
    pub table: &'static str,
    /// The column or columns.
    pub column: &'static str,
    /// The row's key: an id, never a number or name.
    pub key: String,
}

/// What the driver said, without what it may quote.
pub struct DriverError(sqlx::Error);

// === impl DbError ===

impl DbError {
    /// The violated unique constraint, if that is what happened.
    pub fn unique_violation(&self) -> Option<&str> {
        if let Self::Unique { constraint, .. } = self {
            Some(constraint)
        } else {
            None
        }
    }

    /// Nobody answered in time.
    pub(super) fn silence() -> Self {
        Self::Unavailable(DriverError(sqlx::Error::Io(ErrorKind::TimedOut.into())))
    }

    /// Whether the same transaction may succeed when tried again at once.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Conflict(_))
    }

    /// Whether the cause lies outside of the request and may pass: worth trying again later.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Conflict(_) | Self::Unavailable(_))
    }

    /// Whether a conflict is among the causes of `error`, however many layers of errors lie above it.
    pub fn conflict_behind(error: &(dyn Error + 'static)) -> bool {
        DriverError::behind(error).is_some_and(DriverError::is_conflict)
    }

    /// Whether a conflict or an outage is among the causes of `error`: worth trying again.
    pub fn transient_behind(error: &(dyn Error + 'static)) -> bool {
        DriverError::behind(error).is_some_and(|driver| driver.is_conflict() || driver.is_outage())
    }
}

impl From<DbError> for Rejection {
    fn from(error: DbError) -> Self {
        if error.is_transient() {
            Self::unavailable().caused_by(error)
        } else {
            Self::internal(error)
        }
    }
}

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        let class = error
            .as_database_error()
            .and_then(DatabaseError::code)
            .unwrap_or_default()
            .into_owned();
        let constraint = error
            .as_database_error()
            .and_then(DatabaseError::constraint)
            .unwrap_or_default()
            .to_owned();
        let source = DriverError(error);
        match class.as_str() {
            _ if source.is_conflict() => Self::Conflict(source),
            _ if source.is_outage() => Self::Unavailable(source),
            "23505" => Self::Unique { constraint, source },
            "23503" => Self::ForeignKey { constraint, source },
            "23514" => Self::Check { constraint, source },
            _ => Self::Other(source),
        }
    }
}

// === impl DriverError ===

impl DriverError {
    // Looked for instead of DbError: a transparent error hands on the source of what it wraps, and so hides a DbError
    // directly below it, but never what lies below that.
    fn behind<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e Self> {
        let mut cause = Some(error);
        while let Some(error) = cause {
            if let Some(found) = error.downcast_ref() {
                return Some(found);
            }
            cause = error.source();
        }
        None
    }

    fn is_conflict(&self) -> bool {
        matches!(self.sqlstate().as_deref(), Some("40001" | "40P01"))
    }

    fn is_outage(&self) -> bool {
        is_connection_failure(&self.0) || self.sqlstate().is_some_and(|state| is_outage(&state))
    }

    /// The SQLSTATE, if the server answered at all.
    pub fn sqlstate(&self) -> Option<String> {
        self.0
            .as_database_error()
            .and_then(DatabaseError::code)
            .map(std::borrow::Cow::into_owned)
    }
}

impl fmt::Display for DriverError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.sqlstate(), self.0.as_database_error()) {
            // Class 22 quotes the value it could not take.
            (Some(state), _) if state.starts_with("22") => write!(formatter, "SQLSTATE {state}"),
            (Some(state), Some(answer)) => write!(formatter, "SQLSTATE {state}: {}", answer.message()),
            (_, _) => fmt::Display::fmt(&self.0, formatter),
        }
    }
}

impl fmt::Debug for DriverError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "DriverError({self})")
    }
}

impl Error for DriverError {}

fn is_connection_failure(error: &sqlx::Error) -> bool {
    matches!(
        error,
        sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
    )
}

/// Connection exceptions, insufficient resources, operator intervention (stopping, starting, a statement cancelled for
/// its length), a lock waited for too long, and a transaction that stood idle for too long.
fn is_outage(sqlstate: &str) -> bool {
    ["08", "53", "57", "55P03", "25P03"]
        .iter()
        .any(|class| sqlstate.starts_with(class))
}
