//! Requests to staff, and those that every service answers for itself.

use journey::new_id;
use prost::Message as _;
use proto::operations::v1 as operations;
use proto::policy::v1::Permission;
use proto::staff::v1 as pb;
use proto::types::v1::{Day, Language, Validity};
use proto::uploads::v1::UploadChunkRequest;
use support::people::PEOPLE;

use super::{Objects, page};
use crate::answers::callers::Server;

pub fn sample(server: Server, method: &str, about: &Objects) -> Option<Vec<u8>> {
    let (service, method) = method.split_once('/')?;
    match service {
        "staff.v1.RegisterService" => register(method, about),
        "staff.v1.NominationService" => nomination(method, about),
        "staff.v1.AccountService" => account(method, about).or_else(|| accounts(method, about)),
        "staff.v1.GrantService" if method == "ListGrantChanges" => {
            Some(pb::ListGrantChangesRequest { since: String::new() }.encode_to_vec())
        }
        "uploads.v1.UploadService" if method == "UploadChunk" => {
            Some(chunk(&about.chunk_of, b"sample").encode_to_vec())
        }
        "operations.v1.OperationsService" => operation(server, method),
        _ => None,
    }
}

/// The beginning of a file.
pub fn chunk(upload_id: &str, content: &[u8]) -> UploadChunkRequest {
    UploadChunkRequest {
        upload_id: upload_id.to_owned(),
        offset: 0,
        content: content.to_vec().into(),
    }
}

/// Nominates a person of the fixtures by another name.
pub fn nominate(
    organisation: &str,
    number: &str,
    name: &str,
    email: &str,
) -> pb::NominateAdministratorRequest {
    pb::NominateAdministratorRequest {
        request_id: new_id(),
        organisation_id: organisation.to_owned(),
        personal_number: number.to_owned(),
        name: name.to_owned(),
        email: email.to_owned(),
        mobile: String::new(),
        language: Language::Sv.into(),
    }
}

/// Invites somebody to hold these permissions, in a unit if one is named.
pub fn invite(
    number: &str,
    name: &str,
    email: &str,
    permissions: Vec<pb::PermissionGrant>,
    unit: &str,
) -> pb::InviteColleagueRequest {
    let whole = |unit: &str| pb::UnitScope {
        unit_id: unit.to_owned(),
        all_offices: true,
        office_ids: Vec::new(),
    };
    pb::InviteColleagueRequest {
        request_id: new_id(),
        name: name.to_owned(),
        personal_number: number.to_owned(),
        email: email.to_owned(),
        mobile: String::new(),
        permissions,
        scope: Some(unit)
            .filter(|unit| !unit.is_empty())
            .map(whole)
            .into_iter()
            .collect(),
        language: Language::Sv.into(),
    }
}

/// A permission from this year on, or over since its beginning.
pub fn grant(permission: Permission, is_over: bool) -> pb::PermissionGrant {
    let day = |month| Day {
        year: 2026,
        month,
        day: 1,
    };
    let validity = Validity {
        from: Some(day(1)),
        to: is_over.then(|| day(2)),
    };
    pb::PermissionGrant {
        permission: permission.into(),
        validity: Some(validity),
    }
}

fn register(method: &str, about: &Objects) -> Option<Vec<u8>> {
    let organisation_id = about.organisation.clone();
    Some(match method {
        "ImportRegister" => pb::ImportRegisterRequest {
            request_id: new_id(),
            upload_id: about.upload.clone(),
            close_missing_from: None,
            partial: true,
            validate_only: true,
        }
        .encode_to_vec(),
        "ListOrganisations" => pb::ListOrganisationsRequest { page: Some(page()) }.encode_to_vec(),
        "GetOrganisation" => pb::GetOrganisationRequest { organisation_id }.encode_to_vec(),
        _ => return None,
    })
}

