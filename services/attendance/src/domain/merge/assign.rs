//! Which placement and month each row belongs to.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::civil::Date;

use super::{RowFault, RowReason};
use crate::domain::hours_file::{Column, FileRow, HoursFile};
use crate::domain::ids::PlacementId;
use crate::domain::month::Month;
use crate::domain::placement::{CaseReference, Placement};

/// The file by placement and month.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assigned {
    pub months: BTreeMap<(PlacementId, Month), FileMonth>,
    /// Of rows that belong to no month.
    pub faults: Vec<RowFault>,
    pub holds_personal_number: bool,
}

/// The rows of a placement's month.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileMonth {
    pub rows: Vec<FileRow>,
    /// A row of the case does not tell its month, or a row of the file not its case: perhaps it is this one's.
    pub is_incomplete: bool,
}

/// Assigns rows. `placements` are those in the caller's reach; several may share a case reference, then the day decides.
pub fn assign(file: HoursFile, placements: &[Placement]) -> Assigned {
    let mut by_case: HashMap<&CaseReference, Vec<&Placement>> = HashMap::new();
    for placement in placements {
        by_case
            .entry(&placement.case_reference)
            .or_default()
            .push(placement);
    }
    let mut assigned = Assigned {
        holds_personal_number: file.holds_personal_number(),
        ..Assigned::default()
    };
    let mut without_month = HashSet::new();
    let is_case_missing = file.rows.iter().any(|row| row.case_reference.is_none());
    for row in file.rows {
        let known = row.case_reference.as_ref().and_then(|case| by_case.get(case));
        match (known, row.day) {
            (Some(candidates), Some(day)) => {
                let key = (choose(candidates, day).placement_id, Month::of(day));
                assigned.months.entry(key).or_default().rows.push(row);
            }
            (Some(candidates), None) => {
                without_month.extend(candidates.iter().map(|placement| placement.placement_id));
                assigned.faults.extend(faults_of(&row));
            }
            (None, _) => assigned.faults.extend(faults_of_unknown(&row)),
        }
    }
    for ((placement, _), month) in &mut assigned.months {
        month.is_incomplete = is_case_missing || without_month.contains(placement);
    }
    assigned
}

/// What does not read in a row.
pub(super) fn faults_of(row: &FileRow) -> impl Iterator<Item = RowFault> {
    let line = row.line;
    row.faults.iter().map(move |fault| RowFault {
        line,
        column: fault.column,
        reason: RowReason::Cell(fault.reason),
    })
}

fn faults_of_unknown(row: &FileRow) -> Vec<RowFault> {
    let unknown = row.case_reference.as_ref().map(|_| RowFault {
        line: row.line,
        column: Some(Column::CaseReference),
        reason: RowReason::CaseUnknown,
    });
    unknown.into_iter().chain(faults_of(row)).collect()
}

// The placement whose days hold the day; else one whose days touch the month; else any: the check says what is wrong.
fn choose<'p>(candidates: &[&'p Placement], day: Date) -> &'p Placement {
    let month = Month::of(day);
    let holds = |placement: &&&Placement| placement.period.contains(day);
    let touches = |placement: &&&Placement| placement.period.touches(month.first_day(), month.last_day());
    let mut chosen = candidates.iter().find(holds);
    chosen = chosen.or_else(|| candidates.iter().find(touches));
    chosen.unwrap_or(&candidates[0])
}
