//! Parsers of single fields. Each answers with the value or with the violation of its field.

use jiff::Timestamp;
use platform::auth::Thumbprint;
use platform::grpc::FieldViolation;
use platform::grpc::convert::{ids, known, timestamp};
use proto::errors::v1::ErrorReason;
use proto::identity::v1 as pb;
use proto::types::v1 as types;

use crate::domain::client::{ClientKind, DisplayName, DisplayNameError};
use crate::domain::contact_point::{ContactPoint, EmailAddress, MobileNumber};
use crate::domain::ids::SignatureId;
use crate::domain::invitation::InvitationKind;
use crate::domain::number::NumberError;
use crate::domain::portal::{Device, Language, Portal};
use crate::domain::signature::LONGEST_VISIBLE;

const LONGEST_URL: usize = 512;
const LONGEST_PEM: usize = 16 * 1024;

type Checked<T> = Result<T, FieldViolation>;

pub(super) fn number_reason(error: NumberError) -> ErrorReason {
    match error {
        NumberError::Malformed => ErrorReason::NumberMalformed,
        NumberError::CenturyAmbiguous => ErrorReason::NumberCenturyAmbiguous,
        NumberError::DateImpossible => ErrorReason::NumberDateImpossible,
        NumberError::CheckDigitWrong => ErrorReason::NumberCheckDigitWrong,
    }
}

pub(super) fn count(path: &str, count: usize, limit: usize) -> Checked<()> {
    match count {
        0 => Err(FieldViolation::new(path, ErrorReason::FieldRequired)),
        count if count > limit => {
            Err(FieldViolation::new(path, ErrorReason::FieldTooLong).with("limit", limit))
        }
        _ => Ok(()),
    }
}

pub(super) fn distinct_ids(path: &str, texts: &[String]) -> Checked<Vec<SignatureId>> {
    if texts.is_empty() {
        return Err(FieldViolation::new(path, ErrorReason::FieldRequired));
    }
    let ids: Vec<SignatureId> = ids(path, texts)?;
    let again = ids
        .iter()
        .enumerate()
        .find(|(index, id)| ids[..*index].contains(id));
    match again {
        Some((index, _)) => Err(FieldViolation::new(
            format!("{path}[{index}]"),
            ErrorReason::FieldMalformed,
        )),
        None => Ok(ids),
    }
}

pub(super) fn portal(path: &str, value: i32) -> Checked<Portal> {
    match known(path, value)? {
        pb::Portal::Participant => Ok(Portal::Participant),
        pb::Portal::Staff => Ok(Portal::Staff),
        pb::Portal::Unspecified => Err(FieldViolation::new(path, ErrorReason::FieldRequired)),
    }
}

pub(super) fn device(path: &str, value: i32) -> Checked<Device> {
    match known(path, value)? {
        pb::Device::Other => Ok(Device::Other),
        pb::Device::SameComputer => Ok(Device::SameComputer),
        pb::Device::SameMobile => Ok(Device::SameMobile),
        pb::Device::Unspecified => Err(FieldViolation::new(path, ErrorReason::FieldRequired)),
    }
}

pub(super) fn language(path: &str, value: i32) -> Checked<Language> {
    match types::Language::try_from(value) {
        Ok(types::Language::Unspecified | types::Language::Sv) => Ok(Language::Swedish),
        Ok(types::Language::En) => Ok(Language::English),
        Err(_) => Err(FieldViolation::new(path, ErrorReason::FieldUnknownValue)),
    }
}

pub(super) fn client_kind(kind: pb::ClientKind) -> Checked<ClientKind> {
    match kind {
        pb::ClientKind::Agency => Ok(ClientKind::Agency),
        pb::ClientKind::Supplier => Ok(ClientKind::Supplier),
        pb::ClientKind::Unspecified => Err(FieldViolation::new("kind", ErrorReason::FieldRequired)),
    }
}

pub(super) fn invitation_kind(kind: pb::InvitationKind) -> Checked<InvitationKind> {
    match kind {
        pb::InvitationKind::Nomination => Ok(InvitationKind::Nomination),
        pb::InvitationKind::Colleague => Ok(InvitationKind::Colleague),
        pb::InvitationKind::ProjectParticipant => Ok(InvitationKind::ProjectParticipant),
        pb::InvitationKind::Unspecified => Err(FieldViolation::new("kind", ErrorReason::FieldRequired)),
    }
}

