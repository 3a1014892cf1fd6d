//! The register's difference, driven by files as users write them.

use proto::errors::v1::ErrorReason;
use uuid::Uuid;

use super::cells::COLUMNS;
use super::plan::{KeyedRow, Mention, ReadRow};
use super::*;
use crate::domain::number::RegisteredNumber;
use crate::domain::organisation::OrganisationKey;

const FIRST: &str = "556016-0680,Provbolaget AB,provider,no,KA1001,Rusta Norr,ROM,Rusta och matcha,yes,yes,cooperation_history,K1,Kontor Ett,Provgatan 1,111 22,Stockholm,2026-01-01,";
const SECOND: &str = "556016-0680,Provbolaget AB,provider,no,KA1001,Rusta Norr,ROM,Rusta och matcha,yes,yes,cooperation_history,K2,Kontor Två,Provgatan 2,11133,Stockholm,2026-02-01,2026-12-31";
const OTHER_UNIT: &str = "556016-0680,Provbolaget AB,provider,no,KA1002,Rusta Syd,ROM,Rusta och matcha,yes,yes,cooperation_history,,,,,,2026-01-01,";
const OTHER_ORGANISATION: &str = "202100-5489,Annan Aktör AB,provider,no,KA2001,Annan enhet,ROM,Rusta och matcha,yes,yes,cooperation_history,K1,Kontor,Gatan 1,11122,Malmö,2026-01-01,";

fn today() -> jiff::civil::Date {
    "2026-03-02".parse().unwrap()
}

fn read(rows: &[&str]) -> Vec<ReadRow> {
    let text = format!("{}\n{}\n", COLUMNS.join(","), rows.join("\n"));
    let sheet = Sheet::parse(text.as_bytes()).unwrap();
    sheet.lines.iter().map(read_line).collect()
}

fn read_line(line: &file::Line) -> ReadRow {
    let Some(cells) = &line.cells else {
        let fault = RowFault::new("", ErrorReason::FileRowMalformed);
        return ReadRow {
            line: line.number,
            mention: None,
            read: Err(vec![fault]),
        };
    };
    let mention = Mention {
        unit_number: cells.get("unit_number").to_owned(),
        office_code: cells.get("office_code").to_owned(),
    };
    let read = Row::parse(cells, today()).map(|row| match &row.number {
        RegisteredNumber::Organisation(number) => KeyedRow {
            key: OrganisationKey::Number(number.clone()),
            row,
        },
        RegisteredNumber::SoleTrader(_) => panic!("no sole traders in these tests"),
    });
    ReadRow {
        line: line.number,
        mention: Some(mention),
        read,
    }
}

fn ids() -> impl FnMut() -> Uuid {
    let mut next = 0;
    move || {
        next += 1;
        Uuid::from_u128(next)
    }
}

fn import(rows: &[&str], existing: ExistingRegister, closing: Closing) -> Plan {
    plan(&read(rows), existing, closing, &mut ids())
}

fn imported(rows: &[&str]) -> ExistingRegister {
    let plan = import(rows, ExistingRegister::default(), Closing::default());
    assert!(plan.is_accepted, "{:?}", plan.reports);
    ExistingRegister {
        organisations: plan
            .organisations
            .into_iter()
            .map(|change| change.after)
            .collect(),
        units: plan.units.into_iter().map(|change| change.after).collect(),
    }
}

fn faults(rows: &[&str]) -> Vec<(u32, &'static str, ErrorReason, Option<u32>)> {
    let plan = import(rows, ExistingRegister::default(), Closing::default());
    let of = |report: &RowReport| match &report.outcome {
        RowOutcome::Refused(faults) => faults
            .iter()
            .map(|it| (report.line, it.column, it.reason, it.line))
            .collect(),
        RowOutcome::Created | RowOutcome::Changed | RowOutcome::Unchanged => Vec::new(),
    };
    plan.reports.iter().flat_map(of).collect()
}

fn outcomes(plan: &Plan) -> Vec<RowOutcome> {
    plan.reports.iter().map(|report| report.outcome.clone()).collect()
}

