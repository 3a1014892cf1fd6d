//! Months as their participant sees them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use platform::grpc::convert::{to_day, to_timestamp};
use proto::attendance::v1 as pb;

use super::months::{answer, days, remark};
use crate::commands::show_month::ShownMonth;
use crate::domain::activity::ActivityCode;
use crate::domain::additions::Additions;
use crate::domain::hours::Hours;
use crate::domain::month::Month;
use crate::events::publish;
use crate::events::publish::number;
use crate::queries::own_months::OwnMonthRow;
use crate::queries::own_records::OwnRevision;
use crate::store::approvals::{Approval, Effect, Evidence};

/// An own month in the list.
pub fn own_summary(row: &OwnMonthRow) -> pb::OwnMonthSummary {
    pb::OwnMonthSummary {
        month_report_id: row.month_report_id.to_string(),
        placement_id: row.placement_id.to_string(),
        organisation_id: row.organisation_id.to_string(),
        month: Some(publish::month(Month::of(row.month.into()))),
        revision: row.revision,
        answer: answer_of(&row.answer).into(),
        credited_minutes: row.credited_minutes,
        answer_before: Some(to_timestamp(row.answer_before.timestamp())),
        submitted_at: Some(to_timestamp(row.submitted_at.timestamp())),
    }
}

/// An own month.
pub fn own_month(shown: &ShownMonth, additions: Additions) -> pb::OwnMonth {
    let (report, last) = (&shown.report, &shown.last);
    let answered = shown.answered.as_ref();
    pb::OwnMonth {
        summary: Some(pb::OwnMonthSummary {
            month_report_id: report.month_report_id.to_string(),
            placement_id: report.subject.placement_id.to_string(),
            organisation_id: report.subject.organisation_id.to_string(),
            month: Some(publish::month(report.month)),
            revision: number(last.number),
            answer: answer(last.answer).into(),
            credited_minutes: number(last.credited_minutes),
            answer_before: Some(to_timestamp(last.answer_before)),
            submitted_at: Some(to_timestamp(last.submitted_at)),
        }),
        unit_id: report.subject.unit_id.to_string(),
        content_hash: last.content_hash.0.to_vec().into(),
        days: days(&shown.hours),
        totals: totals(&shown.hours),
        approved_revision: report.approved_before().map(|revision| number(revision.number)),
        changes: answered
            .map(|(_, before)| changes(before, &shown.hours))
            .unwrap_or_default(),
        answered_revision: answered.map(|(revision, _)| number(revision.number)),
        earlier_answer: answered
            .map_or(pb::Answer::Unspecified, |(revision, _)| answer(revision.answer))
            .into(),
        answered_at: last.answer.at().map(to_timestamp),
        first_shown_at: last.first_shown_at.map(to_timestamp),
        remarks: shown.remarks.iter().map(remark).collect(),
        remarks_offered: additions.row_remarks,
    }
}

/// A revision of an own month.
pub fn own_revision(own: &OwnRevision) -> pb::OwnRevision {
    let revision = &own.revision;
    pb::OwnRevision {
        month_report_id: own.id.to_string(),
        placement_id: own.subject.placement_id.to_string(),
        organisation_id: own.subject.organisation_id.to_string(),
        unit_id: own.subject.unit_id.to_string(),
        month: Some(publish::month(own.month)),
        revision: number(revision.number),
        content_hash: revision.content_hash.0.to_vec().into(),
        days: days(&own.hours),
        totals: totals(&own.hours),
        credited_minutes: number(revision.credited_minutes),
        submitted_at: Some(to_timestamp(revision.submitted_at)),
        first_shown_at: revision.first_shown_at.map(to_timestamp),
        answer_before: Some(to_timestamp(revision.answer_before)),
        answer: answer(revision.answer).into(),
        answered_at: revision.answer.at().map(to_timestamp),
        remarks: own.remarks.iter().map(remark).collect(),
    }
}

/// A signature as it is kept.
pub fn own_approval(kept: &Evidence) -> pb::OwnApproval {
    let approval = &kept.approval;
    pb::OwnApproval {
        signature_id: approval.signature.to_string(),
        month_report_id: approval.report.to_string(),
        revision: number(approval.revision),
        content_hash: approval.hash.0.to_vec().into(),
        visible_text: approval.visible_text.clone(),
        prepared_at: Some(to_timestamp(kept.prepared_at)),
        outcome: outcome(approval).into(),
        signing_started_at: kept.signing_started_at.map(to_timestamp),
        signed_at: kept.signed_at.map(to_timestamp),
        decided_at: approval.decided.map(|decided| to_timestamp(decided.at)),
    }
}

/// What a signature did, or that it is not there yet.
pub fn approval(approval: &Approval) -> pb::CompleteApprovalResponse {
    pb::CompleteApprovalResponse {
        outcome: outcome(approval).into(),
        month_report_id: approval.report.to_string(),
        revision: number(approval.revision),
        decided_at: approval.decided.map(|decided| to_timestamp(decided.at)),
    }
}

fn outcome(approval: &Approval) -> pb::ApprovalOutcome {
    match approval.decided.map(|decided| decided.effect) {
        None => pb::ApprovalOutcome::NotSigned,
        Some(Effect::Approved) => pb::ApprovalOutcome::Approved,
        Some(Effect::Superseded) => pb::ApprovalOutcome::TooLateSuperseded,
        Some(Effect::BegunTooLate) => pb::ApprovalOutcome::TooLateLapsed,
        Some(Effect::Answered) => pb::ApprovalOutcome::TooLateRejected,
        Some(Effect::OtherContent) => pb::ApprovalOutcome::OtherContent,
    }
}

// The table's own check knows no other code.
fn answer_of(code: &str) -> pb::Answer {
    match code {
        "waiting" => pb::Answer::Waiting,
        "approved" => pb::Answer::Approved,
        "rejected" => pb::Answer::Rejected,
        "lapsed" => pb::Answer::Lapsed,
        _ => pb::Answer::Superseded,
    }
}

fn totals(hours: &Hours) -> Vec<pb::DayActivity> {
    let mut totals: BTreeMap<&ActivityCode, (i32, i32)> = BTreeMap::new();
    for row in hours.rows() {
        let (minutes, credited) = totals.entry(&row.activity).or_default();
        *minutes += i32::from(row.minutes);
        *credited += i32::from(row.credited_minutes);
    }
    let totals = totals
        .into_iter()
        .map(|(code, (minutes, credited))| pb::DayActivity {
            activity_code: code.to_string(),
            minutes,
            credited_minutes: credited,
        });
    totals.collect()
}

fn changes(before: &Hours, after: &Hours) -> Vec<pb::ChangedActivity> {
    let (before, after) = (by_activity(before), by_activity(after));
    let places: BTreeSet<&(Date, &ActivityCode)> = before.keys().chain(after.keys()).collect();
    let changed = places.into_iter().filter_map(|place| {
        let then = before.get(place).copied().unwrap_or(0);
        let now = after.get(place).copied().unwrap_or(0);
        let (day, code) = place;
        (then != now).then(|| pb::ChangedActivity {
            day: Some(to_day(*day)),
            activity_code: code.to_string(),
            before_minutes: then,
            after_minutes: now,
        })
    });
    changed.collect()
}

fn by_activity(hours: &Hours) -> BTreeMap<(Date, &ActivityCode), i32> {
    let rows = hours.rows().iter();
    rows.map(|row| ((row.day, &row.activity), row.credited_minutes.into()))
        .collect()
}
