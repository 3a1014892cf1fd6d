//! Requests: every field is judged, and all that is wrong is told at once.

use jiff::civil::Date;
use platform::grpc::convert::{day, id, ids, known, mask, request_id, required, validity};
use platform::grpc::{FieldViolation, Fields, Rejection};
use proto::errors::v1::ErrorReason;
use proto::policy::v1::Permission as PbPermission;
use proto::staff::v1 as pb;
use proto::types::v1::Language as PbLanguage;
use uuid::Uuid;

use crate::commands::import_register::ImportRegister;
use crate::commands::invite_colleague::InviteColleague;
use crate::commands::nominate_administrator::NominateAdministrator;
use crate::commands::update_account::UpdateAccount;
use crate::domain::contact::{ContactFault, ContactPoint, Email, PersonName, Phone};
use crate::domain::ids::{AccountId, InvitationId, OrganisationId};
use crate::domain::invitation::Language;
use crate::domain::number::{NumberFault, PersonalNumber};
use crate::domain::permission::{Grant, Permission};
use crate::domain::register::Closing;
use crate::domain::scope::WantedUnit;
use crate::domain::validity::Validity;

const MOST_BATCH_IDS: usize = 200;
const UPDATABLE: [&str; 6] = [
    "name",
    "work_email",
    "work_phone",
    "permissions",
    "scope",
    "show_function_only",
];

/// What a repeatable request asks for.
pub struct Asked<T> {
    pub request_id: Uuid,
    pub input: T,
}

pub fn nominate_administrator(
    request: &pb::NominateAdministratorRequest,
    today: Date,
) -> Result<Asked<NominateAdministrator>, Rejection> {
    let mut fields = Fields::default();
    let request_id = fields.check(request_id("request_id", &request.request_id));
    let organisation = fields.check(id("organisation_id", &request.organisation_id));
    let number = fields.check(number("personal_number", &request.personal_number, today));
    let name = fields.check(name("name", &request.name));
    let contact = fields.check(contact(&request.email, &request.mobile));
    let language = fields.check(language("language", request.language));
    match (request_id, organisation, number, name, contact, language) {
        (Some(request_id), Some(organisation), Some(number), Some(name), Some(contact), Some(language)) => {
            Ok(Asked {
                request_id,
                input: NominateAdministrator {
                    organisation,
                    number,
                    name,
                    contact,
                    language,
                },
            })
        }
        _ => Err(fields.reject()),
    }
}

pub fn invite_colleague(
    request: &pb::InviteColleagueRequest,
    organisation: OrganisationId,
    today: Date,
) -> Result<Asked<InviteColleague>, Rejection> {
    let mut fields = Fields::default();
    let request_id = fields.check(request_id("request_id", &request.request_id));
    let name = fields.check(name("name", &request.name));
    let number = match request.personal_number.as_str() {
        "" => Some(None),
        text => fields.check(number("personal_number", text, today)).map(Some),
    };
    let contact = fields.check(contact(&request.email, &request.mobile));
    let permissions = permissions("permissions", &request.permissions, &mut fields);
    let scope = scope("scope", &request.scope, &mut fields);
    let language = fields.check(language("language", request.language));
    match (request_id, name, number, contact, language) {
        (Some(request_id), Some(name), Some(number), Some(contact), Some(language)) if fields.is_clean() => {
            let input = InviteColleague {
                organisation,
                name,
                number,
                contact,
                permissions,
                scope,
                language,
            };
            Ok(Asked { request_id, input })
        }
        _ => Err(fields.reject()),
    }
}

