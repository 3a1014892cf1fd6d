//! Tables of the states, and decisions of a case in every order.

use jiff::ToSpan as _;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::facts::samples::facts;
use crate::domain::ids::{OrganisationId, UnitId};
use crate::domain::reference::DecisionId;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn assignment(unit: u128, first: &str, last: &str) -> Assignment {
    Assignment {
        person: PersonId::from_uuid(Uuid::from_u128(1)),
        place: Place {
            organisation: OrganisationId::from_uuid(Uuid::from_u128(2)),
            unit: UnitId::from_uuid(Uuid::from_u128(unit)),
            office: None,
        },
        period: Period::parse(day(first), day(last)).unwrap(),
        is_protected: false,
        facts: facts("Skenart"),
    }
}

fn decision(sequence: i64, content: Content) -> Decision {
    Decision {
        id: DecisionId::parse(&format!("B-{sequence}")).unwrap(),
        case: CaseReference::parse("A-1").unwrap(),
        sequence,
        content,
    }
}

fn placement(interrupted_on: Option<&str>) -> Placement {
    let first = decision(1, Content::New(assignment(3, "2026-03-10", "2026-06-09")));
    let placement = Placement::begin(
        PlacementId::from_uuid(Uuid::from_u128(9)),
        &first,
        Timestamp::UNIX_EPOCH,
    );
    match interrupted_on {
        Some(on) => placement.unwrap().interrupt(Register::new(2, day(on))),
        None => placement.unwrap(),
    }
}

fn account(id: u128) -> AccountId {
    AccountId::from_uuid(Uuid::from_u128(id))
}

fn is_same(one: PersonId, other: PersonId) -> bool {
    one == other
}

#[test]
fn how_far_it_has_come_follows_from_day_and_supervisor() {
    let without = placement(None);
    let with = without.clone().assign(account(7), day("2026-03-01")).unwrap();
    for (today, expected_without, expected_with) in [
        ("2026-03-01", "received", "assigned"),
        ("2026-03-10", "received", "active"),
        ("2026-06-09", "received", "active"),
        ("2026-06-10", "ended", "ended"),
    ] {
        assert_eq!(without.status(day(today)).code(), expected_without, "{today}");
        assert_eq!(with.status(day(today)).code(), expected_with, "{today}");
    }
}

#[test]
fn an_interruption_counts_from_its_day_or_means_that_nothing_begins() {
    for (interrupted_on, today, expected) in [
        ("2026-03-10", "2026-03-01", "interrupted_before_start"),
        ("2026-03-01", "2026-09-01", "interrupted_before_start"),
        ("2026-04-01", "2026-03-31", "active"),
        ("2026-04-01", "2026-04-01", "interrupted"),
        ("2026-04-01", "2026-09-01", "interrupted"),
        // Broken off after the last day: it ended before.
        ("2026-06-10", "2026-06-10", "ended"),
    ] {
        let mut placement = placement(Some(interrupted_on));
        placement.supervisor = Some(account(7));
        assert_eq!(
            placement.status(day(today)).code(),
            expected,
            "{interrupted_on} {today}"
        );
    }
}

#[test]
fn the_next_change_is_the_day_of_the_next_state() {
    let mut placement = placement(Some("2026-04-01"));
    assert_eq!(placement.next_change(day("2026-03-01")), Some(day("2026-04-01")));
    placement.supervisor = Some(account(7));
    assert_eq!(placement.next_change(day("2026-03-01")), Some(day("2026-03-10")));
    assert_eq!(placement.next_change(day("2026-03-10")), Some(day("2026-04-01")));
    assert_eq!(placement.next_change(day("2026-04-01")), None);
}

#[test]
fn another_place_takes_the_supervisor_away_and_another_period_does_not() {
    let held = placement(None).assign(account(7), day("2026-03-01")).unwrap();
    let later = decision(3, Content::Changed(assignment(3, "2026-03-12", "2026-06-09")));
    let elsewhere = decision(4, Content::Changed(assignment(4, "2026-03-12", "2026-06-09")));

    let held = held.apply(&later, is_same).unwrap();
    assert_eq!(held.supervisor, Some(account(7)));
    assert_eq!(held.apply(&elsewhere, is_same).unwrap().supervisor, None);
}

