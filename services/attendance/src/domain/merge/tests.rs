//! What a file does to drafts that are there, are not, say something else, or were submitted.

use std::collections::HashMap;

use jiff::civil::date;
use proptest::prelude::*;

use super::ViolationReason as Reason;
use super::*;
use crate::domain::hours_file::HoursFile;
use crate::domain::placement::{CaseReference, Period, Placement};
use crate::domain::samples::{World, hours, month, subject, uuid};

const ALL: Options = Options {
    allow_partial: false,
    replace_drafts: false,
};
const PARTIAL: Options = Options {
    allow_partial: true,
    replace_drafts: false,
};
const REPLACING: Options = Options {
    allow_partial: false,
    replace_drafts: true,
};

// What stands in March, by placement.
#[derive(Default)]
struct Standing {
    drafts: HashMap<PlacementId, Hours>,
    submitted: HashMap<PlacementId, Hours>,
}

fn id(digit: u8) -> PlacementId {
    PlacementId::parse(&uuid(digit)).unwrap()
}

// Cases AF-1 to AF-3 are the placements 1 to 3.
fn placements() -> Vec<Placement> {
    let placement = |digit: u8| Placement {
        placement_id: id(digit),
        person_id: subject().person_id,
        case_reference: CaseReference::parse(&format!("AF-{digit}")).unwrap(),
        organisation_id: subject().organisation_id,
        unit_id: subject().unit_id,
        office_id: None,
        period: World::cooperation_history().period,
    };
    (1..=3).map(placement).collect()
}

fn planned(rows: &str, options: Options, standing: &Standing) -> Plan {
    let file =
        HoursFile::parse(format!("case_reference;day;activity_code;minutes\n{rows}").as_bytes()).unwrap();
    let world = World::cooperation_history();
    plan(&assign(file, &placements()), options, |placement, month| {
        Ok(Ground {
            frame: Frame {
                month,
                ..world.frame()
            },
            draft: standing.drafts.get(&placement),
            last: standing.submitted.get(&placement),
        })
    })
}

fn fresh(rows: &str, options: Options) -> Plan {
    planned(rows, options, &Standing::default())
}

fn months(plan: &Plan) -> Vec<(PlacementId, &Hours, bool)> {
    plan.months
        .iter()
        .map(|month| (month.placement_id, &month.hours, month.is_changed))
        .collect()
}

fn faults(plan: &Plan) -> Vec<(u32, RowReason)> {
    plan.faults
        .iter()
        .map(|fault| (fault.line, fault.reason))
        .collect()
}

const GOOD: &str = "AF-2;2026-03-02;WORKSHOP;90\nAF-1;2026-03-03;W2;30\nAF-2;2026-03-03;WORKSHOP;60\n";

#[test]
fn a_good_file_becomes_drafts_by_placement_and_month() {
    let plan = fresh(GOOD, ALL);
    let (one, two) = (
        hours(&[(3, "W2", 30)]),
        hours(&[(2, "WORKSHOP", 90), (3, "WORKSHOP", 60)]),
    );
    assert_eq!(months(&plan), [(id(1), &one, true), (id(2), &two, true)]);
    assert_eq!(
        (plan.taken_rows, plan.faults.len(), plan.left_out.len()),
        (3, 0, 0)
    );
}

#[test]
fn a_file_may_hold_several_months() {
    let plan = fresh("AF-1;2026-03-31;W2;30\nAF-1;2026-04-01;W2;30", ALL);
    let found: Vec<Month> = plan.months.iter().map(|planned| planned.month).collect();
    assert_eq!(found, [month(2026, 3), month(2026, 4)]);
}