fn nomination(method: &str, about: &Objects) -> Option<Vec<u8>> {
    let organisation_id = about.organisation.clone();
    Some(match method {
        "NominateAdministrator" => {
            let to = "sample@provbolaget.example";
            nominate(&about.nominates_for, PEOPLE[13].number, "Sample", to).encode_to_vec()
        }
        "ListNominations" => pb::ListNominationsRequest {
            organisation_id,
            page: Some(page()),
        }
        .encode_to_vec(),
        "RevokeNomination" => {
            let nomination_id = about.revocable.clone();
            pb::RevokeNominationRequest { nomination_id }.encode_to_vec()
        }
        "AcceptNomination" => {
            let nomination_id = about.nomination.clone();
            pb::AcceptNominationRequest { nomination_id }.encode_to_vec()
        }
        _ => return None,
    })
}

fn account(method: &str, about: &Objects) -> Option<Vec<u8>> {
    let account_id = about.account.clone();
    Some(match method {
        "AcceptInvitation" => pb::AcceptInvitationRequest {
            account_id: about.invited.clone(),
            invitation_id: about.invitation.clone(),
        }
        .encode_to_vec(),
        "ConfirmAccount" => pb::ConfirmAccountRequest { account_id }.encode_to_vec(),
        "GetAccount" => pb::GetAccountRequest { account_id }.encode_to_vec(),
        "UpdateAccount" => {
            // Somebody has always changed it since: nothing happens to what is found.
            let account = pb::Account {
                account_id,
                name: "Sample".to_owned(),
                etag: "1.0".to_owned(),
                ..pb::Account::default()
            };
            let update_mask = Some(prost_types::FieldMask {
                paths: vec!["name".to_owned()],
            });
            pb::UpdateAccountRequest {
                request_id: new_id(),
                account: Some(account),
                update_mask,
            }
            .encode_to_vec()
        }
        "EndAccount" => pb::EndAccountRequest {
            account_id: about.victim.clone(),
        }
        .encode_to_vec(),
        _ => return None,
    })
}

fn accounts(method: &str, about: &Objects) -> Option<Vec<u8>> {
    Some(match method {
        "ListMyAccounts" => pb::ListMyAccountsRequest {}.encode_to_vec(),
        "InviteColleague" => {
            let permission = if about.unit.is_empty() {
                Permission::RunExports
            } else {
                Permission::ReportAndPlan
            };
            let permissions = vec![grant(permission, false)];
            invite(
                "",
                "Sample",
                "sample@provbolaget.example",
                permissions,
                &about.unit,
            )
            .encode_to_vec()
        }
        "ListAccounts" => pb::ListAccountsRequest {
            name_contains: String::new(),
            include_ended: true,
            page: Some(page()),
        }
        .encode_to_vec(),
        "BatchGetAccounts" => {
            let account_ids = vec![about.account.clone(), about.victim.clone()];
            pb::BatchGetAccountsRequest { account_ids }.encode_to_vec()
        }
        _ => return None,
    })
}

fn operation(server: Server, method: &str) -> Option<Vec<u8>> {
    let topic = match server {
        Server::Identity => "identity.person.v1",
        Server::Staff => "staff.account.v1",
        Server::Participants => "participants.placement.v1",
        Server::Attendance => "attendance.month-report.v1",
        Server::Consent => "consent.consent.v1",
        Server::Export => "export.delivery.v1",
    };
    let topic = topic.to_owned();
    // No record is parked in a healthy system, and one that is gone is no error.
    let parked_record_id = new_id();
    Some(match method {
        "ListParkedRecords" => operations::ListParkedRecordsRequest {
            topic: String::new(),
            page: Some(page()),
        }
        .encode_to_vec(),
        "RetryParkedRecord" => operations::RetryParkedRecordRequest { parked_record_id }.encode_to_vec(),
        "DiscardParkedRecord" => operations::DiscardParkedRecordRequest { parked_record_id }.encode_to_vec(),
        "RepublishTopic" => operations::RepublishTopicRequest {
            topic,
            request_id: new_id(),
        }
        .encode_to_vec(),
        _ => return None,
    })
}
