//! Everything that is held of a participant, for that participant: a page at a time, kind by kind, each kind in the order it
//! came to be. Revisions are all that were submitted, whatever became of them.

use platform::db::Tx;
use platform::subject::behind;

use crate::commands::{Commands, Who};
use crate::domain::hours::Hours;
use crate::domain::ids::{MonthReportId, SignatureId};
use crate::domain::month::Month;
use crate::domain::remark::Remark;
use crate::domain::report::{MonthReport, Revision, Subject};
use crate::error::AttendanceError;
use crate::queries::own_months::After;
use crate::store;
use crate::store::approvals::Evidence;

/// Months, or signatures, of a page: what one person's export takes of the memory at a time.
const PAGE: usize = 10;

/// A revision with its hours and the participant's remarks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnRevision {
    pub id: MonthReportId,
    pub subject: Subject,
    pub month: Month,
    pub revision: Revision,
    pub hours: Hours,
    pub remarks: Vec<Remark>,
}

/// Where an export goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Revisions(Option<After>),
    Approvals(Option<SignatureId>),
}

/// Some of the records.
pub enum Page {
    Revisions(Vec<OwnRevision>),
    Approvals(Vec<Evidence>),
}

impl Place {
    pub const START: Self = Self::Revisions(None);
}

impl Commands {
    /// A page, and where the next one begins.
    pub async fn own_records(
        &self,
        who: &Who,
        from: Place,
    ) -> Result<(Page, Option<Place>), AttendanceError> {
        self.database
            .transaction("attendance.export_subject", async |tx| {
                let limit = i64::try_from(PAGE).expect("a page is small");
                match from {
                    Place::Revisions(after) => {
                        let reports = store::reports::of_persons(tx, &who.ids(), after, limit).await?;
                        let place = |report: &MonthReport| {
                            let after = (report.month.first_day(), report.month_report_id);
                            Place::Revisions(Some(after))
                        };
                        let next = behind(&reports, PAGE, place).unwrap_or(Place::Approvals(None));
                        let revisions = self.revisions(tx, reports).await?;
                        Ok((Page::Revisions(revisions), Some(next)))
                    }
                    Place::Approvals(after) => {
                        let kept = store::approvals::of_persons(tx, &who.ids(), after, limit).await?;
                        let place = |kept: &Evidence| Place::Approvals(Some(kept.approval.signature));
                        let next = behind(&kept, PAGE, place);
                        Ok((Page::Approvals(kept), next))
                    }
                }
            })
            .await
    }

    async fn revisions(
        &self,
        tx: &mut Tx,
        reports: Vec<MonthReport>,
    ) -> Result<Vec<OwnRevision>, AttendanceError> {
        let ids: Vec<MonthReportId> = reports.iter().map(|report| report.month_report_id).collect();
        let mut remarks = store::remarks::of_reports(tx, &self.keys, &ids).await?;
        let mut own = Vec::new();
        for report in reports {
            let id = report.month_report_id;
            let mut remarks = remarks.remove(&id).unwrap_or_default();
            let numbers: Vec<u32> = report.revisions.iter().map(|revision| revision.number).collect();
            let mut hours = store::revisions::hours(tx, id, report.month, &numbers).await?;
            own.extend(report.revisions.into_iter().map(|revision| {
                OwnRevision {
                    id,
                    subject: report.subject,
                    month: report.month,
                    hours: self
                        .additions
                        .shown(hours.remove(&revision.number).unwrap_or_default()),
                    remarks: remarks.remove(&revision.number).unwrap_or_default(),
                    revision,
                }
            }));
        }
        Ok(own)
    }
}
