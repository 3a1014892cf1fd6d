//! How each kind of cell is read.

use jiff::civil::Date;

use super::{CellReason, Column, FileRow};
use crate::domain::activity::ActivityCode;
use crate::domain::personal_number;
use crate::domain::placement::CaseReference;

// What spreadsheets take for the beginning of a formula, once spaces are gone.
const FORMULA: [char; 4] = ['=', '+', '-', '@'];

pub(super) fn read(row: &mut FileRow, column: Column, cell: &str) -> Result<(), CellReason> {
    let text = cell.trim();
    if personal_number::occurs_in(text) {
        return Err(CellReason::PersonalNumber);
    }
    if text.starts_with(FORMULA) || cell.starts_with(['\t', '\r']) {
        return Err(CellReason::Formula);
    }
    if text.is_empty() {
        return Err(CellReason::Required);
    }
    let malformed = CellReason::Malformed;
    match column {
        Column::CaseReference => {
            row.case_reference = Some(CaseReference::parse(text).map_err(|_| malformed)?);
        }
        Column::Day => row.day = Some(day(text)?),
        Column::ActivityCode => row.activity = Some(ActivityCode::parse(text).map_err(|_| malformed)?),
        Column::Minutes => row.minutes = Some(number(text, 5).ok_or(malformed)?),
        Column::Hours => row.minutes = Some(minutes_of_hours(text).ok_or(malformed)?),
    }
    Ok(())
}

// `YYYY-MM-DD`.
fn day(text: &str) -> Result<Date, CellReason> {
    let parts: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let is_digits = parts
        .iter()
        .all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    if lengths != [4, 2, 2] || !is_digits {
        return Err(CellReason::Malformed);
    }
    text.parse().map_err(|_| CellReason::DayImpossible)
}

// So many ASCII digits at most.
fn number(text: &str, most_digits: usize) -> Option<u32> {
    let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    if is_digits && (1..=most_digits).contains(&text.len()) {
        text.parse().ok()
    } else {
        None
    }
}

// A third of an hour is often spelled 0.33: rounded up to the minute, which changes nothing where hours are rounded up.
fn minutes_of_hours(text: &str) -> Option<u32> {
    let (whole, decimals) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    let hundredths = match decimals.len() {
        1 => number(decimals, 1)? * 10,
        _ => number(decimals, 2)?,
    };
    Some(number(whole, 3)? * 60 + (hundredths * 60).div_ceil(100))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_become_minutes_rounded_up() {
        for (text, minutes) in [
            ("1", Some(60)),
            ("1,5", Some(90)),
            ("0.25", Some(15)),
            ("0,33", Some(20)),
            ("7.75", Some(465)),
            ("0", Some(0)),
            ("1,", None),
            (",5", None),
            ("1,555", None),
            ("1e3", None),
            ("1 h", None),
        ] {
            assert_eq!(minutes_of_hours(text), minutes, "{text}");
        }
    }

    #[test]
    fn a_day_is_spelled_in_one_way() {
        assert_eq!(day("2026-03-02").unwrap().to_string(), "2026-03-02");
        assert_eq!(day("2026-02-30"), Err(CellReason::DayImpossible));
        for text in [
            "2026-3-2",
            "20260302",
            "02/03/2026",
            "2026-03-02T00:00",
            "２026-03-02",
        ] {
            assert_eq!(day(text), Err(CellReason::Malformed), "{text}");
        }
    }
}
