//! Requests as commands take them.

use platform::grpc::convert::{day, id, known, request_id, required};
use platform::grpc::{FieldViolation, Fields, Rejection};
use proto::attendance::v1 as pb;
use proto::errors::v1::ErrorReason;
use proto::types::v1 as types;
use uuid::Uuid;

use super::malformed;
use crate::commands::import_hours::ImportHours;
use crate::commands::prepare_approval::PrepareApproval;
use crate::commands::save_draft::SaveDraft;
use crate::commands::set_row_remark::SetRowRemark;
use crate::commands::submit_month::SubmitMonth;
use crate::domain::activity::ActivityCode;
use crate::domain::entry::Entry;
use crate::domain::ids::MonthReportId;
use crate::domain::month::Month;
use crate::domain::remark::{LONGEST, RemarkText, TextFault};
use crate::domain::report::{ContentHash, Etag};
use crate::domain::visible::Language;

/// More than any month can hold.
const MOST_ENTRIES: usize = 1000;

/// A month to submit, with the id that makes it repeatable.
#[derive(Clone, Copy, Debug)]
pub struct SubmitAsked {
    pub request_id: Uuid,
    pub input: SubmitMonth,
}

/// A file to import, with the id that makes it repeatable.
#[derive(Clone, Copy, Debug)]
pub struct ImportAsked {
    pub request_id: Uuid,
    pub input: ImportHours,
}

pub fn month(path: &str, month: Option<types::Month>) -> Result<Month, FieldViolation> {
    let month = required(path, month)?;
    Month::parse(month.year, month.month).map_err(|_| FieldViolation::new(path, ErrorReason::FieldOutOfRange))
}

/// The number of a revision.
pub fn number(path: &str, number: i32) -> Result<u32, FieldViolation> {
    match u32::try_from(number) {
        Ok(number) if number > 0 => Ok(number),
        Ok(_) | Err(_) => Err(FieldViolation::new(path, ErrorReason::FieldOutOfRange)),
    }
}

pub fn save_draft(request: &pb::SaveMonthDraftRequest) -> Result<SaveDraft, Rejection> {
    let mut fields = Fields::default();
    let placement = fields.check(id("placement_id", &request.placement_id));
    let month = fields.check(month("month", request.month));
    let seen = fields.check(etag("etag", &request.etag));
    let entries = entries(&mut fields, &request.entries);
    let (Some(placement), Some(month), Some(seen), true) = (placement, month, seen, fields.is_clean()) else {
        return Err(fields.reject());
    };
    Ok(SaveDraft {
        placement,
        month,
        seen,
        entries,
        validate_only: request.validate_only,
    })
}

pub fn submit_month(request: &pb::SubmitMonthRequest) -> Result<SubmitAsked, Rejection> {
    let mut fields = Fields::default();
    let request_id = fields.check(request_id("request_id", &request.request_id));
    let placement = fields.check(id("placement_id", &request.placement_id));
    let month = fields.check(month("month", request.month));
    let seen = fields.check(etag("etag", &request.etag));
    let (Some(request_id), Some(placement), Some(month), Some(seen)) = (request_id, placement, month, seen)
    else {
        return Err(fields.reject());
    };
    let input = SubmitMonth {
        placement,
        month,
        seen,
        zero_month: request.zero_month,
    };
    Ok(SubmitAsked { request_id, input })
}

pub fn import_hours(request: &pb::ImportHoursRequest) -> Result<ImportAsked, Rejection> {
    let mut fields = Fields::default();
    let request_id = fields.check(request_id("request_id", &request.request_id));
    let upload = fields.check(id("upload_id", &request.upload_id));
    let (Some(request_id), Some(upload)) = (request_id, upload) else {
        return Err(fields.reject());
    };
    let input = ImportHours {
        upload,
        allow_partial: request.allow_partial,
        replace_drafts: request.replace_drafts,
        validate_only: request.validate_only,
    };
    Ok(ImportAsked { request_id, input })
}

