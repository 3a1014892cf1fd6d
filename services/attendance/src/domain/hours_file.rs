//! A provider's file of hours: CSV in UTF-8 (a byte order mark is taken), one header line, separated by semicolon or comma,
//! whichever the header has. Columns in any order: `case_reference`, `day` (YYYY-MM-DD), `activity_code` and either
//! `minutes` (a whole number) or `hours` (up to two decimals behind a point or comma, rounded up to the minute). The file
//! names a case, never a person: a personal number in any cell is refused, and so is a cell that a spreadsheet would run as
//! a formula. Rows that read well and rows that do not are told of together.

mod cells;
mod sheet;

use std::collections::HashMap;

use jiff::civil::Date;

use super::activity::ActivityCode;
use super::entry::Entry;
use super::placement::CaseReference;

pub use sheet::{FileFault, MOST_ROWS};

/// A file that is one, with what is wrong with its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoursFile {
    pub rows: Vec<FileRow>,
}

/// A row: what of it reads, and why the rest does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRow {
    /// In the file, the header being 1.
    pub line: u32,
    pub case_reference: Option<CaseReference>,
    pub day: Option<Date>,
    pub activity: Option<ActivityCode>,
    pub minutes: Option<u32>,
    pub faults: Vec<CellFault>,
}

/// What is wrong with a cell, or with the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CellFault {
    /// None: the row.
    pub column: Option<Column>,
    pub reason: CellReason,
}

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    CaseReference,
    Day,
    ActivityCode,
    Minutes,
    Hours,
}

/// Why a cell is refused. The cell itself is never repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CellReason {
    /// The row has another number of cells than the header.
    CellCount,
    /// A personal number, wherever in the cell.
    PersonalNumber,
    /// It begins like a formula.
    Formula,
    Required,
    Malformed,
    /// Spelled like a day that no calendar has.
    DayImpossible,
    /// The same case, day and activity stand on this earlier line.
    Duplicate {
        of_line: u32,
    },
}

impl HoursFile {
    /// Reads a file. What is wrong with the file as a whole refuses it; what is wrong with a row is told with the row.
    pub fn parse(bytes: &[u8]) -> Result<Self, FileFault> {
        let mut rows = sheet::read(bytes, MOST_ROWS)?;
        mark_duplicates(&mut rows);
        Ok(Self { rows })
    }

    /// Whether a personal number stands anywhere: then nothing of the file is used.
    pub fn holds_personal_number(&self) -> bool {
        let mut faults = self.rows.iter().flat_map(|row| &row.faults);
        faults.any(|fault| fault.reason == CellReason::PersonalNumber)
    }

    /// The cases it is about, each once, rising.
    pub fn cases(&self) -> std::collections::BTreeSet<&CaseReference> {
        self.rows
            .iter()
            .filter_map(|row| row.case_reference.as_ref())
            .collect()
    }
}

impl FileRow {
    /// The entry, of a row without faults.
    pub fn entry(&self) -> Option<Entry> {
        if !self.faults.is_empty() {
            return None;
        }
        Some(Entry {
            day: self.day?,
            activity: self.activity.clone()?,
            minutes: self.minutes?,
        })
    }
}

impl Column {
    pub const fn name(self) -> &'static str {
        match self {
            Self::CaseReference => "case_reference",
            Self::Day => "day",
            Self::ActivityCode => "activity_code",
            Self::Minutes => "minutes",
            Self::Hours => "hours",
        }
    }
}

fn mark_duplicates(rows: &mut [FileRow]) {
    let mut seen: HashMap<(CaseReference, Date, ActivityCode), u32> = HashMap::new();
    for row in rows {
        let (Some(case), Some(day), Some(activity)) = (&row.case_reference, row.day, &row.activity) else {
            continue;
        };
        let of_line = *seen
            .entry((case.clone(), day, activity.clone()))
            .or_insert(row.line);
        if of_line != row.line {
            row.faults.push(CellFault {
                column: None,
                reason: CellReason::Duplicate { of_line },
            });
        }
    }
}

#[cfg(test)]
mod tests;
