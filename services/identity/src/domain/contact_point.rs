//! E-mail addresses and mobile numbers that messages can go to: checked for their form, a message tells the rest. Debug
//! shows neither.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::portal::UnknownWord;

/// An e-mail address.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EmailAddress(String);

/// A mobile number with country code, such as +46701740605.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MobileNumber(String);

/// Where one message goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContactPoint {
    /// To an e-mail address.
    Email(EmailAddress),
    /// To a mobile number.
    Mobile(MobileNumber),
}

/// The text is neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("neither an e-mail address nor a mobile number")]
pub struct NotAContactPoint;

// === impl EmailAddress ===

impl EmailAddress {
    /// Reads an e-mail address.
    pub fn parse(text: &str) -> Result<Self, NotAContactPoint> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(NotAContactPoint)?;
        let is_plain = |part: &str| {
            part.chars()
                .all(|letter| letter.is_ascii_graphic() && !"<>()[],;:\\\"@".contains(letter))
        };
        let has_dot = domain.split('.').count() >= 2 && domain.split('.').all(|label| !label.is_empty());
        let is_short = (1..=64).contains(&local.len()) && text.len() <= 254;
        let is_dotted_well = !local.starts_with('.') && !local.ends_with('.') && !local.contains("..");
        if is_plain(local) && is_plain(domain) && has_dot && is_short && is_dotted_well {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAContactPoint)
        }
    }

    /// The address, for messages and sealed columns.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("EmailAddress(redacted)")
    }
}

// === impl MobileNumber ===

impl MobileNumber {
    /// Reads a mobile number with country code; spaces and hyphens are dropped.
    pub fn parse(text: &str) -> Result<Self, NotAContactPoint> {
        let kept: String = text
            .trim()
            .chars()
            .filter(|letter| !matches!(letter, ' ' | '-' | '\u{A0}'))
            .collect();
        let digits = kept.strip_prefix('+').ok_or(NotAContactPoint)?;
        let is_number = (8..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        if is_number && !digits.starts_with('0') {
            Ok(Self(kept))
        } else {
            Err(NotAContactPoint)
        }
    }

    /// The number, for messages and sealed columns.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for MobileNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MobileNumber(redacted)")
    }
}

// === impl ContactPoint ===

impl ContactPoint {
    /// The word of its channel in the database.
    pub fn channel(&self) -> &'static str {
        match self {
            Self::Email(_) => "email",
            Self::Mobile(_) => "mobile",
        }
    }

    /// The address, for the message and the sealed column.
    pub fn address(&self) -> &str {
        match self {
            Self::Email(address) => address.as_str(),
            Self::Mobile(number) => number.as_str(),
        }
    }

    /// From the words of the database.
    pub fn stored(channel: &str, address: String) -> Result<Self, UnknownWord> {
        match channel {
            "email" => Ok(Self::Email(EmailAddress(address))),
            "mobile" => Ok(Self::Mobile(MobileNumber(address))),
            _ => Err(UnknownWord("channel")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Staff reads the same file.
    const SHARED: &str = include_str!("../../../../tests/support/vectors/contact_points.tsv");

    fn kept(kind: &str, text: &str) -> String {
        let judged = match kind {
            "email" => EmailAddress::parse(text).map(ContactPoint::Email),
            _ => MobileNumber::parse(text).map(ContactPoint::Mobile),
        };
        judged.map_or("refused".to_owned(), |to| to.address().to_owned())
    }

    #[test]
    fn the_shared_vectors_are_judged_as_they_say_and_what_staff_keeps_is_kept() {
        for line in SHARED.lines().filter(|line| !line.starts_with('#')) {
            let [kind, text, staff, expected] = line.split('\t').collect::<Vec<_>>()[..] else {
                panic!("{line}")
            };
            let whole = |word| if word == "=" { text } else { word };
            assert_eq!(kept(kind, text), whole(expected), "{text}");
            assert_eq!(kept(kind, whole(staff)), whole(staff), "{text}");
        }
    }

    #[test]
    fn contact_points_are_checked_for_their_form() {
        for good in ["a@b.se", "for.efternamn+x@exempel.example"] {
            assert!(EmailAddress::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "a",
            "a@",
            "@b.se",
            "a@b",
            "a b@c.se",
            "a@b..se",
            "a..b@c.se",
            "a@b.se\r\nBcc: c@d.se",
            "å@b.se",
        ] {
            assert_eq!(EmailAddress::parse(bad), Err(NotAContactPoint), "{bad}");
        }
        assert_eq!(
            MobileNumber::parse("+46 70-174 06 05").unwrap().as_str(),
            "+46701740605"
        );
        for bad in [
            "",
            "0701740605",
            "+460",
            "+46x0174060",
            "+0701740605",
            "+4670174060512345",
        ] {
            assert_eq!(MobileNumber::parse(bad), Err(NotAContactPoint), "{bad}");
        }
    }

    #[test]
    fn debug_never_shows_the_address() {
        let points = [
            ContactPoint::Email(EmailAddress::parse("a@b.se").unwrap()),
            ContactPoint::Mobile(MobileNumber::parse("+46701740605").unwrap()),
        ];
        assert_eq!(
            format!("{points:?}"),
            "[Email(EmailAddress(redacted)), Mobile(MobileNumber(redacted))]"
        );
    }
}
