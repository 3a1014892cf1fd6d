//! Between the contract's messages of a settlement and the domain.

use std::collections::BTreeMap;

use platform::grpc::convert::{id, known, to_timestamp};
use platform::grpc::{FieldViolation, Fields, Rejection};
use proto::errors::v1::ErrorReason;
use proto::export::v1 as pb;

use crate::domain::ids::{MonthReportId, PartId};
use crate::domain::receipt::RefusalCode;
use crate::domain::settlement::{Settled, SettledOutcome, Settlement, SettlementReason};
use crate::error::ExportError;

/// Rows that may be named as refused: a part has no more.
const MOST_REFUSED: usize = 10_000;

pub fn asked(request: &pb::SettleAttemptRequest) -> Result<((PartId, i32), Settlement), Rejection> {
    let mut fields = Fields::default();
    let part = fields.check(id("part_id", &request.part_id));
    if request.attempt < 1 {
        fields.refuse("attempt", ErrorReason::FieldRequired);
    }
    let refused = refused(&mut fields, &request.refused);
    let outcome = fields.check(outcome(request.outcome, refused));
    let reason = fields.check(reason(request.reason));
    if !fields.is_clean() {
        return Err(fields.reject());
    }
    match (part, outcome, reason) {
        (Some(part), Some(outcome), Some(reason)) => {
            Ok(((part, request.attempt), Settlement { outcome, reason }))
        }
        _ => Err(fields.reject()),
    }
}

/// What is told of a refusal to settle: of a row that is not the part's, which one.
pub fn refusal(error: ExportError, request: &pb::SettleAttemptRequest) -> Rejection {
    if let ExportError::RowNotInPart(report) = &error {
        let is_it = |row: &pb::RefusedRow| row.month_report_id.parse() == Ok(*report);
        if let Some(place) = request.refused.iter().position(is_it) {
            let path = format!("refused[{place}].month_report_id");
            return Rejection::invalid().field(path, ErrorReason::FieldUnknownValue);
        }
    }
    error.into()
}

pub fn settlement(settled: &Settled) -> pb::Settlement {
    let outcome = match settled.settlement.outcome {
        SettledOutcome::Delivered { .. } => pb::SettledOutcome::Delivered,
        SettledOutcome::Absent => pb::SettledOutcome::NotDelivered,
    };
    let reason = match settled.settlement.reason {
        SettlementReason::ReceiptFaulty => pb::SettlementReason::ReceiptFaulty,
        SettlementReason::ReceiptNeverCame => pb::SettlementReason::ReceiptNeverCame,
        SettlementReason::RecipientNotAskable => pb::SettlementReason::RecipientNotAskable,
        SettlementReason::LostByRecipient => pb::SettlementReason::LostByRecipient,
        SettlementReason::RecordsDiffer => pb::SettlementReason::RecordsDiffer,
    };
    pb::Settlement {
        outcome: outcome.into(),
        reason: reason.into(),
        settled_at: Some(to_timestamp(settled.at)),
    }
}

fn refused(fields: &mut Fields, rows: &[pb::RefusedRow]) -> BTreeMap<MonthReportId, RefusalCode> {
    if rows.len() > MOST_REFUSED {
        fields.add(FieldViolation::new("refused", ErrorReason::FieldTooLong).with("limit", MOST_REFUSED));
        return BTreeMap::new();
    }
    let mut refused = BTreeMap::new();
    for (place, row) in rows.iter().enumerate() {
        let path = |field| format!("refused[{place}].{field}");
        let report = fields.check(id::<MonthReportId>(
            &path("month_report_id"),
            &row.month_report_id,
        ));
        let malformed = || FieldViolation::new(path("code"), ErrorReason::FieldMalformed);
        let code = fields.check(RefusalCode::parse(&row.code).ok_or_else(malformed));
        if let (Some(report), Some(code)) = (report, code)
            && refused.insert(report, code).is_some()
        {
            fields.refuse(path("month_report_id"), ErrorReason::FieldMalformed);
        }
    }
    refused
}

fn outcome(
    wire: i32,
    refused: BTreeMap<MonthReportId, RefusalCode>,
) -> Result<SettledOutcome, FieldViolation> {
    match known("outcome", wire)? {
        pb::SettledOutcome::Unspecified => Err(FieldViolation::new("outcome", ErrorReason::FieldRequired)),
        pb::SettledOutcome::Delivered => Ok(SettledOutcome::Delivered { refused }),
        // What did not arrive has no rows to refuse.
        pb::SettledOutcome::NotDelivered if refused.is_empty() => Ok(SettledOutcome::Absent),
        pb::SettledOutcome::NotDelivered => Err(FieldViolation::new("refused", ErrorReason::FieldMalformed)),
    }
}

fn reason(wire: i32) -> Result<SettlementReason, FieldViolation> {
    match known("reason", wire)? {
        pb::SettlementReason::Unspecified => Err(FieldViolation::new("reason", ErrorReason::FieldRequired)),
        pb::SettlementReason::ReceiptFaulty => Ok(SettlementReason::ReceiptFaulty),
        pb::SettlementReason::ReceiptNeverCame => Ok(SettlementReason::ReceiptNeverCame),
        pb::SettlementReason::RecipientNotAskable => Ok(SettlementReason::RecipientNotAskable),
        pb::SettlementReason::LostByRecipient => Ok(SettlementReason::LostByRecipient),
        pb::SettlementReason::RecordsDiffer => Ok(SettlementReason::RecordsDiffer),
    }
}
