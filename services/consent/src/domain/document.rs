//! The canonical bytes of a consent: what the signature's hidden data holds the hash of. One line per fact, in a fixed
//! order, every value of a form that holds no line end.

use super::ids::{ConsentId, PersonId};
use super::text::{ConsentText, Hash, sha256};

const FORM: &str = "deltaga consent 1";

/// The hash of a consent's canonical bytes.
pub fn hash(consent: ConsentId, person: PersonId, text: &ConsentText) -> Hash {
    sha256(canonical(consent, person, text).as_bytes())
}

fn canonical(consent: ConsentId, person: PersonId, text: &ConsentText) -> String {
    let hash = hex::encode(text.hash());
    format!(
        "{FORM}\nconsent {consent}\nperson {person}\nrecipient {}\ntext {} {} {hash}\n",
        text.recipient.code(),
        text.version,
        text.language.code(),
    )
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::recipient::Recipient;
    use crate::domain::text::tests::text;

    #[test]
    fn the_bytes_name_consent_person_recipient_and_wording() {
        let consent = ConsentId::from_uuid(Uuid::from_u128(1));
        let person = PersonId::from_uuid(Uuid::from_u128(2));
        let bytes = canonical(consent, person, &text());
        assert!(bytes.starts_with("deltaga consent 1\nconsent 00000000-0000-0000-0000-000000000001\n"));
        assert!(bytes.contains("\nperson 00000000-0000-0000-0000-000000000002\nrecipient esf\ntext 1 sv "));
        let for_scb = ConsentText {
            recipient: Recipient::Scb,
            ..text()
        };
        assert_ne!(hash(consent, person, &text()), hash(consent, person, &for_scb));
    }
}
