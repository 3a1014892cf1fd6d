//! The bytes of the record export publishes, as they were first released. A difference here is a change for every
//! consumer: fields may be added, never moved.

use export::domain::ids::{MonthReportId, PartId, PersonId, PlacementId, PortionId, RunId};
use export::domain::month::Month;
use export::domain::part::{Ending, PartStage, Progress};
use export::domain::reason::Reason;
use export::domain::recipient::Recipient;
use export::domain::row::RowOutcome;
use export::events::publish;
use export::store::attempts::{Attempt, Outcome};
use export::store::parts::Part;
use export::store::rows::Told;
use export::store::runs::{Run, RunStage};
use jiff::Timestamp;
use proto::export::events::v1::DeliveryState;
use uuid::Uuid;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn run() -> Run {
    Run {
        id: RunId::from_uuid(Uuid::from_u128(1)),
        month: Month::parse(2026, 2).unwrap(),
        recipient: Recipient::Scb,
        stage: RunStage::Ended,
        hold_before: None,
        cancel_requested: false,
        planned_to: None,
        parts: 1,
        created_at: at("2026-03-02T08:00:00Z"),
        ended_at: Some(at("2026-03-02T08:03:00Z")),
    }
}

fn part() -> Part {
    Part {
        id: PartId::from_uuid(Uuid::from_u128(2)),
        run: run().id,
        number: 1,
        rows: 3,
        progress: Progress {
            stage: PartStage::Ended(Ending::Receipted),
            attempt: 2,
        },
        failures: 0,
        waits_until: None,
        problem: None,
        receipted_at: Some(at("2026-03-02T08:02:00Z")),
    }
}

fn attempt() -> Attempt {
    Attempt {
        attempt: 2,
        rows: 2,
        object_path: None,
        sealed_hash: [3; 32],
        sealed_bytes: 900,
        rows_hash: [4; 32],
        begun_at: Some(at("2026-03-02T08:01:00Z")),
        valid_until: Some(at("2026-03-02T08:11:00Z")),
        sending_at: Some(at("2026-03-02T08:01:01Z")),
        outcome: Some(Outcome::Delivered),
        problem: None,
        ended_at: Some(at("2026-03-02T08:02:00Z")),
    }
}

fn told(number: u128, outcome: RowOutcome, refusal_code: Option<&str>) -> Told {
    Told {
        report: MonthReportId::from_uuid(Uuid::from_u128(0x10 + number)),
        revision: 1,
        placement: PlacementId::from_uuid(Uuid::from_u128(0x20 + number)),
        person: PersonId::from_uuid(Uuid::from_u128(0x30 + number)),
        outcome,
        refusal_code: refusal_code.map(str::to_owned),
        part: None,
        problem: None,
    }
}

fn check(state: &DeliveryState, golden: &str) {
    let record = publish::record(state);
    assert_eq!(record.key, state.delivery_id);
    assert_eq!(hex::encode(record.payload.unwrap()), golden.trim());
}

#[test]
fn a_part_that_was_receipted_has_the_released_bytes() {
    let rows = [
        told(1, RowOutcome::Receipted, None),
        told(2, RowOutcome::Refused, Some("NUMBER_UNKNOWN")),
        told(3, RowOutcome::Withheld(Reason::ConsentWithdrawn), None),
    ];
    let state = publish::state_of_part(&run(), &part(), &[attempt()], &rows);
    check(&state, include_str!("golden/delivery.v1.hex"));
}

#[test]
fn withheld_rows_have_the_released_bytes() {
    let reasons = Reason::ALL.into_iter().zip(1..);
    let rows: Vec<_> = reasons
        .map(|(reason, number)| told(number, RowOutcome::Withheld(reason), None))
        .collect();
    let portion = PortionId::from_uuid(Uuid::from_u128(5));
    let state = publish::state_of_portion(&run(), portion, &rows);
    check(&state, include_str!("golden/delivery-withheld.v1.hex"));
}
