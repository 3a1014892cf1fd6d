//! What other contexts tell of the participant: another id, a placement, a month.

use platform::grpc::convert::to_timestamp;
use proto::attendance::events::v1::{MonthAnswer, MonthReportState, MonthRevision};
use proto::identity::events::v1::PersonState;
use proto::participants::events::v1::{PlacementState, PlacementStatus};
use proto::types::v1::{Day, Validity};
use uuid::Uuid;

use super::records::{Record, State};
use super::world::{MONTH, PROVIDER, UNIT};

/// Another id that turned out to be of the person.
pub fn merged(id: Uuid, into: Uuid) -> Record {
    Record {
        key: id.to_string(),
        n: 2,
        state: State::Person(Some(PersonState {
            person_id: id.to_string(),
            registered_at: None,
            merged_into: Some(into.to_string()),
        })),
    }
}

pub fn placement(id: Uuid, person: Uuid) -> Record {
    let day = |month, day| Day {
        year: 2026,
        month,
        day,
    };
    let state = PlacementState {
        placement_id: id.to_string(),
        person_id: person.to_string(),
        case_reference: "AF-2026-1".to_owned(),
        organisation_id: PROVIDER.to_string(),
        unit_id: UNIT.to_string(),
        period: Some(Validity {
            from: Some(day(1, 1)),
            to: Some(day(6, 30)),
        }),
        status: PlacementStatus::Active.into(),
        ..PlacementState::default()
    };
    Record {
        key: id.to_string(),
        n: 1,
        state: State::Placement(Some(state)),
    }
}

/// A month whose latest revision has the answer; its revision of the record is the month's revision times ten plus the
/// number of the answer, so that answers come after submissions.
pub fn month_report(id: Uuid, placement: Uuid, person: Uuid, revision: i32, answer: MonthAnswer) -> Record {
    let at = |text: &str| Some(to_timestamp(text.parse().unwrap()));
    let revisions = (1..=revision).map(|number| MonthRevision {
        revision: number,
        content_hash: vec![u8::try_from(number).unwrap(); 32].into(),
        submitted_at: at("2026-03-02T08:00:00Z"),
        credited_minutes: 600,
        answer: if number == revision {
            answer.into()
        } else {
            MonthAnswer::Superseded.into()
        },
        answered_at: if answer == MonthAnswer::Waiting {
            None
        } else {
            at("2026-03-04T08:00:00Z")
        },
        signature_id: None,
        first_shown_at: at("2026-03-03T08:00:00Z"),
        answer_before: at("2026-06-02T22:00:00Z"),
    });
    let state = MonthReportState {
        month_report_id: id.to_string(),
        placement_id: placement.to_string(),
        person_id: person.to_string(),
        organisation_id: PROVIDER.to_string(),
        unit_id: UNIT.to_string(),
        month: Some(MONTH),
        rule_set: "cooperation_history".to_owned(),
        revisions: revisions.collect(),
    };
    Record {
        key: id.to_string(),
        n: i64::from(revision * 10 + i32::from(answer)),
        state: State::MonthReport(Some(state)),
    }
}