#[test]
fn a_new_file_creates_everything_once() {
    let register = imported(&[FIRST, SECOND, OTHER_UNIT]);
    assert_eq!(register.organisations.len(), 1);
    assert_eq!(register.units.len(), 2);
    assert_eq!(
        register
            .units
            .iter()
            .map(|unit| unit.offices.len())
            .sum::<usize>(),
        2
    );
}

#[test]
fn the_same_file_again_changes_nothing() {
    let rows = [FIRST, SECOND, OTHER_UNIT, OTHER_ORGANISATION];
    let again = import(&rows, imported(&rows), Closing::default());
    assert_eq!(outcomes(&again), vec![RowOutcome::Unchanged; 4]);
    assert!(again.organisations.is_empty() && again.units.is_empty());
}

#[test]
fn a_unit_works_as_long_as_its_offices() {
    let register = imported(&[SECOND]);
    assert_eq!(
        register.units[0].validity.to(),
        Some("2026-12-31".parse().unwrap())
    );
    let wider = import(&[FIRST], register, Closing::default());
    assert_eq!(wider.units[0].after.validity.to(), None);
    assert_eq!(
        wider.units[0].after.validity.from(),
        "2026-01-01".parse().unwrap()
    );
}

#[test]
fn a_changed_cell_changes_only_its_thing() {
    let moved = FIRST.replace("Provgatan 1", "Provgatan 9");
    let plan = import(&[&moved, SECOND], imported(&[FIRST, SECOND]), Closing::default());
    assert_eq!(outcomes(&plan), [RowOutcome::Changed, RowOutcome::Unchanged]);
    assert!(plan.organisations.is_empty());
    assert_eq!(plan.units.len(), 1);
}

#[test]
fn refuses_a_row_twice_with_the_earlier_line() {
    assert_eq!(
        faults(&[FIRST, SECOND, FIRST]),
        [(4, "", ErrorReason::FileRowDuplicate, Some(2))]
    );
}

#[test]
fn refuses_overlapping_validity_of_an_office() {
    let overlapping = FIRST.replace("2026-01-01,", "2026-05-01,");
    assert_eq!(
        faults(&[FIRST, &overlapping]),
        [(3, "valid_from", ErrorReason::ValidityOverlaps, Some(2))]
    );
}

#[test]
fn refuses_a_unit_of_another_organisation_in_file_and_register() {
    let stolen = OTHER_ORGANISATION.replace("KA2001", "KA1001");
    assert_eq!(
        faults(&[FIRST, &stolen]),
        [(3, "unit_number", ErrorReason::KaNumberTaken, None)]
    );
    let plan = import(&[&stolen], imported(&[FIRST]), Closing::default());
    assert!(!plan.is_accepted);
}

#[test]
fn refuses_rows_that_contradict_each_other() {
    let renamed = SECOND.replace("Provbolaget AB", "Provfirman AB");
    let expected = (3, "organisation_name", ErrorReason::FileRowContradicts, Some(2));
    assert_eq!(faults(&[FIRST, &renamed]), [expected]);
    let service = OTHER_UNIT.replace("matcha,yes,yes", "matcha,no,yes");
    let expected = (
        3,
        "procured_service_code",
        ErrorReason::FileRowContradicts,
        Some(2),
    );
    assert_eq!(faults(&[FIRST, &service]), [expected]);
    let kind = SECOND.replace(",provider,", ",project_owner,");
    let expected = (3, "organisation_kind", ErrorReason::FileRowContradicts, Some(2));
    assert_eq!(faults(&[FIRST, &kind]), [expected]);
}

