//! The bytes of the record consent publishes, as they were first released. A difference here is a change for every
//! consumer: fields may be added, never moved.

use consent::domain::consent::{Consent, Withdrawer, Withdrawn};
use consent::domain::ids::{ConsentId, PersonId};
use consent::domain::recipient::{Language, Recipient};
use consent::events::publish;
use consent::store::consents::WordedConsent;
use uuid::Uuid;

fn withdrawn() -> WordedConsent {
    WordedConsent {
        consent: Consent {
            id: ConsentId::from_uuid(Uuid::from_u128(1)),
            person: PersonId::from_uuid(Uuid::from_u128(2)),
            recipient: Recipient::Scb,
            given_at: "2026-03-02T08:00:00Z".parse().unwrap(),
            withdrawn: Some(Withdrawn {
                at: "2026-03-03T08:00:00Z".parse().unwrap(),
                by: Withdrawer::Agency,
            }),
        },
        text_version: 1,
        language: Language::English,
    }
}

fn check(consent: &WordedConsent, golden: &str) {
    let record = publish::consent_record(consent);
    let payload = record.payload.as_ref().unwrap();
    assert_eq!(hex::encode(payload), golden.trim());
}

#[test]
fn a_withdrawn_consent_has_the_released_bytes() {
    check(&withdrawn(), include_str!("golden/consent-withdrawn.v1.hex"));
}

#[test]
fn a_consent_that_holds_has_the_released_bytes() {
    let mut holds = withdrawn();
    holds.consent.withdrawn = None;
    check(&holds, include_str!("golden/consent.v1.hex"));
}
