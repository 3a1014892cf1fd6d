//! A nomination: the agency names who shall be the first administrator of an organisation. It is bound to the number it
//! was made for, so that a forwarded link is worthless to anybody else.

use jiff::Timestamp;

use super::Outcome;
use super::contact::PersonName;
use super::ids::{AccountId, InvitationId, NominationId, OrganisationId, PersonId, Who};
use super::organisation::OrganisationKind;

/// A nomination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nomination {
    pub id: NominationId,
    pub organisation: OrganisationId,
    pub person: PersonId,
    pub name: PersonName,
    pub state: NominationState,
    pub nominated_at: Timestamp,
    pub expires_at: Timestamp,
    pub invitation: InvitationId,
    /// How often somebody else tried to accept it.
    pub refused_attempts: i32,
}

/// How far it has come; an open one expires by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NominationState {
    Open,
    Accepted { account: AccountId },
    Revoked,
}

/// Why a nomination is not accepted or revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NominationError {
    #[error("it was made for somebody else")]
    WrongPerson,
    #[error("it has expired or was revoked")]
    Over,
    #[error("it was accepted")]
    Used,
    #[error("the agency nominates nobody for itself")]
    ForTheAgency,
}

/// Whether an organisation of the kind gets administrators by nomination. The agency does not: whoever may nominate
/// could name themselves, and then take every permission of the agency.
pub fn may_be_for(kind: OrganisationKind) -> Result<(), NominationError> {
    match kind {
        OrganisationKind::Provider | OrganisationKind::ProjectOwner => Ok(()),
        OrganisationKind::Agency => Err(NominationError::ForTheAgency),
    }
}

/// What accepting leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acceptance {
    /// The person becomes administrator now.
    Now,
    /// They became so before, with this account.
    Before(AccountId),
}

impl Nomination {
    /// Whether the person may accept it now. Who they are is asked first: a stranger learns nothing else.
    pub fn acceptance(&self, who: &Who, at: Timestamp) -> Result<Acceptance, NominationError> {
        if !who.is(self.person) {
            return Err(NominationError::WrongPerson);
        }
        match self.state {
            NominationState::Accepted { account } => Ok(Acceptance::Before(account)),
            NominationState::Revoked => Err(NominationError::Over),
            NominationState::Open if at >= self.expires_at => Err(NominationError::Over),
            NominationState::Open => Ok(Acceptance::Now),
        }
    }

    /// The same, accepted.
    #[must_use]
    pub fn accepted(self, account: AccountId) -> Self {
        Self {
            state: NominationState::Accepted { account },
            ..self
        }
    }

    /// The same, with one more refused attempt.
    #[must_use]
    pub fn refused(self) -> Self {
        Self {
            refused_attempts: self.refused_attempts.saturating_add(1),
            ..self
        }
    }

    /// Takes it back, if nobody has accepted it.
    pub fn revoke(self) -> Result<Outcome<Self>, NominationError> {
        match self.state {
            NominationState::Open => Ok(Outcome::Changed(Self {
                state: NominationState::Revoked,
                ..self
            })),
            NominationState::Revoked => Ok(Outcome::Already(self)),
            NominationState::Accepted { .. } => Err(NominationError::Used),
        }
    }

    /// Whether it waits for the nominee.
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.state == NominationState::Open && at < self.expires_at
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::account::samples::{person, who};

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn account() -> AccountId {
        AccountId::from_uuid(Uuid::from_u128(9))
    }

    fn nomination(state: NominationState) -> Nomination {
        Nomination {
            id: NominationId::from_uuid(Uuid::from_u128(1)),
            organisation: OrganisationId::from_uuid(Uuid::from_u128(2)),
            person: person(5),
            name: PersonName::parse("Skenart Provström").unwrap(),
            state,
            nominated_at: at("2026-03-01T08:00:00Z"),
            expires_at: at("2026-03-15T08:00:00Z"),
            invitation: InvitationId::from_uuid(Uuid::from_u128(3)),
            refused_attempts: 0,
        }
    }

    #[test]
    fn the_nominee_accepts_under_any_of_their_ids() {
        let open = nomination(NominationState::Open);
        assert_eq!(
            open.acceptance(&who(5, &[]), at("2026-03-02T08:00:00Z")),
            Ok(Acceptance::Now)
        );
        assert_eq!(
            open.acceptance(&who(6, &[5]), at("2026-03-02T08:00:00Z")),
            Ok(Acceptance::Now)
        );
    }

    #[test]
    fn another_person_is_refused_in_every_state_alike() {
        for state in [
            NominationState::Open,
            NominationState::Revoked,
            NominationState::Accepted { account: account() },
        ] {
            for instant in ["2026-03-02T08:00:00Z", "2026-05-02T08:00:00Z"] {
                let refused = nomination(state).acceptance(&who(6, &[7]), at(instant));
                assert_eq!(refused, Err(NominationError::WrongPerson));
            }
        }
    }

    #[test]
    fn it_is_over_at_the_instant_it_expires_or_when_revoked() {
        let open = nomination(NominationState::Open);
        assert_eq!(
            open.acceptance(&who(5, &[]), at("2026-03-15T08:00:00Z")),
            Err(NominationError::Over)
        );
        let revoked = nomination(NominationState::Revoked);
        assert_eq!(
            revoked.acceptance(&who(5, &[]), at("2026-03-02T08:00:00Z")),
            Err(NominationError::Over)
        );
    }

    #[test]
    fn accepting_again_is_told_the_account() {
        let accepted = nomination(NominationState::Open).accepted(account());
        let again = accepted.acceptance(&who(5, &[]), at("2026-05-02T08:00:00Z"));
        assert_eq!(again, Ok(Acceptance::Before(account())));
    }

    #[test]
    fn an_accepted_one_is_not_revoked() {
        let accepted = nomination(NominationState::Accepted { account: account() });
        assert_eq!(accepted.revoke(), Err(NominationError::Used));
        let revoked = nomination(NominationState::Revoked);
        assert_eq!(revoked.clone().revoke(), Ok(Outcome::Already(revoked)));
    }
}
