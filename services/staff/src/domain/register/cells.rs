//! The cells of a row by column, and how each kind of cell is read.

use jiff::civil::Date;
use proto::errors::v1::ErrorReason;

use super::RowFault;
use crate::domain::number::{NumberFault, RegisteredNumber};
use crate::domain::organisation::OrganisationKind;

/// Every column; a file has exactly these, in any order.
pub const COLUMNS: [&str; 18] = [
    "organisation_number",
    "organisation_name",
    "organisation_kind",
    "training",
    "unit_number",
    "unit_name",
    "procured_service_code",
    "procured_service_name",
    "documents_online",
    "esf_funded",
    "rule_set",
    "office_code",
    "office_name",
    "street_address",
    "postal_code",
    "city",
    "valid_from",
    "valid_to",
];

const LONGEST_TEXT: usize = 200;
const LONGEST_CODE: usize = 64;

/// Trimmed cells in the order of [`COLUMNS`]. Debug shows none: one may be a personal number.
#[derive(Clone)]
pub struct Cells(Vec<String>);

/// Reads cells and gathers what is wrong with them.
pub struct Reading<'a> {
    cells: &'a Cells,
    pub faults: Vec<RowFault>,
}

impl Cells {
    pub fn new(cells: Vec<String>) -> Self {
        debug_assert_eq!(cells.len(), COLUMNS.len(), "one cell per column");
        Self(cells)
    }

    pub fn get(&self, column: &str) -> &str {
        let position = COLUMNS.iter().position(|known| *known == column);
        position
            .and_then(|position| self.0.get(position))
            .map_or("", String::as_str)
    }
}

impl std::fmt::Debug for Cells {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Cells(hidden)")
    }
}

impl<'a> Reading<'a> {
    pub fn of(cells: &'a Cells) -> Self {
        Self {
            cells,
            faults: Vec::new(),
        }
    }

    pub fn is_empty(&self, column: &'static str) -> bool {
        self.cells.get(column).is_empty()
    }

    pub fn number(&mut self, column: &'static str, today: Date) -> Option<RegisteredNumber> {
        let text = self.required(column)?;
        RegisteredNumber::parse(text, today)
            .map_err(|fault| self.refuse(column, reason_of(fault)))
            .ok()
    }

    /// Text people read: no control characters, not too long.
    pub fn text(&mut self, column: &'static str) -> Option<String> {
        let text = self.required(column)?;
        if text.chars().count() > LONGEST_TEXT {
            return self.refused(column, ErrorReason::FieldTooLong);
        }
        if text.chars().any(char::is_control) {
            return self.refused(column, ErrorReason::FieldMalformed);
        }
        Some(text.to_owned())
    }

    /// A code. It goes out in records, so nothing that reads as a personal number is taken.
    pub fn code(&mut self, column: &'static str, today: Date) -> Option<String> {
        let text = self.required(column)?;
        if text.len() > LONGEST_CODE {
            return self.refused(column, ErrorReason::FieldTooLong);
        }
        let is_plain = text
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || "-_./".contains(letter));
        let is_person = matches!(
            RegisteredNumber::parse(text, today),
            Ok(RegisteredNumber::SoleTrader(_))
        );
        if is_plain && !is_person {
            Some(text.to_owned())
        } else {
            self.refused(column, ErrorReason::FieldMalformed)
        }
    }

    pub fn flag(&mut self, column: &'static str) -> Option<bool> {
        match self.required(column)? {
            "yes" => Some(true),
            "no" => Some(false),
            _ => self.refused(column, ErrorReason::FieldUnknownValue),
        }
    }

    pub fn kind(&mut self, column: &'static str) -> Option<OrganisationKind> {
        match self.required(column)? {
            "provider" => Some(OrganisationKind::Provider),
            "project_owner" => Some(OrganisationKind::ProjectOwner),
            _ => self.refused(column, ErrorReason::FieldUnknownValue),
        }
    }

    /// Five digits, perhaps written `NNN NN`.
    pub fn postal_code(&mut self, column: &'static str) -> Option<String> {
        let text = self.required(column)?;
        let digits: String = text.chars().filter(|letter| *letter != ' ').collect();
        let is_code =
            digits.len() == 5 && digits.bytes().all(|byte| byte.is_ascii_digit()) && text.len() <= 6;
        if is_code {
            Some(digits)
        } else {
            self.refused(column, ErrorReason::FieldMalformed)
        }
    }

    /// `YYYY-MM-DD`.
    pub fn day(&mut self, column: &'static str) -> Option<Date> {
        let text = self.required(column)?;
        let parts: Vec<&str> = text.split('-').collect();
        let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
        let is_spelled = lengths == [4, 2, 2]
            && parts
                .iter()
                .all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
        if !is_spelled {
            return self.refused(column, ErrorReason::FieldMalformed);
        }
        text.parse()
            .map_err(|_| self.refuse(column, ErrorReason::DayImpossible))
            .ok()
    }

    pub fn refuse(&mut self, column: &'static str, reason: ErrorReason) {
        self.faults.push(RowFault::new(column, reason));
    }

    fn refused<T>(&mut self, column: &'static str, reason: ErrorReason) -> Option<T> {
        self.refuse(column, reason);
        None
    }

    fn required(&mut self, column: &'static str) -> Option<&'a str> {
        let text = self.cells.get(column);
        if text.is_empty() {
            self.refused(column, ErrorReason::FieldRequired)
        } else {
            Some(text)
        }
    }
}

fn reason_of(fault: NumberFault) -> ErrorReason {
    match fault {
        NumberFault::Malformed => ErrorReason::NumberMalformed,
        NumberFault::CheckDigitWrong => ErrorReason::NumberCheckDigitWrong,
        NumberFault::DateImpossible => ErrorReason::NumberDateImpossible,
        NumberFault::CenturyAmbiguous => ErrorReason::NumberCenturyAmbiguous,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_explains_every_column() {
        let readme = include_str!("../../../README.md");
        for column in COLUMNS {
            assert!(readme.contains(&format!("`{column}`")), "{column}");
        }
    }
}
