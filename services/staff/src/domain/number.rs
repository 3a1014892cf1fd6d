//! Organisation numbers, and the personal numbers of sole traders in their place. A sole trader's number is checked here
//! so that a file can be reported on, handed to identity and forgotten; it never shows in Debug.

mod personal;

use std::fmt;

use jiff::civil::Date;

pub use personal::PersonalNumber;

/// What stands in a column of organisation numbers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RegisteredNumber {
    Organisation(OrganisationNumber),
    SoleTrader(PersonalNumber),
}

/// An organisation number that is no personal number, in ten digits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrganisationNumber(String);

/// Why a text is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberFault {
    #[error("the number has another form")]
    Malformed,
    #[error("the check digit is wrong")]
    CheckDigitWrong,
    #[error("the date does not exist or lies ahead")]
    DateImpossible,
    #[error("the century cannot be told")]
    CenturyAmbiguous,
}

// Digits of a number, with what stood between date and serial number.
struct Spelled {
    digits: String,
    separator: Option<char>,
}

impl RegisteredNumber {
    /// Reads `NNNNNN-NNNN` (with or without hyphen, with or without the prefix 16), or a personal number.
    pub fn parse(text: &str, today: Date) -> Result<Self, NumberFault> {
        let spelled = spell(text)?;
        let digits = spelled.digits.as_str();
        let rest = digits.strip_prefix("16").filter(|rest| rest.len() == 10);
        match (digits.len(), rest) {
            (12, Some(rest)) => organisation(rest, spelled.separator).map(Self::Organisation),
            (10, _) if third_pair_is_no_month(digits) => {
                organisation(digits, spelled.separator).map(Self::Organisation)
            }
            (10 | 12, _) => personal::check(&spelled, today).map(Self::SoleTrader),
            _ => Err(NumberFault::Malformed),
        }
    }
}

impl PersonalNumber {
    /// Reads a personal or coordination number.
    pub fn parse(text: &str, today: Date) -> Result<Self, NumberFault> {
        match RegisteredNumber::parse(text, today)? {
            RegisteredNumber::SoleTrader(number) => Ok(number),
            RegisteredNumber::Organisation(_) => Err(NumberFault::Malformed),
        }
    }
}

impl OrganisationNumber {
    /// Takes the ten digits the database holds.
    pub fn parse(text: &str) -> Result<Self, NumberFault> {
        let spelled = spell(text)?;
        organisation(&spelled.digits, spelled.separator)
    }

    /// The ten digits.
    pub fn digits(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OrganisationNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{}", &self.0[..6], &self.0[6..])
    }
}

impl fmt::Debug for OrganisationNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "OrganisationNumber({self})")
    }
}

// A personal number's month has a third digit of 0 or 1; an organisation number's is 2 or more.
fn third_pair_is_no_month(digits: &str) -> bool {
    digits.as_bytes()[2] >= b'2'
}

fn organisation(digits: &str, separator: Option<char>) -> Result<OrganisationNumber, NumberFault> {
    if digits.len() != 10
        || separator == Some('+')
        || !third_pair_is_no_month(digits)
        || digits.starts_with('0')
    {
        return Err(NumberFault::Malformed);
    }
    if !passes_luhn(digits) {
        return Err(NumberFault::CheckDigitWrong);
    }
    Ok(OrganisationNumber(digits.to_owned()))
}

fn spell(text: &str) -> Result<Spelled, NumberFault> {
    let mut spelled = Spelled {
        digits: String::with_capacity(12),
        separator: None,
    };
    let letters: Vec<char> = text.trim().chars().map(plain_hyphen).collect();
    for (position, letter) in letters.iter().enumerate() {
        match letter {
            '0'..='9' => spelled.digits.push(*letter),
            '-' | '+' if position + 5 == letters.len() => spelled.separator = Some(*letter),
            _ => return Err(NumberFault::Malformed),
        }
    }
    Ok(spelled)
}

fn plain_hyphen(letter: char) -> char {
    match letter {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' => '-',
        other => other,
    }
}

// Over the ten-digit form, weights 2,1,2,1… from the left.
fn passes_luhn(digits: &str) -> bool {
    let weighted = digits
        .bytes()
        .zip([2_u32, 1].into_iter().cycle())
        .map(|(digit, weight)| {
            let product = u32::from(digit - b'0') * weight;
            product / 10 + product % 10
        });
    weighted.sum::<u32>() % 10 == 0
}

#[cfg(test)]
mod tests;
