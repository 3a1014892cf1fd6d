//! Requests to identity.

use journey::new_id;
use prost::Message as _;
use proto::identity::v1 as pb;
use proto::types::v1::Language;
use support::people::PEOPLE;

use super::{Objects, given_or_new, page};

/// Long after the test; the machine's time is not asked.
const FAR: i64 = 4_000_000_000;

pub fn sample(method: &str, about: &Objects) -> Option<Vec<u8>> {
    let (service, method) = method.strip_prefix("identity.v1.")?.split_once('/')?;
    match service {
        "SignInService" => sign_in(method, about),
        "SessionService" => session(method, about),
        "SigningService" => signing(method, about),
        "PersonService" => person(method, about),
        "InvitationService" => invitation(method, about),
        "ContactService" => contacts(method),
        "NoticeService" => notice(method),
        "ClientService" => client(method, about),
        "KeyService" if method == "GetJwks" => Some(pb::GetJwksRequest {}.encode_to_vec()),
        _ => None,
    }
}

/// A document for the person to sign, prepared for a context.
pub fn prepare(signature_id: &str, person_id: &str, context: &str) -> pb::PrepareSignatureRequest {
    pb::PrepareSignatureRequest {
        signature_id: signature_id.to_owned(),
        kind: "sample".to_owned(),
        document_id: new_id(),
        document_hash: vec![7; 32].into(),
        visible_text: "Jag har läst detta.".to_owned(),
        person_id: person_id.to_owned(),
        context: context.to_owned(),
    }
}

/// An invitation that a service sends.
pub fn invite(invitation_id: &str) -> pb::InviteRequest {
    pb::InviteRequest {
        invitation_id: invitation_id.to_owned(),
        kind: pb::InvitationKind::Colleague.into(),
        subject_id: new_id(),
        email: "sample@provbolaget.example".to_owned(),
        mobile: String::new(),
        language: Language::Sv.into(),
        expires_at: Some(prost_types::Timestamp {
            seconds: FAR,
            nanos: 0,
        }),
    }
}

/// An order for one signature.
pub fn start_signing(signature_id: &str) -> pb::StartSigningRequest {
    pb::StartSigningRequest {
        signature_ids: vec![signature_id.to_owned()],
        device: pb::Device::Other.into(),
        language: Language::Sv.into(),
        return_url: String::new(),
    }
}

fn sign_in(method: &str, about: &Objects) -> Option<Vec<u8>> {
    let (flow_id, flow_token) = (about.flow.clone(), about.flow_token.clone());
    Some(match method {
        "StartSignIn" => pb::StartSignInRequest {
            portal: pb::Portal::Staff.into(),
            device: pb::Device::Other.into(),
            language: Language::Sv.into(),
            return_url: String::new(),
        }
        .encode_to_vec(),
        "GetSignIn" => pb::GetSignInRequest { flow_id, flow_token }.encode_to_vec(),
        "CancelSignIn" => pb::CancelSignInRequest { flow_id, flow_token }.encode_to_vec(),
        _ => return None,
    })
}

fn session(method: &str, about: &Objects) -> Option<Vec<u8>> {
    let reference_token = about.reference_token.clone();
    let session_id = about.session.clone();
    Some(match method {
        "ExchangeSession" => pb::ExchangeSessionRequest { reference_token }.encode_to_vec(),
        "SignOut" => pb::SignOutRequest { reference_token }.encode_to_vec(),
        "ListSessions" => pb::ListSessionsRequest { page: Some(page()) }.encode_to_vec(),
        "EndSession" => pb::EndSessionRequest { session_id }.encode_to_vec(),
        _ => return None,
    })
}

fn signing(method: &str, about: &Objects) -> Option<Vec<u8>> {
    let (flow_id, signature_id) = (about.flow.clone(), about.signature.clone());
    Some(match method {
        "PrepareSignature" => {
            let signature_id = given_or_new(&about.signature_to_prepare);
            prepare(&signature_id, &about.person, &about.context).encode_to_vec()
        }
        "StartSigning" => start_signing(&signature_id).encode_to_vec(),
        "GetSigning" => pb::GetSigningRequest { flow_id }.encode_to_vec(),
        "CancelSigning" => pb::CancelSigningRequest { flow_id }.encode_to_vec(),
        "GetSignature" => pb::GetSignatureRequest { signature_id }.encode_to_vec(),
        _ => return None,
    })
}

fn person(method: &str, about: &Objects) -> Option<Vec<u8>> {
    Some(match method {
        "RegisterPersons" => {
            let numbers = vec![PEOPLE[2].number.to_owned()];
            pb::RegisterPersonsRequest { numbers }.encode_to_vec()
        }
        "ResolvePersons" => pb::ResolvePersonsRequest {
            person_ids: vec![about.person.clone()],
            purpose: "certificate".to_owned(),
        }
        .encode_to_vec(),
        _ => return None,
    })
}

fn invitation(method: &str, about: &Objects) -> Option<Vec<u8>> {
    let (invitation_id, link_secret) = (about.invitation.clone(), about.link_secret.clone());
    let person_id = about.person.clone();
    Some(match method {
        "Invite" => invite(&given_or_new(&about.invitation_to_send)).encode_to_vec(),
        "GetInvitation" => pb::GetInvitationRequest { invitation_id }.encode_to_vec(),
        "CancelInvitation" => pb::CancelInvitationRequest { invitation_id }.encode_to_vec(),
        "OpenInvitation" => pb::OpenInvitationRequest { link_secret }.encode_to_vec(),
        "UseInvitation" => pb::UseInvitationRequest {
            invitation_id,
            person_id,
        }
        .encode_to_vec(),
        _ => return None,
    })
}

fn contacts(method: &str) -> Option<Vec<u8>> {
    Some(match method {
        "GetOwnContacts" => pb::GetOwnContactsRequest {}.encode_to_vec(),
        "UpdateOwnContacts" => pb::UpdateOwnContactsRequest {
            request_id: new_id(),
            contacts: Some(pb::OwnContacts {
                email: "sample@exempel.example".to_owned(),
                language: Language::En.into(),
                reminders: true,
                ..Default::default()
            }),
        }
        .encode_to_vec(),
        _ => return None,
    })
}

fn notice(method: &str) -> Option<Vec<u8>> {
    Some(match method {
        "GetOwnNotice" => pb::GetOwnNoticeRequest {}.encode_to_vec(),
        "RecordNoticeShown" => pb::RecordNoticeShownRequest {
            version: "2026-11".to_owned(),
            language: Language::Sv.into(),
        }
        .encode_to_vec(),
        _ => return None,
    })
}

fn client(method: &str, about: &Objects) -> Option<Vec<u8>> {
    let client_id = about.client.clone();
    Some(match method {
        "RegisterClient" => pb::RegisterClientRequest {
            request_id: new_id(),
            display_name: "Sample".to_owned(),
            kind: pb::ClientKind::Supplier.into(),
            organisation_id: about.organisation.clone(),
            certificate_pem: about.certificate_pem.clone(),
        }
        .encode_to_vec(),
        "ListClients" => pb::ListClientsRequest { page: Some(page()) }.encode_to_vec(),
        "RemoveClient" => pb::RemoveClientRequest { client_id }.encode_to_vec(),
        "IssueToken" => pb::IssueTokenRequest {}.encode_to_vec(),
        _ => return None,
    })
}
