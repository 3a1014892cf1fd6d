//! A participant remarks on a row of a month that waits for the answer. Nothing is published: a remark is read with the
//! month and changes no state.

use jiff::civil::Date;
use platform::db::Tx;
use platform::keys::KeyRing;
use serde_json::json;

use super::{Caller, Commands, Who, lock_own, note};
use crate::domain::activity::ActivityCode;
use crate::domain::ids::MonthReportId;
use crate::domain::remark::{Remark, RemarkText};
use crate::error::AttendanceError;
use crate::store;

/// What is remarked on which row; no words remove the remark.
#[derive(Clone, Debug)]
pub struct SetRowRemark {
    pub report: MonthReportId,
    pub revision: u32,
    pub day: Date,
    pub activity: ActivityCode,
    pub text: Option<RemarkText>,
}

impl Commands {
    /// Answers the remark as it stands then.
    pub async fn set_row_remark(
        &self,
        caller: &Caller,
        who: &Who,
        input: &SetRowRemark,
    ) -> Result<Option<Remark>, AttendanceError> {
        self.additions.check_remark()?;
        self.database
            .transaction("attendance.set_row_remark", async |tx| {
                set(tx, &self.keys, caller, who, input).await
            })
            .await
    }
}

async fn set(
    tx: &mut Tx,
    keys: &KeyRing,
    caller: &Caller,
    who: &Who,
    input: &SetRowRemark,
) -> Result<Option<Remark>, AttendanceError> {
    let (id, revision) = (input.report, input.revision);
    let report = lock_own(tx, who, id).await?;
    report.check_remark(revision, tx.now())?;
    let hours = store::revisions::hours(tx, id, report.month, &[revision]).await?;
    let has_row = hours
        .get(&revision)
        .is_some_and(|hours| hours.holds(input.day, &input.activity));
    if !has_row {
        return Err(AttendanceError::NotFound("row"));
    }
    let standing = standing(tx, keys, input).await?;
    if standing.as_ref().map(|remark| &remark.text) == input.text.as_ref() {
        return Ok(standing);
    }
    let written = input.text.clone().map(|text| Remark {
        day: input.day,
        activity: input.activity.clone(),
        text,
        written_at: tx.now(),
    });
    match (&written, &standing) {
        (Some(written), _) => store::remarks::put(tx, keys, id, revision, written).await?,
        (None, Some(standing)) => store::remarks::remove(tx, id, revision, standing).await?,
        (None, None) => {}
    }
    let details = json!({ "revision": revision, "day": input.day, "removed": written.is_none() });
    let subject = ("month_report", id.to_string());
    note(tx, caller.line("attendance.set_row_remark", subject, details)).await?;
    Ok(written)
}

async fn standing(
    tx: &mut Tx,
    keys: &KeyRing,
    input: &SetRowRemark,
) -> Result<Option<Remark>, AttendanceError> {
    let mut remarks = store::remarks::of_report(tx, keys, input.report).await?;
    let of_revision = remarks.remove(&input.revision).unwrap_or_default();
    let mut on_row = of_revision
        .into_iter()
        .filter(|remark| remark.is_on(input.day, &input.activity));
    Ok(on_row.next())
}
