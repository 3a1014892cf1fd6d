//! Names and ways to reach people at work. They are shown to their organisation and never logged: Debug hides them.

use std::fmt;

/// Longest name taken.
pub const LONGEST_NAME: usize = 200;
/// Longest name of BankID taken: given names and surname, each far longer than any that is borne.
pub const LONGEST_BANKID_NAME: usize = 1000;
/// Longest address taken.
pub const LONGEST_ADDRESS: usize = 254;

/// A person's name as the organisation writes it.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonName(String);

/// A person's name as BankID tells it: not ours to judge, so only what cannot be stored or shown is refused.
#[derive(Clone, PartialEq, Eq)]
pub struct BankIdName(String);

/// An e-mail address. The rule is at least as strict as that of identity, which sends there.
#[derive(Clone, PartialEq, Eq)]
pub struct Email(String);

/// A telephone number: digits, spaces and hyphens, perhaps with a country code.
#[derive(Clone, PartialEq, Eq)]
pub struct Phone(String);

/// Where an invitation goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContactPoint {
    Email(Email),
    Mobile(Phone),
}

/// Why a text is none of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContactFault {
    #[error("it is empty")]
    Missing,
    #[error("it is longer than {limit}")]
    TooLong { limit: usize },
    #[error("it has another form")]
    Malformed,
}

