//! `attendance.month-report.v1`: the latest submitted revision of each month, and its answer.

use platform::consumer::{ApplyError, StateHandler};
use platform::db::Tx;
use platform::grpc::convert::timestamp;
use platform::outbox::Revision;
use proto::attendance::events::v1::{MonthAnswer, MonthReportState, MonthRevision};

use super::{id, unreadable};
use crate::domain::month::Month;
use crate::domain::report::{Answer, MonthReport};
use crate::store;

/// Keeps month reports.
#[derive(Clone, Copy, Debug)]
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
        match state {
            Some(state) => store::reports::put(tx, &report(key, &state)?).await?,
            None => store::reports::delete(tx, id(key)?).await?,
        }
        Ok(())
    }
}

fn report(key: &str, state: &MonthReportState) -> Result<MonthReport, ApplyError> {
    let month = state.month.ok_or_else(unreadable)?;
    let latest = state.revisions.iter().max_by_key(|revision| revision.revision);
    let latest = latest.ok_or_else(unreadable)?;
    Ok(MonthReport {
        id: id(key)?,
        placement: id(&state.placement_id)?,
        person: id(&state.person_id)?,
        organisation: id(&state.organisation_id)?,
        unit: id(&state.unit_id)?,
        month: Month::new(month.year, month.month).ok_or_else(unreadable)?,
        revision: latest.revision,
        content_hash: latest.content_hash.to_vec(),
        submitted_at: timestamp(latest.submitted_at.as_ref()).ok_or_else(unreadable)?,
        answer: answer(latest)?,
        answered_at: timestamp(latest.answered_at.as_ref()),
        first_shown_at: timestamp(latest.first_shown_at.as_ref()),
        answer_before: timestamp(latest.answer_before.as_ref()).ok_or_else(unreadable)?,
    })
}

fn answer(revision: &MonthRevision) -> Result<Answer, ApplyError> {
    match revision.answer() {
        MonthAnswer::Waiting => Ok(Answer::Waiting),
        MonthAnswer::Approved => Ok(Answer::Approved),
        MonthAnswer::Rejected => Ok(Answer::Rejected),
        MonthAnswer::Lapsed => Ok(Answer::Lapsed),
        MonthAnswer::Superseded => Ok(Answer::Superseded),
        MonthAnswer::Unspecified => Err(unreadable()),
    }
}
