//! The bytes of every record participants publishes, as they were first released. A difference here is a change for every
//! consumer: fields may be added, never moved.

use jiff::Timestamp;
use participants::domain::decision::{Assignment, Content, Decision, Place, Register};
use participants::domain::facts::{Caseworker, Facts, Name};
use participants::domain::ids::{
    AccountId, DocumentId, OfficeId, OrganisationId, PersonId, PlacementId, UnitId,
};
use participants::domain::period::Period;
use participants::domain::placement::Placement;
use participants::domain::plan::{Activity, ActivityCode, Plan, PlanningForm};
use participants::domain::reference::{CaseReference, DecisionId};
use participants::events::publish;
use participants::store::plans::SentPlan;
use platform::outbox::OutboxRecord;
use uuid::Uuid;

fn period() -> Period {
    Period::parse("2026-03-10".parse().unwrap(), "2026-06-09".parse().unwrap()).unwrap()
}

fn placement() -> Placement {
    let name = || Name::parse("Neverinarecord").unwrap();
    let facts = Facts {
        given_name: name(),
        surname: name(),
        phone: None,
        email: None,
        language: None,
        interpreter_needed: false,
        caseworker: Caseworker::parse(None, Some(name()), None, None).unwrap(),
    };
    let assignment = Assignment {
        person: PersonId::from_uuid(Uuid::from_u128(2)),
        place: Place {
            organisation: OrganisationId::from_uuid(Uuid::from_u128(3)),
            unit: UnitId::from_uuid(Uuid::from_u128(4)),
            office: Some(OfficeId::from_uuid(Uuid::from_u128(5))),
        },
        period: period(),
        is_protected: true,
        facts,
    };
    let decision = Decision {
        id: DecisionId::parse("B-1").unwrap(),
        case: CaseReference::parse("A-1").unwrap(),
        sequence: 1,
        content: Content::New(assignment),
    };
    let id = PlacementId::from_uuid(Uuid::from_u128(1));
    let mut placement = Placement::begin(id, &decision, Timestamp::UNIX_EPOCH)
        .unwrap()
        .interrupt(Register::new(2, "2026-05-01".parse().unwrap()));
    placement.supervisor = Some(AccountId::from_uuid(Uuid::from_u128(6)));
    placement
}

fn plan() -> SentPlan {
    SentPlan {
        id: DocumentId::from_uuid(Uuid::from_u128(7)),
        placement: placement().id,
        version: 2,
        plan: Plan {
            made_on: "2026-03-02".parse().unwrap(),
            form: PlanningForm::Meeting,
            activities: vec![Activity {
                code: ActivityCode::parse("WORKSHOP").unwrap(),
                days: period(),
            }],
            in_force_from: "2026-03-10".parse().unwrap(),
        },
        sent_at: "2026-03-02T08:00:00Z".parse().unwrap(),
        sent_by: None,
    }
}

fn assert_golden(record: &OutboxRecord, golden: &str) {
    assert_eq!(
        hex::encode(record.payload.as_ref().unwrap()),
        golden.trim(),
        "{}",
        record.topic
    );
}

#[test]
fn a_placement_is_written_as_it_was_released() {
    let record = publish::placement_record(&placement(), "2026-05-01".parse().unwrap());
    assert_golden(&record, include_str!("golden/placement.v1.hex"));
}

#[test]
fn a_sent_plan_is_written_as_it_was_released() {
    assert_golden(
        &publish::plan_record(&plan()),
        include_str!("golden/document.v1.hex"),
    );
}
