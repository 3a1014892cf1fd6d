//! Invitations: to whom a link is sent, how far it has come and when it may be opened or used.

use jiff::Timestamp;

use super::ids::{InvitationId, SubjectId};
use super::portal::{Language, UnknownWord};

/// What an invitation leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InvitationKind {
    /// To be administrator of an organisation.
    Nomination,
    /// To be staff of an organisation.
    Colleague,
    /// To be participant of a project.
    ProjectParticipant,
}

/// What the sending has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Waiting to be sent.
    Queued,
    /// Taken by the message service.
    Sent(Timestamp),
    /// Given up.
    Failed(Timestamp),
}

/// What became of the link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// Can be opened until it expires.
    Open,
    /// What it led to has happened.
    Used(Timestamp),
    /// Void.
    Cancelled(Timestamp),
}

/// An invitation without its address and secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Id.
    pub invitation_id: InvitationId,
    /// What it leads to.
    pub kind: InvitationKind,
    /// Id of what it leads to.
    pub subject_id: SubjectId,
    /// Language of the message.
    pub language: Language,
    /// What the sending has come to.
    pub delivery: Delivery,
    /// What became of the link.
    pub link: Link,
    /// When the link ends.
    pub expires_at: Timestamp,
}

/// How far it has come, as others see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvitationState {
    /// Waiting to be sent.
    Queued,
    /// Taken by the message service.
    Sent,
    /// Given up.
    Failed,
    /// Used.
    Used,
    /// Cancelled.
    Cancelled,
    /// Expired.
    Expired,
}

/// Why a link leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// Its time is over, or it was cancelled.
    #[error("the link has expired")]
    Expired,
    /// It was used before.
    #[error("the link has been used")]
    Used,
}

// === impl InvitationKind ===

impl InvitationKind {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nomination => "nomination",
            Self::Colleague => "colleague",
            Self::ProjectParticipant => "project_participant",
        }
    }
}

impl TryFrom<&str> for InvitationKind {
    type Error = UnknownWord;

    fn try_from(word: &str) -> Result<Self, UnknownWord> {
        match word {
            "nomination" => Ok(Self::Nomination),
            "colleague" => Ok(Self::Colleague),
            "project_participant" => Ok(Self::ProjectParticipant),
            _ => Err(UnknownWord("invitation kind")),
        }
    }
}

// === impl Invitation ===

impl Invitation {
    /// How far it has come.
    pub fn state(&self, now: Timestamp) -> InvitationState {
        match (self.link, self.delivery) {
            (Link::Used(_), _) => InvitationState::Used,
            (Link::Cancelled(_), _) => InvitationState::Cancelled,
            (Link::Open, _) if now >= self.expires_at => InvitationState::Expired,
            (Link::Open, Delivery::Queued) => InvitationState::Queued,
            (Link::Open, Delivery::Sent(_)) => InvitationState::Sent,
            (Link::Open, Delivery::Failed(_)) => InvitationState::Failed,
        }
    }

    /// Whether there is still a message to send.
    pub fn is_to_be_sent(&self, now: Timestamp) -> bool {
        self.state(now) == InvitationState::Queued
    }

    /// Whether the link leads somewhere.
    pub fn open(&self, now: Timestamp) -> Result<(), LinkError> {
        match self.link {
            Link::Used(_) => Err(LinkError::Used),
            Link::Cancelled(_) => Err(LinkError::Expired),
            Link::Open if now >= self.expires_at => Err(LinkError::Expired),
            Link::Open => Ok(()),
        }
    }

    /// The invitation after what it led to has happened; the second time changes nothing. Whoever it led to has judged
    /// whether it was in time and tells us later: an expired one is used all the same.
    pub fn used(mut self, now: Timestamp) -> Result<Self, LinkError> {
        match self.link {
            Link::Open => self.link = Link::Used(now),
            Link::Used(_) => {}
            Link::Cancelled(_) => return Err(LinkError::Expired),
        }
        Ok(self)
    }

    /// The invitation made void. One that was used stays used.
    #[must_use]
    pub fn cancelled(mut self, now: Timestamp) -> Self {
        if self.link == Link::Open {
            self.link = Link::Cancelled(now);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn invitation() -> Invitation {
        Invitation {
            invitation_id: InvitationId::from_uuid(Uuid::from_u128(1)),
            kind: InvitationKind::Nomination,
            subject_id: SubjectId::from_uuid(Uuid::from_u128(2)),
            language: Language::Swedish,
            delivery: Delivery::Queued,
            link: Link::Open,
            expires_at: at("2026-03-09T00:00:00Z"),
        }
    }

    #[test]
    fn a_link_opens_until_it_expires() {
        assert_eq!(invitation().open(at("2026-03-08T23:59:59Z")), Ok(()));
        assert_eq!(
            invitation().open(at("2026-03-09T00:00:00Z")),
            Err(LinkError::Expired)
        );
    }

    #[test]
    fn a_used_link_says_so_and_may_be_marked_again() {
        let now = at("2026-03-02T08:00:00Z");
        let used = invitation().used(now).unwrap();
        assert_eq!(used.open(now), Err(LinkError::Used));
        assert_eq!(used.clone().used(at("2026-04-01T00:00:00Z")), Ok(used));
    }

    #[test]
    fn a_link_that_expired_meanwhile_is_used_all_the_same() {
        let late = at("2026-03-09T00:00:05Z");
        let used = invitation().used(late).unwrap();
        assert_eq!(used.link, Link::Used(late));
        assert_eq!(used.clone().used(at("2026-04-01T00:00:00Z")), Ok(used));
    }

    #[test]
    fn a_cancelled_link_cannot_be_opened_used_or_sent() {
        let now = at("2026-03-02T08:00:00Z");
        let cancelled = invitation().cancelled(now);
        assert_eq!(cancelled.open(now), Err(LinkError::Expired));
        assert!(!cancelled.is_to_be_sent(now));
        assert_eq!(cancelled.used(now), Err(LinkError::Expired));
    }

    #[test]
    fn cancelling_a_used_invitation_leaves_it_used() {
        let now = at("2026-03-02T08:00:00Z");
        assert_eq!(
            invitation().used(now).unwrap().cancelled(now).state(now),
            InvitationState::Used
        );
    }
}
