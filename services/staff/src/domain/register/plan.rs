//! The difference between a file and the stored register. All rows are played onto a copy of what is stored; a row that
//! is refused leaves no trace in it, and a file that is refused changes nothing.

mod closing;
mod working;

use jiff::civil::Date;
use uuid::Uuid;

use super::{Row, RowFault, RowOutcome, RowReport};
use crate::domain::ids::{OfficeId, UnitId};
use crate::domain::organisation::{Organisation, OrganisationKey, Unit};

use working::Working;

/// A line of the file after reading.
#[derive(Clone, Debug)]
pub struct ReadRow {
    pub line: u32,
    /// None if the line's cells cannot be told apart.
    pub mention: Option<Mention>,
    pub read: Result<KeyedRow, Vec<RowFault>>,
}

/// What a line is about, also where it is refused: nothing it names is closed as missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    pub unit_number: String,
    pub office_code: String,
}

/// A row whose organisation is identified.
#[derive(Clone, Debug)]
pub struct KeyedRow {
    pub key: OrganisationKey,
    pub row: Row,
}

/// What is stored of the file's organisations, and whoever holds its unit numbers.
#[derive(Clone, Debug, Default)]
pub struct ExistingRegister {
    pub organisations: Vec<Organisation>,
    /// All units of those organisations, and all with a number of the file.
    pub units: Vec<Unit>,
}

/// How the file is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Closing {
    /// Import the good rows although some are refused.
    pub is_partial: bool,
    /// Units and offices of the file's organisations that are not in the file are closed from this day.
    pub missing_from: Option<Date>,
}

/// What the import does.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    pub reports: Vec<RowReport>,
    /// Whether the good rows may be saved.
    pub is_accepted: bool,
    pub organisations: Vec<Change<Organisation>>,
    pub units: Vec<Change<Unit>>,
    pub closed_units: Vec<UnitId>,
    pub closed_offices: Vec<OfficeId>,
}

/// An aggregate before and after; None before if it is new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change<T> {
    pub before: Option<T>,
    pub after: T,
}

/// Plays the rows onto what is stored. `fresh_id` gives a new id each time.
pub fn plan(
    rows: &[ReadRow],
    existing: ExistingRegister,
    closing: Closing,
    fresh_id: &mut dyn FnMut() -> Uuid,
) -> Plan {
    let mut working = Working::of(existing);
    let reports: Vec<RowReport> = rows
        .iter()
        .map(|row| report(row, &mut working, fresh_id))
        .collect();
    let has_refused = reports
        .iter()
        .any(|report| matches!(report.outcome, RowOutcome::Refused(_)));
    if has_refused && !closing.is_partial {
        return Plan {
            reports,
            ..Plan::default()
        };
    }
    let (closed_units, closed_offices) = match closing.missing_from {
        Some(day) => closing::close_missing(&mut working, rows, day),
        None => (Vec::new(), Vec::new()),
    };
    working.settle_validities();
    let (organisations, units) = working.into_changes();
    Plan {
        reports,
        is_accepted: true,
        organisations,
        units,
        closed_units,
        closed_offices,
    }
}

fn report(row: &ReadRow, working: &mut Working, fresh_id: &mut dyn FnMut() -> Uuid) -> RowReport {
    let outcome = match &row.read {
        Err(faults) => RowOutcome::Refused(faults.clone()),
        Ok(keyed) => match working.check(keyed) {
            faults if faults.is_empty() => working.apply(keyed, row.line, fresh_id),
            faults => RowOutcome::Refused(faults),
        },
    };
    RowReport {
        line: row.line,
        outcome,
    }
}
