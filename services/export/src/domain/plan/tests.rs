//! Which rows are planned: a table of reasons, and properties over all candidates.

use jiff::civil::date;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;

fn candidate() -> Candidate {
    Candidate {
        report: Report {
            id: MonthReportId::from_uuid(Uuid::from_u128(1)),
            revision: 2,
            placement: PlacementId::from_uuid(Uuid::from_u128(2)),
            person: PersonId::from_uuid(Uuid::from_u128(3)),
            organisation: OrganisationId::from_uuid(Uuid::from_u128(4)),
            credited_minutes: 60,
            answer: Answer::Approved,
        },
        placement: Some(Placement {
            first_on: date(2026, 1, 5),
            last_on: date(2026, 6, 30),
            interrupted_on: None,
            is_interrupted_before_start: false,
            is_protected: false,
        }),
        unit: Some(Unit {
            number: "10012345".to_owned(),
            is_esf_funded: true,
        }),
        is_training: Some(false),
    }
}

fn changed(change: impl FnOnce(&mut Candidate)) -> Candidate {
    let mut candidate = candidate();
    change(&mut candidate);
    candidate
}

fn placed(change: impl FnOnce(&mut Placement)) -> Candidate {
    changed(|candidate| change(candidate.placement.as_mut().unwrap()))
}

#[test]
fn an_approved_report_is_a_row_with_its_facts() {
    let expected = RowFacts {
        first_on: date(2026, 1, 5),
        last_on: date(2026, 6, 30),
        ka_number: "10012345".to_owned(),
    };
    for recipient in Recipient::ALL {
        assert_eq!(decide(&candidate(), recipient), Decision::Row(expected.clone()));
    }
}

#[test]
fn a_zero_month_is_a_row() {
    let zero = changed(|candidate| candidate.report.credited_minutes = 0);
    assert!(matches!(decide(&zero, Recipient::Scb), Decision::Row(_)));
}

#[test]
fn each_reason_withholds() {
    let answered = |answer| changed(move |candidate| candidate.report.answer = answer);
    let cases = [
        (changed(|it| it.is_training = Some(true)), Reason::Training),
        (changed(|it| it.is_training = None), Reason::NotCurrent),
        (changed(|it| it.placement = None), Reason::NotCurrent),
        (changed(|it| it.unit = None), Reason::NotCurrent),
        (
            placed(|it| it.is_interrupted_before_start = true),
            Reason::InterruptedBeforeStart,
        ),
        (placed(|it| it.is_protected = true), Reason::ProtectedIdentity),
        (
            changed(|it| it.unit.as_mut().unwrap().is_esf_funded = false),
            Reason::NotEsfFunded,
        ),
        (answered(Answer::Waiting), Reason::NotAnswered),
        (answered(Answer::Rejected), Reason::Rejected),
        (answered(Answer::Lapsed), Reason::Lapsed),
        (answered(Answer::Superseded), Reason::NotCurrent),
    ];
    for (candidate, reason) in cases {
        assert_eq!(decide(&candidate, Recipient::Esf), Decision::Withheld(reason));
    }
}

#[test]
fn a_service_that_esf_does_not_fund_is_still_told_to_scb() {
    let unfunded = changed(|it| it.unit.as_mut().unwrap().is_esf_funded = false);
    assert!(matches!(decide(&unfunded, Recipient::Scb), Decision::Row(_)));
}

#[test]
fn a_placement_that_was_broken_off_ends_the_day_before() {
    let last_on = |interrupted_on| {
        let candidate = placed(|it| it.interrupted_on = interrupted_on);
        match decide(&candidate, Recipient::Esf) {
            Decision::Row(facts) => facts.last_on,
            Decision::Withheld(reason) => panic!("withheld: {reason:?}"),
        }
    };
    assert_eq!(last_on(Some(date(2026, 2, 17))), date(2026, 2, 16));
    assert_eq!(last_on(Some(date(2026, 9, 1))), date(2026, 6, 30));
    assert_eq!(last_on(Some(date(2026, 1, 5))), date(2026, 1, 5));
}