pub fn update_account(
    request: &pb::UpdateAccountRequest,
) -> Result<(AccountId, Asked<UpdateAccount>), Rejection> {
    let mut fields = Fields::default();
    let request_id = fields.check(request_id("request_id", &request.request_id));
    let account = fields.check(required("account", request.account.as_ref()));
    let paths = fields.check(mask("update_mask", request.update_mask.as_ref(), &UPDATABLE));
    let (Some(request_id), Some(account), Some(paths)) = (request_id, account, paths) else {
        return Err(fields.reject());
    };
    let account_id = fields.check(id("account.account_id", &account.account_id));
    let mut input = UpdateAccount {
        etag: account.etag.clone(),
        ..UpdateAccount::default()
    };
    if account.etag.is_empty() {
        fields.refuse("account.etag", ErrorReason::FieldRequired);
    }
    for path in paths {
        take_field(path, account, &mut input, &mut fields);
    }
    match account_id {
        Some(account_id) if fields.is_clean() => Ok((account_id, Asked { request_id, input })),
        _ => Err(fields.reject()),
    }
}

pub fn import_register(request: &pb::ImportRegisterRequest) -> Result<Asked<ImportRegister>, Rejection> {
    let mut fields = Fields::default();
    let request_id = fields.check(request_id("request_id", &request.request_id));
    let upload = fields.check(id("upload_id", &request.upload_id));
    let missing_from = request
        .close_missing_from
        .map(|it| fields.check(day("close_missing_from", Some(it))));
    match (request_id, upload) {
        (Some(request_id), Some(upload)) if fields.is_clean() => {
            let closing = Closing {
                is_partial: request.partial,
                missing_from: missing_from.flatten(),
            };
            Ok(Asked {
                request_id,
                input: ImportRegister {
                    upload,
                    closing,
                    validate_only: request.validate_only,
                },
            })
        }
        _ => Err(fields.reject()),
    }
}

pub fn accept_invitation(
    request: &pb::AcceptInvitationRequest,
) -> Result<(AccountId, InvitationId), Rejection> {
    let mut fields = Fields::default();
    let account = fields.check(id("account_id", &request.account_id));
    let invitation = fields.check(id("invitation_id", &request.invitation_id));
    account.zip(invitation).ok_or_else(|| fields.reject())
}

pub fn batch_ids(request: &pb::BatchGetAccountsRequest) -> Result<Vec<AccountId>, Rejection> {
    let path = "account_ids";
    let violation = match request.account_ids.len() {
        0 => FieldViolation::new(path, ErrorReason::FieldRequired),
        1..=MOST_BATCH_IDS => match ids(path, &request.account_ids) {
            Ok(ids) => return Ok(ids),
            Err(violation) => violation,
        },
        _ => FieldViolation::new(path, ErrorReason::FieldTooLong).with("limit", MOST_BATCH_IDS),
    };
    Err(Rejection::invalid().fields([violation]))
}

fn take_field(path: &str, account: &pb::Account, input: &mut UpdateAccount, fields: &mut Fields) {
    let under = format!("account.{path}");
    match path {
        "name" => input.name = fields.check(name(&under, &account.name)),
        "work_email" => input.work_email = fields.check(optional(&under, &account.work_email, Email::parse)),
        "work_phone" => input.work_phone = fields.check(optional(&under, &account.work_phone, Phone::parse)),
        "show_function_only" => input.shows_function_only = Some(account.show_function_only),
        "permissions" => input.permissions = Some(permissions(&under, &account.permissions, fields)),
        "scope" => input.scope = Some(scope(&under, &account.scope, fields)),
        _ => fields.refuse("update_mask", ErrorReason::FieldMaskInvalid),
    }
}

fn permissions(path: &str, wanted: &[pb::PermissionGrant], fields: &mut Fields) -> Vec<Grant> {
    let mut grants = Vec::with_capacity(wanted.len());
    for (index, grant) in wanted.iter().enumerate() {
        let permission = fields.check(permission(
            &format!("{path}[{index}].permission"),
            grant.permission,
        ));
        let validity = fields.check(validity(&format!("{path}[{index}].validity"), grant.validity));
        let validity = validity.and_then(|validity| Validity::parse(validity.from, validity.to).ok());
        grants.extend(
            permission
                .zip(validity)
                .map(|(permission, validity)| Grant { permission, validity }),
        );
    }
    grants
}