impl PersonName {
    pub fn parse(text: &str) -> Result<Self, ContactFault> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Err(ContactFault::Missing);
        }
        if trimmed.chars().count() > LONGEST_NAME {
            return Err(ContactFault::TooLong { limit: LONGEST_NAME });
        }
        let is_plain = !trimmed.chars().any(char::is_control)
            && trimmed.chars().filter(char::is_ascii_digit).count() < 6;
        if is_plain {
            Ok(Self(trimmed.to_owned()))
        } else {
            Err(ContactFault::Malformed)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl BankIdName {
    pub fn parse(text: &str) -> Result<Self, ContactFault> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Err(ContactFault::Missing);
        }
        if trimmed.chars().count() > LONGEST_BANKID_NAME {
            return Err(ContactFault::TooLong {
                limit: LONGEST_BANKID_NAME,
            });
        }
        if trimmed.chars().any(char::is_control) {
            return Err(ContactFault::Malformed);
        }
        Ok(Self(trimmed.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Email {
    pub fn parse(text: &str) -> Result<Self, ContactFault> {
        let trimmed = text.trim();
        if trimmed.len() > LONGEST_ADDRESS {
            return Err(ContactFault::TooLong {
                limit: LONGEST_ADDRESS,
            });
        }
        let (local, host) = trimmed.rsplit_once('@').ok_or(ContactFault::Malformed)?;
        let is_host = host.contains('.') && host.split('.').all(is_label);
        let is_dotted_well = !local.starts_with('.') && !local.ends_with('.') && !local.contains("..");
        let is_local =
            (1..=64).contains(&local.len()) && is_dotted_well && local.chars().all(is_local_letter);
        if is_host && is_local {
            Ok(Self(trimmed.to_owned()))
        } else {
            Err(ContactFault::Malformed)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Phone {
    /// Any number an organisation writes for its staff.
    pub fn parse(text: &str) -> Result<Self, ContactFault> {
        let trimmed = text.trim();
        let rest = trimmed.strip_prefix('+').unwrap_or(trimmed);
        let digits = rest.chars().filter(char::is_ascii_digit).count();
        let is_plain = rest
            .chars()
            .all(|letter| letter.is_ascii_digit() || matches!(letter, ' ' | '-' | '(' | ')'));
        if is_plain && (5..=15).contains(&digits) && trimmed.len() <= 30 {
            Ok(Self(trimmed.to_owned()))
        } else {
            Err(ContactFault::Malformed)
        }
    }

    /// A number messages can be sent to: with country code, written without gaps.
    pub fn parse_mobile(text: &str) -> Result<Self, ContactFault> {
        let parsed = Self::parse(text)?;
        let digits: String = parsed.0.chars().filter(char::is_ascii_digit).collect();
        // A zero in brackets is dialled at home only: what is left without the brackets would be another's number.
        let is_mobile = parsed.0.starts_with('+')
            && digits.len() >= 8
            && !digits.starts_with('0')
            && !parsed.0.contains(['(', ')']);
        if is_mobile {
            Ok(Self(format!("+{digits}")))
        } else {
            Err(ContactFault::Malformed)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl ContactPoint {
    /// One of the two, not both and not none.
    pub fn parse(email: &str, mobile: &str) -> Result<Self, ContactFault> {
        match (email.trim().is_empty(), mobile.trim().is_empty()) {
            (false, true) => Email::parse(email).map(Self::Email),
            (true, false) => Phone::parse_mobile(mobile).map(Self::Mobile),
            (true, true) => Err(ContactFault::Missing),
            (false, false) => Err(ContactFault::Malformed),
        }
    }
}

fn is_label(label: &str) -> bool {
    !label.is_empty()
        && label.len() <= 63
        && label
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '-')
}

fn is_local_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(letter)
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

hide_in_debug!(PersonName, BankIdName, Email, Phone);

#[cfg(test)]
mod tests {
    use super::*;

    /// Identity reads the same file: what is kept here must be kept there.
    const SHARED: &str = include_str!("../../../../tests/support/vectors/contact_points.tsv");

    #[test]
    fn judges_the_shared_vectors_as_they_say() {
        for line in SHARED.lines().filter(|line| !line.starts_with('#')) {
            let [kind, text, expected, _] = line.split('\t').collect::<Vec<_>>()[..] else {
                panic!("{line}")
            };
            let judged = match kind {
                "email" => Email::parse(text).map(|email| email.0),
                _ => Phone::parse_mobile(text).map(|mobile| mobile.0),
            };
            let expected = if expected == "=" { text } else { expected };
            assert_eq!(judged.as_deref().unwrap_or("refused"), expected, "{text}");
        }
    }

    #[test]
    fn takes_addresses_and_mobile_numbers() {
        assert!(ContactPoint::parse("anna.prov@example.org", "").is_ok());
        let Ok(ContactPoint::Mobile(mobile)) = ContactPoint::parse("", "+46 70-174 06 05") else {
            panic!()
        };
        assert_eq!(mobile.as_str(), "+46701740605");
    }

    #[test]
    fn refuses_both_and_neither() {
        assert_eq!(
            ContactPoint::parse("a@example.org", "+46701740605"),
            Err(ContactFault::Malformed)
        );
        assert_eq!(ContactPoint::parse(" ", ""), Err(ContactFault::Missing));
    }

    #[test]
    fn refuses_what_no_message_reaches() {
        for email in [
            "anna",
            "anna@",
            "@example.org",
            "a b@example.org",
            "anna@example",
            "anna@exa mple.org",
            "åsa@example.org",
            "asa@exämple.org",
            "asa@example.٣",
            ".a@example.org",
            "a.@example.org",
            "a..b@example.org",
            "a@example..org",
            "a@.example.org",
            "a@example.org.",
            "a@exa_mple.org",
        ] {
            assert_eq!(
                ContactPoint::parse(email, ""),
                Err(ContactFault::Malformed),
                "{email}"
            );
        }
        for mobile in ["0701740605", "+460", "+4670174060x", "+46701740605123456"] {
            assert_eq!(
                ContactPoint::parse("", mobile),
                Err(ContactFault::Malformed),
                "{mobile}"
            );
        }
    }

    #[test]
    fn refuses_a_number_in_place_of_a_name() {
        assert_eq!(PersonName::parse("19450312-9803"), Err(ContactFault::Malformed));
        assert_eq!(PersonName::parse(" "), Err(ContactFault::Missing));
        assert_eq!(
            PersonName::parse(&"a".repeat(201)),
            Err(ContactFault::TooLong { limit: 200 })
        );
    }

    #[test]
    fn takes_every_name_of_bankid_that_can_be_shown() {
        let long = "a".repeat(LONGEST_BANKID_NAME);
        for name in ["Skenart 1234567", long.as_str()] {
            assert_eq!(BankIdName::parse(name).unwrap().as_str(), name);
        }
        assert_eq!(BankIdName::parse("  "), Err(ContactFault::Missing));
        assert_eq!(BankIdName::parse("Sken\nart"), Err(ContactFault::Malformed));
        assert_eq!(
            BankIdName::parse(&format!("{long}a")),
            Err(ContactFault::TooLong {
                limit: LONGEST_BANKID_NAME
            })
        );
    }

    #[test]
    fn debug_shows_no_name() {
        assert_eq!(
            format!("{:?}", PersonName::parse("Anna Prov").unwrap()),
            "PersonName(hidden)"
        );
        assert_eq!(
            format!("{:?}", BankIdName::parse("Anna Prov").unwrap()),
            "BankIdName(hidden)"
        );
    }
}
