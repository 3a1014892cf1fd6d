//! From bytes to lines with cells: encoding, header, number of cells. What is wrong with the file as a whole refuses it;
//! what is wrong with a line is told with the line.

use super::MOST_ROWS;
use super::cells::{COLUMNS, Cells};

/// The lines after the header.
#[derive(Clone, Debug)]
pub struct Sheet {
    pub lines: Vec<Line>,
}

/// One line.
#[derive(Clone, Debug)]
pub struct Line {
    /// In the file, the header being 1.
    pub number: u32,
    /// None if the line has another number of cells than the header.
    pub cells: Option<Cells>,
}

/// Why a file is no register.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileFault {
    #[error("line {line} is not UTF-8")]
    Encoding { line: u32 },
    #[error("there is no row")]
    Empty,
    #[error("there are more than {MOST_ROWS} rows")]
    TooManyRows,
    #[error("columns are missing")]
    ColumnsMissing { columns: Vec<&'static str> },
    /// Position from 1: the name may be anything and is not repeated.
    #[error("column {position} is not known")]
    ColumnUnknown { position: usize },
    #[error("a column stands twice")]
    ColumnTwice { column: &'static str },
}

/// Counts lines up to records. The reader's own count is taken before the rest of the line break in front of a record,
/// and before empty lines.
struct Count<'t> {
    text: &'t [u8],
    counted_to: usize,
    line: u32,
}

impl Sheet {
    pub fn parse(bytes: &[u8]) -> Result<Self, FileFault> {
        let text = decode(bytes)?;
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let mut records = reader.records();
        let Some(Ok(header)) = records.next() else {
            return Err(FileFault::Empty);
        };
        let order = column_order(&header)?;
        let mut lines = Vec::new();
        let mut count = Count::of(text);
        for record in records {
            // The text is UTF-8 and rows may have any length: reading memory cannot fail otherwise.
            let Ok(record) = record else { continue };
            let number = count.line_of(&record);
            if lines.len() == MOST_ROWS {
                return Err(FileFault::TooManyRows);
            }
            lines.push(line(number, &record, &order));
        }
        if lines.is_empty() {
            Err(FileFault::Empty)
        } else {
            Ok(Self { lines })
        }
    }
}

impl<'t> Count<'t> {
    const fn of(text: &'t str) -> Self {
        Self {
            text: text.as_bytes(),
            counted_to: 0,
            line: 1,
        }
    }

    /// The line that the record begins on; records come in order.
    fn line_of(&mut self, record: &csv::StringRecord) -> u32 {
        let byte = record.position().map_or(0, csv::Position::byte);
        let mut begins = usize::try_from(byte).unwrap_or(usize::MAX).min(self.text.len());
        let breaks = self.text[begins..]
            .iter()
            .take_while(|byte| matches!(byte, b'\r' | b'\n'));
        begins += breaks.count();
        let passed = self.text[self.counted_to..begins]
            .iter()
            .filter(|byte| **byte == b'\n');
        let passed = u32::try_from(passed.count()).unwrap_or(u32::MAX);
        self.line = self.line.saturating_add(passed);
        self.counted_to = begins;
        self.line
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

// For each of our columns, where it stands in the file.
fn column_order(header: &csv::StringRecord) -> Result<Vec<usize>, FileFault> {
    let mut places: Vec<Option<usize>> = vec![None; COLUMNS.len()];
    for (position, name) in header.iter().enumerate() {
        let known = COLUMNS.iter().position(|column| *column == name.trim());
        let column = known.ok_or(FileFault::ColumnUnknown {
            position: position + 1,
        })?;
        if places[column].replace(position).is_some() {
            return Err(FileFault::ColumnTwice {
                column: COLUMNS[column],
            });
        }
    }
    let missing: Vec<&'static str> = COLUMNS
        .iter()
        .zip(&places)
        .filter(|(_, place)| place.is_none())
        .map(|(column, _)| *column)
        .collect();
    if missing.is_empty() {
        Ok(places.into_iter().flatten().collect())
    } else {
        Err(FileFault::ColumnsMissing { columns: missing })
    }
}

fn line(number: u32, record: &csv::StringRecord, order: &[usize]) -> Line {
    let fits = record.len() == COLUMNS.len();
    let cells = fits.then(|| {
        Cells::new(
            order
                .iter()
                .map(|place| record[*place].trim().to_owned())
                .collect(),
        )
    });
    Line { number, cells }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> String {
        COLUMNS.join(",")
    }

    fn fault(bytes: &[u8]) -> FileFault {
        Sheet::parse(bytes).unwrap_err()
    }

    #[test]
    fn refuses_latin_1_with_the_line() {
        let mut bytes = format!("{}\nrad ett\nG", header()).into_bytes();
        bytes.extend([0xf6, b't', b'e', b'b', b'o', b'r', b'g']);
        assert_eq!(fault(&bytes), FileFault::Encoding { line: 3 });
    }

    #[test]
    fn refuses_utf_16_with_and_without_a_mark() {
        let utf_16: Vec<u8> = header().encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(fault(&utf_16), FileFault::Encoding { line: 1 });
        assert_eq!(
            fault(&[&[0xff, 0xfe], utf_16.as_slice()].concat()),
            FileFault::Encoding { line: 1 }
        );
    }

    #[test]
    fn names_every_missing_column() {
        let without = header().replace(",city", "").replace(",training", "");
        let columns = vec!["training", "city"];
        assert_eq!(
            fault(format!("{without}\na").as_bytes()),
            FileFault::ColumnsMissing { columns }
        );
    }

    #[test]
    fn refuses_an_unknown_or_repeated_column() {
        let position = COLUMNS.len() + 1;
        assert_eq!(
            fault(format!("{},extra\n", header()).as_bytes()),
            FileFault::ColumnUnknown { position }
        );
        assert_eq!(
            fault(format!("{},city\n", header()).as_bytes()),
            FileFault::ColumnTwice { column: "city" }
        );
    }

    #[test]
    fn refuses_a_file_without_rows() {
        assert_eq!(fault(b""), FileFault::Empty);
        assert_eq!(fault(format!("{}\r\n", header()).as_bytes()), FileFault::Empty);
    }

    #[test]
    fn takes_columns_in_any_order_and_a_mark_in_front() {
        let mut names = COLUMNS.to_vec();
        names.reverse();
        let cells: Vec<String> = names.iter().map(|name| format!("<{name}>")).collect();
        let text = format!("\u{feff}{}\r\n{}\r\n", names.join(","), cells.join(","));
        let sheet = Sheet::parse(text.as_bytes()).unwrap();
        assert_eq!(sheet.lines[0].cells.as_ref().unwrap().get("city"), "<city>");
    }

    #[test]
    fn a_line_with_too_few_cells_has_none() {
        let sheet = Sheet::parse(format!("{}\n\"a\nb\",c\n", header()).as_bytes()).unwrap();
        assert!(sheet.lines[0].cells.is_none());
        assert_eq!(sheet.lines[0].number, 2);
    }

    #[test]
    fn lines_are_counted_as_an_editor_shows_them() {
        for line_break in ["\n", "\r\n"] {
            let lines = [&header(), "a", "\"b", "c\"", "", "d"].join(line_break);
            let sheet = Sheet::parse(format!("\u{feff}{lines}{line_break}").as_bytes()).unwrap();
            let numbers: Vec<u32> = sheet.lines.iter().map(|line| line.number).collect();
            assert_eq!(numbers, [2, 3, 6], "{line_break:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300)) {
            let _ = Sheet::parse(&bytes);
        }
    }
}
