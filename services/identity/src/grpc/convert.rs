//! From the contract to the domain. Every wrong field is named; nothing that is wrong comes through.

mod fields;
pub mod own;

use jiff::Timestamp;
use jiff::civil::Date;
use platform::grpc::convert::{id, ids, known};
use platform::grpc::{FieldViolation, Fields, Rejection};
use proto::errors::v1::ErrorReason;
use proto::identity::v1 as pb;

use self::fields::{
    certificate, client_kind, contact_point, count, device, display_name, distinct_ids, instant_ahead,
    invitation_kind, language, number_reason, portal, return_url, visible_text,
};
use crate::commands::invite::Invite;
use crate::commands::register_client::NewClient;
use crate::commands::start_flow::{EndUser, Start};
use crate::domain::ids::{InvitationId, PersonId, SignatureId};
use crate::domain::number::PersonNumber;
use crate::domain::portal::Portal;
use crate::domain::secret::SecretToken;
use crate::domain::signature::{DocumentHash, DocumentKind, Signature, SignatureState};
use crate::queries::resolve_persons::ResolvePurpose;

const MOST_NUMBERS: usize = 500;
const MOST_PERSONS: usize = 1_000;

/// Numbers of a batch; each wrong one is named.
pub fn numbers(texts: &[String], today: Date) -> Result<Vec<PersonNumber>, Rejection> {
    let mut fields = Fields::default();
    fields.check(count("numbers", texts.len(), MOST_NUMBERS));
    let parse = |(index, text): (usize, &String)| {
        let parsed = PersonNumber::parse(text, today);
        parsed.map_err(|error| FieldViolation::new(format!("numbers[{index}]"), number_reason(error)))
    };
    let numbers = texts
        .iter()
        .take(MOST_NUMBERS)
        .enumerate()
        .filter_map(|number| fields.check(parse(number)))
        .collect();
    fields.finish()?;
    Ok(numbers)
}

/// Ids and purpose of persons to resolve.
pub fn resolve(request: &pb::ResolvePersonsRequest) -> Result<(Vec<PersonId>, ResolvePurpose), Rejection> {
    let mut fields = Fields::default();
    fields.check(count("person_ids", request.person_ids.len(), MOST_PERSONS));
    let person_ids = fields.check(ids("person_ids", &request.person_ids));
    let purpose = match request.purpose.as_str() {
        "" => Err(ErrorReason::FieldRequired),
        code => ResolvePurpose::parse(code).ok_or(ErrorReason::FieldUnknownValue),
    };
    let purpose = fields.check(purpose.map_err(|reason| FieldViolation::new("purpose", reason)));
    match (person_ids, purpose, fields.is_clean()) {
        (Some(person_ids), Some(purpose), true) => Ok((person_ids, purpose)),
        _ => Err(fields.reject()),
    }
}

/// How a sign-in shall go; the app returns to our own pages alone.
pub fn start_sign_in(
    request: &pb::StartSignInRequest,
    end_user: EndUser,
    pages: &str,
) -> Result<(Portal, Start), Rejection> {
    let mut fields = Fields::default();
    let portal = fields.check(portal("portal", request.portal));
    let device = fields.check(device("device", request.device));
    let language = fields.check(language("language", request.language));
    let return_url = fields.check(return_url("return_url", &request.return_url, pages));
    let (Some(portal), Some(device), Some(language), Some(return_url)) =
        (portal, device, language, return_url)
    else {
        return Err(fields.reject());
    };
    Ok((
        portal,
        Start {
            end_user,
            device,
            language,
            return_url,
        },
    ))
}

/// How a signing shall go; the app returns to our own pages alone.
pub fn start_signing(
    request: &pb::StartSigningRequest,
    end_user: EndUser,
    pages: &str,
) -> Result<(Vec<SignatureId>, Start), Rejection> {
    let mut fields = Fields::default();
    let ids = fields.check(distinct_ids("signature_ids", &request.signature_ids));
    let device = fields.check(device("device", request.device));
    let language = fields.check(language("language", request.language));
    let return_url = fields.check(return_url("return_url", &request.return_url, pages));
    let (Some(ids), Some(device), Some(language), Some(return_url)) = (ids, device, language, return_url)
    else {
        return Err(fields.reject());
    };
    Ok((
        ids,
        Start {
            end_user,
            device,
            language,
            return_url,
        },
    ))
}

