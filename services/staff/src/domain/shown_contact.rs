//! What participants are shown of the people they work with: only of those in use, and of a protected employee the function
//! alone.

use jiff::civil::Date;

use super::account::{Account, AccountState};
use super::contact::{Email, PersonName, Phone};
use super::ids::OrganisationId;
use super::permission::Permission;

/// As what a participant may turn to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// Plans with participants and reports.
    Supervisor,
    /// Receives new ones.
    Reception,
    /// Works there with something else.
    Staff,
}

/// An account as a participant sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownContact<'a> {
    pub function: Function,
    pub name: Option<&'a PersonName>,
    pub work_email: Option<&'a Email>,
    pub work_phone: Option<&'a Phone>,
}

impl Account {
    /// What is shown of it to whoever knows it as one of these organisations; nothing unless it is in use.
    pub fn shown_among(&self, organisations: &[OrganisationId], today: Date) -> Option<ShownContact<'_>> {
        let is_in_use = match self.state {
            AccountState::Active { .. } => true,
            AccountState::Invited { .. }
            | AccountState::WaitingForConfirmation { .. }
            | AccountState::Ended { .. } => false,
        };
        if !is_in_use || !organisations.contains(&self.organisation) {
            return None;
        }
        let function = self.function(today);
        Some(if self.shows_function_only {
            ShownContact {
                function,
                name: None,
                work_email: None,
                work_phone: None,
            }
        } else {
            ShownContact {
                function,
                name: Some(&self.name),
                work_email: self.work_email.as_ref(),
                work_phone: self.work_phone.as_ref(),
            }
        })
    }

    fn function(&self, today: Date) -> Function {
        let holds = |permission| {
            self.permissions
                .validities(permission)
                .any(|it| it.contains(today))
        };
        if holds(Permission::ReportAndPlan) {
            Function::Supervisor
        } else if holds(Permission::ReceiveParticipants) {
            Function::Reception
        } else {
            Function::Staff
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::account::samples::{active, ended, invited};
    use crate::domain::validity::Validity;

    fn today() -> Date {
        "2026-03-02".parse().unwrap()
    }

    fn own() -> OrganisationId {
        OrganisationId::from_uuid(Uuid::from_u128(1))
    }

    fn reporting(from: &str, to: Option<&str>) -> Account {
        let validity = Validity::parse(from.parse().unwrap(), to.map(|to| to.parse().unwrap())).unwrap();
        let received = Validity::open("2026-01-01".parse().unwrap());
        Account {
            work_email: Some(Email::parse("work@example.org").unwrap()),
            work_phone: Some(Phone::parse("08-123 456").unwrap()),
            ..active(
                7,
                &[
                    (Permission::ReceiveParticipants, received),
                    (Permission::ReportAndPlan, validity),
                ],
            )
        }
    }

    #[test]
    fn the_function_is_what_the_account_may_today() {
        let shown = |account: &Account| account.shown_among(&[own()], today()).map(|it| it.function);

        assert_eq!(shown(&reporting("2026-03-02", None)), Some(Function::Supervisor));
        assert_eq!(shown(&reporting("2026-03-03", None)), Some(Function::Reception));
        let over = reporting("2026-01-01", Some("2026-03-01"));
        assert_eq!(shown(&over), Some(Function::Reception));
        let administers = (Permission::AdministerPermissions, Validity::open(today()));
        assert_eq!(shown(&active(7, &[administers])), Some(Function::Staff));
    }

    #[test]
    fn name_and_contacts_are_shown_unless_the_employee_is_protected() {
        let open = reporting("2026-01-01", None);
        let protected = Account {
            shows_function_only: true,
            ..open.clone()
        };

        let shown = open.shown_among(&[own()], today()).unwrap();
        assert_eq!(shown.name, Some(&open.name));
        assert!(shown.work_email.is_some() && shown.work_phone.is_some());
        let shown = protected.shown_among(&[own()], today()).unwrap();
        assert_eq!(shown.function, Function::Supervisor);
        assert!(shown.name.is_none() && shown.work_email.is_none() && shown.work_phone.is_none());
    }

    #[test]
    fn an_account_of_another_organisation_or_not_in_use_is_not_shown() {
        let account = reporting("2026-01-01", None);
        let other = OrganisationId::from_uuid(Uuid::from_u128(2));

        assert!(account.shown_among(&[other, own()], today()).is_some());
        assert!(account.shown_among(&[other], today()).is_none());
        assert!(account.shown_among(&[], today()).is_none());
        assert!(ended(&account).shown_among(&[own()], today()).is_none());
        for waiting in [invited(9, None), invited(9, Some(7))] {
            assert!(waiting.shown_among(&[own()], today()).is_none());
        }
        let unconfirmed = Account {
            state: AccountState::WaitingForConfirmation {
                person: account.person().unwrap(),
            },
            ..account.clone()
        };
        assert!(unconfirmed.shown_among(&[own()], today()).is_none());
    }
}
