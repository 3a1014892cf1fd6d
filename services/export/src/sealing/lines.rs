//! The lines of a part, in the order and with the keys that recipients are promised.

use jiff::civil::Date;
use serde::Serialize;

use crate::domain::ids::{MonthReportId, PartId, RunId};
use crate::domain::month::Month;
use crate::domain::recipient::Recipient;
use crate::peers::identity::PersonalNumber;
use crate::store::rows::Leaving;

/// What the first line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    pub run: RunId,
    pub part: PartId,
    pub attempt: i32,
    pub recipient: Recipient,
    pub month: Month,
    pub rows: u64,
}

#[derive(Serialize)]
pub(super) struct HeaderLine {
    kind: &'static str,
    format: &'static str,
    version: u32,
    run_id: RunId,
    part_id: PartId,
    attempt: i32,
    recipient: &'static str,
    month: String,
    rows: u64,
}

#[derive(Serialize)]
pub(super) struct RowLine<'r> {
    kind: &'static str,
    report_id: MonthReportId,
    revision: i32,
    personal_number: &'r str,
    placement_start: Date,
    placement_end: Date,
    month: &'r str,
    ka_number: &'r str,
    hours: Hours,
}

#[derive(Serialize)]
pub(super) struct TrailerLine {
    pub kind: &'static str,
    pub rows: u64,
    pub sha256: String,
}

/// Minutes as a number of hours: whole, or with the two decimals that quarters need.
#[derive(Serialize)]
#[serde(untagged)]
enum Hours {
    Whole(i32),
    Broken(f64),
}

impl HeaderLine {
    pub fn new(header: &Header) -> Self {
        Self {
            kind: "header",
            format: "deltaga.part",
            version: 1,
            run_id: header.run,
            part_id: header.part,
            attempt: header.attempt,
            recipient: header.recipient.code(),
            month: header.month.to_string(),
            rows: header.rows,
        }
    }
}

impl<'r> RowLine<'r> {
    pub fn new(row: &'r Leaving, month: &'r str, number: &'r PersonalNumber) -> Self {
        Self {
            kind: "row",
            report_id: row.report,
            revision: row.revision,
            personal_number: number.expose(),
            placement_start: row.first_on,
            placement_end: row.last_on,
            month,
            ka_number: &row.ka_number,
            hours: Hours::of_minutes(row.credited_minutes),
        }
    }
}

impl Hours {
    fn of_minutes(minutes: i32) -> Self {
        if minutes % 60 == 0 {
            Self::Whole(minutes / 60)
        } else {
            Self::Broken((f64::from(minutes) / 0.6).round() / 100.0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_whole_or_have_two_decimals() {
        for (minutes, text) in [
            (0, "0"),
            (60, "1"),
            (2520, "42"),
            (15, "0.25"),
            (735, "12.25"),
            (50, "0.83"),
        ] {
            assert_eq!(serde_json::to_string(&Hours::of_minutes(minutes)).unwrap(), text);
        }
    }
}
