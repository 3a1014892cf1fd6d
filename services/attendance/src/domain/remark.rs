//! A participant's remark on a row: own words about an activity of a day. It stands beside a revision and is no part of it:
//! neither its state nor its bytes, its hash or what is signed change with it.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;

use super::activity::ActivityCode;
use super::personal_number;

/// The longest, in characters.
pub const LONGEST: usize = 500;

/// The words, trimmed and never empty. Shown by nothing but the answer to whoever may read them.
#[derive(Clone, PartialEq, Eq)]
pub struct RemarkText(String);

/// Why words are not taken. They are not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextFault {
    #[error("a remark has {LONGEST} characters at most")]
    TooLong,
    #[error("a remark has characters of letters, signs and lines alone")]
    Control,
    #[error("a remark holds no personal number")]
    PersonalNumber,
}

/// A remark as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    pub day: Date,
    pub activity: ActivityCode,
    pub text: RemarkText,
    pub written_at: Timestamp,
}

impl RemarkText {
    /// The words of a text; None if there are none.
    pub fn parse(text: &str) -> Result<Option<Self>, TextFault> {
        let text = text.trim();
        let is_control = |sign: char| sign.is_control() && !matches!(sign, '\n' | '\r' | '\t');
        if text.chars().count() > LONGEST {
            Err(TextFault::TooLong)
        } else if text.chars().any(is_control) {
            Err(TextFault::Control)
        } else if personal_number::occurs_in_words(text) {
            Err(TextFault::PersonalNumber)
        } else {
            Ok((!text.is_empty()).then(|| Self(text.to_owned())))
        }
    }

    /// Words that were taken once: rules that came later do not bear on them.
    pub fn stored(text: &str) -> Self {
        Self(text.to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Remark {
    /// Whether it is on this row.
    pub fn is_on(&self, day: Date, activity: &ActivityCode) -> bool {
        self.day == day && self.activity == *activity
    }
}

impl fmt::Debug for RemarkText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("RemarkText")
    }
}

#[cfg(test)]
mod tests {
    use support::people::PEOPLE;

    use super::*;

    fn words(text: &str) -> Result<Option<String>, TextFault> {
        RemarkText::parse(text).map(|words| words.map(|words| words.as_str().to_owned()))
    }

    #[test]
    fn words_are_taken_without_the_blanks_around_them() {
        assert_eq!(words(" Jag var hemma.\n"), Ok(Some("Jag var hemma.".to_owned())));
        assert_eq!(words("Två\nrader"), Ok(Some("Två\nrader".to_owned())));
        for nothing in ["", "  ", "\n\t"] {
            assert_eq!(words(nothing), Ok(None));
        }
    }

    #[test]
    fn a_remark_has_so_many_characters_at_most() {
        let longest = "ö".repeat(LONGEST);
        assert_eq!(words(&longest), Ok(Some(longest.clone())));
        assert_eq!(words(&format!("{longest}.")), Err(TextFault::TooLong));
    }

    #[test]
    fn control_characters_are_refused() {
        assert_eq!(words("a\u{0}b"), Err(TextFault::Control));
    }

    #[test]
    fn a_personal_number_anywhere_is_refused() {
        let number = PEOPLE[0].number;
        assert_eq!(
            words(&format!("Jag är {number}.")),
            Err(TextFault::PersonalNumber)
        );
        assert!(words("Den 3 mars var jag sjuk, kl. 9-12.").is_ok());
    }

    #[test]
    fn words_are_not_in_what_is_written_for_developers() {
        let text = RemarkText::parse("hemligt").unwrap();
        assert!(!format!("{text:?}").contains("hemligt"));
    }
}
