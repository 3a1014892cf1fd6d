//! `attendance.month-report.v1`: of each report the latest submitted revision with its answer.

use platform::consumer::{ApplyError, StateHandler};
use platform::db::Tx;
use platform::outbox::Revision;
use proto::attendance::events::v1::{MonthAnswer, MonthReportState};

use super::id;
use crate::domain::ids::UnitId;
use crate::domain::month::Month;
use crate::domain::plan::{Answer, Report};
use crate::store::heard;

/// Keeps reports.
#[derive(Debug)]
pub struct OnMonthReport;

impl StateHandler for OnMonthReport {
    type Message = MonthReportState;
    const TOPIC: &'static str = "attendance.month-report.v1";

    async fn apply(
        &self,
        tx: &mut Tx,
        key: &str,
        _revision: Revision,
        state: Option<MonthReportState>,
    ) -> Result<(), ApplyError> {
        let Some(state) = state else {
            return Ok(heard::month_report_gone(tx, id(key, "month_report_id")?).await?);
        };
        let unit: UnitId = id(&state.unit_id, "unit_id")?;
        let month = state
            .month
            .and_then(|month| Month::parse(month.year, month.month));
        let month = month.ok_or(ApplyError::Unappliable { reason: "month" })?;
        Ok(heard::month_report(tx, &report(key, &state)?, unit, month).await?)
    }
}

fn report(key: &str, state: &MonthReportState) -> Result<Report, ApplyError> {
    let latest = state.revisions.iter().max_by_key(|revision| revision.revision);
    let latest = latest.ok_or(ApplyError::Unappliable { reason: "revisions" })?;
    Ok(Report {
        id: id(key, "month_report_id")?,
        revision: latest.revision,
        placement: id(&state.placement_id, "placement_id")?,
        person: id(&state.person_id, "person_id")?,
        organisation: id(&state.organisation_id, "organisation_id")?,
        credited_minutes: latest.credited_minutes,
        answer: answer(latest.answer())?,
    })
}

fn answer(wire: MonthAnswer) -> Result<Answer, ApplyError> {
    match wire {
        MonthAnswer::Unspecified => Err(ApplyError::Unappliable { reason: "answer" }),
        MonthAnswer::Waiting => Ok(Answer::Waiting),
        MonthAnswer::Approved => Ok(Answer::Approved),
        MonthAnswer::Rejected => Ok(Answer::Rejected),
        MonthAnswer::Lapsed => Ok(Answer::Lapsed),
        MonthAnswer::Superseded => Ok(Answer::Superseded),
    }
}
