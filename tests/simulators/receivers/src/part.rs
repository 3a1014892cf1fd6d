//! Opening and checking a part: the seal, the header, every row, the trailer. Stricter than a recipient has to be: a line
//! that is not written exactly as the format page says is refused, so that nothing more than that can be in a part.

mod number;
mod seal;

use std::collections::BTreeSet;

use aws_lc_rs::digest::{SHA256, digest};
use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

pub use seal::readable;

use crate::Recipient;

const FORMAT: &str = "deltaga.part";
const MOST_ROWS: usize = 10_000;
const HOURS_OF_A_MONTH: f64 = 744.0;

/// Line 1.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    pub kind: String,
    pub format: String,
    pub version: u32,
    pub run_id: String,
    pub part_id: String,
    pub attempt: u32,
    pub recipient: String,
    pub month: String,
    pub rows: usize,
}

/// A month report of a person.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    pub kind: String,
    pub report_id: String,
    pub revision: u32,
    pub personal_number: String,
    pub placement_start: String,
    pub placement_end: String,
    pub month: String,
    pub ka_number: String,
    pub hours: serde_json::Number,
}

/// The last line.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Trailer {
    pub kind: String,
    pub rows: usize,
    pub sha256: String,
}

/// An opened part.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    pub header: Header,
    pub rows: Vec<Row>,
}

/// Why a part is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PartError {
    #[error("the digest of the body is another")]
    Digest,
    #[error("the seal cannot be opened")]
    Seal,
    #[error("the header is wrong")]
    Header,
    #[error("a row is wrong")]
    Row,
    #[error("the trailer is wrong")]
    Trailer,
}

/// What a part has to be.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    pub recipient: Recipient,
    pub part_id: &'a str,
    pub attempt: u32,
}

impl PartError {
    /// As the answer names it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Digest => "digest_mismatch",
            Self::Seal => "seal_wrong",
            Self::Header => "header_wrong",
            Self::Row => "row_wrong",
            Self::Trailer => "trailer_wrong",
        }
    }
}

/// Opens a sealed body and checks all of it.
pub fn open(sealed: &[u8], key: &age::x25519::Identity, expected: Expected<'_>) -> Result<Part, PartError> {
    let content = seal::open(sealed, key).ok_or(PartError::Seal)?;
    check(&content, expected)
}

fn check(content: &[u8], expected: Expected<'_>) -> Result<Part, PartError> {
    let text = std::str::from_utf8(content).map_err(|_| PartError::Row)?;
    let (body, last) = split_trailer(text).ok_or(PartError::Trailer)?;
    let mut lines = body.split_terminator('\n');
    let header: Header = line(lines.next().unwrap_or_default()).ok_or(PartError::Header)?;
    if !is_header(&header, expected) {
        return Err(PartError::Header);
    }
    let rows: Vec<Row> = lines.map(line).collect::<Option<_>>().ok_or(PartError::Row)?;
    if !are_rows(&rows, &header) {
        return Err(PartError::Row);
    }
    let trailer: Trailer = line(last).ok_or(PartError::Trailer)?;
    let sum = hex::encode(digest(&SHA256, body.as_bytes()));
    if trailer.kind != "trailer" || trailer.rows != rows.len() || trailer.sha256 != sum {
        return Err(PartError::Trailer);
    }
    if rows.len() != header.rows {
        return Err(PartError::Header);
    }
    Ok(Part { header, rows })
}

// What is before the trailer, its LF included, and the trailer without its LF.
fn split_trailer(text: &str) -> Option<(&str, &str)> {
    let whole = text.strip_suffix('\n')?;
    let at = whole.rfind('\n')? + 1;
    Some((&text[..at], &whole[at..]))
}

fn line<T: DeserializeOwned + Serialize>(text: &str) -> Option<T> {
    let read: T = serde_json::from_str(text).ok()?;
    (serde_json::to_string(&read).ok()? == text).then_some(read)
}

fn is_header(header: &Header, expected: Expected<'_>) -> bool {
    header.kind == "header"
        && header.format == FORMAT
        && header.version == 1
        && is_id(&header.run_id)
        && header.part_id == expected.part_id
        && header.attempt == expected.attempt
        && header.attempt >= 1
        && header.recipient == expected.recipient.name()
        && month(&header.month).is_some()
        && (1..=MOST_ROWS).contains(&header.rows)
}

fn are_rows(rows: &[Row], header: &Header) -> bool {
    let rising = rows.windows(2).all(|pair| pair[0].report_id < pair[1].report_id);
    let ids: BTreeSet<&str> = rows.iter().map(|row| row.report_id.as_str()).collect();
    rising && ids.len() == rows.len() && rows.iter().all(|row| is_row(row, header))
}

fn is_row(row: &Row, header: &Header) -> bool {
    let ka_number = (1..=20).contains(&row.ka_number.len())
        && row
            .ka_number
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    row.kind == "row"
        && is_id(&row.report_id)
        && row.revision >= 1
        && number::is_personal_number(&row.personal_number)
        && is_period(row)
        && row.month == header.month
        && ka_number
        && are_hours(&row.hours)
}

fn is_period(row: &Row) -> bool {
    let day = |text: &str| (text.len() == 10).then(|| text.parse::<Date>().ok()).flatten();
    let (Some(start), Some(end), Some(first)) = (
        day(&row.placement_start),
        day(&row.placement_end),
        month(&row.month),
    ) else {
        return false;
    };
    start <= end && start <= first.last_of_month() && end >= first
}

// At most two decimals.
fn are_hours(hours: &serde_json::Number) -> bool {
    let decimals = hours
        .to_string()
        .split_once('.')
        .map_or(0, |(_, behind)| behind.len());
    decimals <= 2
        && hours
            .as_f64()
            .is_some_and(|value| (0.0..=HOURS_OF_A_MONTH).contains(&value))
}

fn month(text: &str) -> Option<Date> {
    (text.len() == 7)
        .then(|| format!("{text}-01").parse().ok())
        .flatten()
}

pub(crate) fn is_id(text: &str) -> bool {
    uuid::Uuid::parse_str(text).is_ok_and(|id| id.hyphenated().to_string() == text)
}

#[cfg(test)]
mod tests;