fn scope(path: &str, wanted: &[pb::UnitScope], fields: &mut Fields) -> Vec<WantedUnit> {
    let mut units = Vec::with_capacity(wanted.len());
    for (index, unit) in wanted.iter().enumerate() {
        let unit_id = fields.check(id(&format!("{path}[{index}].unit_id"), &unit.unit_id));
        let offices = fields.check(ids(&format!("{path}[{index}].office_ids"), &unit.office_ids));
        let all_offices = unit.all_offices;
        units.extend(unit_id.zip(offices).map(|(unit, offices)| WantedUnit {
            unit,
            all_offices,
            offices,
        }));
    }
    units
}

fn permission(path: &str, value: i32) -> Result<Permission, FieldViolation> {
    match known::<PbPermission>(path, value)? {
        PbPermission::Unspecified => Err(FieldViolation::new(path, ErrorReason::FieldRequired)),
        PbPermission::AdministerPermissions => Ok(Permission::AdministerPermissions),
        PbPermission::ReceiveParticipants => Ok(Permission::ReceiveParticipants),
        PbPermission::ReportAndPlan => Ok(Permission::ReportAndPlan),
        PbPermission::RegisterProject => Ok(Permission::RegisterProject),
        PbPermission::CountersignAttendance => Ok(Permission::CountersignAttendance),
        PbPermission::CountersignWorkingTime => Ok(Permission::CountersignWorkingTime),
        PbPermission::AdministerRegister => Ok(Permission::AdministerRegister),
        PbPermission::RunExports => Ok(Permission::RunExports),
        PbPermission::Operate => Ok(Permission::Operate),
    }
}

fn language(path: &str, value: i32) -> Result<Language, FieldViolation> {
    match PbLanguage::try_from(value) {
        Ok(PbLanguage::Unspecified | PbLanguage::Sv) => Ok(Language::Swedish),
        Ok(PbLanguage::En) => Ok(Language::English),
        Err(_) => Err(FieldViolation::new(path, ErrorReason::FieldUnknownValue)),
    }
}

fn number(path: &str, text: &str, today: Date) -> Result<PersonalNumber, FieldViolation> {
    let reason = |fault| match fault {
        NumberFault::Malformed => ErrorReason::NumberMalformed,
        NumberFault::CheckDigitWrong => ErrorReason::NumberCheckDigitWrong,
        NumberFault::DateImpossible => ErrorReason::NumberDateImpossible,
        NumberFault::CenturyAmbiguous => ErrorReason::NumberCenturyAmbiguous,
    };
    if text.is_empty() {
        return Err(FieldViolation::new(path, ErrorReason::FieldRequired));
    }
    PersonalNumber::parse(text, today).map_err(|fault| FieldViolation::new(path, reason(fault)))
}

fn name(path: &str, text: &str) -> Result<PersonName, FieldViolation> {
    PersonName::parse(text).map_err(|fault| contact_violation(path, fault))
}

fn contact(email: &str, mobile: &str) -> Result<ContactPoint, FieldViolation> {
    let path = if mobile.is_empty() { "email" } else { "mobile" };
    ContactPoint::parse(email, mobile).map_err(|fault| match fault {
        ContactFault::Malformed => FieldViolation::new(path, ErrorReason::ContactPointMalformed),
        ContactFault::Missing | ContactFault::TooLong { .. } => contact_violation(path, fault),
    })
}

fn optional<T>(
    path: &str,
    text: &str,
    parse: impl Fn(&str) -> Result<T, ContactFault>,
) -> Result<Option<T>, FieldViolation> {
    if text.is_empty() {
        return Ok(None);
    }
    parse(text).map(Some).map_err(|fault| match fault {
        ContactFault::Malformed => FieldViolation::new(path, ErrorReason::ContactPointMalformed),
        ContactFault::Missing | ContactFault::TooLong { .. } => contact_violation(path, fault),
    })
}

fn contact_violation(path: &str, fault: ContactFault) -> FieldViolation {
    match fault {
        ContactFault::Missing => FieldViolation::new(path, ErrorReason::FieldRequired),
        ContactFault::TooLong { limit } => {
            FieldViolation::new(path, ErrorReason::FieldTooLong).with("limit", limit)
        }
        ContactFault::Malformed => FieldViolation::new(path, ErrorReason::FieldMalformed),
    }
}
