//! What becomes of each month of a file.

use super::assign::faults_of;
use super::{Assigned, FileMonth, Ground, Options, Plan, PlannedMonth, RowFault, RowReason};
use crate::domain::entry::{Entry, EntryField, Place, Purpose, Violation, check};
use crate::domain::hours::Hours;
use crate::domain::hours_file::{Column, FileRow};
use crate::domain::ids::PlacementId;
use crate::domain::month::Month;

/// Plans what a file changes. `ground` tells what a month is judged by, or why the placement's months are not taken at all.
pub fn plan<'g>(
    assigned: &Assigned,
    options: Options,
    ground: impl Fn(PlacementId, Month) -> Result<Ground<'g>, RowReason>,
) -> Plan {
    let mut plan = Plan {
        faults: assigned.faults.clone(),
        ..Plan::default()
    };
    let mut right = Vec::new();
    for ((placement_id, month), rows) in &assigned.months {
        let judged = match ground(*placement_id, *month) {
            Ok(ground) => judge(rows, &ground, options),
            Err(reason) => Err(refuse_all(rows, reason)),
        };
        match judged {
            Ok((hours, is_changed)) if !rows.is_incomplete => right.push((
                rows,
                PlannedMonth {
                    placement_id: *placement_id,
                    month: *month,
                    hours,
                    is_changed,
                },
            )),
            Ok(_) => plan.leave_out(rows, &[]),
            Err(faults) => {
                plan.leave_out(rows, &faults);
                plan.faults.extend(faults);
            }
        }
    }
    let has_fault = !plan.faults.is_empty();
    let takes = !assigned.holds_personal_number && (options.allow_partial || !has_fault);
    for (rows, planned) in right {
        if takes {
            plan.taken_rows += u32::try_from(rows.rows.len()).unwrap_or(u32::MAX);
            plan.months.push(planned);
        } else {
            plan.leave_out(rows, &[]);
        }
    }
    plan.faults.sort();
    plan.left_out.sort_unstable();
    plan
}

impl Plan {
    // The rows of the month that have no fault of their own.
    fn leave_out(&mut self, month: &FileMonth, faults: &[RowFault]) {
        let is_right = |row: &&FileRow| !faults.iter().any(|fault| fault.line == row.line);
        self.left_out
            .extend(month.rows.iter().filter(is_right).map(|row| row.line));
    }
}

// The month's hours and whether they change anything, or everything that is wrong with its rows.
fn judge(month: &FileMonth, ground: &Ground<'_>, options: Options) -> Result<(Hours, bool), Vec<RowFault>> {
    let readable: Vec<(&FileRow, Entry)> = month
        .rows
        .iter()
        .filter_map(|row| Some((row, row.entry()?)))
        .collect();
    let entries: Vec<Entry> = readable.iter().map(|(_, entry)| entry.clone()).collect();
    let mut faults: Vec<RowFault> = month.rows.iter().flat_map(faults_of).collect();
    let hours = match check(&entries, &ground.frame, Purpose::Draft) {
        Ok(hours) => hours,
        Err(violations) => {
            faults.extend(
                violations
                    .iter()
                    .flat_map(|violation| told(violation, &readable, month)),
            );
            return Err(faults);
        }
    };
    if !faults.is_empty() {
        return Err(faults);
    }
    let standing = ground.draft.or(ground.last);
    let is_changed = standing != Some(&hours);
    if is_changed && ground.draft.is_some() && !options.replace_drafts {
        return Err(refuse_all(month, RowReason::DraftDiffers));
    }
    Ok((hours, is_changed))
}

// What is wrong with the month is wrong with each of its rows.
fn told(violation: &Violation, readable: &[(&FileRow, Entry)], month: &FileMonth) -> Vec<RowFault> {
    let reason = RowReason::Violation(violation.reason);
    match violation.place {
        Place::Month => refuse_all(month, reason),
        Place::Entry { index, field } => {
            let (line, column) = (readable[index].0.line, Some(column(field)));
            vec![RowFault { line, column, reason }]
        }
    }
}

fn refuse_all(month: &FileMonth, reason: RowReason) -> Vec<RowFault> {
    let fault = |row: &FileRow| RowFault {
        line: row.line,
        column: None,
        reason,
    };
    month.rows.iter().map(fault).collect()
}

const fn column(field: EntryField) -> Column {
    match field {
        EntryField::Day => Column::Day,
        EntryField::Activity => Column::ActivityCode,
        EntryField::Minutes => Column::Minutes,
    }
}