pub fn prepare_approval(request: &pb::PrepareApprovalRequest) -> Result<PrepareApproval, Rejection> {
    let mut fields = Fields::default();
    let report = fields.check(id("month_report_id", &request.month_report_id));
    let revision = fields.check(number("revision", request.revision));
    let hash = fields.check(hash("content_hash", &request.content_hash));
    let language = fields.check(language("language", request.language));
    let (Some(report), Some(revision), Some(hash), Some(language)) = (report, revision, hash, language)
    else {
        return Err(fields.reject());
    };
    Ok(PrepareApproval {
        report,
        revision,
        hash,
        language,
    })
}

/// Which revision of which month.
pub fn get_own_revision(request: &pb::GetOwnRevisionRequest) -> Result<(MonthReportId, u32), Rejection> {
    let mut fields = Fields::default();
    let report = fields.check(id("month_report_id", &request.month_report_id));
    let revision = fields.check(number("revision", request.revision));
    match (report, revision) {
        (Some(report), Some(revision)) => Ok((report, revision)),
        _ => Err(fields.reject()),
    }
}

pub fn set_row_remark(request: &pb::SetRowRemarkRequest) -> Result<SetRowRemark, Rejection> {
    let mut fields = Fields::default();
    let report = fields.check(id("month_report_id", &request.month_report_id));
    let revision = fields.check(number("revision", request.revision));
    let day = fields.check(day("day", request.day));
    let activity = fields.check(activity("activity_code", &request.activity_code));
    let text = fields.check(remark("text", &request.text));
    let (Some(report), Some(revision), Some(day), Some(activity), Some(text)) =
        (report, revision, day, activity, text)
    else {
        return Err(fields.reject());
    };
    Ok(SetRowRemark {
        report,
        revision,
        day,
        activity,
        text,
    })
}

fn remark(path: &str, text: &str) -> Result<Option<RemarkText>, FieldViolation> {
    RemarkText::parse(text).map_err(|fault| match fault {
        TextFault::TooLong => FieldViolation::new(path, ErrorReason::FieldTooLong).with("limit", LONGEST),
        TextFault::Control => malformed(path),
        TextFault::PersonalNumber => FieldViolation::new(path, ErrorReason::PersonalNumberInText),
    })
}

fn entries(fields: &mut Fields, entries: &[pb::MonthEntry]) -> Vec<Entry> {
    if entries.len() > MOST_ENTRIES {
        fields.add(FieldViolation::new("entries", ErrorReason::FieldTooLong).with("limit", MOST_ENTRIES));
        return Vec::new();
    }
    let read = entries.iter().enumerate().filter_map(|(index, entry)| {
        let path = |field: &str| format!("entries[{index}].{field}");
        let day = fields.check(day(&path("day"), entry.day));
        let activity = fields.check(activity(&path("activity_code"), &entry.activity_code));
        let minutes = fields.check(minutes(&path("minutes"), entry.minutes));
        Some(Entry {
            day: day?,
            activity: activity?,
            minutes: minutes?,
        })
    });
    read.collect()
}

// What no code can look like is in no catalogue.
fn activity(path: &str, text: &str) -> Result<ActivityCode, FieldViolation> {
    if text.is_empty() {
        return Err(FieldViolation::new(path, ErrorReason::FieldRequired));
    }
    ActivityCode::parse(text).map_err(|_| FieldViolation::new(path, ErrorReason::ActivityUnknown))
}

fn minutes(path: &str, minutes: i32) -> Result<u32, FieldViolation> {
    u32::try_from(minutes)
        .map_err(|_| FieldViolation::new(path, ErrorReason::FieldOutOfRange).with("limit", 1))
}

fn etag(path: &str, text: &str) -> Result<Etag, FieldViolation> {
    match text {
        "" => Ok(Etag::default()),
        text => text.parse().map(Etag).map_err(|_| malformed(path)),
    }
}

fn hash(path: &str, bytes: &[u8]) -> Result<ContentHash, FieldViolation> {
    if bytes.is_empty() {
        return Err(FieldViolation::new(path, ErrorReason::FieldRequired));
    }
    bytes.try_into().map(ContentHash).map_err(|_| malformed(path))
}

fn language(path: &str, language: i32) -> Result<Language, FieldViolation> {
    if language == 0 {
        return Ok(Language::Swedish);
    }
    match known(path, language)? {
        types::Language::Unspecified | types::Language::Sv => Ok(Language::Swedish),
        types::Language::En => Ok(Language::English),
    }
}
