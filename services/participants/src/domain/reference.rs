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

    /// Text and what becomes of it.
    fn vectors() -> impl Iterator<Item = (&'static str, &'static str)> {
        let lines = include_str!("../../../../tests/support/vectors/case_references.tsv").lines();
        lines
            .filter(|line| !line.starts_with('#'))
            .map(|line| line.split_once('\t').unwrap())
    }

    #[test]
    fn references_are_taken_and_refused_as_attendance_does() {
        assert!(vectors().count() > 30);
        for (text, expected) in vectors() {
            let found = match CaseReference::parse(text) {
                Ok(_) => "taken",
                Err(ReferenceFault::IsNumber) => "number",
                Err(_) => "refused",
            };
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn a_decision_is_not_named_by_a_number_either() {
        for (text, _) in vectors().filter(|(_, expected)| *expected == "number") {
            assert_eq!(DecisionId::parse(text), Err(ReferenceFault::IsNumber), "{text}");
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