#[test]
fn a_later_revision_takes_a_planned_row_away() {
    let now = changed(|it| {
        it.report.revision = 3;
        it.report.answer = Answer::Waiting;
    });
    assert_eq!(recheck(2, &now, Recipient::Esf), Some(Reason::NotCurrent));
    assert_eq!(recheck(2, &candidate(), Recipient::Esf), None);
}

#[test]
fn a_row_of_which_a_fact_changed_does_not_go_on() {
    let Decision::Row(facts) = decide(&candidate(), Recipient::Esf) else {
        panic!("it is a row");
    };
    let planned = (2, &facts);
    assert_eq!(recheck_facts(planned, &candidate(), Recipient::Esf), None);
    let renumbered = changed(|it| it.unit.as_mut().unwrap().number = "10054321".to_owned());
    let changes = [
        (placed(|it| it.first_on = date(2026, 1, 6)), Reason::NotCurrent),
        (placed(|it| it.last_on = date(2026, 6, 29)), Reason::NotCurrent),
        (
            placed(|it| it.interrupted_on = Some(date(2026, 3, 2))),
            Reason::NotCurrent,
        ),
        (renumbered, Reason::NotCurrent),
        (placed(|it| it.is_protected = true), Reason::ProtectedIdentity),
    ];
    for (now, reason) in changes {
        assert_eq!(
            recheck_facts(planned, &now, Recipient::Esf),
            Some(reason),
            "{now:?}"
        );
    }
}

fn any_candidate() -> impl Strategy<Value = Candidate> {
    let answers = prop::sample::select(vec![
        Answer::Waiting,
        Answer::Approved,
        Answer::Rejected,
        Answer::Lapsed,
        Answer::Superseded,
    ]);
    (
        proptest::option::of(any::<bool>()),
        any::<[bool; 5]>(),
        answers,
        1..4_i32,
        0..30_000_i32,
    )
        .prop_map(
            |(is_training, [placement, unit, before, guarded, funded], answer, revision, minutes)| {
                let mut candidate = candidate();
                candidate.is_training = is_training;
                candidate.report.answer = answer;
                candidate.report.revision = revision;
                candidate.report.credited_minutes = minutes;
                candidate.placement = candidate.placement.filter(|_| placement).map(|it| Placement {
                    is_interrupted_before_start: before,
                    is_protected: guarded,
                    ..it
                });
                candidate.unit = candidate.unit.filter(|_| unit).map(|it| Unit {
                    is_esf_funded: funded,
                    ..it
                });
                candidate
            },
        )
}

proptest! {
    #[test]
    fn a_row_is_approved_known_and_of_no_training_organisation(
        candidate in any_candidate(), recipient in prop::sample::select(Recipient::ALL.to_vec()),
    ) {
        if let Decision::Row(_) = decide(&candidate, recipient) {
            let placement = candidate.placement.unwrap();
            prop_assert_eq!(candidate.is_training, Some(false));
            prop_assert_eq!(candidate.report.answer, Answer::Approved);
            prop_assert!(!placement.is_protected && !placement.is_interrupted_before_start);
            prop_assert!(recipient == Recipient::Scb || candidate.unit.unwrap().is_esf_funded);
        }
    }

    #[test]
    fn training_is_the_reason_whatever_else_holds(
        candidate in any_candidate(), recipient in prop::sample::select(Recipient::ALL.to_vec()), revision in 1..4_i32,
    ) {
        let training = Candidate { is_training: Some(true), ..candidate };
        prop_assert_eq!(decide(&training, recipient), Decision::Withheld(Reason::Training));
        prop_assert_eq!(recheck(revision, &training, recipient), Some(Reason::Training));
    }

    #[test]
    fn a_planned_row_goes_on_only_if_it_would_be_planned_now(
        candidate in any_candidate(), recipient in prop::sample::select(Recipient::ALL.to_vec()), revision in 1..4_i32,
    ) {
        let is_row = matches!(decide(&candidate, recipient), Decision::Row(_));
        let goes_on = recheck(revision, &candidate, recipient).is_none();
        prop_assert_eq!(goes_on, is_row && candidate.report.revision == revision);
    }
}