#[test]
fn one_bad_row_stops_everything_unless_partial_is_asked_for() {
    let rows = format!("{GOOD}AF-1;2026-03-07;W2;30\n");
    let bad = vec![(5, RowReason::Violation(ViolationReason::DayNotWorking))];
    let all = fresh(&rows, ALL);
    assert_eq!(
        (months(&all), faults(&all), &all.left_out),
        (vec![], bad.clone(), &vec![2, 3, 4])
    );
    let partial = fresh(&rows, PARTIAL);
    let two = hours(&[(2, "WORKSHOP", 90), (3, "WORKSHOP", 60)]);
    assert_eq!(months(&partial), [(id(2), &two, true)]);
    assert_eq!(
        (faults(&partial), &partial.left_out, partial.taken_rows),
        (bad, &vec![3], 2)
    );
}

#[test]
fn an_unknown_case_is_refused_row_by_row() {
    let plan = fresh(&format!("{GOOD}AF-9;2026-03-02;W2;30\n"), PARTIAL);
    assert_eq!(faults(&plan), [(5, RowReason::CaseUnknown)]);
    assert_eq!(plan.taken_rows, 3);
}

#[test]
fn every_fault_of_a_file_is_told_at_once() {
    let plan = fresh(
        "AF-1;2026-03-02;W2;0
AF-1;2026-03-02;WORKSHOP;x
AF-2;2026-03-02;WORKSHOP;420
AF-2;2026-03-02;W2;61
AF-3;2025-12-01;INDIVIDUELLT_MOTE;60
=9;2026-03-02;W2;60",
        ALL,
    );
    let over = Reason::DayOverCap {
        day: date(2026, 3, 2),
        credited: 540,
        cap: 480,
    };
    let expected = [
        (2, RowReason::Violation(Reason::MinutesOutOfRange { most: 480 })),
        (3, RowReason::Cell(CellReason::Malformed)),
        (5, RowReason::Violation(over)),
        (6, RowReason::Violation(Reason::MonthClosed)),
        (6, RowReason::Violation(Reason::MonthOutsidePlacement)),
        (6, RowReason::Violation(Reason::DayOutsidePlacement)),
        (7, RowReason::Cell(CellReason::Formula)),
    ];
    assert_eq!(faults(&plan), expected);
    assert_eq!(plan.left_out, [4]);
    assert_eq!(plan.refused_rows(), 5);
}

#[test]
fn the_same_file_again_changes_nothing() {
    let first = hours(&[(3, "W2", 30)]);
    let mut standing = Standing::default();
    standing.drafts.insert(id(1), first.clone());
    let again = planned("AF-1;2026-03-03;W2;30", ALL, &standing);
    assert_eq!(months(&again), [(id(1), &first, false)]);
    let mut standing = Standing::default();
    standing.submitted.insert(id(1), first.clone());
    let again = planned("AF-1;2026-03-03;W2;30", ALL, &standing);
    assert_eq!(months(&again), [(id(1), &first, false)]);
}

#[test]
fn a_submitted_month_is_corrected_by_a_file_that_differs() {
    let mut standing = Standing::default();
    standing.submitted.insert(id(1), hours(&[(3, "W2", 30)]));
    let plan = planned("AF-1;2026-03-03;W2;61", ALL, &standing);
    assert_eq!(months(&plan), [(id(1), &hours(&[(3, "W2", 61)]), true)]);
}

#[test]
fn a_draft_that_differs_is_replaced_only_if_asked_for() {
    let mut standing = Standing::default();
    standing.drafts.insert(id(2), hours(&[(4, "W2", 30)]));
    let refused = planned(GOOD, ALL, &standing);
    assert_eq!(
        faults(&refused),
        [(2, RowReason::DraftDiffers), (4, RowReason::DraftDiffers)]
    );
    assert_eq!((refused.months.len(), &refused.left_out), (0, &vec![3]));
    let replaced = planned(GOOD, REPLACING, &standing);
    assert_eq!(replaced.months.len(), 2);
    assert!(replaced.months.iter().all(|planned| planned.is_changed));
}