#[test]
fn of_a_case_the_decision_with_the_highest_sequence_holds() {
    let changed = |sequence| {
        decision(
            sequence,
            Content::Changed(assignment(3, "2026-03-10", "2026-06-09")),
        )
    };
    let broken_off = |sequence, on| decision(sequence, Content::Interruption { on: day(on) });
    for (decisions, expected) in [
        (vec![broken_off(2, "2026-03-05")], "interrupted_before_start"),
        (vec![broken_off(2, "2026-03-05"), changed(3)], "received"),
        (
            vec![broken_off(3, "2026-03-05"), changed(2)],
            "interrupted_before_start",
        ),
        (vec![changed(3), broken_off(2, "2026-03-05")], "received"),
        (
            vec![
                broken_off(2, "2026-03-05"),
                changed(3),
                broken_off(4, "2026-03-10"),
            ],
            "interrupted_before_start",
        ),
        (
            vec![broken_off(4, "2026-04-01"), broken_off(2, "2026-03-05")],
            "received",
        ),
    ] {
        let told: Vec<_> = decisions
            .iter()
            .map(|it| (it.sequence, it.content.code()))
            .collect();
        let begun = placement(None);
        let after = decisions
            .iter()
            .fold(begun, |held, decision| held.apply(decision, is_same).unwrap());
        assert_eq!(after.status(day("2026-03-07")).code(), expected, "{told:?}");
    }
}

#[test]
fn a_removal_is_of_the_interruption_that_held_and_of_no_later_one() {
    let today = day("2026-03-01");
    let changed = decision(3, Content::Changed(assignment(3, "2026-03-10", "2026-06-09")));
    let removed = || {
        let interrupted = placement(Some("2026-03-05"));
        interrupted.remove(Timestamp::UNIX_EPOCH, today).unwrap()
    };
    let later = Register::new(4, day("2026-03-08"));

    let lifted = removed().apply(&changed, is_same).unwrap();
    assert!(lifted.is_in_inbox(today));
    assert_eq!(lifted.removed_at, None);
    let again = lifted.interrupt(later.clone());
    assert_eq!(again.status(today), Status::InterruptedBeforeStart);
    assert!(again.is_in_inbox(today));
    // In whatever order they came.
    let early = removed().interrupt(later).apply(&changed, is_same).unwrap();
    assert_eq!(early, again);
    let older = removed().interrupt(Register::new(2, day("2026-03-05")));
    assert!(!older.is_in_inbox(today));
}

#[test]
fn a_case_never_changes_its_person() {
    let mut other = assignment(3, "2026-03-10", "2026-06-09");
    other.person = PersonId::from_uuid(Uuid::from_u128(77));
    let decision = decision(2, Content::Changed(other));

    assert_eq!(
        placement(None).apply(&decision, is_same),
        Err(AnotherCase::Person)
    );
    assert!(placement(None).apply(&decision, |_, _| true).is_ok());
}

#[test]
fn a_case_never_changes_its_organisation() {
    let mut other = assignment(3, "2026-03-10", "2026-06-09");
    other.place.organisation = OrganisationId::from_uuid(Uuid::from_u128(77));
    for sequence in [2, 0] {
        let decision = decision(sequence, Content::Changed(other.clone()));
        let refused = placement(None).apply(&decision, is_same);
        assert_eq!(refused, Err(AnotherCase::Organisation));
    }
}

#[test]
fn what_is_over_gets_no_supervisor_and_only_what_never_began_is_removed() {
    let today = day("2026-03-01");
    let interrupted = placement(Some("2026-03-05"));
    assert_eq!(interrupted.clone().assign(account(7), today), Err(Over));
    assert_eq!(placement(None).assign(account(7), day("2026-07-01")), Err(Over));
    assert!(interrupted.is_in_inbox(today));
    let at = Timestamp::UNIX_EPOCH;
    let removed = interrupted.remove(at, today).unwrap();
    assert!(!removed.is_in_inbox(today));
    assert_eq!(removed.clone().remove(Timestamp::MAX, today).unwrap(), removed);
    assert_eq!(placement(None).remove(at, today), Err(NotInterruptedBeforeStart));
}

