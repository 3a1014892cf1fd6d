//! The bytes of every record attendance publishes, as they were first released. A difference here is a change for every
//! consumer: fields may be added, never moved.

use attendance::domain::activity::Catalogue;
use attendance::domain::ids::{MonthReportId, OrganisationId, PersonId, PlacementId, SignatureId, UnitId};
use attendance::domain::month::Month;
use attendance::domain::report::{Answer, ContentHash, MonthReport, Revision, Subject};
use attendance::domain::rule_set::RuleSetCode;
use attendance::events::publish;
use jiff::Timestamp;
use uuid::Uuid;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn revision(number: u32, answer: Answer) -> Revision {
    Revision {
        number,
        content_hash: ContentHash([number.try_into().unwrap(); 32]),
        credited_minutes: 60 * number,
        submitted_at: at("2026-03-10T08:00:00Z"),
        answer_before: at("2026-06-10T22:00:00Z"),
        first_shown_at: Some(at("2026-03-11T08:00:00Z")),
        answer,
    }
}

fn report() -> MonthReport {
    let subject = Subject {
        placement_id: PlacementId::from_uuid(Uuid::from_u128(2)),
        person_id: PersonId::from_uuid(Uuid::from_u128(3)),
        organisation_id: OrganisationId::from_uuid(Uuid::from_u128(4)),
        unit_id: UnitId::from_uuid(Uuid::from_u128(5)),
    };
    let mut report = MonthReport::begin(
        MonthReportId::from_uuid(Uuid::from_u128(1)),
        subject,
        Month::parse(2026, 2).unwrap(),
        RuleSetCode::parse("cooperation_history").unwrap(),
    );
    let answered = at("2026-03-12T08:00:00Z");
    report.revisions = vec![
        revision(1, Answer::Superseded { at: answered }),
        revision(2, Answer::Rejected { at: answered }),
        revision(3, Answer::Lapsed { at: answered }),
        revision(
            4,
            Answer::Approved {
                at: answered,
                signature_id: SignatureId::from_uuid(Uuid::from_u128(6)),
            },
        ),
        revision(5, Answer::Waiting),
    ];
    report
}

fn hexadecimal(payload: Option<Vec<u8>>) -> String {
    hex::encode(payload.unwrap())
}

#[test]
fn a_month_report_has_the_bytes_it_always_had() {
    let record = publish::month_report_record(&report());
    assert_eq!(record.record_type, "se.deltaga.attendance.month-report.v1");
    assert_eq!(record.key, Uuid::from_u128(1).to_string());
    let released = include_str!("golden/month-report.v1.hex").trim();
    assert_eq!(hexadecimal(record.payload), released);
}

#[test]
fn an_activity_has_the_bytes_it_always_had() {
    let catalogue = Catalogue::initial();
    let own_work = catalogue
        .iter()
        .find(|activity| activity.only_under_newer_plan)
        .unwrap();
    let record = publish::activity_record(own_work);
    assert_eq!(record.record_type, "se.deltaga.attendance.activity.v1");
    assert_eq!(record.key, "EGET_ARBETE_GP");
    let released = include_str!("golden/activity.v1.hex").trim();
    assert_eq!(hexadecimal(record.payload), released);
}