// Elsewhere the app would lead people, and what the address tells, to somebody else's pages.
pub(super) fn return_url(path: &str, url: &str, pages: &str) -> Checked<Option<String>> {
    if url.is_empty() {
        return Ok(None);
    }
    if url.len() > LONGEST_URL {
        return Err(FieldViolation::new(path, ErrorReason::FieldTooLong).with("limit", LONGEST_URL));
    }
    let is_ours = |url: &reqwest::Url, own: &reqwest::Url| {
        url.scheme() == "https" && url.has_host() && url.host() == own.host()
    };
    let is_ours = match (reqwest::Url::parse(url), reqwest::Url::parse(pages)) {
        (Ok(url), Ok(own)) => is_ours(&url, &own),
        (Err(_), _) | (_, Err(_)) => false,
    };
    let is_plain = url.bytes().all(|byte| byte.is_ascii_graphic());
    if is_ours && is_plain {
        Ok(Some(url.to_owned()))
    } else {
        Err(FieldViolation::new(path, ErrorReason::FieldMalformed))
    }
}

pub(super) fn visible_text(path: &str, text: &str) -> Checked<()> {
    if text.trim().is_empty() {
        return Err(FieldViolation::new(path, ErrorReason::FieldRequired));
    }
    if text.len() > LONGEST_VISIBLE {
        return Err(FieldViolation::new(path, ErrorReason::FieldTooLong).with("limit", LONGEST_VISIBLE));
    }
    if text
        .chars()
        .any(|letter| letter.is_control() && !matches!(letter, '\n' | '\r'))
    {
        return Err(FieldViolation::new(path, ErrorReason::FieldMalformed));
    }
    Ok(())
}

pub(super) fn display_name(path: &str, text: &str) -> Checked<DisplayName> {
    DisplayName::parse(text).map_err(|error| match error {
        DisplayNameError::Empty => FieldViolation::new(path, ErrorReason::FieldRequired),
        DisplayNameError::TooLong { limit } => {
            FieldViolation::new(path, ErrorReason::FieldTooLong).with("limit", limit)
        }
        DisplayNameError::Malformed => FieldViolation::new(path, ErrorReason::FieldMalformed),
    })
}

pub(super) fn certificate(path: &str, text: &str) -> Checked<Thumbprint> {
    if text.trim().is_empty() {
        return Err(FieldViolation::new(path, ErrorReason::FieldRequired));
    }
    let wrong = || FieldViolation::new(path, ErrorReason::FieldMalformed);
    if text.len() > LONGEST_PEM {
        return Err(FieldViolation::new(path, ErrorReason::FieldTooLong).with("limit", LONGEST_PEM));
    }
    let (_, pem) = x509_parser::pem::parse_x509_pem(text.as_bytes()).map_err(|_| wrong())?;
    let (rest, _) = x509_parser::parse_x509_certificate(&pem.contents).map_err(|_| wrong())?;
    if pem.label == "CERTIFICATE" && rest.is_empty() {
        Ok(Thumbprint::of(&pem.contents))
    } else {
        Err(wrong())
    }
}

pub(super) fn contact_point(email: &str, mobile: &str) -> Checked<ContactPoint> {
    let wrong = |path| move |_| FieldViolation::new(path, ErrorReason::ContactPointMalformed);
    match (email.is_empty(), mobile.is_empty()) {
        (false, true) => EmailAddress::parse(email)
            .map(ContactPoint::Email)
            .map_err(wrong("email")),
        (true, false) => MobileNumber::parse(mobile)
            .map(ContactPoint::Mobile)
            .map_err(wrong("mobile")),
        (true, true) => Err(FieldViolation::new("email", ErrorReason::FieldRequired)),
        (false, false) => Err(FieldViolation::new("mobile", ErrorReason::ContactPointMalformed)),
    }
}

pub(super) fn instant_ahead(
    path: &str,
    wire: Option<&prost_types::Timestamp>,
    now: Timestamp,
) -> Checked<Timestamp> {
    if wire.is_none() {
        return Err(FieldViolation::new(path, ErrorReason::FieldRequired));
    }
    let instant = timestamp(wire).ok_or_else(|| FieldViolation::new(path, ErrorReason::FieldMalformed))?;
    if instant > now {
        Ok(instant)
    } else {
        Err(FieldViolation::new(path, ErrorReason::FieldOutOfRange))
    }
}
