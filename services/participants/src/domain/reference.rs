//! What the agency calls its cases and decisions. Both travel in events and lists, so a personal number is refused.

use std::fmt;

use super::personal_number;

const LONGEST_CASE: usize = 40;
const LONGEST_DECISION: usize = 64;

/// The agency's reference of a case; a placement has one of its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseReference(String);

/// The agency's id of a decision.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DecisionId(String);

/// Why a text is no reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceFault {
    #[error("it is empty")]
    Missing,
    #[error("it is longer than {limit}")]
    TooLong { limit: usize },
    #[error("it has another form")]
    Malformed,
    #[error("it looks like a personal number")]
    IsNumber,
}

impl CaseReference {
    pub fn parse(text: &str) -> Result<Self, ReferenceFault> {
        parse(text, LONGEST_CASE).map(Self)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl DecisionId {
    pub fn parse(text: &str) -> Result<Self, ReferenceFault> {
        parse(text, LONGEST_DECISION).map(Self)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CaseReference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

fn parse(text: &str, limit: usize) -> Result<String, ReferenceFault> {
    let text = text.trim();
    if text.is_empty() {
        return Err(ReferenceFault::Missing);
    }
    if text.len() > limit {
        return Err(ReferenceFault::TooLong { limit });
    }
    // Also with a sign that no reference may hold: the reason shall be the number.
    if personal_number::occurs_in(text) {
        return Err(ReferenceFault::IsNumber);
    }
    let is_plain = text
        .bytes()
        .all(|letter| letter.is_ascii_alphanumeric() || letter == b'-');
    if is_plain {
        Ok(text.to_owned())
    } else {
        Err(ReferenceFault::Malformed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_letters_digits_and_hyphens() {
        for text in ["A-2026-000123", "20261234", " Af1 ", "0000000000-1"] {
            assert!(CaseReference::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn refuses_a_personal_number_in_every_spelling() {
        for text in [
            "19450312-9803",
            "194503129803",
            "450312-9803",
            "450312+9803",
            "4503129803",
            "19720175-9920",
            "19-450312-9803",
            "AF194503129803",
            "AF-2026-450312-9803",
            "194503129803x",
            "7-19450312-9803-1",
        ] {
            assert_eq!(
                CaseReference::parse(text),
                Err(ReferenceFault::IsNumber),
                "{text}"
            );
            assert_eq!(DecisionId::parse(text), Err(ReferenceFault::IsNumber), "{text}");
        }
    }

    #[test]
    fn ten_digits_that_are_no_number_are_a_reference() {
        // No date, no check digit.
        for text in [
            "4513129803",
            "4503129804",
            "201301019999",
            "1194503129803",
            "AF-2026-000123",
        ] {
            assert!(CaseReference::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_empty_too_long_or_spelled_otherwise() {
        assert_eq!(CaseReference::parse(" "), Err(ReferenceFault::Missing));
        assert_eq!(
            CaseReference::parse(&"a".repeat(41)),
            Err(ReferenceFault::TooLong { limit: 40 })
        );
        for text in ["a b", "å1", "a/1", "a_1"] {
            assert_eq!(
                CaseReference::parse(text),
                Err(ReferenceFault::Malformed),
                "{text}"
            );
        }
    }
}
