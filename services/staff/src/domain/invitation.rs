//! What identity shall do about an invitation. It is written with the change that wants it and told by a job, so that
//! neither a crash nor an outage leaves an invitation unsent, or a void link alive.

use jiff::Timestamp;

use super::contact::ContactPoint;
use super::ids::{AccountId, InvitationId, NominationId, PersonId};

/// An invitation as staff remembers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitationOrder {
    pub id: InvitationId,
    pub subject: InvitationSubject,
    /// Until identity has it.
    pub contact: Option<ContactPoint>,
    pub language: Language,
    pub expires_at: Timestamp,
    pub wanted: Wanted,
}

/// Where the link leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvitationSubject {
    Nomination(NominationId),
    Colleague(AccountId),
}

/// What identity shall do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    Sent,
    Used { by: PersonId },
    Cancelled,
}

/// Language of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    Swedish,
    English,
}

impl Wanted {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Used { .. } => "used",
            Self::Cancelled => "cancelled",
        }
    }
}

impl Language {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Swedish => "sv",
            Self::English => "en",
        }
    }
}