fn any_content() -> impl Strategy<Value = Content> {
    let assignments =
        (3_u128..5, 0_i64..40, 0_i64..60, any::<bool>()).prop_map(|(unit, from, length, protected)| {
            let first = day("2026-03-01").checked_add(from.days()).unwrap();
            let last = first.checked_add(length.days()).unwrap();
            Assignment {
                is_protected: protected,
                ..assignment(unit, &first.to_string(), &last.to_string())
            }
        });
    prop_oneof![
        assignments.clone().prop_map(Content::New),
        assignments.clone().prop_map(Content::Changed),
        (assignments, 1_u8..4).prop_map(|(assignment, case)| Content::Extension {
            extends: CaseReference::parse(&format!("A-{case}")).unwrap(),
            assignment,
        }),
        (0_i64..90).prop_map(|days| Content::Interruption {
            on: day("2026-02-20").checked_add(days.days()).unwrap(),
        }),
    ]
}

/// Some decisions of one case, and an order in which they come, each perhaps more than once.
fn any_case() -> impl Strategy<Value = (Vec<Decision>, Vec<usize>)> {
    proptest::collection::vec(any_content(), 1..7).prop_flat_map(|contents| {
        let count = contents.len();
        let decisions: Vec<Decision> = (1..)
            .zip(contents)
            .map(|(n, content)| decision(n, content))
            .collect();
        let all = Just((0..count).collect::<Vec<_>>()).prop_shuffle();
        let repeated = proptest::collection::vec(0..count, 0..count);
        let arrivals = (all, repeated).prop_map(|(mut all, repeated)| {
            all.extend(repeated);
            all
        });
        (Just(decisions), arrivals)
    })
}

/// As the command does it: interruptions wait for the first full decision.
fn take<'d>(decisions: impl Iterator<Item = &'d Decision>) -> Option<Placement> {
    let mut waiting: Option<Register<Date>> = None;
    let mut placement: Option<Placement> = None;
    for decision in decisions {
        placement = if let Some(held) = placement {
            Some(held.apply(decision, is_same).unwrap())
        } else {
            if let Content::Interruption { on } = decision.content {
                waiting = Some(newer(waiting, Register::new(decision.sequence, on)));
            }
            let id = PlacementId::from_uuid(Uuid::from_u128(9));
            let begun = Placement::begin(id, decision, Timestamp::UNIX_EPOCH);
            begun.map(|begun| match waiting.take() {
                Some(told) => begun.interrupt(told),
                None => begun,
            })
        };
    }
    placement
}

proptest! {
    #[test]
    fn decisions_in_any_order_and_repeated_make_the_same_placement((decisions, arrivals) in any_case()) {
        let in_order = take(decisions.iter());
        let as_it_came = take(arrivals.iter().map(|index| &decisions[*index]));
        prop_assert_eq!(in_order, as_it_came);
    }

    #[test]
    fn time_alone_only_leads_forward((decisions, _) in any_case(), has_supervisor in any::<bool>()) {
        let Some(mut placement) = take(decisions.iter()) else { return Ok(()) };
        placement.supervisor = has_supervisor.then(|| account(7));
        let mut before = placement.status(day("2026-02-01"));
        for days in 0..200_i64 {
            let today = day("2026-02-01").checked_add(days.days()).unwrap();
            let now = placement.status(today);
            let is_forward = now == before || (!before.is_over() && now > before);
            prop_assert!(is_forward, "{:?} to {:?}", before, now);
            before = now;
        }
    }

    #[test]
    fn the_next_change_is_the_first_day_with_another_status((decisions, _) in any_case(), offset in 0_i64..120) {
        let Some(mut placement) = take(decisions.iter()) else { return Ok(()) };
        placement.supervisor = Some(account(7));
        let today = day("2026-02-15").checked_add(offset.days()).unwrap();
        let later = (1..200_i64).map(|days| today.checked_add(days.days()).unwrap());
        let found = later.into_iter().find(|later| placement.status(*later) != placement.status(today));
        prop_assert_eq!(placement.next_change(today), found);
    }
}

#[test]
fn codes_read_what_they_write() {
    for status in Status::ALL {
        assert_eq!(Status::from_code(status.code()), Some(status));
    }
    assert_eq!(Status::from_code("unheard of"), None);
}
