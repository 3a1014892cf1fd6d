//! Swedish organisation numbers. The third digit is at least two, so that one is never taken for a personal number; a
//! sole trader's organisation number is a personal number and is parsed as one.

use super::number::{NumberError, has_right_check_digit, is_hyphen};

/// An organisation number in its canonical ten digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrganisationNumber(String);

impl OrganisationNumber {
    /// Reads `NNNNNN-NNNN` or `NNNNNNNNNN`, also behind the prefix `16`.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        let letters: Vec<char> = text.trim().chars().collect();
        let hyphen = letters
            .len()
            .checked_sub(5)
            .filter(|place| is_hyphen(letters[*place]));
        let kept = letters
            .iter()
            .enumerate()
            .filter(|(index, _)| Some(*index) != hyphen);
        let digits: String = kept.map(|(_, letter)| *letter).collect();
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NumberError::Malformed);
        }
        let ten = match digits.len() {
            10 => digits.as_str(),
            12 => digits.strip_prefix("16").ok_or(NumberError::Malformed)?,
            _ => return Err(NumberError::Malformed),
        };
        if ten.as_bytes()[2] < b'2' || ten.starts_with('0') {
            return Err(NumberError::Malformed);
        }
        if has_right_check_digit(ten) {
            Ok(Self(ten.to_owned()))
        } else {
            Err(NumberError::CheckDigitWrong)
        }
    }

    /// Ten digits.
    pub fn digits(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [&str; 7] = [
        "202100-2114",
        "202100-5224",
        "202100-0837",
        "202100-5448",
        "556016-0680",
        "212000-0142",
        "202100-5489",
    ];

    #[test]
    fn every_vector_is_accepted_in_every_spelling() {
        for text in KNOWN {
            let bare = text.replace('-', "");
            for spelling in [
                text.to_owned(),
                bare.clone(),
                format!("16{text}"),
                format!("16{bare}"),
                format!(" {text} "),
            ] {
                assert_eq!(
                    OrganisationNumber::parse(&spelling).unwrap().digits(),
                    bare,
                    "{spelling}"
                );
            }
        }
    }

    #[test]
    fn a_wrong_check_digit_is_named() {
        assert_eq!(
            OrganisationNumber::parse("202100-2115"),
            Err(NumberError::CheckDigitWrong)
        );
    }

    #[test]
    fn what_could_be_a_date_is_no_organisation_number() {
        assert_eq!(
            OrganisationNumber::parse("850709-9854"),
            Err(NumberError::Malformed)
        );
        assert_eq!(
            OrganisationNumber::parse("19850709-9854"),
            Err(NumberError::Malformed)
        );
    }

    #[test]
    fn other_forms_are_refused() {
        for text in ["", "202100", "202100--2114", "2021002114x", "٢٠٢١٠٠-٢١١٤"] {
            assert_eq!(
                OrganisationNumber::parse(text),
                Err(NumberError::Malformed),
                "{text}"
            );
        }
    }
}
