//! An account: one person in one organisation, with one set of permissions and one scope. States carry what they need;
//! transitions consume the account and may refuse.

#[cfg(test)]
pub mod samples;

use jiff::Timestamp;
use jiff::civil::Date;
use platform::outbox::Revision;

use super::Outcome;
use super::contact::{BankIdName, Email, PersonName, Phone};
use super::ids::{AccountId, InvitationId, OrganisationId, PersonId, Who};
use super::permission::{Permission, PermissionSet};
use super::scope::Scope;

/// An account. `revision` is that of the record its last change wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub id: AccountId,
    pub organisation: OrganisationId,
    pub name: PersonName,
    /// As BankID told it, once identity has said so.
    pub bankid_name: Option<BankIdName>,
    pub work_email: Option<Email>,
    pub work_phone: Option<Phone>,
    /// Participants are shown neither name nor contact: the employee is protected.
    pub shows_function_only: bool,
    pub state: AccountState,
    /// Absent for accounts that came of a nomination or a local command.
    pub invitation: Option<Invitation>,
    pub permissions: PermissionSet,
    pub scope: Scope,
    pub revision: Revision,
}

/// How far an account has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountState {
    /// The person is known if the invitation named a number.
    Invited {
        person: Option<PersonId>,
    },
    /// Somebody followed the link; an administrator compares the BankID name.
    WaitingForConfirmation {
        person: PersonId,
    },
    Active {
        person: PersonId,
    },
    Ended {
        person: Option<PersonId>,
        at: Timestamp,
    },
}

/// The link that leads to the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invitation {
    pub id: InvitationId,
    pub expires_at: Timestamp,
}

/// Why an account does not do what it is asked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccountError {
    #[error("the invitation does not lead to this account")]
    NotInvited,
    #[error("the invitation was meant for somebody else")]
    WrongPerson,
    #[error("the invitation has expired")]
    LinkExpired,
    #[error("somebody else used the invitation")]
    LinkUsed,
    #[error("the account is not waiting for confirmation")]
    NotWaiting,
    #[error("the BankID name is not known yet")]
    NameNotKnown,
    #[error("the account has ended")]
    Ended,
}

/// New values of the fields that are to change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountChange {
    pub name: Option<PersonName>,
    pub work_email: Option<Option<Email>>,
    pub work_phone: Option<Option<Phone>>,
    pub shows_function_only: Option<bool>,
    pub permissions: Option<PermissionSet>,
    pub scope: Option<Scope>,
}

impl Account {
    /// Binds the account to the person who signed in. Known by number: in use at once; else an administrator confirms.
    pub fn accept(
        self,
        who: &Who,
        invitation: InvitationId,
        at: Timestamp,
    ) -> Result<Outcome<Self>, AccountError> {
        let link = self
            .invitation
            .filter(|link| link.id == invitation)
            .ok_or(AccountError::NotInvited)?;
        match self.state {
            AccountState::Invited { person: Some(person) } if !who.is(person) => {
                Err(AccountError::WrongPerson)
            }
            AccountState::Invited { .. } if at >= link.expires_at => Err(AccountError::LinkExpired),
            AccountState::Invited { person: Some(person) } => {
                Ok(self.into_state(AccountState::Active { person }))
            }
            AccountState::Invited { person: None } => {
                Ok(self.into_state(AccountState::WaitingForConfirmation { person: who.person }))
            }
            AccountState::WaitingForConfirmation { person } | AccountState::Active { person } => {
                if who.is(person) {
                    Ok(Outcome::Already(self))
                } else {
                    Err(AccountError::LinkUsed)
                }
            }
            AccountState::Ended { .. } => Err(AccountError::LinkExpired),
        }
    }

    /// Puts an account in use whose BankID name somebody has compared.
    pub fn confirm(self) -> Result<Outcome<Self>, AccountError> {
        match self.state {
            AccountState::WaitingForConfirmation { .. } if self.bankid_name.is_none() => {
                Err(AccountError::NameNotKnown)
            }
            AccountState::WaitingForConfirmation { person } => {
                Ok(self.into_state(AccountState::Active { person }))
            }
            AccountState::Active { .. } => Ok(Outcome::Already(self)),
            AccountState::Invited { .. } => Err(AccountError::NotWaiting),
            AccountState::Ended { .. } => Err(AccountError::Ended),
        }
    }

    /// Takes all access away, for good.
    #[must_use]
    pub fn end(self, at: Timestamp) -> Outcome<Self> {
        let person = self.person();
        match self.state {
            AccountState::Ended { .. } => Outcome::Already(self),
            AccountState::Invited { .. }
            | AccountState::WaitingForConfirmation { .. }
            | AccountState::Active { .. } => self.into_state(AccountState::Ended { person, at }),
        }
    }

