//! From a consent to its public state, and from our words to the contract's.

use platform::db::Tx;
use platform::grpc::convert::to_timestamp;
use platform::outbox::{self, OutboxError, OutboxRecord, Revision};
use prost::Message as _;
use proto::consent::events::v1 as pb;
use proto::types::v1 as types;

use crate::domain::recipient::{Language, Recipient};
use crate::store::consents::WordedConsent;

pub const CONSENT_TOPIC: &str = "consent.consent.v1";
pub(super) const CONSENT_TYPE: &str = "se.deltaga.consent.consent.v1";

/// Writes the consent's record into the outbox.
pub async fn consent(tx: &mut Tx, consent: &WordedConsent) -> Result<Revision, OutboxError> {
    outbox::append(tx, consent_record(consent)).await
}

pub fn consent_record(consent: &WordedConsent) -> OutboxRecord {
    OutboxRecord {
        topic: CONSENT_TOPIC,
        key: consent.consent.id.to_string(),
        record_type: CONSENT_TYPE,
        payload: Some(consent_state(consent).encode_to_vec()),
        partition: None,
    }
}

pub fn consent_state(worded: &WordedConsent) -> pb::ConsentState {
    let consent = &worded.consent;
    pb::ConsentState {
        consent_id: consent.id.to_string(),
        person_id: consent.person.to_string(),
        recipient: recipient(consent.recipient).into(),
        given_at: Some(to_timestamp(consent.given_at)),
        withdrawn_at: consent.withdrawn.map(|withdrawn| to_timestamp(withdrawn.at)),
        text_version: worded.text_version,
        language: language(worded.language).into(),
    }
}

pub fn recipient(recipient: Recipient) -> types::Recipient {
    match recipient {
        Recipient::Esf => types::Recipient::Esf,
        Recipient::Scb => types::Recipient::Scb,
    }
}

pub fn language(language: Language) -> types::Language {
    match language {
        Language::Swedish => types::Language::Sv,
        Language::English => types::Language::En,
    }
}
