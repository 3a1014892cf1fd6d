//! A participant reads an own month. The first time a revision is shown is written down, since it is told to others.

use std::collections::HashMap;

use platform::db::Tx;
use platform::keys::KeyRing;

use super::{Commands, Who, lock_own, save_published};
use crate::domain::Outcome;
use crate::domain::hours::Hours;
use crate::domain::ids::MonthReportId;
use crate::domain::remark::Remark;
use crate::domain::report::{Answer, MonthReport, Revision};
use crate::error::AttendanceError;
use crate::store;

/// A month as its participant reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownMonth {
    pub report: MonthReport,
    pub last: Revision,
    pub hours: Hours,
    /// The last revision that was answered before this one, with its hours.
    pub answered: Option<(Revision, Hours)>,
    pub remarks: Vec<Remark>,
}

impl Commands {
    pub async fn show_month(&self, who: &Who, id: MonthReportId) -> Result<ShownMonth, AttendanceError> {
        let shown = self
            .database
            .transaction("attendance.show_month", async |tx| {
                show(tx, &self.keys, who, id).await
            })
            .await?;
        Ok(ShownMonth {
            hours: self.additions.shown(shown.hours),
            ..shown
        })
    }
}

async fn show(
    tx: &mut Tx,
    keys: &KeyRing,
    who: &Who,
    id: MonthReportId,
) -> Result<ShownMonth, AttendanceError> {
    let before = lock_own(tx, who, id).await?;
    let unknown = AttendanceError::NotFound("month_report");
    let Some(last) = before.last().filter(|last| !is_gone(last, tx.now())).cloned() else {
        return Err(unknown);
    };
    let report = match before.clone().show(last.number, tx.now())? {
        Outcome::Already(report) => report,
        Outcome::Changed(after) => {
            save_published(tx, &before, &after, None).await?;
            after
        }
    };
    let Some(last) = report.last().cloned() else {
        return Err(unknown);
    };
    let answered = report.answered_before().cloned();
    let numbers: Vec<u32> = std::iter::once(&last)
        .chain(&answered)
        .map(|revision| revision.number)
        .collect();
    let mut hours: HashMap<u32, Hours> = store::revisions::hours(tx, id, report.month, &numbers).await?;
    let mut remarks = store::remarks::of_report(tx, keys, id).await?;
    Ok(ShownMonth {
        remarks: remarks.remove(&last.number).unwrap_or_default(),
        answered: answered.map(|revision| {
            let hours = hours.remove(&revision.number).unwrap_or_default();
            (revision, hours)
        }),
        hours: hours.remove(&last.number).unwrap_or_default(),
        last,
        report,
    })
}

/// Without an answer in time a month is no longer shown, whether the lapse is written down yet or not.
fn is_gone(last: &Revision, now: jiff::Timestamp) -> bool {
    match last.answer {
        Answer::Waiting => last.is_over(now),
        Answer::Lapsed { .. } => true,
        Answer::Approved { .. } | Answer::Rejected { .. } | Answer::Superseded { .. } => false,
    }
}
