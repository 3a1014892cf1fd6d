//! What people give of themselves.

use platform::grpc::convert::request_id;
use platform::grpc::{FieldViolation, Fields, Rejection};
use proto::errors::v1::ErrorReason;
use proto::identity::v1 as pb;
use uuid::Uuid;

use super::fields::language;
use crate::commands::update_contacts::NewContacts;
use crate::domain::contact_point::{EmailAddress, MobileNumber, NotAContactPoint};
use crate::domain::contacts::{Addresses, Contacts, NoAddress, Version};
use crate::domain::notice::{NeverIssued, NoticeVersion};
use crate::domain::portal::Language;

/// Contacts instead of those that were seen.
pub fn new_contacts(request: &pb::UpdateOwnContactsRequest) -> Result<(Uuid, NewContacts), Rejection> {
    let mut fields = Fields::default();
    let request_id = fields.check(request_id("request_id", &request.request_id));
    let Some(given) = &request.contacts else {
        fields.refuse("contacts", ErrorReason::FieldRequired);
        return Err(fields.reject());
    };
    let seen = fields.check(version("contacts.etag", &given.etag));
    let email = fields.check(address("contacts.email", &given.email, EmailAddress::parse));
    let phone = fields.check(address("contacts.phone", &given.phone, MobileNumber::parse));
    let language = fields.check(language("contacts.language", given.language));
    let (Some(request_id), Some(seen), Some(email), Some(phone), Some(language)) =
        (request_id, seen, email, phone, language)
    else {
        return Err(fields.reject());
    };
    let wanted = Contacts::new(Addresses { email, phone }, language, given.reminders);
    let wanted = wanted
        .map_err(|NoAddress| Rejection::invalid().field("contacts.email", ErrorReason::FieldRequired))?;
    Ok((request_id, NewContacts { seen, wanted }))
}

/// Which version was shown in which language.
pub fn shown_notice(request: &pb::RecordNoticeShownRequest) -> Result<(NoticeVersion, Language), Rejection> {
    let mut fields = Fields::default();
    let version = match request.version.as_str() {
        "" => Err(ErrorReason::FieldRequired),
        text => NoticeVersion::parse(text).map_err(|NeverIssued| ErrorReason::FieldUnknownValue),
    };
    let version = fields.check(version.map_err(|reason| FieldViolation::new("version", reason)));
    let language = fields.check(language("language", request.language));
    match (version, language) {
        (Some(version), Some(language)) => Ok((version, language)),
        _ => Err(fields.reject()),
    }
}

fn address<T>(
    path: &str,
    text: &str,
    parse: fn(&str) -> Result<T, NotAContactPoint>,
) -> Result<Option<T>, FieldViolation> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let parsed = parse(text).map(Some);
    parsed.map_err(|NotAContactPoint| FieldViolation::new(path, ErrorReason::ContactPointMalformed))
}

// Empty before the first were given.
fn version(path: &str, etag: &str) -> Result<Version, FieldViolation> {
    match etag {
        "" => Ok(Version::default()),
        text => text
            .parse()
            .map(Version)
            .map_err(|_| FieldViolation::new(path, ErrorReason::FieldMalformed)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(contacts: pb::OwnContacts) -> pb::UpdateOwnContactsRequest {
        pb::UpdateOwnContactsRequest {
            request_id: Uuid::from_u128(1).to_string(),
            contacts: Some(contacts),
        }
    }

    fn refused<T>(result: Result<T, Rejection>) -> Vec<(String, ErrorReason)> {
        let rejection = result.err().unwrap();
        let named = rejection.violations().iter();
        named
            .map(|violation| (violation.path.clone(), violation.reason))
            .collect()
    }

    #[test]
    fn contacts_are_kept_as_messages_need_them() {
        let given = pb::OwnContacts {
            email: " a@b.se ".to_owned(),
            phone: "+46 70-174 06 05".to_owned(),
            etag: "3".to_owned(),
            ..Default::default()
        };
        let (_, new) = new_contacts(&request(given)).unwrap();
        let addresses = new.wanted.addresses();
        assert_eq!(addresses.email.as_ref().unwrap().as_str(), "a@b.se");
        assert_eq!(addresses.phone.as_ref().unwrap().as_str(), "+46701740605");
        assert_eq!((new.wanted.language(), new.seen), (Language::Swedish, Version(3)));
    }

    #[test]
    fn blanks_are_no_address() {
        let given = pb::OwnContacts {
            email: "  ".to_owned(),
            ..Default::default()
        };
        let (_, new) = new_contacts(&request(given)).unwrap();
        assert!(new.wanted.addresses().is_empty());
    }

    #[test]
    fn every_wrong_field_is_named() {
        let given = pb::OwnContacts {
            email: "anna".to_owned(),
            phone: "0701740605".to_owned(),
            language: 9,
            reminders: true,
            etag: "1.0".to_owned(),
            changed_at: None,
        };
        let wrong = pb::UpdateOwnContactsRequest {
            request_id: "1".to_owned(),
            contacts: Some(given),
        };
        assert_eq!(
            refused(new_contacts(&wrong)),
            [
                ("request_id".to_owned(), ErrorReason::FieldMalformed),
                ("contacts.etag".to_owned(), ErrorReason::FieldMalformed),
                ("contacts.email".to_owned(), ErrorReason::ContactPointMalformed),
                ("contacts.phone".to_owned(), ErrorReason::ContactPointMalformed),
                ("contacts.language".to_owned(), ErrorReason::FieldUnknownValue),
            ]
        );
    }

    #[test]
    fn reminders_without_an_address_ask_for_one() {
        let given = pb::OwnContacts {
            reminders: true,
            ..Default::default()
        };
        assert_eq!(
            refused(new_contacts(&request(given))),
            [("contacts.email".to_owned(), ErrorReason::FieldRequired)]
        );
        let nothing = pb::UpdateOwnContactsRequest {
            contacts: None,
            ..request(pb::OwnContacts::default())
        };
        assert_eq!(
            refused(new_contacts(&nothing)),
            [("contacts".to_owned(), ErrorReason::FieldRequired)]
        );
    }

    #[test]
    fn a_version_that_was_never_issued_was_not_shown() {
        for (version, reason) in [
            ("", ErrorReason::FieldRequired),
            ("2019-01", ErrorReason::FieldUnknownValue),
        ] {
            let request = pb::RecordNoticeShownRequest {
                version: version.to_owned(),
                language: 1,
            };
            assert_eq!(refused(shown_notice(&request)), [("version".to_owned(), reason)]);
        }
    }
}
