//! The last administrator cannot be removed by the organisation itself, not by ending, not by changing and not by letting
//! run out. Decided while the organisation is locked, so that two removals at once see each other.

use jiff::civil::Date;

use super::account::{Account, AccountState};
use super::permission::Permission;
use super::validity::Validity;

/// Who changes an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changer {
    /// Somebody of the organisation.
    Organisation,
    /// The agency, which answers for the consequences.
    Agency,
}

/// The change would leave the organisation without an administrator from this day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the organisation would have no administrator on {on}")]
pub struct LastAdministrator {
    pub on: Date,
}

/// Checks the change of one account. `others` are all other accounts of the organisation.
pub fn check_change<'a>(
    changer: Changer,
    others: impl Iterator<Item = &'a Account>,
    before: &Account,
    after: &Account,
    today: Date,
) -> Result<(), LastAdministrator> {
    if changer == Changer::Agency {
        return Ok(());
    }
    let others: Vec<Validity> = others.flat_map(days_of).collect();
    let before: Vec<Validity> = others.iter().copied().chain(days_of(before)).collect();
    let after: Vec<Validity> = others.into_iter().chain(days_of(after)).collect();
    first_lost_day(&before, &after, today).map_or(Ok(()), |on| Err(LastAdministrator { on }))
}

/// When an account can administer: it is in use and holds the permission.
fn days_of(account: &Account) -> Vec<Validity> {
    match &account.state {
        AccountState::Active { .. } => account
            .permissions
            .validities(Permission::AdministerPermissions)
            .collect(),
        AccountState::Invited { .. }
        | AccountState::WaitingForConfirmation { .. }
        | AccountState::Ended { .. } => Vec::new(),
    }
}

// A lost day begins a validity that was, today, or the day after a validity that remains: nothing else need be tried.
fn first_lost_day(before: &[Validity], after: &[Validity], today: Date) -> Option<Date> {
    let begins = before.iter().map(|validity| validity.from());
    let ends = after.iter().filter_map(|validity| validity.first_day_after());
    let mut days: Vec<Date> = begins
        .chain(ends)
        .chain([today])
        .filter(|day| *day >= today)
        .collect();
    days.sort_unstable();
    days.into_iter()
        .find(|day| holds(before, *day) && !holds(after, *day))
}

fn holds(validities: &[Validity], day: Date) -> bool {
    validities.iter().any(|validity| validity.contains(day))
}

#[cfg(test)]
mod tests {
    use jiff::Span;
    use proptest::prelude::*;

    use super::*;
    use crate::domain::account::samples::{active, ended};

    const TODAY: &str = "2026-03-02";

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn administrator(n: u128, from: &str, to: Option<&str>) -> Account {
        let validity = Validity::parse(day(from), to.map(day)).unwrap();
        active(n, &[(Permission::AdministerPermissions, validity)])
    }

    fn change(
        changer: Changer,
        others: &[Account],
        before: &Account,
        after: &Account,
    ) -> Result<(), LastAdministrator> {
        check_change(changer, others.iter(), before, after, day(TODAY))
    }

    #[test]
    fn refuses_to_end_the_only_administrator() {
        let only = administrator(1, "2026-01-01", None);
        assert_eq!(
            change(Changer::Organisation, &[], &only, &ended(&only)),
            Err(LastAdministrator { on: day(TODAY) })
        );
    }

    #[test]
    fn the_agency_may_end_the_only_administrator() {
        let only = administrator(1, "2026-01-01", None);
        assert_eq!(change(Changer::Agency, &[], &only, &ended(&only)), Ok(()));
    }

    #[test]
    fn one_of_two_may_go() {
        let one = administrator(1, "2026-01-01", None);
        let another = administrator(2, "2026-01-01", None);
        assert_eq!(
            change(Changer::Organisation, &[another], &one, &ended(&one)),
            Ok(())
        );
    }

    #[test]
    fn an_ended_or_invited_account_is_no_administrator() {
        let one = administrator(1, "2026-01-01", None);
        let gone = ended(&administrator(2, "2026-01-01", None));
        assert!(change(Changer::Organisation, &[gone], &one, &ended(&one)).is_err());
    }

    #[test]
    fn refuses_a_validity_that_runs_out() {
        let before = administrator(1, "2026-01-01", None);
        let after = administrator(1, "2026-01-01", Some("2026-12-31"));
        assert_eq!(
            change(Changer::Organisation, &[], &before, &after),
            Err(LastAdministrator {
                on: day("2027-01-01")
            })
        );
    }

    #[test]
    fn refuses_a_gap_until_the_successor_begins() {
        let before = administrator(1, "2026-01-01", None);
        let after = administrator(1, "2026-01-01", Some("2026-03-31"));
        let successor = administrator(2, "2026-04-02", None);
        assert_eq!(
            change(Changer::Organisation, &[successor], &before, &after),
            Err(LastAdministrator {
                on: day("2026-04-01")
            })
        );
    }

    #[test]
    fn takes_a_hand_over_without_a_gap() {
        let before = administrator(1, "2026-01-01", None);
        let after = administrator(1, "2026-01-01", Some("2026-03-31"));
        let successor = administrator(2, "2026-04-01", None);
        assert_eq!(
            change(Changer::Organisation, &[successor], &before, &after),
            Ok(())
        );
    }

    #[test]
    fn days_gone_by_do_not_matter() {
        let before = administrator(1, "2026-01-01", Some("2026-02-28"));
        assert_eq!(
            change(Changer::Organisation, &[], &before, &ended(&before)),
            Ok(())
        );
    }

    fn any_validities() -> impl Strategy<Value = Vec<Validity>> {
        let one = (-20_i64..60, proptest::option::of(0_i64..40)).prop_map(|(from, length)| {
            let from = day(TODAY).checked_add(Span::new().days(from)).unwrap();
            let to = length.map(|days| from.checked_add(Span::new().days(days)).unwrap());
            Validity::parse(from, to).unwrap()
        });
        proptest::collection::vec(one, 0..4)
    }

    proptest! {
        #[test]
        fn finds_the_first_lost_day_as_trying_every_day_does(before in any_validities(), after in any_validities()) {
            let days = (0..150_i64).map(|n| day(TODAY).checked_add(Span::new().days(n)).unwrap());
            let expected = days.into_iter().find(|day| holds(&before, *day) && !holds(&after, *day));
            prop_assert_eq!(first_lost_day(&before, &after, day(TODAY)), expected);
        }
    }
}
