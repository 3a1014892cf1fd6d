//! Attempts to send, as export asks for them.

use std::collections::HashSet;

use platform::grpc::convert::{id, to_timestamp};
use platform::grpc::{FieldViolation, Fields, Rejection};
use proto::consent::v1 as pb;
use proto::errors::v1::ErrorReason;

use super::requests::recipient;
use crate::commands::authorise_disclosure::{AuthoriseDisclosure, JudgedRow};
use crate::commands::begin_sending::{BeginSending, Begun};
use crate::domain::disclosure::Refusal;
use crate::domain::ids::{MonthReportId, PartId};
use crate::domain::sending::Outcome;
use crate::domain::text::Hash;
use crate::store::parts::AuthorisedRow;

const MOST_ROWS_OF_A_CALL: usize = 1_000;

pub fn authorise(request: &pb::AuthoriseDisclosureRequest) -> Result<AuthoriseDisclosure, Rejection> {
    let mut fields = Fields::default();
    let part = fields.check(id("part_id", &request.part_id));
    let attempt = fields.check(attempt(request.attempt));
    let recipient = fields.check(recipient("recipient", request.recipient));
    let rows = fields.check(rows(&request.rows));
    match (part, attempt, recipient, rows) {
        (Some(part), Some(attempt), Some(recipient), Some(rows)) => Ok(AuthoriseDisclosure {
            part,
            attempt,
            recipient,
            rows,
        }),
        _ => Err(fields.reject()),
    }
}

pub fn begin(request: &pb::BeginSendingRequest) -> Result<BeginSending, Rejection> {
    let mut fields = Fields::default();
    let part = fields.check(id("part_id", &request.part_id));
    let attempt = fields.check(attempt(request.attempt));
    let sealed_hash = fields.check(hash("sealed_hash", &request.sealed_hash));
    let rows_hash = fields.check(hash("rows_hash", &request.rows_hash));
    match (part, attempt, sealed_hash, rows_hash) {
        (Some(part), Some(attempt), Some(sealed_hash), Some(rows_hash)) => Ok(BeginSending {
            part,
            attempt,
            sealed_hash,
            rows_hash,
        }),
        _ => Err(fields.reject()),
    }
}

pub fn end(request: &pb::EndSendingRequest) -> Result<(PartId, i32, Outcome), Rejection> {
    let mut fields = Fields::default();
    let part = fields.check(id("part_id", &request.part_id));
    let attempt = fields.check(attempt(request.attempt));
    let outcome = fields.check(outcome(request.outcome));
    match (part, attempt, outcome) {
        (Some(part), Some(attempt), Some(outcome)) => Ok((part, attempt, outcome)),
        _ => Err(fields.reject()),
    }
}

pub fn judged(row: &JudgedRow) -> pb::JudgedRow {
    let (refusal, person_id) = match row.judgement {
        Ok(person) => (pb::DisclosureRefusal::Unspecified, person.to_string()),
        Err(refused) => (refusal(refused), String::new()),
    };
    pb::JudgedRow {
        month_report_id: row.report.to_string(),
        refusal: refusal.into(),
        person_id,
    }
}

pub fn begun(begun: &Begun) -> pb::BeginSendingResponse {
    match begun {
        Begun::Until(valid_until) => pb::BeginSendingResponse {
            refused: Vec::new(),
            valid_until: Some(to_timestamp(*valid_until)),
        },
        Begun::Refused(rows) => pb::BeginSendingResponse {
            refused: rows.iter().map(judged).collect(),
            valid_until: None,
        },
    }
}

fn attempt(attempt: i32) -> Result<i32, FieldViolation> {
    if attempt < 1 {
        return Err(FieldViolation::new("attempt", ErrorReason::FieldOutOfRange).with("limit", 1));
    }
    Ok(attempt)
}

fn hash(path: &str, bytes: &[u8]) -> Result<Hash, FieldViolation> {
    Hash::try_from(bytes).map_err(|_| FieldViolation::new(path, ErrorReason::FieldMalformed))
}

fn rows(rows: &[pb::DisclosureRow]) -> Result<Vec<AuthorisedRow>, FieldViolation> {
    if rows.is_empty() {
        return Err(FieldViolation::new("rows", ErrorReason::FieldRequired));
    }
    if rows.len() > MOST_ROWS_OF_A_CALL {
        return Err(FieldViolation::new("rows", ErrorReason::FieldTooLong).with("limit", MOST_ROWS_OF_A_CALL));
    }
    let mut seen: HashSet<MonthReportId> = HashSet::with_capacity(rows.len());
    let parsed = rows.iter().enumerate().map(|(index, row)| {
        let path = format!("rows[{index}].month_report_id");
        let report = id(&path, &row.month_report_id)?;
        if !seen.insert(report) {
            return Err(FieldViolation::new(path, ErrorReason::FileRowDuplicate));
        }
        if row.revision < 1 {
            let path = format!("rows[{index}].revision");
            return Err(FieldViolation::new(path, ErrorReason::FieldOutOfRange).with("limit", 1));
        }
        Ok(AuthorisedRow {
            report,
            revision: row.revision,
        })
    });
    parsed.collect()
}

fn outcome(value: i32) -> Result<Outcome, FieldViolation> {
    match platform::grpc::convert::known("outcome", value)? {
        pb::SendingOutcome::Delivered => Ok(Outcome::Delivered),
        pb::SendingOutcome::Failed => Ok(Outcome::Failed),
        pb::SendingOutcome::Unknown => Ok(Outcome::Unknown),
        pb::SendingOutcome::Unspecified => Err(FieldViolation::new("outcome", ErrorReason::FieldRequired)),
    }
}

fn refusal(refusal: Refusal) -> pb::DisclosureRefusal {
    match refusal {
        Refusal::NotAnswered => pb::DisclosureRefusal::NotAnswered,
        Refusal::Rejected => pb::DisclosureRefusal::Rejected,
        Refusal::Lapsed => pb::DisclosureRefusal::Lapsed,
        Refusal::NoConsent => pb::DisclosureRefusal::NoConsent,
        Refusal::Withdrawn => pb::DisclosureRefusal::Withdrawn,
        Refusal::NotCurrent => pb::DisclosureRefusal::NotCurrent,
    }
}