/// A document to sign, with its text.
pub fn signature(
    request: pb::PrepareSignatureRequest,
    service: &str,
) -> Result<(Signature, String), Rejection> {
    let mut fields = Fields::default();
    let signature_id = fields.check(id("signature_id", &request.signature_id));
    let kind = DocumentKind::parse(&request.kind);
    let kind = fields.check(kind.map_err(|_| FieldViolation::new("kind", ErrorReason::FieldMalformed)));
    let document_id = fields.check(id("document_id", &request.document_id));
    let hash = request.document_hash.as_ref().try_into().map(DocumentHash);
    let hash =
        fields.check(hash.map_err(|_| FieldViolation::new("document_hash", ErrorReason::FieldMalformed)));
    fields.check(visible_text("visible_text", &request.visible_text));
    let person_id = fields.check(id("person_id", &request.person_id));
    if request.context != service {
        fields.refuse("context", ErrorReason::FieldUnknownValue);
    }
    let parts = (
        signature_id,
        kind,
        document_id,
        hash,
        person_id,
        fields.is_clean(),
    );
    let (Some(signature_id), Some(kind), Some(document_id), Some(document_hash), Some(person_id), true) =
        parts
    else {
        return Err(fields.reject());
    };
    let context = request.context;
    let state = SignatureState::Prepared;
    Ok((
        Signature {
            signature_id,
            context,
            kind,
            document_id,
            document_hash,
            person_id,
            state,
        },
        request.visible_text,
    ))
}

/// A client to register.
pub fn new_client(request: &pb::RegisterClientRequest) -> Result<NewClient, Rejection> {
    let mut fields = Fields::default();
    let display_name = fields.check(display_name("display_name", &request.display_name));
    let kind = fields.check(known("kind", request.kind).and_then(client_kind));
    let organisation_id = fields.check(id("organisation_id", &request.organisation_id));
    let certificate = fields.check(certificate("certificate_pem", &request.certificate_pem));
    match (display_name, kind, organisation_id, certificate) {
        (Some(display_name), Some(kind), Some(organisation_id), Some(certificate)) => Ok(NewClient {
            display_name,
            kind,
            organisation_id,
            certificate,
        }),
        _ => Err(fields.reject()),
    }
}

/// Whom to invite to what.
pub fn invite(request: &pb::InviteRequest, now: Timestamp) -> Result<Invite, Rejection> {
    let mut fields = Fields::default();
    let invitation_id = fields.check(id("invitation_id", &request.invitation_id));
    let kind = fields.check(known("kind", request.kind).and_then(invitation_kind));
    let subject_id = fields.check(id("subject_id", &request.subject_id));
    let to = fields.check(contact_point(&request.email, &request.mobile));
    let language = fields.check(language("language", request.language));
    let expires_at = fields.check(instant_ahead("expires_at", request.expires_at.as_ref(), now));
    let parts = (invitation_id, kind, subject_id, to, language, expires_at);
    let (Some(invitation_id), Some(kind), Some(subject_id), Some(to), Some(language), Some(expires_at)) =
        parts
    else {
        return Err(fields.reject());
    };
    Ok(Invite {
        invitation_id,
        kind,
        subject_id,
        to,
        language,
        expires_at,
    })
}

/// Which invitation was used, and by whom if that was told.
pub fn use_invitation(
    request: &pb::UseInvitationRequest,
) -> Result<(InvitationId, Option<PersonId>), Rejection> {
    let mut fields = Fields::default();
    let invitation_id = fields.check(id("invitation_id", &request.invitation_id));
    let person_id = match request.person_id.as_str() {
        "" => Some(None),
        text => fields.check(id("person_id", text)).map(Some),
    };
    match (invitation_id, person_id) {
        (Some(invitation_id), Some(person_id)) => Ok((invitation_id, person_id)),
        _ => Err(fields.reject()),
    }
}

/// An id that is the whole request.
pub fn one_id<T: std::str::FromStr>(path: &'static str, text: &str) -> Result<T, Rejection> {
    id(path, text).map_err(|violation| Rejection::invalid().fields([violation]))
}

/// A secret of ours; anything else is as unknown as a wrong one.
pub fn secret(text: &str, kind: &'static str) -> Result<SecretToken, Rejection> {
    SecretToken::parse(text).ok_or_else(|| Rejection::not_found(kind))
}

#[cfg(test)]
mod tests;
