//! One row that reads well: an organisation, one of its units, and perhaps one of the unit's offices.

use jiff::civil::Date;
use proto::errors::v1::ErrorReason;

use super::RowFault;
use super::cells::{Cells, Reading};
use crate::domain::number::RegisteredNumber;
use crate::domain::organisation::{OrganisationKind, ProcuredService};
use crate::domain::validity::Validity;

const OFFICE_COLUMNS: [&str; 4] = ["office_name", "street_address", "postal_code", "city"];

/// A row. Without an office its validity is the unit's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub number: RegisteredNumber,
    pub organisation: RowOrganisation,
    pub unit: RowUnit,
    pub office: Option<RowOffice>,
    pub validity: Validity,
}

/// What the row says about the organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowOrganisation {
    pub name: String,
    pub kind: OrganisationKind,
    pub is_training: bool,
}

/// What the row says about the unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowUnit {
    pub number: String,
    pub name: String,
    pub service: ProcuredService,
}

/// What the row says about the office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowOffice {
    pub code: String,
    pub name: String,
    pub street_address: String,
    pub postal_code: String,
    pub city: String,
}

impl Row {
    /// Reads a row and names everything that is wrong with it.
    pub fn parse(cells: &Cells, today: Date) -> Result<Self, Vec<RowFault>> {
        let mut reading = Reading::of(cells);
        let number = reading.number("organisation_number", today);
        let organisation = organisation(&mut reading);
        let unit = unit(&mut reading, today);
        let office = office(&mut reading, today);
        let validity = validity(&mut reading);
        match (number, organisation, unit, office, validity) {
            (Some(number), Some(organisation), Some(unit), Some(office), Some(validity))
                if reading.faults.is_empty() =>
            {
                Ok(Self {
                    number,
                    organisation,
                    unit,
                    office,
                    validity,
                })
            }
            _ => Err(reading.faults),
        }
    }
}

fn organisation(reading: &mut Reading<'_>) -> Option<RowOrganisation> {
    let name = reading.text("organisation_name");
    let kind = reading.kind("organisation_kind");
    let is_training = reading.flag("training");
    Some(RowOrganisation {
        name: name?,
        kind: kind?,
        is_training: is_training?,
    })
}

fn unit(reading: &mut Reading<'_>, today: Date) -> Option<RowUnit> {
    let number = reading.code("unit_number", today);
    let name = reading.text("unit_name");
    let code = reading.code("procured_service_code", today);
    let service_name = reading.text("procured_service_name");
    let has_documents_online = reading.flag("documents_online");
    let is_esf_funded = reading.flag("esf_funded");
    let rule_set = reading.code("rule_set", today);
    let service = ProcuredService {
        code: code?,
        name: service_name?,
        has_documents_online: has_documents_online?,
        is_esf_funded: is_esf_funded?,
        rule_set: rule_set?,
    };
    Some(RowUnit {
        number: number?,
        name: name?,
        service,
    })
}

// The outer None: it does not read. The inner: the row is about the unit only.
#[expect(
    clippy::option_option,
    reason = "whether it reads and whether it is there are two questions"
)]
fn office(reading: &mut Reading<'_>, today: Date) -> Option<Option<RowOffice>> {
    if reading.is_empty("office_code") {
        if OFFICE_COLUMNS.into_iter().any(|column| !reading.is_empty(column)) {
            reading.refuse("office_code", ErrorReason::FieldRequired);
            return None;
        }
        return Some(None);
    }
    let code = reading.code("office_code", today);
    let name = reading.text("office_name");
    let street_address = reading.text("street_address");
    let postal_code = reading.postal_code("postal_code");
    let city = reading.text("city");
    Some(Some(RowOffice {
        code: code?,
        name: name?,
        street_address: street_address?,
        postal_code: postal_code?,
        city: city?,
    }))
}

fn validity(reading: &mut Reading<'_>) -> Option<Validity> {
    let from = reading.day("valid_from");
    let to = if reading.is_empty("valid_to") {
        None
    } else {
        Some(reading.day("valid_to")?)
    };
    let parsed = Validity::parse(from?, to);
    parsed
        .map_err(|_| reading.refuse("valid_to", ErrorReason::ValidityReversed))
        .ok()
}