#[test]
fn names_every_wrong_cell_of_a_row() {
    let row = "556016-0681,,provider,maybe,KA 1,Namn,ROM,Tjänst,yes,yes,cooperation_history,K1,Kontor,Gatan 1,1112,Stockholm,2026-02-30,2026-1-1";
    let found: Vec<_> = faults(&[row])
        .into_iter()
        .map(|(_, column, reason, _)| (column, reason))
        .collect();
    assert_eq!(
        found,
        [
            ("organisation_number", ErrorReason::NumberCheckDigitWrong),
            ("organisation_name", ErrorReason::FieldRequired),
            ("training", ErrorReason::FieldUnknownValue),
            ("unit_number", ErrorReason::FieldMalformed),
            ("postal_code", ErrorReason::FieldMalformed),
            ("valid_from", ErrorReason::DayImpossible),
            ("valid_to", ErrorReason::FieldMalformed),
        ]
    );
}

#[test]
fn refuses_a_reversed_validity_and_an_address_without_office() {
    let reversed = FIRST.replace("2026-01-01,", "2026-01-01,2025-12-31");
    assert_eq!(
        faults(&[&reversed]),
        [(2, "valid_to", ErrorReason::ValidityReversed, None)]
    );
    let nameless = FIRST.replace(",K1,", ",,");
    assert_eq!(
        faults(&[&nameless]),
        [(2, "office_code", ErrorReason::FieldRequired, None)]
    );
}

#[test]
fn a_personal_number_is_no_unit_number() {
    let row = FIRST.replace("KA1001", "19850709-9854");
    assert_eq!(
        faults(&[&row]),
        [(2, "unit_number", ErrorReason::FieldMalformed, None)]
    );
}

#[test]
fn one_refused_row_refuses_the_file_unless_partial() {
    let broken = SECOND.replace("556016-0680", "556016-0681");
    let whole = import(&[FIRST, &broken], ExistingRegister::default(), Closing::default());
    assert!(!whole.is_accepted && whole.organisations.is_empty() && whole.units.is_empty());
    let closing = Closing {
        is_partial: true,
        missing_from: None,
    };
    let partial = import(&[FIRST, &broken], ExistingRegister::default(), closing);
    assert!(partial.is_accepted);
    assert_eq!(partial.units[0].after.offices.len(), 1);
}

fn closing_from(day: &str) -> Closing {
    Closing {
        is_partial: true,
        missing_from: Some(day.parse().unwrap()),
    }
}

#[test]
fn closes_what_the_file_does_not_name_any_more() {
    let register = imported(&[FIRST, SECOND, OTHER_UNIT, OTHER_ORGANISATION]);
    let plan = import(&[FIRST], register, closing_from("2026-04-01"));
    assert_eq!(plan.closed_units.len(), 1);
    assert_eq!(plan.closed_offices.len(), 1);
    let closed = plan
        .units
        .iter()
        .find(|change| change.after.number == "KA1002")
        .unwrap();
    assert_eq!(closed.after.validity.to(), Some("2026-03-31".parse().unwrap()));
    assert!(
        plan.units.iter().all(|change| change.after.number != "KA2001"),
        "another organisation's unit was closed"
    );
}

#[test]
fn closing_again_changes_nothing() {
    let mut register = imported(&[FIRST, SECOND, OTHER_UNIT]);
    for change in import(&[FIRST], register.clone(), closing_from("2026-04-01")).units {
        register.units.retain(|unit| unit.id != change.after.id);
        register.units.push(change.after);
    }
    let again = import(&[FIRST], register, closing_from("2026-04-01"));
    assert!(again.units.is_empty() && again.closed_units.is_empty() && again.closed_offices.is_empty());
}

#[test]
fn a_refused_row_keeps_what_it_names_open() {
    let broken = OTHER_UNIT.replace("2026-01-01", "2026-13-01");
    let plan = import(
        &[FIRST, SECOND, &broken],
        imported(&[FIRST, SECOND, OTHER_UNIT]),
        closing_from("2026-04-01"),
    );
    assert!(plan.is_accepted && plan.closed_units.is_empty());
}

#[test]
fn an_unreadable_row_keeps_everything_open() {
    let plan = import(
        &[FIRST, "x,y"],
        imported(&[FIRST, SECOND, OTHER_UNIT]),
        closing_from("2026-04-01"),
    );
    assert!(plan.closed_units.is_empty() && plan.closed_offices.is_empty());
}
