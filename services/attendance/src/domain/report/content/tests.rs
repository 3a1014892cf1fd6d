//! The bytes as they were when the form was fixed, and that they tell any two contents apart.

use proptest::prelude::*;

use super::*;
use crate::domain::ids::{OrganisationId, PersonId, PlacementId, UnitId};
use crate::domain::samples::{any_hours, hours, month, report, subject, uuid};

fn content(hours: Hours) -> Content {
    Content {
        month_report_id: report().month_report_id,
        revision: 2,
        subject: subject(),
        month: month(2026, 3),
        rule_set: report().rule_set,
        hours,
    }
}

#[test]
fn the_bytes_are_these() {
    let content = content(hours(&[
        (3, "WORKSHOP", 45),
        (2, "WORKSHOP", 480),
        (3, "VAGLEDNING", 61),
    ]));
    let golden = "deltaga month report 1
report 11111111-1111-1111-1111-111111111111
revision 2
placement 22222222-2222-2222-2222-222222222222
person 33333333-3333-3333-3333-333333333333
organisation 44444444-4444-4444-4444-444444444444
unit 55555555-5555-5555-5555-555555555555
month 2026-03
rules cooperation_history
rows 3
2026-03-02 WORKSHOP 480 480
2026-03-03 VAGLEDNING 61 120
2026-03-03 WORKSHOP 45 60
credited 660
";
    assert_eq!(String::from_utf8(content.canonical_bytes()).unwrap(), golden);
    assert_eq!(
        content.hash().to_string(),
        "d547ff3ff643346e737040e303afd74814f9a11d2830416e1e35f915969a876b"
    );
}

#[test]
fn a_month_without_hours_has_bytes_too() {
    let bytes = content(Hours::default()).canonical_bytes();
    assert!(bytes.ends_with(b"rules cooperation_history\nrows 0\ncredited 0\n"));
}

fn any_content() -> impl Strategy<Value = Content> {
    let digits = (1_u8..3, 1_u8..3, 1_u8..3, 1_u8..3, 1_u8..3);
    (digits, 1_u32..3, 1_i32..3, any::<bool>(), any_hours()).prop_map(
        |(digits, revision, number, is_other, hours)| {
            let (report, placement, person, organisation, unit) = digits;
            Content {
                month_report_id: MonthReportId::parse(&uuid(report)).unwrap(),
                revision,
                subject: Subject {
                    placement_id: PlacementId::parse(&uuid(placement)).unwrap(),
                    person_id: PersonId::parse(&uuid(person)).unwrap(),
                    organisation_id: OrganisationId::parse(&uuid(organisation)).unwrap(),
                    unit_id: UnitId::parse(&uuid(unit)).unwrap(),
                },
                month: month(2026, number),
                rule_set: RuleSetCode::parse(if is_other { "other" } else { "cooperation_history" }).unwrap(),
                hours,
            }
        },
    )
}

// Reads the bytes back: what can be read back tells contents apart.
fn read(bytes: &[u8]) -> Content {
    let text = std::str::from_utf8(bytes).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let fact = |index: usize| lines[index].split_once(' ').unwrap().1;
    let rows = lines[10..lines.len() - 1].iter().map(|line| {
        let cells: Vec<&str> = line.split(' ').collect();
        crate::domain::hours::Row {
            day: cells[0].parse().unwrap(),
            activity: crate::domain::samples::code(cells[1]),
            minutes: cells[2].parse().unwrap(),
            credited_minutes: cells[3].parse().unwrap(),
        }
    });
    Content {
        month_report_id: fact(1).parse().unwrap(),
        revision: fact(2).parse().unwrap(),
        subject: Subject {
            placement_id: fact(3).parse().unwrap(),
            person_id: fact(4).parse().unwrap(),
            organisation_id: fact(5).parse().unwrap(),
            unit_id: fact(6).parse().unwrap(),
        },
        month: fact(7).parse().unwrap(),
        rule_set: RuleSetCode::parse(fact(8)).unwrap(),
        hours: Hours::parse(rows.collect()).unwrap(),
    }
}

proptest! {
    #[test]
    fn the_bytes_read_back_to_the_content(content in any_content()) {
        prop_assert_eq!(read(&content.canonical_bytes()), content);
    }

    #[test]
    fn any_change_of_content_changes_the_hash(one in any_content(), another in any_content()) {
        prop_assert_eq!(one == another, one.hash() == another.hash());
    }

    #[test]
    fn a_minute_more_changes_the_hash(hours in any_hours(), position in any::<prop::sample::Index>()) {
        prop_assume!(!hours.is_zero_month());
        let mut rows = hours.rows().to_vec();
        let index = position.index(rows.len());
        rows[index].minutes += 1;
        let changed = Hours::parse(rows).unwrap();
        prop_assert_ne!(content(hours).hash(), content(changed).hash());
    }
}
