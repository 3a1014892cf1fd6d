//! The register for the wire, and the report of an import.

use platform::grpc::rejection::texts;
use proto::staff::v1 as pb;

use crate::domain::organisation::{Office, Organisation, OrganisationKey, OrganisationKind, Unit, UnitKind};
use crate::domain::register::{Plan, RowFault, RowOutcome, RowReport};
use crate::events::publish::validity;

/// Reasons of one report that carry their texts; with more the answer would be larger than a message may be.
const MOST_TEXTS: usize = 5_000;
/// Reasons of one row that are told.
const MOST_REASONS: usize = 6;

pub fn organisation(organisation: &Organisation) -> pb::Organisation {
    let organisation_number = match &organisation.key {
        Some(OrganisationKey::Number(number)) => number.to_string(),
        Some(OrganisationKey::SoleTrader(_)) | None => String::new(),
    };
    pb::Organisation {
        organisation_id: organisation.id.to_string(),
        kind: organisation_kind(organisation.kind).into(),
        name: organisation.name.clone(),
        organisation_number,
        sole_trader: organisation.is_sole_trader(),
        training: organisation.is_training,
        units: Vec::new(),
    }
}

pub fn organisation_with_units(it: &Organisation, units: &[Unit]) -> pb::Organisation {
    pb::Organisation {
        units: units.iter().map(unit).collect(),
        ..organisation(it)
    }
}

pub fn import_report(plan: &Plan, is_imported: bool) -> pb::ImportRegisterResponse {
    let mut texts_left = MOST_TEXTS;
    pb::ImportRegisterResponse {
        rows: plan
            .reports
            .iter()
            .map(|report| row_report(report, &mut texts_left))
            .collect(),
        imported: is_imported,
        closed_unit_ids: plan.closed_units.iter().map(ToString::to_string).collect(),
        closed_office_ids: plan.closed_offices.iter().map(ToString::to_string).collect(),
    }
}

fn row_report(report: &RowReport, texts_left: &mut usize) -> pb::RowReport {
    let (result, faults) = match &report.outcome {
        RowOutcome::Created => (pb::RowResult::Created, &[][..]),
        RowOutcome::Changed => (pb::RowResult::Changed, &[][..]),
        RowOutcome::Unchanged => (pb::RowResult::Unchanged, &[][..]),
        RowOutcome::Refused(faults) => (pb::RowResult::Refused, faults.as_slice()),
    };
    pb::RowReport {
        line: i32::try_from(report.line).unwrap_or(i32::MAX),
        result: result.into(),
        reasons: faults
            .iter()
            .take(MOST_REASONS)
            .map(|fault| row_reason(fault, texts_left))
            .collect(),
    }
}

fn row_reason(fault: &RowFault, texts_left: &mut usize) -> pb::RowReason {
    let bare = pb::RowReason {
        column: fault.column.to_owned(),
        reason: fault.reason.into(),
        ..pb::RowReason::default()
    };
    let Some(left) = texts_left.checked_sub(1) else {
        return bare;
    };
    *texts_left = left;
    let texts = texts(fault.reason);
    let (line_sv, line_en) = fault
        .line
        .map(|line| (format!(" (rad {line})"), format!(" (line {line})")))
        .unwrap_or_default();
    pb::RowReason {
        text_sv: format!("{}{line_sv}", texts.sv),
        text_en: format!("{}{line_en}", texts.en),
        ..bare
    }
}

fn unit(unit: &Unit) -> pb::Unit {
    pb::Unit {
        unit_id: unit.id.to_string(),
        kind: unit_kind(unit.kind).into(),
        number: unit.number.clone(),
        name: unit.name.clone(),
        procured_service: Some(pb::ProcuredService {
            code: unit.service.code.clone(),
            name: unit.service.name.clone(),
            documents_online: unit.service.has_documents_online,
            esf_funded: unit.service.is_esf_funded,
            rule_set: unit.service.rule_set.clone(),
        }),
        validity: Some(validity(unit.validity)),
        offices: unit.offices.iter().map(office).collect(),
    }
}

fn office(office: &Office) -> pb::Office {
    pb::Office {
        office_id: office.id.to_string(),
        code: office.code.clone(),
        name: office.name.clone(),
        street_address: office.street_address.clone(),
        postal_code: office.postal_code.clone(),
        city: office.city.clone(),
        validity: Some(validity(office.validity)),
    }
}

fn organisation_kind(kind: OrganisationKind) -> pb::OrganisationKind {
    match kind {
        OrganisationKind::Provider => pb::OrganisationKind::Provider,
        OrganisationKind::ProjectOwner => pb::OrganisationKind::ProjectOwner,
        OrganisationKind::Agency => pb::OrganisationKind::Agency,
    }
}

fn unit_kind(kind: UnitKind) -> pb::UnitKind {
    match kind {
        UnitKind::PerformingUnit => pb::UnitKind::PerformingUnit,
        UnitKind::EsfProject => pb::UnitKind::EsfProject,
    }
}
