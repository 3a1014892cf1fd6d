//! What can go wrong with a call to BankID. Nothing here holds what was sent or answered but codes.

use proto::identity::v1 as pb;

/// A call to BankID that gave no result.
#[derive(Debug, thiserror::Error)]
pub enum BankidError {
    /// Another order of the person was running; it was stopped, and no new one begun.
    #[error("another order of the person was running")]
    AlreadyInProgress,
    /// The order was cancelled.
    #[error("the order was cancelled")]
    Cancelled,
    /// A field is wrong, or the order is not known (any more).
    #[error("BankID refused the parameters")]
    InvalidParameters,
    /// Our certificate, our address or our request is to blame.
    #[error("BankID refused us with {code} ({status})")]
    OurFault {
        /// The HTTP status.
        status: u16,
        /// What BankID calls it.
        code: &'static str,
    },
    /// BankID has trouble, or too much to do.
    #[error("BankID has trouble: {code} ({status})")]
    Trouble {
        /// The HTTP status.
        status: u16,
        /// What BankID calls it.
        code: &'static str,
    },
    /// BankID is down for maintenance.
    #[error("BankID is down for maintenance")]
    Maintenance,
    /// A code we do not know.
    #[error("BankID answered with an unknown error ({status})")]
    Unknown {
        /// The HTTP status.
        status: u16,
    },
    /// No answer: the call may or may not have had an effect.
    #[error("no answer from BankID")]
    NoAnswer(#[source] reqwest::Error),
    /// An answer that makes no sense.
    #[error("the answer of BankID makes no sense at line {line}, column {column}")]
    Malformed {
        /// Where in the answer.
        line: usize,
        /// Where in the line.
        column: usize,
    },
}

impl BankidError {
    /// Reads an error by status and `errorCode`; words we do not know fall back on the status.
    pub(super) fn read(status: u16, code: Option<&str>) -> Self {
        let is = |word: &str| code.is_some_and(|code| code.eq_ignore_ascii_case(word));
        match status {
            400 if is("alreadyInProgress") => Self::AlreadyInProgress,
            400 if is("invalidParameters") => Self::InvalidParameters,
            400 if is("canceled") || is("cancelled") => Self::Cancelled,
            401 | 403 => Self::OurFault {
                status,
                code: "unauthorized",
            },
            404 => Self::OurFault {
                status,
                code: "notFound",
            },
            405 => Self::OurFault {
                status,
                code: "methodNotAllowed",
            },
            415 => Self::OurFault {
                status,
                code: "unsupportedMediaType",
            },
            408 => Self::Trouble {
                status,
                code: "requestTimeout",
            },
            429 => Self::Trouble {
                status,
                code: "tooManyRequests",
            },
            500 => Self::Trouble {
                status,
                code: "internalError",
            },
            503 if is("Maintenance") || code.is_none() => Self::Maintenance,
            _ => Self::Unknown { status },
        }
    }

    /// An answer that is not what it should be. What the parser says may quote the answer and is not kept.
    pub(super) fn malformed(error: &serde_json::Error) -> Self {
        Self::Malformed {
            line: error.line(),
            column: error.column(),
        }
    }

    /// Whether asking again later may help. An order must never be started again on this alone.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Trouble { .. } | Self::Maintenance | Self::NoAnswer(_) | Self::Malformed { .. } => true,
            Self::Unknown { status } => *status >= 500,
            Self::AlreadyInProgress | Self::Cancelled | Self::InvalidParameters | Self::OurFault { .. } => {
                false
            }
        }
    }

    /// What the person is told.
    pub fn message(&self) -> pb::BankidMessage {
        match self {
            Self::AlreadyInProgress => pb::BankidMessage::AlreadyInProgress,
            Self::Cancelled => pb::BankidMessage::Cancelled,
            Self::Unknown { .. } => pb::BankidMessage::UnknownError,
            Self::InvalidParameters
            | Self::OurFault { .. }
            | Self::Trouble { .. }
            | Self::Maintenance
            | Self::NoAnswer(_)
            | Self::Malformed { .. } => pb::BankidMessage::TechnicalProblem,
        }
    }
}

#[cfg(test)]
mod tests {
    use pb::BankidMessage as Message;

    use super::*;

    #[test]
    fn every_error_has_its_message_and_only_trouble_is_transient() {
        for (status, code, message, is_transient) in [
            (400, "alreadyInProgress", Message::AlreadyInProgress, false),
            (400, "invalidParameters", Message::TechnicalProblem, false),
            (400, "canceled", Message::Cancelled, false),
            (400, "cancelled", Message::Cancelled, false),
            (400, "somethingNew", Message::UnknownError, false),
            (401, "unauthorized", Message::TechnicalProblem, false),
            (403, "unauthorized", Message::TechnicalProblem, false),
            (404, "notFound", Message::TechnicalProblem, false),
            (405, "methodNotAllowed", Message::TechnicalProblem, false),
            (408, "requestTimeout", Message::TechnicalProblem, true),
            (415, "unsupportedMediaType", Message::TechnicalProblem, false),
            (429, "tooManyRequests", Message::TechnicalProblem, true),
            (500, "internalError", Message::TechnicalProblem, true),
            (503, "Maintenance", Message::TechnicalProblem, true),
            (503, "maintenance", Message::TechnicalProblem, true),
            (502, "somethingNew", Message::UnknownError, true),
            (418, "somethingNew", Message::UnknownError, false),
        ] {
            let error = BankidError::read(status, Some(code));
            assert_eq!(
                (error.message(), error.is_transient()),
                (message, is_transient),
                "{status} {code}"
            );
        }
    }

    #[test]
    fn an_answer_without_a_code_is_judged_by_its_status() {
        assert!(matches!(
            BankidError::read(405, None),
            BankidError::OurFault { status: 405, .. }
        ));
        assert!(matches!(BankidError::read(503, None), BankidError::Maintenance));
    }
}
