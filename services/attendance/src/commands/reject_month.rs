//! The participant does not agree: the whole month, without signature or reason.

use platform::db::Tx;
use platform::grpc::convert::to_timestamp;
use platform::idempotency;
use proto::attendance::v1 as pb;
use serde_json::json;

use super::{Caller, Commands, Once, Who, lapse_month, lock_own, note, save_published};
use crate::domain::Outcome;
use crate::domain::ids::MonthReportId;
use crate::domain::report::MonthReport;
use crate::error::AttendanceError;
use crate::events::publish;

type Request = pb::RejectMonthRequest;
type Answer = pb::RejectMonthResponse;

impl Commands {
    pub async fn reject_month(
        &self,
        caller: &Caller,
        who: &Who,
        once: Once<'_, Request>,
        id: MonthReportId,
        revision: u32,
    ) -> Result<Answer, AttendanceError> {
        self.database
            .transaction("attendance.reject_month", async |tx| {
                idempotency::run(tx, &self.keys, caller.call(&once), once.request, async |tx| {
                    let report = reject(tx, caller, who, id, revision).await?;
                    Ok::<_, AttendanceError>(answer(&report, revision))
                })
                .await
            })
            .await
    }
}

async fn reject(
    tx: &mut Tx,
    caller: &Caller,
    who: &Who,
    id: MonthReportId,
    revision: u32,
) -> Result<MonthReport, AttendanceError> {
    let before = lock_own(tx, who, id).await?;
    match before.clone().reject(revision, tx.now())? {
        Outcome::Already(report) => Ok(report),
        Outcome::Changed(after) => {
            save_published(tx, &before, &after, None).await?;
            lapse_month::call_off(tx, id).await?;
            let subject = ("month_report", id.to_string());
            let details = json!({ "revision": revision });
            note(tx, caller.line("attendance.reject_month", subject, details)).await?;
            Ok(after)
        }
    }
}

fn answer(report: &MonthReport, revision: u32) -> Answer {
    let rejected_at = report
        .revision(revision)
        .and_then(|revision| revision.answer.at());
    Answer {
        month_report_id: report.month_report_id.to_string(),
        revision: publish::number(revision),
        rejected_at: rejected_at.map(to_timestamp),
    }
}
