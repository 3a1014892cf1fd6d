//! Replaces the draft of a month, or begins a correction. Who names an old version gets both, and nothing is saved.

use jiff::Timestamp;
use platform::db::Tx;

use super::{Caller, Commands, Ground, Reach, record_read, today};
use crate::domain::Outcome;
use crate::domain::entry::{Entry, Frame, Purpose, check};
use crate::domain::hours::Hours;
use crate::domain::ids::PlacementId;
use crate::domain::month::Month;
use crate::domain::report::{DraftFault, Etag, MonthReport};
use crate::domain::rule_set::RuleSet;
use crate::error::{AttendanceError, Violations};
use crate::store;
use crate::store::reports::StoredReport;

/// What the draft is to be.
#[derive(Clone, Debug)]
pub struct SaveDraft {
    pub placement: PlacementId,
    pub month: Month,
    pub seen: Etag,
    pub entries: Vec<Entry>,
    pub validate_only: bool,
}

/// A draft as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub etag: Etag,
    pub hours: Hours,
    pub saved_at: Timestamp,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saved {
    Saved(Draft),
    /// Somebody else was faster.
    Conflict {
        current: Option<Draft>,
        current_etag: Etag,
        refused: Draft,
    },
}

impl Commands {
    pub async fn save_draft(
        &self,
        caller: &Caller,
        reach: &Reach,
        input: &SaveDraft,
    ) -> Result<Saved, AttendanceError> {
        self.database
            .transaction("attendance.save_draft", async |tx| {
                let ground = self.ground(tx, reach, input.placement, input.month).await?;
                let saved = if input.validate_only {
                    validate(tx, &ground, input).await?
                } else {
                    save(tx, &ground, input).await?
                };
                if let Saved::Conflict { .. } = saved {
                    record_read(tx, caller.reader.as_ref(), ground.placement.person_id).await?;
                }
                Ok(saved)
            })
            .await
    }
}

/// Hours of entries for a draft, or everything that is wrong with them.
pub(super) fn judge(
    ground: &Ground,
    entries: &[Entry],
    report: &MonthReport,
    today: jiff::civil::Date,
) -> Result<Hours, AttendanceError> {
    let frame = Frame {
        is_correction: !report.revisions.is_empty(),
        ..ground.frame(report.month, today)
    };
    check(entries, &frame, Purpose::Draft).map_err(|found| {
        AttendanceError::Violations(Violations {
            found,
            purpose: Purpose::Draft,
            has_no_plan: ground.plans.is_empty(),
        })
    })
}

/// Locks the organisation's own report, which is begun if there is none.
pub(super) async fn lock_or_begin(
    tx: &mut Tx,
    ground: &Ground,
    month: Month,
) -> Result<StoredReport, AttendanceError> {
    let placement = ground.placement.placement_id;
    if let Some(stored) = store::reports::lock(tx, placement, month).await? {
        ground.check_owns(&stored.report)?;
        return Ok(stored);
    }
    let fresh = ground.fresh(tx.new_id(), month);
    if store::reports::begin(tx, &fresh.report).await? {
        return Ok(fresh);
    }
    let begun = store::reports::lock(tx, placement, month).await?.unwrap_or(fresh);
    ground.check_owns(&begun.report)?;
    Ok(begun)
}

/// The report with that draft. After a submission it begins a correction.
pub(super) fn draft(
    report: MonthReport,
    seen: Etag,
    hours: Hours,
    last: Hours,
    rules: &RuleSet,
    today: jiff::civil::Date,
) -> Result<Outcome<MonthReport>, DraftFault> {
    if report.draft.is_some() || report.revisions.is_empty() {
        return report.save_draft(seen, hours);
    }
    if seen != report.etag {
        return Err(DraftFault::Stale { current: report.etag });
    }
    let begun = report.begin_correction(last, rules, today)?.into_inner();
    let seen = begun.etag;
    begun
        .save_draft(seen, hours)
        .map(|corrected| Outcome::Changed(corrected.into_inner()))
}

