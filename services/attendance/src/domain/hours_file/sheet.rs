//! From bytes to rows: encoding, separator, header, number of cells.

use super::cells;
use super::{CellFault, CellReason, Column, FileRow};
use crate::domain::personal_number;

/// More rows are refused: a file of so many is several organisations' or a mistake.
pub const MOST_ROWS: usize = 100_000;

const COLUMNS: [Column; 5] = [
    Column::CaseReference,
    Column::Day,
    Column::ActivityCode,
    Column::Minutes,
    Column::Hours,
];

/// Why a file is none of hours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileFault {
    /// Windows-1252 and UTF-16 end up here: letters would silently become others.
    #[error("line {line} is not UTF-8")]
    Encoding { line: u32 },
    #[error("there is no row")]
    Empty,
    #[error("there are more than {MOST_ROWS} rows")]
    TooManyRows,
    /// Without both minutes and hours, minutes is the one named.
    #[error("columns are missing")]
    ColumnsMissing { columns: Vec<Column> },
    /// Position from 1: the name may be anything and is not repeated.
    #[error("column {position} is not known")]
    ColumnUnknown { position: usize },
    #[error("a column stands twice")]
    ColumnTwice { column: Column },
    #[error("there are minutes and hours")]
    MinutesAndHours,
}

// Counts lines up to records. The reader's own count is taken before the rest of the line break in front of a record, and
// before empty lines.
struct Lines<'t> {
    text: &'t [u8],
    counted_to: usize,
    line: u32,
}

impl<'t> Lines<'t> {
    const fn of(text: &'t str) -> Self {
        Self {
            text: text.as_bytes(),
            counted_to: 0,
            line: 1,
        }
    }

    // The line that the record begins on; records come in order.
    fn of_record(&mut self, record: &csv::StringRecord) -> u32 {
        let byte = record.position().map_or(0, csv::Position::byte);
        let mut begins = usize::try_from(byte).unwrap_or(usize::MAX).min(self.text.len());
        let breaks = self.text[begins..]
            .iter()
            .take_while(|byte| matches!(byte, b'\r' | b'\n'));
        begins += breaks.count();
        let passed = self.text[self.counted_to..begins]
            .iter()
            .filter(|byte| **byte == b'\n');
        self.line = self
            .line
            .saturating_add(u32::try_from(passed.count()).unwrap_or(u32::MAX));
        self.counted_to = begins;
        self.line
    }
}

pub(super) fn read(bytes: &[u8], most_rows: usize) -> Result<Vec<FileRow>, FileFault> {
    let text = decode(bytes)?;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator(text))
        .from_reader(text.as_bytes());
    let mut records = reader.records();
    let Some(Ok(header)) = records.next() else {
        return Err(FileFault::Empty);
    };
    let columns = columns(&header)?;
    let mut rows = Vec::new();
    let mut lines = Lines::of(text);
    for record in records {
        // The text is UTF-8 and rows may have any length: reading memory cannot fail otherwise.
        let Ok(record) = record else { continue };
        let line = lines.of_record(&record);
        // Spreadsheets leave such rows behind.
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if rows.len() == most_rows {
            return Err(FileFault::TooManyRows);
        }
        rows.push(row(line, &record, &columns));
    }
    if rows.is_empty() {
        Err(FileFault::Empty)
    } else {
        Ok(rows)
    }
}

// UTF-16 without a byte order mark is valid UTF-8 of sorts: it shows by its zero bytes.
fn decode(bytes: &[u8]) -> Result<&str, FileFault> {
    let text = std::str::from_utf8(bytes).map_err(|error| wrong_encoding(bytes, error.valid_up_to()))?;
    if let Some(position) = text.find('\0') {
        return Err(wrong_encoding(bytes, position));
    }
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

fn wrong_encoding(bytes: &[u8], position: usize) -> FileFault {
    let line = bytes[..position].split(|byte| *byte == b'\n').count();
    FileFault::Encoding {
        line: u32::try_from(line).unwrap_or(u32::MAX),
    }
}

fn separator(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or_default();
    if header.contains(';') { b';' } else { b',' }
}

// The columns in the order of the file.
fn columns(header: &csv::StringRecord) -> Result<Vec<Column>, FileFault> {
    let mut found = Vec::new();
    for (index, name) in header.iter().enumerate() {
        let known = COLUMNS.into_iter().find(|column| column.name() == name.trim());
        let column = known.ok_or(FileFault::ColumnUnknown { position: index + 1 })?;
        if found.contains(&column) {
            return Err(FileFault::ColumnTwice { column });
        }
        found.push(column);
    }
    let has_hours = found.contains(&Column::Hours);
    if has_hours && found.contains(&Column::Minutes) {
        return Err(FileFault::MinutesAndHours);
    }
    let needed = if has_hours { &COLUMNS[..3] } else { &COLUMNS[..4] };
    let missing: Vec<Column> = needed
        .iter()
        .copied()
        .filter(|column| !found.contains(column))
        .collect();
    if missing.is_empty() {
        Ok(found)
    } else {
        Err(FileFault::ColumnsMissing { columns: missing })
    }
}

fn row(line: u32, record: &csv::StringRecord, columns: &[Column]) -> FileRow {
    let mut row = FileRow {
        line,
        case_reference: None,
        day: None,
        activity: None,
        minutes: None,
        faults: Vec::new(),
    };
    if record.len() != columns.len() {
        let holds_number = record.iter().any(personal_number::occurs_in);
        let reasons = [
            Some(CellReason::CellCount),
            holds_number.then_some(CellReason::PersonalNumber),
        ];
        let faults = reasons.into_iter().flatten();
        row.faults = faults.map(|reason| CellFault { column: None, reason }).collect();
        return row;
    }
    for (column, cell) in columns.iter().zip(record) {
        if let Err(reason) = cells::read(&mut row, *column, cell) {
            row.faults.push(CellFault {
                column: Some(*column),
                reason,
            });
        }
    }
    row
}
