//! Names for the participant's pages, both ways.

use platform::grpc::convert::ids;
use platform::grpc::{FieldViolation, Fields, Rejection};
use proto::errors::v1::ErrorReason;
use proto::staff::v1 as pb;

use crate::domain::account::Account;
use crate::domain::contact::{Email, PersonName, Phone};
use crate::domain::organisation::{Office, Organisation, Unit};
use crate::domain::shown_contact::{Function, ShownContact};
use crate::queries::names::Wanted;

const MOST_NAMES: usize = 200;

pub fn wanted_names(request: &pb::BatchGetNamesRequest) -> Result<Wanted, Rejection> {
    let mut fields = Fields::default();
    if request.organisation_ids.is_empty() {
        fields.refuse("organisation_ids", ErrorReason::FieldRequired);
    }
    let mut left = MOST_NAMES;
    for (path, asked) in [
        ("organisation_ids", &request.organisation_ids),
        ("unit_ids", &request.unit_ids),
        ("account_ids", &request.account_ids),
    ] {
        if asked.len() > left {
            fields.add(FieldViolation::new(path, ErrorReason::FieldTooLong).with("limit", MOST_NAMES));
        }
        left = left.saturating_sub(asked.len());
    }
    let organisations = fields.check(ids("organisation_ids", &request.organisation_ids));
    let units = fields.check(ids("unit_ids", &request.unit_ids));
    let accounts = fields.check(ids("account_ids", &request.account_ids));
    match (organisations, units, accounts) {
        (Some(organisations), Some(units), Some(accounts)) if fields.is_clean() => Ok(Wanted {
            organisations,
            units,
            accounts,
        }),
        _ => Err(fields.reject()),
    }
}

pub fn organisation_name(organisation: &Organisation) -> pb::OrganisationName {
    pb::OrganisationName {
        organisation_id: organisation.id.to_string(),
        name: organisation.name.clone(),
    }
}

pub fn unit_name(unit: &Unit) -> pb::UnitName {
    pb::UnitName {
        unit_id: unit.id.to_string(),
        organisation_id: unit.organisation.to_string(),
        name: unit.name.clone(),
        service_name: unit.service.name.clone(),
        offices: unit.offices.iter().map(place).collect(),
    }
}

pub fn contact_name(account: &Account, shown: &ShownContact<'_>) -> pb::ContactName {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    pb::ContactName {
        account_id: account.id.to_string(),
        organisation_id: account.organisation.to_string(),
        function: function(shown.function).into(),
        name: text(shown.name.map(PersonName::as_str)),
        work_email: text(shown.work_email.map(Email::as_str)),
        work_phone: text(shown.work_phone.map(Phone::as_str)),
    }
}

fn place(office: &Office) -> pb::OfficePlace {
    pb::OfficePlace {
        office_id: office.id.to_string(),
        name: office.name.clone(),
        street_address: office.street_address.clone(),
        postal_code: office.postal_code.clone(),
        city: office.city.clone(),
    }
}

const fn function(function: Function) -> pb::ContactFunction {
    match function {
        Function::Supervisor => pb::ContactFunction::Supervisor,
        Function::Reception => pb::ContactFunction::Reception,
        Function::Staff => pb::ContactFunction::Staff,
    }
}