    /// Sets the fields that are to change.
    pub fn change(mut self, change: AccountChange) -> Result<Self, AccountError> {
        if self.has_ended() {
            return Err(AccountError::Ended);
        }
        self.name = change.name.unwrap_or(self.name);
        self.work_email = change.work_email.unwrap_or(self.work_email);
        self.work_phone = change.work_phone.unwrap_or(self.work_phone);
        self.shows_function_only = change.shows_function_only.unwrap_or(self.shows_function_only);
        self.permissions = change.permissions.unwrap_or(self.permissions);
        self.scope = change.scope.unwrap_or(self.scope);
        Ok(self)
    }

    /// Makes the nominee administrator in the account they have already, whatever it waited for: the nomination was bound
    /// to their number.
    pub fn become_administrator(mut self, person: PersonId, today: Date) -> Result<Self, AccountError> {
        if self.has_ended() {
            return Err(AccountError::Ended);
        }
        self.permissions = self.permissions.with(Permission::AdministerPermissions, today);
        self.state = AccountState::Active { person };
        Ok(self)
    }

    /// The person bound to it or invited by number.
    pub fn person(&self) -> Option<PersonId> {
        match self.state {
            AccountState::Invited { person } | AccountState::Ended { person, .. } => person,
            AccountState::WaitingForConfirmation { person } | AccountState::Active { person } => Some(person),
        }
    }

    pub fn is_invited(&self) -> bool {
        matches!(self.state, AccountState::Invited { .. })
    }

    pub fn is_active(&self) -> bool {
        matches!(self.state, AccountState::Active { .. })
    }

    pub fn has_ended(&self) -> bool {
        matches!(self.state, AccountState::Ended { .. })
    }

    fn into_state(self, state: AccountState) -> Outcome<Self> {
        Outcome::Changed(Self { state, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::samples::{active, invited, person, who};
    use super::*;

    const LINK: u128 = 77;

    fn link() -> InvitationId {
        InvitationId::from_uuid(uuid::Uuid::from_u128(LINK))
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn accept(account: Account, who: &Who) -> Result<Outcome<Account>, AccountError> {
        account.accept(who, link(), at("2026-03-02T08:00:00Z"))
    }

    fn state_of(outcome: Outcome<Account>) -> AccountState {
        match outcome {
            Outcome::Changed(account) | Outcome::Already(account) => account.state,
        }
    }

    #[test]
    fn the_person_of_the_number_is_in_at_once() {
        let outcome = accept(invited(LINK, Some(5)), &who(5, &[])).unwrap();
        assert_eq!(state_of(outcome), AccountState::Active { person: person(5) });
    }

    #[test]
    fn an_alias_of_the_person_is_the_person() {
        let outcome = accept(invited(LINK, Some(5)), &who(6, &[5])).unwrap();
        assert_eq!(state_of(outcome), AccountState::Active { person: person(5) });
    }

    #[test]
    fn another_person_is_refused() {
        assert_eq!(
            accept(invited(LINK, Some(5)), &who(6, &[])),
            Err(AccountError::WrongPerson)
        );
    }

    #[test]
    fn without_a_number_an_administrator_confirms_the_name() {
        let Outcome::Changed(waiting) = accept(invited(LINK, None), &who(6, &[])).unwrap() else {
            panic!()
        };
        assert_eq!(
            waiting.state,
            AccountState::WaitingForConfirmation { person: person(6) }
        );
        assert_eq!(waiting.clone().confirm(), Err(AccountError::NameNotKnown));
        let named = Account {
            bankid_name: Some(BankIdName::parse("Anna Prov").unwrap()),
            ..waiting
        };
        assert_eq!(
            state_of(named.confirm().unwrap()),
            AccountState::Active { person: person(6) }
        );
    }

    #[test]
    fn an_expired_or_foreign_link_is_refused() {
        let late = invited(LINK, Some(5)).accept(&who(5, &[]), link(), at("2026-04-01T00:00:00Z"));
        assert_eq!(late, Err(AccountError::LinkExpired));
        assert_eq!(
            accept(invited(78, Some(5)), &who(5, &[])),
            Err(AccountError::NotInvited)
        );
    }

    #[test]
    fn accepting_again_changes_nothing_and_others_come_too_late() {
        let Outcome::Changed(account) = accept(invited(LINK, None), &who(6, &[])).unwrap() else {
            panic!()
        };
        assert!(matches!(
            accept(account.clone(), &who(6, &[])),
            Ok(Outcome::Already(_))
        ));
        assert_eq!(accept(account, &who(7, &[])), Err(AccountError::LinkUsed));
    }

    #[test]
    fn an_ended_account_stays_ended() {
        let Outcome::Changed(gone) = active(1, &[]).end(at("2026-03-02T08:00:00Z")) else {
            panic!()
        };
        assert!(matches!(
            gone.clone().end(at("2026-03-03T08:00:00Z")),
            Outcome::Already(_)
        ));
        assert_eq!(gone.clone().confirm(), Err(AccountError::Ended));
        assert_eq!(
            gone.clone().change(AccountChange::default()),
            Err(AccountError::Ended)
        );
        assert_eq!(
            gone.become_administrator(person(1), "2026-03-02".parse().unwrap()),
            Err(AccountError::Ended)
        );
    }
}
