//! Invitations: to whom a link is sent, how far it has come and when it may be opened or used.

use std::fmt;

use jiff::Timestamp;

use super::ids::{InvitationId, SubjectId};
use super::portal::{Language, UnknownWord};

/// An e-mail address or a mobile number. Debug shows neither.
#[derive(Clone, PartialEq, Eq)]
pub enum ContactPoint {
    /// An e-mail address.
    Email(String),
    /// A mobile number with country code, such as +46701740605.
    Mobile(String),
}

/// The text is neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("neither an e-mail address nor a mobile number")]
pub struct NotAContactPoint;

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

// === impl ContactPoint ===

impl ContactPoint {
    /// Reads an e-mail address: a plain check of its form, the message tells the rest.
    pub fn email(text: &str) -> Result<Self, NotAContactPoint> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(NotAContactPoint)?;
        let is_plain = |part: &str| {
            part.chars()
                .all(|letter| letter.is_ascii_graphic() && !"<>()[],;:\\\"@".contains(letter))
        };
        let has_dot = domain.split('.').count() >= 2 && domain.split('.').all(|label| !label.is_empty());
        let is_short = (1..=64).contains(&local.len()) && text.len() <= 254;
        let is_dotted_well = !local.starts_with('.') && !local.ends_with('.') && !local.contains("..");
        if is_plain(local) && is_plain(domain) && has_dot && is_short && is_dotted_well {
            Ok(Self::Email(text.to_owned()))
        } else {
            Err(NotAContactPoint)
        }
    }

    /// Reads a mobile number with country code; spaces and hyphens are dropped.
    pub fn mobile(text: &str) -> Result<Self, NotAContactPoint> {
        let kept: String = text
            .trim()
            .chars()
            .filter(|letter| !matches!(letter, ' ' | '-' | '\u{A0}'))
            .collect();
        let digits = kept.strip_prefix('+').ok_or(NotAContactPoint)?;
        let is_number = (8..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        if is_number && !digits.starts_with('0') {
            Ok(Self::Mobile(kept))
        } else {
            Err(NotAContactPoint)
        }
    }

    /// The word of its channel in the database.
    pub fn channel(&self) -> &'static str {
        match self {
            Self::Email(_) => "email",
            Self::Mobile(_) => "mobile",
        }
    }

    /// The address, for the message and the sealed column.
    pub fn address(&self) -> &str {
        match self {
            Self::Email(address) | Self::Mobile(address) => address,
        }
    }

    /// From the words of the database.
    pub fn stored(channel: &str, address: String) -> Result<Self, UnknownWord> {
        match channel {
            "email" => Ok(Self::Email(address)),
            "mobile" => Ok(Self::Mobile(address)),
            _ => Err(UnknownWord("channel")),
        }
    }
}

impl fmt::Debug for ContactPoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ContactPoint({}, redacted)", self.channel())
    }
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

    /// Staff reads the same file.
    const SHARED: &str = include_str!("../../../../tests/support/vectors/contact_points.tsv");

    fn kept(kind: &str, text: &str) -> String {
        let judged = match kind {
            "email" => ContactPoint::email(text),
            _ => ContactPoint::mobile(text),
        };
        judged.map_or("refused".to_owned(), |to| to.address().to_owned())
    }

    #[test]
    fn the_shared_vectors_are_judged_as_they_say_and_what_staff_keeps_is_kept() {
        for line in SHARED.lines().filter(|line| !line.starts_with('#')) {
            let [kind, text, staff, expected] = line.split('\t').collect::<Vec<_>>()[..] else {
                panic!("{line}")
            };
            let whole = |word| if word == "=" { text } else { word };
            assert_eq!(kept(kind, text), whole(expected), "{text}");
            assert_eq!(kept(kind, whole(staff)), whole(staff), "{text}");
        }
    }

    #[test]
    fn contact_points_are_checked_for_their_form() {
        for good in ["a@b.se", "for.efternamn+x@exempel.example"] {
            assert!(ContactPoint::email(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "a",
            "a@",
            "@b.se",
            "a@b",
            "a b@c.se",
            "a@b..se",
            "a..b@c.se",
            "a@b.se\r\nBcc: c@d.se",
            "å@b.se",
        ] {
            assert_eq!(ContactPoint::email(bad), Err(NotAContactPoint), "{bad}");
        }
        assert_eq!(
            ContactPoint::mobile("+46 70-174 06 05"),
            Ok(ContactPoint::Mobile("+46701740605".into()))
        );
        for bad in [
            "",
            "0701740605",
            "+460",
            "+46x0174060",
            "+0701740605",
            "+4670174060512345",
        ] {
            assert_eq!(ContactPoint::mobile(bad), Err(NotAContactPoint), "{bad}");
        }
    }

    #[test]
    fn debug_never_shows_the_address() {
        assert_eq!(
            format!("{:?}", ContactPoint::email("a@b.se").unwrap()),
            "ContactPoint(email, redacted)"
        );
    }
}
