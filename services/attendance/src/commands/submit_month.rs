//! Submits the draft as the next revision, frozen with its hash, and sets the time for the participant's answer.

use platform::db::Tx;
use platform::idempotency;
use proto::attendance::v1 as pb;
use serde_json::json;

use super::save_draft::{draft, last_hours, lock_or_begin, refused};
use super::{Caller, Commands, Ground, Once, Reach, lapse_month, note, record_read, save_published, today};
use crate::domain::entry::Purpose;
use crate::domain::hours::Hours;
use crate::domain::ids::PlacementId;
use crate::domain::month::Month;
use crate::domain::report::{Content, Etag, MonthReport, SubmitFault};
use crate::error::{AttendanceError, Violations};
use crate::grpc::convert;
use crate::store::reports::Submitted;
use crate::store::revisions::Limits;

/// What to submit.
#[derive(Clone, Copy, Debug)]
pub struct SubmitMonth {
    pub placement: PlacementId,
    pub month: Month,
    pub seen: Etag,
    /// That nothing was done is meant so.
    pub zero_month: bool,
}

type Request = pb::SubmitMonthRequest;
type Answer = pb::SubmitMonthResponse;

impl Commands {
    pub async fn submit_month(
        &self,
        caller: &Caller,
        reach: &Reach,
        once: Once<'_, Request>,
        input: &SubmitMonth,
    ) -> Result<Answer, AttendanceError> {
        self.database
            .transaction("attendance.submit_month", async |tx| {
                // Scope first: a kept answer is given without asking again.
                let ground = self.ground(tx, reach, input.placement, input.month).await?;
                let answer = idempotency::run(tx, &self.keys, caller.call(&once), once.request, async |tx| {
                    let (report, content) = submit(tx, caller, &ground, input).await?;
                    Ok::<_, AttendanceError>(convert::submitted(&report, &content.hours))
                })
                .await?;
                // The answer holds the hours, also when it is given again.
                record_read(tx, caller.reader.as_ref(), ground.placement.person_id).await?;
                Ok(answer)
            })
            .await
    }
}

async fn submit(
    tx: &mut Tx,
    caller: &Caller,
    ground: &Ground,
    input: &SubmitMonth,
) -> Result<(MonthReport, Content), AttendanceError> {
    let before = lock_or_begin(tx, ground, input.month).await?.report;
    let mut drafted = before.clone();
    let seen = if needs_empty_draft(&before, input)? {
        let last = last_hours(tx, &before).await?;
        let empty = draft(
            drafted,
            input.seen,
            Hours::default(),
            last,
            &ground.rules,
            today(tx),
        );
        drafted = empty.map_err(refused)?.into_inner();
        drafted.etag
    } else {
        input.seen
    };
    drafted.subject = ground.subject();
    drafted.rule_set = ground.rules.code.clone();
    let frame = ground.frame(input.month, today(tx));
    let submitted = drafted.submit(seen, &frame, tx.now());
    let (after, content) = submitted.map_err(|fault| told(fault, ground))?;
    let limits = Limits {
        day_cap_minutes: ground.rules.day_cap_minutes,
        period: ground.placement.period,
    };
    let addition = Submitted {
        content: &content,
        limits,
    };
    save_published(tx, &before, &after, Some(addition)).await?;
    lapse_month::schedule(tx, &after).await?;
    let details = json!({ "revision": content.revision, "rows": content.hours.rows().len() });
    let subject = ("month_report", after.month_report_id.to_string());
    note(tx, caller.line("attendance.submit_month", subject, details)).await?;
    Ok((after, content))
}

/// A zero month needs no draft, but has to be meant.
fn needs_empty_draft(report: &MonthReport, input: &SubmitMonth) -> Result<bool, AttendanceError> {
    if input.seen != report.etag {
        return Err(AttendanceError::EtagMismatch);
    }
    match (&report.draft, input.zero_month) {
        (Some(draft), true) if !draft.is_zero_month() => Err(AttendanceError::ZeroMonthHasEntries),
        (Some(draft), false) if draft.is_zero_month() => Err(AttendanceError::ZeroMonthUnconfirmed),
        (Some(_), _) => Ok(false),
        (None, true) => Ok(true),
        (None, false) if report.revisions.is_empty() => Err(AttendanceError::ZeroMonthUnconfirmed),
        (None, false) => Err(AttendanceError::DraftMissing),
    }
}

fn told(fault: SubmitFault, ground: &Ground) -> AttendanceError {
    match fault {
        SubmitFault::Stale { .. } => AttendanceError::EtagMismatch,
        SubmitFault::NoDraft => AttendanceError::DraftMissing,
        SubmitFault::Unchanged => AttendanceError::Unchanged,
        SubmitFault::Violations(found) => AttendanceError::Violations(Violations {
            found,
            purpose: Purpose::Submission,
            has_no_plan: ground.plans.is_empty(),
        }),
        SubmitFault::OtherSecondStep => AttendanceError::RuleSetOther(ground.rules.code.clone()),
    }
}
