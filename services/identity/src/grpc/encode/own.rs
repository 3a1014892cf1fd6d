//! What a person is shown of themselves.

use platform::grpc::convert::to_timestamp;
use platform::subject::record;
use proto::identity::v1 as pb;
use proto::subject::v1::ExportSubjectResponse;
use proto::types::v1 as types;

use super::{to_signature_state, to_signature_times};
use crate::domain::contacts::{Contacts, KeptContacts, Version};
use crate::domain::notice::ShownNotice;
use crate::domain::number::NumberKind;
use crate::domain::portal::{Language, Portal};
use crate::queries::own_records::Record;
use crate::store::persons::{OwnNumber, OwnPerson};
use crate::store::sessions::ListedSession;
use crate::store::signatures::HeldSignature;

/// Contacts for the wire; who never gave any has those that hold of everybody.
pub fn to_contacts(kept: Option<&KeptContacts>) -> pb::OwnContacts {
    let nothing = Contacts::default();
    let contacts = kept.map_or(&nothing, |kept| &kept.contacts);
    let addresses = contacts.addresses();
    pb::OwnContacts {
        email: addresses
            .email
            .as_ref()
            .map(|email| email.as_str().to_owned())
            .unwrap_or_default(),
        phone: addresses
            .phone
            .as_ref()
            .map(|phone| phone.as_str().to_owned())
            .unwrap_or_default(),
        language: to_language(contacts.language()).into(),
        reminders: contacts.wants_reminders(),
        etag: kept.map(|kept| to_etag(kept.version)).unwrap_or_default(),
        changed_at: kept.map(|kept| to_timestamp(kept.changed_at)),
    }
}

/// A notice for the wire.
pub fn to_notice(notice: &ShownNotice) -> pb::ShownNotice {
    pb::ShownNotice {
        version: notice.version.as_str().to_owned(),
        language: to_language(notice.language).into(),
        shown_at: Some(to_timestamp(notice.shown_at)),
    }
}

/// A record of the export, under the name of its message.
pub fn to_record(held: &Record) -> ExportSubjectResponse {
    match held {
        Record::Person(person) => record(&to_own_person(person)),
        Record::Contacts(kept) => record(&to_contacts(Some(kept))),
        Record::Notice(notice) => record(&to_notice(notice)),
        Record::Session(held) => record(&to_own_session(held)),
        Record::Signature(held) => record(&to_own_signature(held)),
    }
}

fn to_own_person(own: &OwnPerson) -> pb::OwnPerson {
    let (name, named_at) = own.name.clone().unzip();
    let (given_name, surname) = name
        .map(|name| (name.given_name, name.surname))
        .unwrap_or_default();
    pb::OwnPerson {
        person_id: own.person.person_id.to_string(),
        given_name,
        surname,
        named_at: named_at.map(to_timestamp),
        numbers: own.numbers.iter().map(to_own_number).collect(),
        registered_at: Some(to_timestamp(own.person.registered_at)),
        merged_into: own.person.merged_into.map(|id| id.to_string()),
    }
}

fn to_own_number(own: &OwnNumber) -> pb::OwnNumber {
    let kind = match own.number.kind() {
        NumberKind::Personal => pb::NumberKind::Personal,
        NumberKind::Coordination => pb::NumberKind::Coordination,
    };
    pb::OwnNumber {
        masked: own.number.masked(),
        kind: kind.into(),
        recorded_at: Some(to_timestamp(own.recorded_at)),
    }
}

fn to_own_session(held: &ListedSession) -> pb::OwnSession {
    let session = &held.session;
    let portal = match session.portal {
        Portal::Participant => pb::Portal::Participant,
        Portal::Staff => pb::Portal::Staff,
    };
    pb::OwnSession {
        session_id: session.session_id.to_string(),
        portal: portal.into(),
        user_agent: held.user_agent.clone(),
        started_at: Some(to_timestamp(session.started_at)),
        last_used_at: Some(to_timestamp(session.last_used_at)),
        expires_at: Some(to_timestamp(session.expires_at)),
        ended_at: session.ended_at.map(to_timestamp),
    }
}

fn to_own_signature(held: &HeldSignature) -> pb::OwnSignature {
    let signature = &held.signature;
    let (started_at, signed_at) = to_signature_times(signature.state).unzip();
    pb::OwnSignature {
        signature_id: signature.signature_id.to_string(),
        context: signature.context.clone(),
        kind: signature.kind.as_str().to_owned(),
        document_id: signature.document_id.to_string(),
        document_hash: signature.document_hash.0.to_vec().into(),
        visible_text: held.text.clone(),
        state: to_signature_state(signature.state).into(),
        prepared_at: Some(to_timestamp(held.prepared_at)),
        started_at,
        signed_at,
    }
}

fn to_language(language: Language) -> types::Language {
    match language {
        Language::Swedish => types::Language::Sv,
        Language::English => types::Language::En,
    }
}

// Empty before the first were given, as in `convert::own`.
fn to_etag(version: Version) -> String {
    version.0.to_string()
}
