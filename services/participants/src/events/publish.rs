//! From aggregates to their public state. Names, contacts and texts stay here: records hold ids, codes and days.

use jiff::civil::Date;
use platform::db::Tx;
use platform::grpc::convert::{Validity, to_day, to_timestamp, to_validity};
use platform::outbox::{self, OutboxError, OutboxRecord, Revision};
use prost::Message as _;
use proto::participants::events::v1 as pb;

use crate::domain::period::Period;
use crate::domain::placement::{Placement, Status};
use crate::domain::plan::Activity;
use crate::store::plans::SentPlan;

pub const PLACEMENT_TOPIC: &str = "participants.placement.v1";
pub const DOCUMENT_TOPIC: &str = "participants.document.v1";

pub(super) const PLACEMENT_TYPE: &str = "se.deltaga.participants.placement.v1";
pub(super) const DOCUMENT_TYPE: &str = "se.deltaga.participants.document.v1";

/// Writes the placement's record into the outbox.
pub async fn placement(tx: &mut Tx, placement: &Placement, today: Date) -> Result<Revision, OutboxError> {
    outbox::append(tx, placement_record(placement, today)).await
}

/// Writes the record of a sent plan into the outbox.
pub async fn plan(tx: &mut Tx, sent: &SentPlan) -> Result<Revision, OutboxError> {
    outbox::append(tx, plan_record(sent)).await
}

pub fn placement_record(placement: &Placement, today: Date) -> OutboxRecord {
    OutboxRecord {
        topic: PLACEMENT_TOPIC,
        key: placement.id.to_string(),
        record_type: PLACEMENT_TYPE,
        payload: Some(placement_state(placement, today).encode_to_vec()),
        partition: None,
    }
}

pub fn plan_record(sent: &SentPlan) -> OutboxRecord {
    OutboxRecord {
        topic: DOCUMENT_TOPIC,
        key: sent.id.to_string(),
        record_type: DOCUMENT_TYPE,
        payload: Some(plan_state(sent).encode_to_vec()),
        partition: None,
    }
}

pub fn placement_state(placement: &Placement, today: Date) -> pb::PlacementState {
    let terms = &placement.current.value;
    pb::PlacementState {
        placement_id: placement.id.to_string(),
        person_id: placement.person.to_string(),
        case_reference: placement.case.to_string(),
        organisation_id: terms.place.organisation.to_string(),
        unit_id: terms.place.unit.to_string(),
        office_id: terms.place.office.map(|id| id.to_string()),
        period: Some(validity(terms.period)),
        interrupted_on: placement.interrupted_on().map(to_day),
        status: status(placement.status(today)).into(),
        supervisor_account_id: placement.supervisor.map(|id| id.to_string()),
        protected_identity: terms.is_protected,
    }
}

pub fn plan_state(sent: &SentPlan) -> pb::DocumentState {
    let activity = |activity: &Activity| pb::PlannedActivity {
        activity_code: activity.code.as_str().to_owned(),
        validity: Some(validity(activity.days)),
    };
    pb::DocumentState {
        document_id: sent.id.to_string(),
        placement_id: sent.placement.to_string(),
        kind: pb::DocumentKind::JointPlan.into(),
        version: sent.version,
        sent_at: Some(to_timestamp(sent.sent_at)),
        activities: sent.plan.activities.iter().map(activity).collect(),
        in_force_from: Some(to_day(sent.plan.in_force_from)),
    }
}

fn validity(period: Period) -> proto::types::v1::Validity {
    to_validity(Validity {
        from: period.first(),
        to: Some(period.last()),
    })
}

const fn status(status: Status) -> pb::PlacementStatus {
    match status {
        Status::Received => pb::PlacementStatus::Received,
        Status::Assigned => pb::PlacementStatus::Assigned,
        Status::Active => pb::PlacementStatus::Active,
        Status::Ended => pb::PlacementStatus::Ended,
        Status::InterruptedBeforeStart => pb::PlacementStatus::InterruptedBeforeStart,
        Status::Interrupted => pb::PlacementStatus::Interrupted,
    }
}
