//! A revision that its participant answered, read again: what was sent of a month may be an earlier one than the last.

use super::own_records::OwnRevision;
use crate::commands::{Commands, Who, find_own};
use crate::domain::ids::MonthReportId;
use crate::error::AttendanceError;
use crate::store;

impl Commands {
    /// What nobody answered has not left and is not shown again: it does not exist for the caller.
    pub async fn own_revision(
        &self,
        who: &Who,
        id: MonthReportId,
        number: u32,
    ) -> Result<OwnRevision, AttendanceError> {
        let found = self
            .database
            .transaction("attendance.get_own_revision", async |tx| {
                let report = find_own(tx, who, id).await?;
                let revision = report
                    .revision(number)
                    .filter(|revision| revision.answer.is_given())
                    .cloned()
                    .ok_or(AttendanceError::NotFound("revision"))?;
                let mut hours = store::revisions::hours(tx, id, report.month, &[number]).await?;
                let mut remarks = store::remarks::of_report(tx, &self.keys, id).await?;
                Ok::<_, AttendanceError>(OwnRevision {
                    subject: report.subject,
                    id,
                    month: report.month,
                    hours: hours.remove(&number).unwrap_or_default(),
                    remarks: remarks.remove(&number).unwrap_or_default(),
                    revision,
                })
            })
            .await?;
        Ok(OwnRevision {
            hours: self.additions.shown(found.hours),
            ..found
        })
    }
}
