//! Requests of people: every field is judged, and all that is wrong is told at once.

use platform::access::Reader;
use platform::grpc::convert::{id, known, request_id, required};
use platform::grpc::{FieldViolation, Fields, Rejection};
use proto::consent::v1 as pb;
use proto::errors::v1::ErrorReason;
use proto::types::v1 as types;
use uuid::Uuid;

use crate::commands::prepare_consent::PrepareConsent;
use crate::commands::withdraw::Withdraw;
use crate::domain::consent::Withdrawer;
use crate::domain::ids::{SignatureId, Who};
use crate::domain::month::Month;
use crate::domain::recipient::{Language, Recipient};

/// What a repeatable request asks for.
pub struct Asked<T> {
    pub request_id: Uuid,
    pub input: T,
}

pub fn prepare_consent(request: &pb::PrepareConsentRequest) -> Result<PrepareConsent, Rejection> {
    let mut fields = Fields::default();
    let recipient = fields.check(recipient("recipient", request.recipient));
    let language = fields.check(language("language", request.language));
    if request.text_version < 1 {
        fields.refuse("text_version", ErrorReason::FieldRequired);
    }
    match (recipient, language) {
        (Some(recipient), Some(language)) if fields.is_clean() => Ok(PrepareConsent {
            recipient,
            text_version: request.text_version,
            language,
        }),
        _ => Err(fields.reject()),
    }
}

pub fn complete_consent(request: &pb::CompleteConsentRequest) -> Result<SignatureId, Rejection> {
    id("signature_id", &request.signature_id).map_err(|violation| Rejection::invalid().fields([violation]))
}

pub fn withdraw(request: &pb::WithdrawRequest, who: &Who) -> Result<Asked<Withdraw>, Rejection> {
    let mut fields = Fields::default();
    let request_id = fields.check(request_id("request_id", &request.request_id));
    let recipient = fields.check(recipient("recipient", request.recipient));
    let (Some(request_id), Some(recipient)) = (request_id, recipient) else {
        return Err(fields.reject());
    };
    let input = Withdraw {
        persons: who.ids(),
        recipient,
        by: Withdrawer::Person,
        reader: None,
    };
    Ok(Asked { request_id, input })
}

pub fn withdraw_on_behalf(
    request: &pb::WithdrawOnBehalfRequest,
    reader: Reader,
) -> Result<Asked<Withdraw>, Rejection> {
    let mut fields = Fields::default();
    let request_id = fields.check(request_id("request_id", &request.request_id));
    let person = fields.check(id("person_id", &request.person_id));
    let recipient = fields.check(recipient("recipient", request.recipient));
    let (Some(request_id), Some(person), Some(recipient)) = (request_id, person, recipient) else {
        return Err(fields.reject());
    };
    let input = Withdraw {
        persons: vec![person],
        recipient,
        by: Withdrawer::Agency,
        reader: Some(reader),
    };
    Ok(Asked { request_id, input })
}

pub fn recipient(path: &str, value: i32) -> Result<Recipient, FieldViolation> {
    match known(path, value)? {
        types::Recipient::Esf => Ok(Recipient::Esf),
        types::Recipient::Scb => Ok(Recipient::Scb),
        types::Recipient::Unspecified => Err(FieldViolation::new(path, ErrorReason::FieldRequired)),
    }
}

/// None where any is meant.
pub fn optional_recipient(path: &str, value: i32) -> Result<Option<Recipient>, FieldViolation> {
    match value {
        0 => Ok(None),
        value => recipient(path, value).map(Some),
    }
}

/// Unspecified is Swedish.
pub fn language(path: &str, value: i32) -> Result<Language, FieldViolation> {
    match types::Language::try_from(value) {
        Ok(types::Language::Unspecified | types::Language::Sv) => Ok(Language::Swedish),
        Ok(types::Language::En) => Ok(Language::English),
        Err(_) => Err(FieldViolation::new(path, ErrorReason::FieldUnknownValue)),
    }
}

pub fn month(path: &str, month: Option<types::Month>) -> Result<Month, FieldViolation> {
    let month = required(path, month)?;
    Month::new(month.year, month.month).ok_or_else(|| FieldViolation::new(path, ErrorReason::DayImpossible))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn violations(rejection: &Rejection) -> Vec<(&str, ErrorReason)> {
        rejection
            .violations()
            .iter()
            .map(|violation| (violation.path.as_str(), violation.reason))
            .collect()
    }

    #[test]
    fn everything_wrong_with_a_preparation_is_told_at_once() {
        let request = pb::PrepareConsentRequest {
            recipient: 7,
            text_version: 0,
            language: 9,
        };
        let refused = prepare_consent(&request).unwrap_err();
        assert_eq!(
            violations(&refused),
            [
                ("recipient", ErrorReason::FieldUnknownValue),
                ("language", ErrorReason::FieldUnknownValue),
                ("text_version", ErrorReason::FieldRequired),
            ]
        );
    }

    #[test]
    fn a_language_that_is_not_named_is_swedish() {
        assert_eq!(language("language", 0), Ok(Language::Swedish));
        assert_eq!(language("language", 2), Ok(Language::English));
    }

    #[test]
    fn a_withdrawal_names_request_and_recipient() {
        let who = Who {
            person: crate::domain::ids::PersonId::from_uuid(Uuid::nil()),
            aliases: Vec::new(),
        };
        let refused = withdraw(&pb::WithdrawRequest::default(), &who).err().unwrap();
        assert_eq!(
            violations(&refused),
            [
                ("request_id", ErrorReason::FieldRequired),
                ("recipient", ErrorReason::FieldRequired),
            ]
        );
    }
}
