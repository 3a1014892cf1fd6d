//! Placements for the wire, masked where the identity is protected.

use jiff::civil::Date;
use platform::grpc::FieldViolation;
use platform::grpc::convert::{Validity, known, to_day, to_timestamp, to_validity};
use proto::participants::v1 as pb;

use crate::domain::facts::{Caseworker, Email, Name, Phone, Shown};
use crate::domain::period::Period;
use crate::domain::placement::{Placement, Status};
use crate::queries::placements::Looked;
use crate::store::placements::Found;

/// What lists show; `in_detail` adds contacts.
pub fn summary(placement: &Placement, today: Date, in_detail: bool) -> pb::PlacementSummary {
    let terms = &placement.current.value;
    let shown = if in_detail {
        terms.facts.in_detail(terms.is_protected)
    } else {
        terms.facts.in_list(terms.is_protected)
    };
    pb::PlacementSummary {
        placement_id: placement.id.to_string(),
        person_id: placement.person.to_string(),
        case_reference: placement.case.to_string(),
        organisation_id: terms.place.organisation.to_string(),
        unit_id: terms.place.unit.to_string(),
        office_id: terms.place.office.map(|id| id.to_string()),
        period: Some(period(terms.period)),
        interrupted_on: placement.interrupted_on().map(to_day),
        status: status(placement.status(today)).into(),
        supervisor_account_id: placement.supervisor.map(|id| id.to_string()),
        participant: Some(participant(shown)),
        received_at: Some(to_timestamp(placement.received_at)),
    }
}

pub fn placement(looked: &Looked, today: Date) -> pb::Placement {
    let facts = &looked.placement.current.value.facts;
    pb::Placement {
        summary: Some(summary(&looked.placement, today, true)),
        caseworker: Some(caseworker(&facts.caseworker)),
        extends_placement_id: looked.extends.map(|id| id.to_string()),
        extended_by_placement_id: looked.extended_by.map(|id| id.to_string()),
    }
}

pub fn own_placement(found: &Found, today: Date) -> pb::OwnPlacement {
    let placement = &found.placement;
    let terms = &placement.current.value;
    let function = terms.facts.caseworker.function.as_ref();
    pb::OwnPlacement {
        placement_id: placement.id.to_string(),
        case_reference: placement.case.to_string(),
        organisation_id: terms.place.organisation.to_string(),
        unit_id: terms.place.unit.to_string(),
        office_id: terms.place.office.map(|id| id.to_string()),
        period: Some(period(terms.period)),
        interrupted_on: placement.interrupted_on().map(to_day),
        status: status(placement.status(today)).into(),
        supervisor_account_id: placement.supervisor.map(|id| id.to_string()),
        agency_function: function.map(Name::as_str).unwrap_or_default().to_owned(),
        documents_online: found.documents_online,
    }
}

/// What decisions told of the person, masked as for anybody else where the identity is protected.
pub fn own_facts(placement: &Placement) -> pb::OwnFacts {
    let terms = &placement.current.value;
    pb::OwnFacts {
        placement_id: placement.id.to_string(),
        participant: Some(participant(terms.facts.in_detail(terms.is_protected))),
        received_at: Some(to_timestamp(placement.received_at)),
    }
}

/// The states a list is asked for; none means all that ever began or may still begin.
pub fn status_filter(path: &str, wanted: &[i32]) -> Result<Vec<Status>, FieldViolation> {
    if wanted.is_empty() {
        let all = Status::ALL.into_iter();
        return Ok(all
            .filter(|status| *status != Status::InterruptedBeforeStart)
            .collect());
    }
    let statuses = wanted.iter().enumerate().map(|(index, wanted)| {
        let path = format!("{path}[{index}]");
        let wanted: pb::PlacementStatus = known(&path, *wanted)?;
        Status::ALL
            .into_iter()
            .find(|it| status(*it) == wanted)
            .ok_or_else(|| FieldViolation::new(path, proto::errors::v1::ErrorReason::FieldRequired))
    });
    let wanted = statuses.collect::<Result<Vec<_>, _>>()?;
    // Once each: a list would count a status that is named twice as two.
    Ok(Status::ALL.into_iter().filter(|it| wanted.contains(it)).collect())
}

fn participant(shown: Shown) -> pb::Participant {
    pb::Participant {
        given_name: shown.given_name,
        surname: shown.surname,
        protected_identity: shown.is_protected,
        phone: shown.phone,
        email: shown.email,
        language: shown.language,
        interpreter_needed: shown.interpreter_needed,
    }
}

fn caseworker(caseworker: &Caseworker) -> pb::Caseworker {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    pb::Caseworker {
        function: text(caseworker.function.as_ref().map(Name::as_str)),
        name: text(caseworker.name.as_ref().map(Name::as_str)),
        phone: text(caseworker.phone.as_ref().map(Phone::as_str)),
        email: text(caseworker.email.as_ref().map(Email::as_str)),
    }
}

fn period(period: Period) -> proto::types::v1::Validity {
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
