//! From aggregates to their public state: no hours per day, no names.

use platform::db::Tx;
use platform::grpc::convert::{Validity as WireValidity, to_timestamp, to_validity};
use platform::outbox::{self, OutboxError, OutboxRecord, Revision as RecordRevision};
use prost::Message as _;
use proto::attendance::events::v1 as pb;
use proto::types::v1 as types;

use crate::domain::activity::Activity;
use crate::domain::month::Month;
use crate::domain::report::{Answer, MonthReport, Revision};

pub const ACTIVITY_TOPIC: &str = "attendance.activity.v1";
pub const MONTH_REPORT_TOPIC: &str = "attendance.month-report.v1";

pub(super) const ACTIVITY_TYPE: &str = "se.deltaga.attendance.activity.v1";
pub(super) const MONTH_REPORT_TYPE: &str = "se.deltaga.attendance.month-report.v1";

/// Writes the activity's record into the outbox.
pub async fn activity(tx: &mut Tx, activity: &Activity) -> Result<RecordRevision, OutboxError> {
    outbox::append(tx, activity_record(activity)).await
}

/// Writes the report's record into the outbox. Drafts are nobody else's business: without a revision there is no record.
pub async fn month_report(tx: &mut Tx, report: &MonthReport) -> Result<RecordRevision, OutboxError> {
    outbox::append(tx, month_report_record(report)).await
}

pub fn activity_record(activity: &Activity) -> OutboxRecord {
    record(
        ACTIVITY_TOPIC,
        activity.code.to_string(),
        ACTIVITY_TYPE,
        activity_state(activity).encode_to_vec(),
    )
}

pub fn month_report_record(report: &MonthReport) -> OutboxRecord {
    record(
        MONTH_REPORT_TOPIC,
        report.month_report_id.to_string(),
        MONTH_REPORT_TYPE,
        month_report_state(report).encode_to_vec(),
    )
}

pub fn activity_state(activity: &Activity) -> pb::ActivityState {
    pb::ActivityState {
        activity_code: activity.code.to_string(),
        validity: Some(to_validity(WireValidity {
            from: activity.validity.from(),
            to: activity.validity.to(),
        })),
        name_sv: activity.name_sv.as_str().to_owned(),
        name_en: activity.name_en.as_str().to_owned(),
        always: activity.always,
        only_under_newer_plan: activity.only_under_newer_plan,
    }
}

pub fn month_report_state(report: &MonthReport) -> pb::MonthReportState {
    pb::MonthReportState {
        month_report_id: report.month_report_id.to_string(),
        placement_id: report.subject.placement_id.to_string(),
        person_id: report.subject.person_id.to_string(),
        organisation_id: report.subject.organisation_id.to_string(),
        unit_id: report.subject.unit_id.to_string(),
        month: Some(month(report.month)),
        rule_set: report.rule_set.to_string(),
        revisions: report.revisions.iter().map(revision).collect(),
    }
}

pub fn month(month: Month) -> types::Month {
    types::Month {
        year: month.year().into(),
        month: month.number().into(),
    }
}

fn revision(revision: &Revision) -> pb::MonthRevision {
    pb::MonthRevision {
        revision: number(revision.number),
        content_hash: revision.content_hash.0.to_vec().into(),
        submitted_at: Some(to_timestamp(revision.submitted_at)),
        credited_minutes: number(revision.credited_minutes),
        answer: answer(revision.answer).into(),
        answered_at: revision.answer.at().map(to_timestamp),
        signature_id: revision.answer.signature_id().map(|id| id.to_string()),
        first_shown_at: revision.first_shown_at.map(to_timestamp),
        answer_before: Some(to_timestamp(revision.answer_before)),
    }
}

fn answer(answer: Answer) -> pb::MonthAnswer {
    match answer {
        Answer::Waiting => pb::MonthAnswer::Waiting,
        Answer::Approved { .. } => pb::MonthAnswer::Approved,
        Answer::Rejected { .. } => pb::MonthAnswer::Rejected,
        Answer::Lapsed { .. } => pb::MonthAnswer::Lapsed,
        Answer::Superseded { .. } => pb::MonthAnswer::Superseded,
    }
}

/// Numbers of revisions and minutes of a month are far from the wire's limit.
pub fn number(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn record(topic: &'static str, key: String, record_type: &'static str, payload: Vec<u8>) -> OutboxRecord {
    OutboxRecord {
        topic,
        key,
        record_type,
        payload: Some(payload),
        partition: None,
    }
}
