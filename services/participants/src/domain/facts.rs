//! What a provider may know of a participant: names, contacts, language, caseworker. Nothing of it shows in Debug, and of
//! a protected identity nothing of it is shown to anybody.

use std::fmt;

use serde::{Deserialize, Serialize};

const LONGEST_NAME: usize = 100;
const LONGEST_ADDRESS: usize = 254;
const LONGEST_PHONE: usize = 30;

/// What stands in place of each name of a protected identity.
pub const MASK: &str = "•••";

/// The sealed facts.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    pub given_name: Name,
    pub surname: Name,
    pub phone: Option<Phone>,
    pub email: Option<Email>,
    pub language: Option<Language>,
    pub interpreter_needed: bool,
    pub caseworker: Caseworker,
}

/// Whom to turn to at the agency: a function or a name, or both.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caseworker {
    pub function: Option<Name>,
    pub name: Option<Name>,
    pub phone: Option<Phone>,
    pub email: Option<Email>,
}

/// A name of a person, or of a function.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Name(String);

/// A telephone number: digits, spaces, hyphens and parentheses, perhaps with a country code.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phone(String);

/// An e-mail address.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Email(String);

/// A language by its ISO 639 code.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Language(String);

/// Facts as a viewer may see them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Shown {
    pub given_name: String,
    pub surname: String,
    pub phone: String,
    pub email: String,
    pub language: String,
    pub interpreter_needed: bool,
    pub is_protected: bool,
}

/// Why a text is none of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FactFault {
    #[error("it is empty")]
    Missing,
    #[error("it is longer than {limit}")]
    TooLong { limit: usize },
    #[error("it has another form")]
    Malformed,
}

impl Facts {
    /// With contacts, for a look at one placement.
    pub fn in_detail(&self, is_protected: bool) -> Shown {
        if is_protected {
            return masked();
        }
        let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
        Shown {
            phone: text(self.phone.as_ref().map(Phone::as_str)),
            email: text(self.email.as_ref().map(Email::as_str)),
            language: text(self.language.as_ref().map(Language::as_str)),
            interpreter_needed: self.interpreter_needed,
            ..self.in_list(false)
        }
    }

    /// The names alone, for lists.
    pub fn in_list(&self, is_protected: bool) -> Shown {
        if is_protected {
            return masked();
        }
        Shown {
            given_name: self.given_name.as_str().to_owned(),
            surname: self.surname.as_str().to_owned(),
            ..Shown::default()
        }
    }
}

impl Caseworker {
    /// One that can be asked: function and name are not both missing.
    pub fn parse(
        function: Option<Name>,
        name: Option<Name>,
        phone: Option<Phone>,
        email: Option<Email>,
    ) -> Result<Self, FactFault> {
        if function.is_none() && name.is_none() {
            return Err(FactFault::Missing);
        }
        Ok(Self {
            function,
            name,
            phone,
            email,
        })
    }
}