#[test]
fn a_personal_number_anywhere_refuses_everything_even_in_part() {
    for row in [
        "19850709-9854;2026-03-02;W2;30",
        // Of a known case: the other months have no fault of their own.
        "AF-1;2026-03-04;19850709-9854;30",
    ] {
        let plan = fresh(&format!("{GOOD}{row}\n"), PARTIAL);
        assert_eq!(
            (plan.months.len(), plan.taken_rows, plan.left_out.len()),
            (0, 0, 3),
            "{row}"
        );
    }
}

#[test]
fn a_row_without_a_day_holds_back_the_months_of_its_case() {
    let plan = fresh(&format!("{GOOD}AF-1;;W2;30\n"), PARTIAL);
    let taken: Vec<PlacementId> = plan.months.iter().map(|planned| planned.placement_id).collect();
    assert_eq!((taken, &plan.left_out), (vec![id(2)], &vec![3]));
}

#[test]
fn a_row_without_a_case_holds_back_every_month() {
    for row in [";2026-03-04;W2;30", "A F;2026-03-04;W2;30", "AF-1;2026-03-04;W2"] {
        let plan = fresh(&format!("{GOOD}{row}\n"), PARTIAL);
        assert_eq!((plan.months.len(), &plan.left_out), (0, &vec![2, 3, 4]), "{row}");
        assert_eq!(plan.refused_rows(), 1, "{row}");
    }
}

#[test]
fn of_several_placements_of_a_case_the_day_chooses() {
    let mut both = placements();
    both.truncate(2);
    both[1].case_reference = both[0].case_reference.clone();
    both[0].period = Period {
        from: date(2026, 1, 7),
        to: date(2026, 3, 15),
        interrupted_on: None,
    };
    both[1].period = Period {
        from: date(2026, 3, 16),
        to: date(2026, 9, 30),
        interrupted_on: None,
    };
    let rows = "case_reference;day;activity_code;minutes\nAF-1;2026-03-13;W2;30\nAF-1;2026-03-16;W2;30\n";
    let assigned = assign(HoursFile::parse(rows.as_bytes()).unwrap(), &both);
    let keys: Vec<(PlacementId, Month)> = assigned.months.keys().copied().collect();
    assert_eq!(keys, [(id(1), month(2026, 3)), (id(2), month(2026, 3))]);
}

#[test]
fn a_unit_with_another_rule_set_takes_no_file() {
    let file =
        HoursFile::parse(format!("case_reference;day;activity_code;minutes\n{GOOD}").as_bytes()).unwrap();
    let refused = plan(&assign(file, &placements()), PARTIAL, |_, _| {
        Err(RowReason::OtherRuleSet)
    });
    assert_eq!((refused.months.len(), refused.refused_rows()), (0, 3));
}

proptest! {
    #[test]
    fn every_row_is_taken_refused_or_left_out(
        rows in proptest::collection::vec((1_u8..5, 1_i8..32, 0_usize..3, 0_u32..500), 1..25),
        allow_partial in any::<bool>(),
    ) {
        let names = ["WORKSHOP", "W2", "nonsense"];
        let spelled = |(case, day, name, minutes): &(u8, i8, usize, u32)| {
            format!("AF-{case};2026-03-{day:02};{};{minutes}\n", names[*name])
        };
        let text = rows.iter().map(spelled).collect::<Vec<String>>().concat();
        let plan = fresh(&text, Options { allow_partial, replace_drafts: false });
        let refused: std::collections::BTreeSet<u32> = plan.faults.iter().map(|fault| fault.line).collect();
        let left_out: std::collections::BTreeSet<u32> = plan.left_out.iter().copied().collect();
        prop_assert!(refused.is_disjoint(&left_out));
        prop_assert_eq!(refused.len(), plan.refused_rows());
        let taken: usize = plan.months.iter().map(|planned| planned.hours.rows().len()).sum();
        prop_assert_eq!(taken, usize::try_from(plan.taken_rows).unwrap());
        prop_assert_eq!(taken + refused.len() + left_out.len(), rows.len());
        prop_assert!(allow_partial || taken == 0 || taken == rows.len());
    }
}
