//! Why a call was refused: a closed code, a reason of the contract, and facts for programs. Services map their errors to
//! a `Rejection` in one function; only this module makes a `tonic::Status` of it, with texts in Swedish and English.

mod status;
mod texts;

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::time::Duration;

use proto::errors::v1::ErrorReason;

use super::FieldViolation;

pub(in crate::grpc) use status::chain;
pub use texts::{Texts, texts};

const RETRY_SOON: Duration = Duration::from_millis(500);

/// The kinds of refusal. Closed: callers branch on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// The request itself is wrong.
    Invalid,
    /// Nobody, or nobody we can verify.
    Unauthenticated,
    /// Known, but may not.
    Forbidden,
    /// Not there, or not to be known of.
    NotFound,
    /// There already.
    AlreadyExists,
    /// Somebody else was faster.
    Conflict,
    /// The state does not allow it.
    Precondition,
    /// Too many or too large.
    Exhausted,
    /// Something needed is away; worth another attempt.
    Unavailable,
    /// The caller's time ran out.
    Deadline,
    /// A fault of ours.
    Internal,
}

/// A refused call. Small to return (one pointer) and free of personal data.
pub struct Rejection(Box<Facts>);

struct Facts {
    code: Code,
    reason: ErrorReason,
    metadata: BTreeMap<String, String>,
    violations: Vec<FieldViolation>,
    retry_after: Option<Duration>,
    trace_id: Option<String>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl Rejection {
    /// A refusal with a code and a reason.
    pub fn new(code: Code, reason: ErrorReason) -> Self {
        Self(Box::new(Facts {
            code,
            reason,
            metadata: BTreeMap::new(),
            violations: Vec::new(),
            retry_after: None,
            trace_id: None,
            source: None,
        }))
    }

    /// Fields are wrong; name them with [`Rejection::field`].
    pub fn invalid() -> Self {
        Self::new(Code::Invalid, ErrorReason::FieldsInvalid)
    }

    /// Nobody we can verify.
    pub fn unauthenticated() -> Self {
        Self::new(Code::Unauthenticated, ErrorReason::Unauthenticated)
    }

    /// The caller may not do this.
    pub fn forbidden(reason: ErrorReason) -> Self {
        Self::new(Code::Forbidden, reason)
    }

    /// Not there, or not to be known of. `kind` is a word of the contract: `account`, `unit`.
    pub fn not_found(kind: &'static str) -> Self {
        Self::new(Code::NotFound, ErrorReason::NotFound).with("kind", kind)
    }

    /// There already.
    pub fn already_exists(reason: ErrorReason) -> Self {
        Self::new(Code::AlreadyExists, reason)
    }

    /// Somebody else was faster.
    pub fn conflict(reason: ErrorReason) -> Self {
        Self::new(Code::Conflict, reason)
    }

    /// The state does not allow it.
    pub fn precondition(reason: ErrorReason) -> Self {
        Self::new(Code::Precondition, reason)
    }

    /// Too many or too large.
    pub fn exhausted(reason: ErrorReason) -> Self {
        Self::new(Code::Exhausted, reason)
    }

    /// Something needed is away.
    pub fn unavailable() -> Self {
        Self::new(Code::Unavailable, ErrorReason::Unavailable).retry_after(RETRY_SOON)
    }

    /// What the caller has seen has not arrived here yet.
    pub fn not_caught_up() -> Self {
        Self::new(Code::Unavailable, ErrorReason::NotCaughtUp).retry_after(RETRY_SOON)
    }

    /// The caller's time ran out.
    pub fn deadline() -> Self {
        Self::new(Code::Deadline, ErrorReason::DeadlineExceeded)
    }

    /// A fault of ours. The chain is logged once at the boundary; the caller gets the trace id and a bland line.
    pub fn internal(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(Code::Internal, ErrorReason::Internal).caused_by(source)
    }

    /// Names a wrong field and why.
    #[must_use]
    pub fn field(self, path: impl Into<String>, reason: ErrorReason) -> Self {
        self.fields([FieldViolation::new(path, reason)])
    }

    /// Names wrong fields.
    #[must_use]
    pub fn fields(mut self, violations: impl IntoIterator<Item = FieldViolation>) -> Self {
        self.0.violations.extend(violations);
        self
    }

    /// Adds a fact that the reason's `metadata_keys` name: an id, a limit or a code, never personal data.
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers pass numbers and codes, which would need a borrow each"
    )]
    pub fn with(mut self, key: &'static str, value: impl ToString) -> Self {
        self.0.metadata.insert(key.to_owned(), value.to_string());
        self
    }

    /// Tells the caller when another attempt makes sense.
    #[must_use]
    pub fn retry_after(mut self, delay: Duration) -> Self {
        self.0.retry_after = Some(delay);
        self
    }

    /// Keeps the cause for the log. It never reaches the caller.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// The kind of refusal.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// The reason in the contract.
    pub fn reason(&self) -> ErrorReason {
        self.0.reason
    }

    /// Facts that came with the reason.
    pub fn metadata(&self) -> &BTreeMap<String, String> {
        &self.0.metadata
    }

    /// Fields that were refused.
    pub fn violations(&self) -> &[FieldViolation] {
        &self.0.violations
    }

    /// When another attempt makes sense.
    pub fn retry_delay(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Trace of an internal error.
    pub fn trace_id(&self) -> Option<&str> {
        self.0.trace_id.as_deref()
    }
}

impl fmt::Debug for Rejection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Rejection")
            .field("code", &self.0.code)
            .field("reason", &self.0.reason)
            .field("metadata", &self.0.metadata)
            .field("violations", &self.0.violations)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "refused: {}", self.0.reason.as_str_name())
    }
}

impl Error for Rejection {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0
            .source
            .as_deref()
            .map(|source| source as &(dyn Error + 'static))
    }
}

#[cfg(test)]
mod tests;
