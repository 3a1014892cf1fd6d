//! The wording of a consent: a version per recipient, in every language, in force for a time. What a person signs holds
//! the hash of the wording, so that it can be shown years later what was agreed to.

use aws_lc_rs::digest::{SHA256, digest};
use jiff::civil::Date;

use super::recipient::{Language, Recipient};

/// SHA-256.
pub type Hash = [u8; 32];

/// Which wording: to whom, version and language.
pub type Wording = (Recipient, i32, Language);

/// A wording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentText {
    pub recipient: Recipient,
    pub version: i32,
    pub language: Language,
    pub title: String,
    pub body: String,
    pub valid_from: Date,
    /// Last day; None until further notice.
    pub valid_to: Option<Date>,
}

impl ConsentText {
    /// What the signer reads.
    pub fn visible(&self) -> String {
        format!("{}\n\n{}", self.title, self.body)
    }

    pub fn hash(&self) -> Hash {
        sha256(self.visible().as_bytes())
    }

    pub fn is_in_force(&self, day: Date) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|last| day <= last)
    }
}

/// SHA-256 of bytes.
pub fn sha256(bytes: &[u8]) -> Hash {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, bytes).as_ref());
    hash
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub fn text() -> ConsentText {
        ConsentText {
            recipient: Recipient::Esf,
            version: 1,
            language: Language::Swedish,
            title: "Samtycke".to_owned(),
            body: "Jag samtycker.".to_owned(),
            valid_from: "2026-01-01".parse().unwrap(),
            valid_to: Some("2026-03-31".parse().unwrap()),
        }
    }

    #[test]
    fn a_wording_is_in_force_on_both_of_its_ends() {
        for (day, expected) in [
            ("2025-12-31", false),
            ("2026-01-01", true),
            ("2026-03-31", true),
            ("2026-04-01", false),
        ] {
            assert_eq!(text().is_in_force(day.parse().unwrap()), expected, "{day}");
        }
    }

    #[test]
    fn the_hash_changes_with_every_part_of_the_wording() {
        let other_title = ConsentText {
            title: "Samtycke!".to_owned(),
            ..text()
        };
        let other_body = ConsentText {
            body: "Jag samtycker inte.".to_owned(),
            ..text()
        };
        assert_ne!(text().hash(), other_title.hash());
        assert_ne!(text().hash(), other_body.hash());
    }
}
