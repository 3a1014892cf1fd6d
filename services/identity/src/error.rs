//! Everything that can go wrong in identity, and the one place that says what a caller hears of it.

use platform::db::{DbError, Inconsistency};
use platform::grpc::{Code, FieldViolation, Rejection};
use platform::idempotency::IdempotencyError;
use platform::jobs::JobError;
use platform::keys::KeyError;
use platform::outbox::OutboxError;
use proto::errors::v1::ErrorReason;
use uuid::Uuid;

use crate::bankid::BankidError;
use crate::domain::additions::TooManyDocuments;
use crate::domain::contacts::Overtaken;
use crate::domain::ids::FlowId;
use crate::domain::invitation::LinkError;
use crate::domain::portal::UnknownWord;
use crate::domain::session::SessionEnded;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Fields that only the store could judge.
    #[error("fields are wrong")]
    Fields(Vec<FieldViolation>),
    /// Not there, or not to be known of.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// The address or session starts too many orders.
    #[error("too many orders were started")]
    TooManyStarts {
        /// When the next one is taken.
        retry_after: std::time::Duration,
    },
    /// BankID refused or failed.
    #[error(transparent)]
    Bankid(#[from] BankidError),
    /// The session is over.
    #[error(transparent)]
    Session(#[from] SessionEnded),
    /// The link leads nowhere.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// More documents than one order takes.
    #[error(transparent)]
    TooManyDocuments(#[from] TooManyDocuments),
    /// The signature was prepared with other content.
    #[error("the signature was prepared with other content")]
    SignatureDiffers,
    /// The document is signed.
    #[error("the document is signed")]
    AlreadySigned,
    /// The invitation was sent with other content.
    #[error("the invitation exists with other content")]
    InvitationDiffers,
    /// The contacts were changed since they were read.
    #[error(transparent)]
    ContactsOvertaken(#[from] Overtaken),
    /// No client with that certificate.
    #[error("the certificate belongs to no client")]
    ClientUnknown,
    /// Another client has the certificate.
    #[error("the certificate belongs to another client")]
    CertificateTaken,
    /// The request id.
    #[error(transparent)]
    Idempotency(#[from] IdempotencyError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// A key or a ciphertext.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The outbox.
    #[error(transparent)]
    Outbox(#[from] OutboxError),
}

/// Result of identity's commands and queries.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// A stored row that makes no sense.
    pub fn inconsistent(table: &'static str, column: &'static str, key: impl Into<RowKey>) -> Self {
        Self::Db(DbError::Inconsistent(Inconsistency {
            table,
            column,
            key: key.into().0,
        }))
    }

    /// A stored word that makes no sense.
    pub fn word(table: &'static str, key: impl Into<RowKey>) -> impl FnOnce(UnknownWord) -> Self {
        move |UnknownWord(what)| Self::inconsistent(table, what, key)
    }
}

/// The key of a row: an id, never a number or name.
#[derive(Debug)]
pub struct RowKey(String);

impl From<Uuid> for RowKey {
    fn from(id: Uuid) -> Self {
        Self(id.to_string())
    }
}

impl From<FlowId> for RowKey {
    fn from(id: FlowId) -> Self {
        id.as_uuid().into()
    }
}

impl From<&str> for RowKey {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

impl From<Error> for Rejection {
    fn from(error: Error) -> Self {
        match error {
            Error::Fields(violations) => Self::invalid().fields(violations),
            Error::NotFound(kind) => Self::not_found(kind),
            Error::TooManyStarts { retry_after } => {
                Self::exhausted(ErrorReason::RateLimited).retry_after(retry_after)
            }
            Error::Bankid(error) => refused_by_bankid(error),
            Error::Session(SessionEnded) => Self::new(Code::Unauthenticated, ErrorReason::SessionEnded),
            Error::Link(LinkError::Expired) => Self::precondition(ErrorReason::LinkExpired),
            Error::Link(LinkError::Used) => Self::precondition(ErrorReason::LinkUsed),
            Error::TooManyDocuments(TooManyDocuments { most }) => Self::invalid().fields([
                FieldViolation::new("signature_ids", ErrorReason::TooManyDocuments).with("limit", most),
            ]),
            Error::SignatureDiffers => Self::already_exists(ErrorReason::SignatureContentDiffers),
            Error::AlreadySigned => Self::precondition(ErrorReason::SignatureAlreadyDone),
            Error::InvitationDiffers => Self::new(Code::Invalid, ErrorReason::RequestIdReused),
            Error::ContactsOvertaken(Overtaken) => {
                Self::conflict(ErrorReason::EtagMismatch).field("contacts.etag", ErrorReason::EtagMismatch)
            }
            Error::ClientUnknown => Self::new(Code::Unauthenticated, ErrorReason::ClientUnknown),
            Error::CertificateTaken => Self::already_exists(ErrorReason::CertificateTaken),
            Error::Idempotency(error) => error.into(),
            Error::Db(error) | Error::Keys(KeyError::Db(error)) | Error::Outbox(OutboxError::Db(error)) => {
                error.into()
            }
            Error::Keys(error) => Self::internal(error),
            Error::Outbox(error) => Self::internal(error),
        }
    }
}

impl From<Error> for tonic::Status {
    fn from(error: Error) -> Self {
        Rejection::from(error).into()
    }
}

impl From<Error> for JobError {
    fn from(error: Error) -> Self {
        let is_database = DbError::transient_behind(&error);
        Self::passing(if is_database { "database" } else { "identity" }, error)
    }
}

// BankID's trouble is not the caller's: the message key says what to tell the person.
fn refused_by_bankid(error: BankidError) -> Rejection {
    if matches!(error, BankidError::AlreadyInProgress) {
        return Rejection::precondition(ErrorReason::BankidInProgress);
    }
    let code = if error.is_transient() {
        Code::Unavailable
    } else {
        Code::Precondition
    };
    let message = error.message().as_str_name();
    Rejection::new(code, ErrorReason::BankidFailed)
        .with("message_key", message)
        .caused_by(error)
}
