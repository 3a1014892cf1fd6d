//! Personal and coordination numbers of sole traders: form, date and check digit. Who it is, identity knows.

use std::fmt;

use jiff::civil::Date;

use super::{NumberFault, Spelled, passes_luhn};

const EARLIEST_YEAR: i16 = 1840;

/// Twelve digits, on their way to identity. Debug shows none of them.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PersonalNumber(String);

impl PersonalNumber {
    /// The twelve digits, for the one call to identity.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PersonalNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PersonalNumber(redacted)")
    }
}

pub(super) fn check(spelled: &Spelled, today: Date) -> Result<PersonalNumber, NumberFault> {
    let (year_digits, rest) = spelled.digits.split_at(spelled.digits.len() - 8);
    let year = match (year_digits.len(), spelled.separator) {
        // Behind a full year a plus tells nothing new, but must not be wrong.
        (4, Some('+')) if today.year() - number(year_digits) < 100 => return Err(NumberFault::Malformed),
        (4, _) => number(year_digits),
        (2, Some(separator)) => full_year(number(year_digits), rest, separator, today)?,
        _ => return Err(NumberFault::CenturyAmbiguous),
    };
    let born = date(year, rest).ok_or(NumberFault::DateImpossible)?;
    if born > today || year < EARLIEST_YEAR {
        return Err(NumberFault::DateImpossible);
    }
    if &rest[4..7] == "000" {
        return Err(NumberFault::Malformed);
    }
    let digits = format!("{year:04}{rest}");
    if passes_luhn(&digits[2..]) {
        Ok(PersonalNumber(digits))
    } else {
        Err(NumberFault::CheckDigitWrong)
    }
}

// The latest year whose date is not ahead; a plus sign tells of a hundred years more.
fn full_year(two_digits: i16, rest: &str, separator: char, today: Date) -> Result<i16, NumberFault> {
    let centuries = (EARLIEST_YEAR / 100..=today.year() / 100).rev();
    let mut years = centuries.map(|century| century * 100 + two_digits);
    let latest = years.find(|year| date(*year, rest).is_some_and(|born| born <= today));
    let year = latest.ok_or(NumberFault::DateImpossible)?;
    Ok(if separator == '+' { year - 100 } else { year })
}

// A coordination number has 60 added to its day.
fn date(year: i16, rest: &str) -> Option<Date> {
    let month = i8::try_from(number(&rest[..2])).ok()?;
    let day = number(&rest[2..4]);
    let day = if day > 60 { day - 60 } else { day };
    Date::new(year, month, i8::try_from(day).ok()?).ok()
}

// At most four ASCII digits.
fn number(digits: &str) -> i16 {
    digits
        .bytes()
        .fold(0, |sum, digit| sum * 10 + i16::from(digit - b'0'))
}
