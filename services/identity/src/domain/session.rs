//! Sessions: how long they live unused and at most, by portal. A session that has ended never lives again.

use jiff::{SignedDuration, Timestamp};

use super::ids::{FlowId, PersonId, SessionId};
use super::portal::Portal;

/// A session of a signed-in person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Id.
    pub session_id: SessionId,
    /// The completed sign-in it came from.
    pub flow_id: FlowId,
    /// Who.
    pub person_id: PersonId,
    /// Which pages.
    pub portal: Portal,
    /// When it began.
    pub started_at: Timestamp,
    /// When it was last used.
    pub last_used_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
    /// When it was ended, if it was.
    pub ended_at: Option<Timestamp>,
}

/// The limits of a portal's sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetime {
    /// Unused for this long, a session ends.
    pub idle: SignedDuration,
    /// It never lives longer than this.
    pub absolute: SignedDuration,
}

/// The session has ended or expired.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the session has ended")]
pub struct SessionEnded;

impl Session {
    /// A session that begins with a completed sign-in.
    pub fn begin(
        session_id: SessionId,
        flow_id: FlowId,
        person_id: PersonId,
        portal: Portal,
        now: Timestamp,
    ) -> Self {
        let expires_at = later(now, Lifetime::of(portal).absolute);
        Self {
            session_id,
            flow_id,
            person_id,
            portal,
            started_at: now,
            last_used_at: now,
            expires_at,
            ended_at: None,
        }
    }

    /// When it ends unless it is used before; never after `expires_at`.
    pub fn idle_expires_at(&self) -> Timestamp {
        later(self.last_used_at, Lifetime::of(self.portal).idle).min(self.expires_at)
    }

    /// Whether it can be used at the instant.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.ended_at.is_none() && now < self.idle_expires_at() && now < self.expires_at
    }

    /// A session of the portal that was last used then or earlier has ended at the instant.
    pub fn used_after(portal: Portal, now: Timestamp) -> Timestamp {
        later(now, -Lifetime::of(portal).idle)
    }

    /// The session after a use.
    pub fn used(mut self, now: Timestamp) -> Result<Self, SessionEnded> {
        if !self.is_open(now) {
            return Err(SessionEnded);
        }
        self.last_used_at = self.last_used_at.max(now);
        Ok(self)
    }
}

impl Lifetime {
    /// The limits of a portal; both absolute ones count from the sign-in.
    pub fn of(portal: Portal) -> Self {
        match portal {
            Portal::Participant => Self {
                idle: SignedDuration::from_mins(15),
                absolute: SignedDuration::from_hours(2),
            },
            Portal::Staff => Self {
                idle: SignedDuration::from_mins(30),
                absolute: SignedDuration::from_hours(10),
            },
        }
    }
}

pub(super) fn later(instant: Timestamp, by: SignedDuration) -> Timestamp {
    instant
        .saturating_add(by)
        .expect("adding a duration to an instant saturates, it does not fail")
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn session(portal: Portal) -> Session {
        let start = "2026-03-02T08:00:00Z".parse().unwrap();
        let (id, flow, person) = (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3));
        Session::begin(
            SessionId::from_uuid(id),
            FlowId::from_uuid(flow),
            PersonId::from_uuid(person),
            portal,
            start,
        )
    }

    fn after(session: &Session, minutes: i64) -> Timestamp {
        later(session.started_at, SignedDuration::from_mins(minutes))
    }

    #[test]
    fn an_unused_session_ends_after_its_idle_time() {
        for (portal, minutes) in [(Portal::Participant, 15), (Portal::Staff, 30)] {
            let session = session(portal);
            assert!(session.is_open(after(&session, minutes - 1)));
            assert_eq!(session.clone().used(after(&session, minutes)), Err(SessionEnded));
        }
    }

    #[test]
    fn use_never_prolongs_a_session_beyond_its_absolute_end() {
        for (portal, hours, step) in [(Portal::Participant, 2, 10), (Portal::Staff, 10, 25)] {
            let mut used = session(portal);
            let mut minutes = 0;
            while minutes + step < hours * 60 {
                minutes += step;
                let at = after(&used, minutes);
                used = used.used(at).unwrap();
            }
            assert!(!used.is_open(after(&used, hours * 60)));
            assert!(used.idle_expires_at() <= used.expires_at);
        }
    }

    #[test]
    fn an_ended_session_cannot_be_used() {
        let mut ended = session(Portal::Staff);
        ended.ended_at = Some(ended.started_at);
        let at = after(&ended, 1);
        assert_eq!(ended.used(at), Err(SessionEnded));
    }
}
