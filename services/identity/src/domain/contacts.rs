//! Where a person wants to be reached, in which language, and whether to be reminded. Given whole and replaced whole by
//! whoever has seen what they replace.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::contact_point::{EmailAddress, MobileNumber};
use super::portal::Language;

/// What a person wants. Reminders are wanted only where there is an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contacts {
    addresses: Addresses,
    language: Language,
    reminders: bool,
}

/// The addresses of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addresses {
    /// E-mail address.
    pub email: Option<EmailAddress>,
    /// Telephone that takes SMS.
    pub phone: Option<MobileNumber>,
}

/// Counts the changes of a person's contacts; 0 before the first were given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u32);

/// Contacts as they are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptContacts {
    /// The contacts.
    pub contacts: Contacts,
    /// How often they were given.
    pub version: Version,
    /// When they were given last.
    pub changed_at: Timestamp,
}

/// What becomes of contacts that are given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replaced {
    /// They are what is kept already.
    Already(KeptContacts),
    /// They are new.
    Changed {
        /// To be kept.
        kept: KeptContacts,
        /// Words for what differs from before.
        fields: Vec<&'static str>,
    },
}

/// Reminders without an address reach nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("reminders need an address")]
pub struct NoAddress;

/// Somebody else, or the same person elsewhere, has changed the contacts meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the contacts were changed meanwhile")]
pub struct Overtaken;

// === impl Contacts ===

impl Contacts {
    /// Puts together what a person wants.
    pub fn new(addresses: Addresses, language: Language, reminders: bool) -> Result<Self, NoAddress> {
        if reminders && addresses.is_empty() {
            return Err(NoAddress);
        }
        Ok(Self {
            addresses,
            language,
            reminders,
        })
    }

    /// The addresses.
    pub fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// Language of messages.
    pub fn language(&self) -> Language {
        self.language
    }

    /// Whether reminders are wanted.
    pub fn wants_reminders(&self) -> bool {
        self.reminders
    }

    fn fields_unlike(&self, other: &Self) -> Vec<&'static str> {
        let compared = [
            ("email", self.addresses.email == other.addresses.email),
            ("phone", self.addresses.phone == other.addresses.phone),
            ("language", self.language == other.language),
            ("reminders", self.reminders == other.reminders),
        ];
        let unlike = compared.into_iter().filter(|(_, is_same)| !is_same);
        unlike.map(|(field, _)| field).collect()
    }
}

/// What holds of somebody who never gave any.
impl Default for Contacts {
    fn default() -> Self {
        Self {
            addresses: Addresses::default(),
            language: Language::Swedish,
            reminders: false,
        }
    }
}

// === impl Addresses ===

impl Addresses {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.email.is_none() && self.phone.is_none()
    }
}

// === impl Version ===

impl Version {
    fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

// === impl Replaced ===

impl Replaced {
    /// Decides about contacts that are given by somebody who has seen those of the version.
    pub fn decide(
        before: Option<KeptContacts>,
        seen: Version,
        wanted: Contacts,
        now: Timestamp,
    ) -> Result<Self, Overtaken> {
        let version = before.as_ref().map(|kept| kept.version).unwrap_or_default();
        if seen != version {
            return Err(Overtaken);
        }
        let fields = match before {
            Some(kept) if kept.contacts == wanted => return Ok(Self::Already(kept)),
            Some(kept) => wanted.fields_unlike(&kept.contacts),
            None => wanted.fields_unlike(&Contacts::default()),
        };
        let kept = KeptContacts {
            contacts: wanted,
            version: version.next(),
            changed_at: now,
        };
        Ok(Self::Changed { kept, fields })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn addresses(email: Option<&str>, phone: Option<&str>) -> Addresses {
        Addresses {
            email: email.map(|text| EmailAddress::parse(text).unwrap()),
            phone: phone.map(|text| MobileNumber::parse(text).unwrap()),
        }
    }

    fn contacts(email: Option<&str>, phone: Option<&str>, language: Language, reminders: bool) -> Contacts {
        Contacts::new(addresses(email, phone), language, reminders).unwrap()
    }

    fn kept(contacts: Contacts, version: u32) -> KeptContacts {
        KeptContacts {
            contacts,
            version: Version(version),
            changed_at: at("2026-03-01T08:00:00Z"),
        }
    }

    #[test]
    fn reminders_need_an_address() {
        let (email, phone) = (Some("a@b.se"), Some("+46701740605"));
        for (addresses, is_taken) in [
            (addresses(None, None), false),
            (addresses(email, None), true),
            (addresses(None, phone), true),
        ] {
            assert_eq!(
                Contacts::new(addresses.clone(), Language::Swedish, true).is_ok(),
                is_taken
            );
            assert!(Contacts::new(addresses, Language::Swedish, false).is_ok());
        }
    }

    #[test]
    fn the_first_contacts_are_given_by_somebody_who_has_seen_none() {
        let now = at("2026-03-02T08:00:00Z");
        let wanted = contacts(Some("a@b.se"), None, Language::English, true);
        let first = Replaced::decide(None, Version(0), wanted.clone(), now);
        assert_eq!(
            first,
            Ok(Replaced::Changed {
                kept: KeptContacts {
                    contacts: wanted.clone(),
                    version: Version(1),
                    changed_at: now
                },
                fields: vec!["email", "language", "reminders"],
            })
        );
        assert_eq!(Replaced::decide(None, Version(1), wanted, now), Err(Overtaken));
    }

    #[test]
    fn whoever_has_not_seen_the_last_change_is_refused_even_with_the_same_content() {
        let now = at("2026-03-02T08:00:00Z");
        let before = kept(contacts(Some("a@b.se"), None, Language::Swedish, false), 7);
        for seen in [0, 6, 8] {
            let same = before.contacts.clone();
            assert_eq!(
                Replaced::decide(Some(before.clone()), Version(seen), same, now),
                Err(Overtaken)
            );
        }
    }

    #[test]
    fn the_same_contacts_again_change_nothing() {
        let before = kept(contacts(Some("a@b.se"), None, Language::Swedish, false), 7);
        let again = Replaced::decide(
            Some(before.clone()),
            Version(7),
            before.contacts.clone(),
            at("2026-03-02T08:00:00Z"),
        );
        assert_eq!(again, Ok(Replaced::Already(before)));
    }

    #[test]
    fn what_differs_is_named_field_by_field() {
        let now = at("2026-03-02T08:00:00Z");
        let swedish = Language::Swedish;
        let before = contacts(Some("a@b.se"), Some("+46701740605"), swedish, true);
        for (wanted, expected) in [
            (
                contacts(Some("c@d.se"), Some("+46701740605"), swedish, true),
                "email",
            ),
            (contacts(Some("a@b.se"), None, swedish, true), "phone"),
            (
                contacts(Some("a@b.se"), Some("+46701740605"), Language::English, true),
                "language",
            ),
            (
                contacts(Some("a@b.se"), Some("+46701740605"), swedish, false),
                "reminders",
            ),
        ] {
            let decided = Replaced::decide(Some(kept(before.clone(), 1)), Version(1), wanted, now);
            let Ok(Replaced::Changed { kept, fields }) = decided else {
                panic!("{expected} is no change")
            };
            assert_eq!(
                (fields.as_slice(), kept.version),
                ([expected].as_slice(), Version(2))
            );
        }
    }
}
