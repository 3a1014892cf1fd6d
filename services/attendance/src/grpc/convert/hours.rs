//! What became of a file of hours.

use proto::attendance::v1 as pb;
use proto::errors::v1::ErrorReason;

use super::months::etag;
use crate::commands::import_hours::Etags;
use crate::domain::entry::Purpose;
use crate::domain::hours_file::{CellReason, Column};
use crate::domain::merge::{Plan, PlannedMonth, RowFault, RowReason};
use crate::error;
use crate::events::publish;
use crate::events::publish::number;

/// Rows told of at most.
const MOST_ROWS: usize = 1000;

/// The report; `etags` are there if anything was saved.
pub fn hours_report(plan: &Plan, etags: Option<&Etags>) -> pb::ImportHoursResponse {
    let refused = plan.faults.iter().map(|fault| pb::HoursRow {
        line: number(fault.line),
        result: pb::HoursRowResult::Refused.into(),
        column: fault
            .column
            .map(|column| column.name().to_owned())
            .unwrap_or_default(),
        reason: reason(fault).into(),
    });
    let left_out = plan.left_out.iter().map(|line| pb::HoursRow {
        line: number(*line),
        result: pb::HoursRowResult::LeftOut.into(),
        ..pb::HoursRow::default()
    });
    let mut rows: Vec<pb::HoursRow> = refused.chain(left_out).collect();
    rows.sort_by_key(|row| row.line);
    rows.truncate(MOST_ROWS);
    let months = plan.months.iter().map(|planned| month(planned, etags));
    pb::ImportHoursResponse {
        imported: etags.is_some(),
        rows,
        taken_rows: number(plan.taken_rows),
        refused_rows: count(plan.refused_rows()),
        left_out_rows: count(plan.left_out.len()),
        months: months.collect(),
    }
}

fn month(planned: &PlannedMonth, etags: Option<&Etags>) -> pb::ImportedMonth {
    let saved = etags.and_then(|etags| etags.get(&(planned.placement_id, planned.month)));
    pb::ImportedMonth {
        placement_id: planned.placement_id.to_string(),
        month: Some(publish::month(planned.month)),
        etag: saved.map(|saved| etag(*saved)).unwrap_or_default(),
        changed: planned.is_changed,
    }
}

fn reason(fault: &RowFault) -> ErrorReason {
    match fault.reason {
        RowReason::Cell(reason) => cell(reason, fault.column),
        RowReason::CaseUnknown => ErrorReason::CaseReferenceUnknown,
        RowReason::OtherRuleSet => ErrorReason::RuleSetOther,
        RowReason::Violation(reason) => error::reason(reason, Purpose::Draft).0,
        RowReason::DraftDiffers => ErrorReason::DraftDiffers,
    }
}

fn cell(reason: CellReason, column: Option<Column>) -> ErrorReason {
    match reason {
        CellReason::CellCount => ErrorReason::FileRowMalformed,
        CellReason::PersonalNumber => ErrorReason::PersonalNumberInFile,
        // What no code can look like is in no catalogue.
        CellReason::Malformed if column == Some(Column::ActivityCode) => ErrorReason::ActivityUnknown,
        CellReason::Formula | CellReason::Malformed => ErrorReason::FieldMalformed,
        CellReason::Required => ErrorReason::FieldRequired,
        CellReason::DayImpossible => ErrorReason::DayImpossible,
        CellReason::Duplicate { .. } => ErrorReason::FileRowDuplicate,
    }
}

fn count(rows: usize) -> i32 {
    i32::try_from(rows).unwrap_or(i32::MAX)
}