impl Name {
    /// A text with six digits or more is no name: it may be a personal number.
    pub fn parse(text: &str) -> Result<Self, FactFault> {
        let text = present(text, LONGEST_NAME)?;
        let is_plain = !text.chars().any(char::is_control) && digits(text) < 6;
        is_plain
            .then(|| Self(text.to_owned()))
            .ok_or(FactFault::Malformed)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Phone {
    pub fn parse(text: &str) -> Result<Self, FactFault> {
        let text = present(text, LONGEST_PHONE)?;
        let rest = text.strip_prefix('+').unwrap_or(text);
        let is_plain = rest
            .chars()
            .all(|letter| letter.is_ascii_digit() || matches!(letter, ' ' | '-' | '(' | ')'));
        let is_number = is_plain && (5..=15).contains(&digits(rest));
        is_number
            .then(|| Self(text.to_owned()))
            .ok_or(FactFault::Malformed)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Email {
    pub fn parse(text: &str) -> Result<Self, FactFault> {
        let text = present(text, LONGEST_ADDRESS)?;
        let (local, host) = text.rsplit_once('@').ok_or(FactFault::Malformed)?;
        let is_plain = |letter: char| letter.is_ascii_graphic() && letter != '@';
        let is_host = host.contains('.')
            && host.split('.').all(|label| !label.is_empty())
            && host
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-'));
        let is_address = is_host && (1..=64).contains(&local.len()) && local.chars().all(is_plain);
        is_address
            .then(|| Self(text.to_owned()))
            .ok_or(FactFault::Malformed)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Language {
    pub fn parse(text: &str) -> Result<Self, FactFault> {
        let text = present(text, 3)?;
        let is_code = text.len() >= 2 && text.bytes().all(|letter| letter.is_ascii_lowercase());
        is_code.then(|| Self(text.to_owned())).ok_or(FactFault::Malformed)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn masked() -> Shown {
    Shown {
        given_name: MASK.to_owned(),
        surname: MASK.to_owned(),
        is_protected: true,
        ..Shown::default()
    }
}

fn present(text: &str, limit: usize) -> Result<&str, FactFault> {
    let text = text.trim();
    if text.is_empty() {
        Err(FactFault::Missing)
    } else if text.chars().count() > limit {
        Err(FactFault::TooLong { limit })
    } else {
        Ok(text)
    }
}

fn digits(text: &str) -> usize {
    text.chars().filter(char::is_ascii_digit).count()
}

macro_rules! hide_in_debug {
    ($($name:ident),+) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(concat!(stringify!($name), "(hidden)"))
            }
        }
    )+};
}

hide_in_debug!(Facts, Caseworker, Name, Phone, Email, Language, Shown);

#[cfg(test)]
pub(crate) mod samples {
    use super::*;

    pub(crate) fn facts(given_name: &str) -> Facts {
        Facts {
            given_name: Name::parse(given_name).unwrap(),
            surname: Name::parse("Provström").unwrap(),
            phone: Phone::parse("+46 70-174 06 05").ok(),
            email: Email::parse("a.prov@example.org").ok(),
            language: Language::parse("sv").ok(),
            interpreter_needed: true,
            caseworker: Caseworker::parse(Name::parse("Direktservice").ok(), None, None, None).unwrap(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::samples::facts;
    use super::*;

    #[test]
    fn a_protected_identity_shows_a_mask_and_no_contact() {
        for shown in [facts("Skenart").in_detail(true), facts("Skenart").in_list(true)] {
            assert!(shown == masked());
            assert!(shown.phone.is_empty() && shown.email.is_empty() && shown.language.is_empty());
            assert!(shown.is_protected && !shown.interpreter_needed);
        }
    }

    #[test]
    fn lists_show_names_and_no_contacts() {
        let shown = facts("Skenart").in_list(false);
        assert_eq!((&*shown.given_name, &*shown.surname), ("Skenart", "Provström"));
        assert!(shown.phone.is_empty() && shown.email.is_empty());
        assert_eq!(facts("Skenart").in_detail(false).email, "a.prov@example.org");
    }

    #[test]
    fn a_number_is_no_name() {
        assert_eq!(Name::parse("19450312-9803"), Err(FactFault::Malformed));
        assert_eq!(Name::parse("  "), Err(FactFault::Missing));
        assert_eq!(
            Name::parse(&"a".repeat(101)),
            Err(FactFault::TooLong { limit: 100 })
        );
    }

    #[test]
    fn contacts_have_their_form() {
        for email in [
            "anna",
            "a@b",
            "a b@example.org",
            "åsa@example.org",
            "a@@example.org",
            "a@.org",
        ] {
            assert_eq!(Email::parse(email), Err(FactFault::Malformed), "{email}");
        }
        for phone in ["1234", "070x", "+46 70 174 06 05 123 45"] {
            assert_eq!(Phone::parse(phone), Err(FactFault::Malformed), "{phone}");
        }
        for language in ["s", "SV", "1a"] {
            assert_eq!(Language::parse(language), Err(FactFault::Malformed), "{language}");
        }
    }

    #[test]
    fn somebody_at_the_agency_can_be_asked() {
        assert!(Caseworker::parse(None, None, Phone::parse("08-12345").ok(), None).is_err());
        assert!(Caseworker::parse(None, Name::parse("Attrappa").ok(), None, None).is_ok());
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", facts("Skenart")), "Facts(hidden)");
        assert_eq!(format!("{:?}", facts("Skenart").in_list(false)), "Shown(hidden)");
    }
}