async fn save(tx: &mut Tx, ground: &Ground, input: &SaveDraft) -> Result<Saved, AttendanceError> {
    let stored = lock_or_begin(tx, ground, input.month).await?;
    let hours = judge(ground, &input.entries, &stored.report, today(tx))?;
    let before = stored.report.clone();
    let last = last_hours(tx, &before).await?;
    match draft(
        before.clone(),
        input.seen,
        hours.clone(),
        last,
        &ground.rules,
        today(tx),
    ) {
        Ok(Outcome::Already(report)) => Ok(Saved::Saved(standing(report.etag, hours, &stored, tx.now()))),
        Ok(Outcome::Changed(mut after)) => {
            // What was submitted says whom and what it was about until the next submission.
            if after.revisions.is_empty() {
                after.subject = ground.subject();
                after.rule_set = ground.rules.code.clone();
            }
            let now = tx.now();
            store::reports::save(tx, &before, &after, None, None, now).await?;
            Ok(Saved::Saved(Draft {
                etag: after.etag,
                hours,
                saved_at: now,
            }))
        }
        // The answer of the first time was lost.
        Err(DraftFault::Stale { current }) if before.draft.as_ref() == Some(&hours) => {
            Ok(Saved::Saved(standing(current, hours, &stored, tx.now())))
        }
        Err(DraftFault::Stale { .. }) => Ok(conflict(&stored, input, hours, tx.now())),
        Err(fault) => Err(refused(fault)),
    }
}

async fn validate(tx: &mut Tx, ground: &Ground, input: &SaveDraft) -> Result<Saved, AttendanceError> {
    let found = store::reports::find(tx, input.placement, input.month).await?;
    let stored = found.unwrap_or_else(|| ground.fresh(tx.new_id(), input.month));
    ground.check_owns(&stored.report)?;
    let last = last_hours(tx, &stored.report).await?;
    let today = today(tx);
    let hours = judge(ground, &input.entries, &stored.report, today)?;
    match draft(
        stored.report.clone(),
        input.seen,
        hours.clone(),
        last,
        &ground.rules,
        today,
    ) {
        Ok(_) => Ok(Saved::Saved(Draft {
            etag: input.seen,
            hours,
            saved_at: tx.now(),
        })),
        Err(DraftFault::Stale { .. }) => Ok(conflict(&stored, input, hours, tx.now())),
        Err(fault) => Err(refused(fault)),
    }
}

/// Hours of the last revision; none of a report that was never submitted.
pub(super) async fn last_hours(tx: &mut Tx, report: &MonthReport) -> Result<Hours, AttendanceError> {
    let Some(last) = report.last() else {
        return Ok(Hours::default());
    };
    let mut hours = store::revisions::hours(tx, report.month_report_id, report.month, &[last.number]).await?;
    Ok(hours.remove(&last.number).unwrap_or_default())
}

/// What a draft cannot be saved for, apart from a stale version.
pub(super) fn refused(fault: DraftFault) -> AttendanceError {
    match fault {
        DraftFault::Stale { .. } => AttendanceError::EtagMismatch,
        DraftFault::Submitted | DraftFault::NothingSubmitted => AttendanceError::DraftMissing,
        DraftFault::Window(fault) => AttendanceError::Violations(Violations {
            found: vec![crate::domain::entry::Violation::of_month(fault.into())],
            purpose: Purpose::Draft,
            has_no_plan: false,
        }),
    }
}

fn standing(etag: Etag, hours: Hours, stored: &StoredReport, now: Timestamp) -> Draft {
    Draft {
        etag,
        hours,
        saved_at: stored.draft_saved_at.unwrap_or(now),
    }
}

fn conflict(stored: &StoredReport, input: &SaveDraft, hours: Hours, now: Timestamp) -> Saved {
    let report = &stored.report;
    let current = report
        .draft
        .clone()
        .map(|current| standing(report.etag, current, stored, now));
    Saved::Conflict {
        current,
        current_etag: report.etag,
        refused: Draft {
            etag: input.seen,
            hours,
            saved_at: now,
        },
    }
}
