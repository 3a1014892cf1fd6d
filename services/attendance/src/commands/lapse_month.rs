//! The job that ends the time for an answer. It is set by each submission and comes to nothing once there is an answer.

use async_trait::async_trait;
use platform::db::{Database, DbError, Tx};
use platform::jobs::{self, JobError, JobHandler, LeasedJob, NewJob, Settled};
use serde_json::json;

use super::save_published;
use crate::domain::Outcome;
use crate::domain::ids::MonthReportId;
use crate::domain::report::MonthReport;
use crate::error::AttendanceError;
use crate::store;

const KIND: &str = "attendance.lapse_month";

/// Runs the job.
pub struct LapseMonth(pub Database);

/// Sets the end of the last revision in the place of an earlier one's.
pub async fn schedule(tx: &mut Tx, report: &MonthReport) -> Result<(), DbError> {
    let Some(last) = report.last() else {
        return Ok(());
    };
    let job = NewJob {
        kind: KIND,
        key: report.month_report_id.to_string(),
        due_at: last.answer_before,
        payload: json!({}),
    };
    if last.number > 1 {
        return jobs::replace(tx, job).await;
    }
    // Of the first there is none to replace.
    jobs::enqueue(tx, job).await?;
    Ok(())
}

/// There is an answer: nothing will lapse.
pub async fn call_off(tx: &mut Tx, report: MonthReportId) -> Result<(), DbError> {
    jobs::cancel(tx, KIND, &report.to_string()).await?;
    Ok(())
}

#[async_trait]
impl JobHandler for LapseMonth {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, job: &LeasedJob) -> Result<Settled, JobError> {
        let id = MonthReportId::parse(&job.key).map_err(|error| JobError::lasting("key").caused_by(error))?;
        self.0
            .transaction(KIND, async |tx| {
                lapse(tx, id).await?;
                job.done(tx).await
            })
            .await
    }
}

async fn lapse(tx: &mut Tx, id: MonthReportId) -> Result<(), JobError> {
    let Some(stored) = store::reports::lock_by_id(tx, id).await? else {
        return Ok(());
    };
    let before = stored.report;
    match before.clone().lapse(tx.now()) {
        Outcome::Changed(after) => save_published(tx, &before, &after, None).await.map_err(failed),
        Outcome::Already(_) => Ok(()),
    }
}

fn failed(error: AttendanceError) -> JobError {
    if let AttendanceError::Db(error) = error {
        error.into()
    } else {
        JobError::passing("not_saved", error)
    }
}
