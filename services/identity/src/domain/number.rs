//! Swedish personal and coordination numbers: parsed strictly, kept as twelve digits, never shown by Debug.
//! A birth date in a number is a hint only; what counts is form, a real date, and the check digit.

use std::fmt;

use jiff::civil::Date;

const EARLIEST_YEAR: i16 = 1840;
const COORDINATION_DAYS: u32 = 60;

/// A personal or coordination number in its canonical twelve digits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonNumber {
    digits: String,
    kind: NumberKind,
}

/// Which of the two it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NumberKind {
    /// Personnummer.
    Personal,
    /// Samordningsnummer: the day has 60 added.
    Coordination,
}

/// Why a text is no number. Holds nothing of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Neither form is met.
    #[error("the number has another form")]
    Malformed,
    /// Ten digits without separator.
    #[error("the century of the number cannot be told")]
    CenturyAmbiguous,
    /// The date does not exist, lies ahead or is too long ago.
    #[error("the number holds an impossible date")]
    DateImpossible,
    /// The check digit is wrong.
    #[error("the check digit of the number is wrong")]
    CheckDigitWrong,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Separator {
    Absent,
    Hyphen,
    Plus,
}

// === impl PersonNumber ===

impl PersonNumber {
    /// Reads `YYYYMMDDNNNC`, `YYYYMMDD-NNNC`, `YYMMDD-NNNC` or `YYMMDD+NNNC` as of `today` in Stockholm. A plus is also
    /// taken behind a full year whose children have turned a hundred.
    pub fn parse(text: &str, today: Date) -> Result<Self, NumberError> {
        let (digits, separator) = split(text)?;
        let digits = match (digits.len(), separator) {
            (12, Separator::Plus) if !turned_hundred(&digits, today) => return Err(NumberError::Malformed),
            (12, _) => digits,
            (10, Separator::Absent) => return Err(NumberError::CenturyAmbiguous),
            (10, Separator::Hyphen) => with_century(&digits, today, 0)?,
            (10, Separator::Plus) => with_century(&digits, today, 100)?,
            _ => return Err(NumberError::Malformed),
        };
        Self::from_twelve(digits, today)
    }

    /// Twelve digits, for the database, BankID and recipients.
    pub fn digits(&self) -> &str {
        &self.digits
    }

    /// As people write it: `YYYYMMDD-NNNC`.
    pub fn written(&self) -> String {
        format!("{}-{}", &self.digits[..8], &self.digits[8..])
    }

    /// Birth date and the last two digits: enough to know one's own again.
    pub fn masked(&self) -> String {
        format!("{}-**{}", &self.digits[..8], &self.digits[10..])
    }

    /// Which of the two it is.
    pub fn kind(&self) -> NumberKind {
        self.kind
    }

    fn from_twelve(digits: String, today: Date) -> Result<Self, NumberError> {
        let (date, kind) = date_of(&digits).ok_or(NumberError::DateImpossible)?;
        if date > today || date.year() < EARLIEST_YEAR {
            return Err(NumberError::DateImpossible);
        }
        if &digits[8..11] == "000" {
            return Err(NumberError::Malformed);
        }
        if !has_right_check_digit(&digits[2..]) {
            return Err(NumberError::CheckDigitWrong);
        }
        Ok(Self { digits, kind })
    }
}

impl fmt::Debug for PersonNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PersonNumber({:?}, redacted)", self.kind)
    }
}

// === impl NumberKind ===

impl NumberKind {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Personal => "personal",
            Self::Coordination => "coordination",
        }
    }
}

/// Whether the last of the ASCII digits is the Luhn check digit of the others (weights 2, 1, 2, 1 … from the left of ten).
pub(super) fn has_right_check_digit(ten_digits: &str) -> bool {
    let weighted = ten_digits
        .bytes()
        .zip([2, 1].into_iter().cycle())
        .map(|(digit, weight)| {
            let product = u32::from(digit - b'0') * weight;
            product / 10 + product % 10
        });
    weighted.sum::<u32>() % 10 == 0
}

/// Whether the character is one of those that people and word processors use as a hyphen.
pub(super) fn is_hyphen(letter: char) -> bool {
    matches!(
        letter,
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}'
    )
}

fn split(text: &str) -> Result<(String, Separator), NumberError> {
    let letters: Vec<char> = text.trim().chars().collect();
    let place = letters.len().checked_sub(5).ok_or(NumberError::Malformed)?;
    let separator = match letters[place] {
        '+' => Separator::Plus,
        letter if is_hyphen(letter) => Separator::Hyphen,
        _ => Separator::Absent,
    };
    let keeps = |index: usize| separator == Separator::Absent || index != place;
    let digits: String = letters
        .iter()
        .enumerate()
        .filter(|(index, _)| keeps(*index))
        .map(|(_, letter)| *letter)
        .collect();
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok((digits, separator))
    } else {
        Err(NumberError::Malformed)
    }
}

// The latest year with these two digits whose date exists and is not ahead, then back by `older` years.
fn with_century(ten_digits: &str, today: Date, older: i16) -> Result<String, NumberError> {
    let year_of_century: i16 = ten_digits[..2].parse().map_err(|_| NumberError::Malformed)?;
    let this_century = today.year() / 100 * 100;
    let latest = [this_century, this_century - 100]
        .into_iter()
        .map(|century| century + year_of_century)
        .find(|year| {
            date_of(&format!("{year:04}{}", &ten_digits[2..])).is_some_and(|(date, _)| date <= today)
        })
        .ok_or(NumberError::DateImpossible)?;
    Ok(format!("{:04}{}", latest - older, &ten_digits[2..]))
}

fn date_of(twelve_digits: &str) -> Option<(Date, NumberKind)> {
    let year = twelve_digits[..4].parse().ok()?;
    let month = twelve_digits[4..6].parse().ok()?;
    let day: u32 = twelve_digits[6..8].parse().ok()?;
    let (day, kind) = match day.checked_sub(COORDINATION_DAYS) {
        Some(day) => (day, NumberKind::Coordination),
        None => (day, NumberKind::Personal),
    };
    Some((Date::new(year, month, i8::try_from(day).ok()?).ok()?, kind))
}

fn turned_hundred(twelve_digits: &str, today: Date) -> bool {
    twelve_digits[..4]
        .parse::<i16>()
        .is_ok_and(|year| today.year() - year >= 100)
}

#[cfg(test)]
mod tests;
