//! Months as their provider sees them.

use platform::grpc::convert::{to_day, to_timestamp};
use proto::attendance::v1 as pb;
use proto::errors::v1::ErrorReason;

use crate::commands::save_draft::{Draft, Saved};
use crate::domain::hours::{Hours, Row};
use crate::domain::month::Month;
use crate::domain::remark::Remark;
use crate::domain::report::{Answer, Etag, MonthReport, Revision, Status};
use crate::events::publish;
use crate::events::publish::number;
use crate::queries::month::MonthView;
use crate::queries::months::MonthRow;
use crate::store::reports::StoredReport;

/// What became of a draft.
pub fn draft_saved(saved: &Saved) -> pb::SaveMonthDraftResponse {
    use pb::save_month_draft_response::Outcome;
    let outcome = match saved {
        Saved::Saved(standing) => Outcome::Saved(draft(standing)),
        Saved::Conflict {
            current,
            current_etag,
            refused,
        } => Outcome::Conflict(pb::DraftConflict {
            reason: ErrorReason::EtagMismatch.into(),
            field: "etag".to_owned(),
            current: current.as_ref().map(draft),
            refused: Some(draft(refused)),
            current_etag: etag(*current_etag),
        }),
    };
    pb::SaveMonthDraftResponse {
        outcome: Some(outcome),
    }
}

/// The revision that a submission made.
pub fn submitted(report: &MonthReport, hours: &Hours) -> pb::SubmitMonthResponse {
    pb::SubmitMonthResponse {
        month_report_id: report.month_report_id.to_string(),
        revision: report.last().map(|last| revision(last, hours, &[])),
    }
}

/// The whole month.
pub fn month_view(month: Month, view: &MonthView) -> pb::GetMonthResponse {
    let rules = &view.ground.rules;
    let report = view.stored.as_ref().map(|stored| &stored.report);
    let open_days = view.open_days.iter().map(|(day, codes)| pb::OpenDay {
        day: Some(to_day(*day)),
        activity_codes: codes.iter().map(ToString::to_string).collect(),
    });
    pb::GetMonthResponse {
        month_report_id: report.map(|report| report.month_report_id.to_string()),
        placement_id: view.ground.placement.placement_id.to_string(),
        month: Some(publish::month(month)),
        unit_id: view.ground.placement.unit_id.to_string(),
        status: status(report.map_or(Status::NotBegun, MonthReport::status)).into(),
        rule_set: rules.code.to_string(),
        draft: view.stored.as_ref().and_then(stored_draft),
        revisions: report.map(|report| revisions(report, view)).unwrap_or_default(),
        open_days: open_days.collect(),
        day_cap_minutes: rules.day_cap_minutes.into(),
        submit_from: Some(to_day(month.next().first_day())),
        closed_from: Some(to_day(rules.window.closed_from(month))),
        etag: report.map(|report| etag(report.etag)).unwrap_or_default(),
    }
}

/// A placement in the list of a month.
pub fn summary(row: &MonthRow) -> pb::MonthSummary {
    pb::MonthSummary {
        placement_id: row.placement.to_string(),
        unit_id: row.unit.to_string(),
        office_id: row.office.map(|office| office.to_string()),
        status: status(row.status).into(),
        has_draft: row.has_draft,
        month_report_id: row.report.map(|report| report.to_string()),
        revision: row.revision,
        credited_minutes: row.credited_minutes,
        submitted_at: row.submitted_at.map(to_timestamp),
    }
}

/// Hours day by day.
pub(super) fn days(hours: &Hours) -> Vec<pb::MonthDay> {
    let days = hours.days().map(|(day, rows)| pb::MonthDay {
        day: Some(to_day(day)),
        activities: rows.iter().map(activity).collect(),
        credited_minutes: rows.iter().map(|row| i32::from(row.credited_minutes)).sum(),
    });
    days.collect()
}

pub(super) fn answer(answer: Answer) -> pb::Answer {
    match answer {
        Answer::Waiting => pb::Answer::Waiting,
        Answer::Approved { .. } => pb::Answer::Approved,
        Answer::Rejected { .. } => pb::Answer::Rejected,
        Answer::Lapsed { .. } => pb::Answer::Lapsed,
        Answer::Superseded { .. } => pb::Answer::Superseded,
    }
}

/// A remark in its participant's words.
pub fn remark(remark: &Remark) -> pb::RowRemark {
    pb::RowRemark {
        day: Some(to_day(remark.day)),
        activity_code: remark.activity.to_string(),
        text: remark.text.as_str().to_owned(),
        written_at: Some(to_timestamp(remark.written_at)),
    }
}

/// Nobody has touched version 0: its etag is empty.
pub fn etag(etag: Etag) -> String {
    if etag == Etag::default() {
        String::new()
    } else {
        etag.to_string()
    }
}

fn activity(row: &Row) -> pb::DayActivity {
    pb::DayActivity {
        activity_code: row.activity.to_string(),
        minutes: row.minutes.into(),
        credited_minutes: row.credited_minutes.into(),
    }
}

fn draft(draft: &Draft) -> pb::MonthDraft {
    pb::MonthDraft {
        etag: etag(draft.etag),
        entries: entries(&draft.hours),
        saved_at: Some(to_timestamp(draft.saved_at)),
    }
}

fn stored_draft(stored: &StoredReport) -> Option<pb::MonthDraft> {
    Some(pb::MonthDraft {
        etag: etag(stored.report.etag),
        entries: entries(stored.report.draft.as_ref()?),
        saved_at: stored.draft_saved_at.map(to_timestamp),
    })
}

fn entries(hours: &Hours) -> Vec<pb::MonthEntry> {
    let entries = hours.rows().iter().map(|row| pb::MonthEntry {
        day: Some(to_day(row.day)),
        activity_code: row.activity.to_string(),
        minutes: row.minutes.into(),
    });
    entries.collect()
}

fn revisions(report: &MonthReport, view: &MonthView) -> Vec<pb::SubmittedMonth> {
    let zero = Hours::default();
    let revisions = report.revisions.iter().map(|submitted| {
        let hours = view.hours.get(&submitted.number).unwrap_or(&zero);
        let remarks = view.remarks.get(&submitted.number);
        revision(submitted, hours, remarks.map_or(&[], Vec::as_slice))
    });
    revisions.collect()
}

fn revision(revision: &Revision, hours: &Hours, remarks: &[Remark]) -> pb::SubmittedMonth {
    pb::SubmittedMonth {
        revision: number(revision.number),
        content_hash: revision.content_hash.0.to_vec().into(),
        submitted_at: Some(to_timestamp(revision.submitted_at)),
        days: days(hours),
        credited_minutes: number(revision.credited_minutes),
        answer: answer(revision.answer).into(),
        answered_at: revision.answer.at().map(to_timestamp),
        first_shown_at: revision.first_shown_at.map(to_timestamp),
        answer_before: Some(to_timestamp(revision.answer_before)),
        remarks: remarks.iter().map(remark).collect(),
    }
}

fn status(status: Status) -> pb::MonthStatus {
    match status {
        Status::NotBegun => pb::MonthStatus::NotBegun,
        Status::Draft => pb::MonthStatus::Draft,
        Status::Waiting => pb::MonthStatus::Waiting,
        Status::Approved => pb::MonthStatus::Approved,
        Status::Rejected => pb::MonthStatus::Rejected,
        Status::Lapsed => pb::MonthStatus::Lapsed,
    }
}
