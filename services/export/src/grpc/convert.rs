//! Between the contract's messages and the domain.

use platform::grpc::convert::{request_id, required, to_day, to_timestamp};
use platform::grpc::{FieldViolation, Fields, Rejection};
use proto::errors::v1::ErrorReason;
use proto::export::v1 as pb;
use proto::types::v1 as types;

use super::settlements;
use crate::commands::create_run::CreateRun;
use crate::domain::month::Month;
use crate::domain::reason::Reason;
use crate::domain::recipient::Recipient;
use crate::domain::row::RowOutcome;
use crate::domain::stage::Stage;
use crate::events::publish;
use crate::queries::parts::PartView;
use crate::queries::rows::OutcomeFilter;
use crate::queries::run::RunView;
use crate::store::attempts::{Attempt, Outcome};
use crate::store::rows::Told;
use crate::store::rows::own::Own;
use crate::store::runs::RunStage;

pub fn create_run(request: &pb::CreateRunRequest) -> Result<CreateRun, Rejection> {
    let mut fields = Fields::default();
    let month = fields.check(required("month", request.month).and_then(|wire| month("month", wire)));
    let recipient = fields.check(known_recipient("recipient", request.recipient));
    let hold_before = fields.check(stage("hold_before", request.hold_before));
    let request_id = fields.check(request_id("request_id", &request.request_id));
    match (month, recipient, hold_before, request_id) {
        (Some(month), Some(recipient), Some(hold_before), Some(request_id)) => Ok(CreateRun {
            request_id,
            month,
            recipient,
            hold_before,
        }),
        _ => Err(fields.reject()),
    }
}

pub fn month(path: &str, wire: types::Month) -> Result<Month, FieldViolation> {
    let month = Month::parse(wire.year, wire.month);
    month.ok_or_else(|| FieldViolation::new(path, ErrorReason::DayImpossible))
}

/// A recipient that must be there.
pub fn known_recipient(path: &str, wire: i32) -> Result<Recipient, FieldViolation> {
    recipient(path, wire)?.ok_or_else(|| FieldViolation::new(path, ErrorReason::FieldRequired))
}

pub fn recipient(path: &str, wire: i32) -> Result<Option<Recipient>, FieldViolation> {
    match types::Recipient::try_from(wire) {
        Ok(types::Recipient::Unspecified) => Ok(None),
        Ok(types::Recipient::Esf) => Ok(Some(Recipient::Esf)),
        Ok(types::Recipient::Scb) => Ok(Some(Recipient::Scb)),
        Err(_) => Err(unknown(path)),
    }
}

pub fn stage(path: &str, wire: i32) -> Result<Option<Stage>, FieldViolation> {
    match pb::RunStage::try_from(wire) {
        Ok(pb::RunStage::Unspecified) => Ok(None),
        Ok(pb::RunStage::Plan) => Ok(Some(Stage::Plan)),
        Ok(pb::RunStage::Build) => Ok(Some(Stage::Build)),
        Ok(pb::RunStage::Authorise) => Ok(Some(Stage::Authorise)),
        Ok(pb::RunStage::Seal) => Ok(Some(Stage::Seal)),
        Ok(pb::RunStage::Begin) => Ok(Some(Stage::Begin)),
        Ok(pb::RunStage::Send) => Ok(Some(Stage::Send)),
        Ok(pb::RunStage::Receipt) => Ok(Some(Stage::Receipt)),
        Err(_) => Err(unknown(path)),
    }
}

pub fn outcome_filter(path: &str, wire: i32) -> Result<OutcomeFilter, FieldViolation> {
    match pb::RunRowOutcome::try_from(wire) {
        Ok(pb::RunRowOutcome::Unspecified) => Ok(OutcomeFilter::Any),
        Ok(pb::RunRowOutcome::Withheld) => Ok(OutcomeFilter::Withheld),
        Ok(pb::RunRowOutcome::Planned) => Ok(OutcomeFilter::Planned),
        Ok(pb::RunRowOutcome::InTransfer) => Ok(OutcomeFilter::InTransfer),
        Ok(pb::RunRowOutcome::Delivered) => Ok(OutcomeFilter::Delivered),
        Ok(pb::RunRowOutcome::Receipted) => Ok(OutcomeFilter::Receipted),
        Ok(pb::RunRowOutcome::Refused) => Ok(OutcomeFilter::Refused),
        Ok(pb::RunRowOutcome::Cancelled) => Ok(OutcomeFilter::Cancelled),
        Err(_) => Err(unknown(path)),
    }
}

pub fn run(view: &RunView) -> pb::Run {
    let run = &view.run;
    let status = match run.stage {
        RunStage::Ended if run.cancel_requested => pb::RunStatus::Cancelled,
        RunStage::Ended => pb::RunStatus::Ended,
        RunStage::Plan | RunStage::Build | RunStage::Parts if view.is_held() => pb::RunStatus::Held,
        RunStage::Plan | RunStage::Build | RunStage::Parts => pb::RunStatus::Running,
    };
    let counts = view.rows.iter().map(|(row, rows)| {
        let (outcome, reason) = outcome(*row);
        pb::RowCount {
            outcome: outcome.into(),
            reason: reason.into(),
            rows: *rows,
        }
    });
    pb::Run {
        run_id: run.id.to_string(),
        month: Some(publish::month(run.month)),
        recipient: publish::recipient(run.recipient).into(),
        status: status.into(),
        hold_before: wire_stage(run.hold_before).into(),
        stage: wire_stage(view.stage()).into(),
        parts: run.parts,
        parts_ended: view.parts.ended,
        counts: counts.collect(),
        parts_waiting: view.parts.waiting,
        problem: view.parts.problem.clone().unwrap_or_default(),
        created_at: Some(to_timestamp(run.created_at)),
        ended_at: run.ended_at.map(to_timestamp),
        cancel_requested: run.cancel_requested,
    }
}

pub fn part(view: &PartView) -> pb::Part {
    let part = &view.part;
    let attempts = view.attempts.iter().map(|it| pb::PartAttempt {
        settlement: view.settlements.get(&it.attempt).map(settlements::settlement),
        ..attempt(it)
    });
    pb::Part {
        part_id: part.id.to_string(),
        number: part.number,
        rows: part.rows,
        stage: wire_stage(part.progress.stage.stage()).into(),
        attempt: part.progress.attempt,
        attempts: attempts.collect(),
        receipted_at: part.receipted_at.map(to_timestamp),
        problem: part.problem.clone().unwrap_or_default(),
    }
}

pub fn row(row: &Told) -> pb::RunRow {
    let (outcome, reason) = outcome(row.outcome);
    pb::RunRow {
        month_report_id: row.report.to_string(),
        revision: row.revision,
        placement_id: row.placement.to_string(),
        outcome: outcome.into(),
        reason: reason.into(),
        refusal_code: row.refusal_code.clone().unwrap_or_default(),
        part_id: row.part.map(|part| part.to_string()).unwrap_or_default(),
        problem: row
            .outcome
            .is_open()
            .then(|| row.problem.clone())
            .flatten()
            .unwrap_or_default(),
    }
}

/// A row for whom it is about.
pub fn own_row(row: &Own) -> pb::OwnRow {
    let (outcome, reason) = outcome(row.outcome);
    pb::OwnRow {
        recipient: publish::recipient(row.recipient).into(),
        month: Some(publish::month(row.month)),
        run_id: row.run.to_string(),
        run_created_at: Some(to_timestamp(row.run_created_at)),
        month_report_id: row.report.to_string(),
        revision: row.revision,
        placement_id: row.placement.to_string(),
        organisation_id: row.organisation.to_string(),
        first_on: row.first_on.map(to_day),
        last_on: row.last_on.map(to_day),
        ka_number: row.ka_number.clone().unwrap_or_default(),
        credited_minutes: row.credited_minutes,
        outcome: outcome.into(),
        reason: reason.into(),
        refusal_code: row.refusal_code.clone().unwrap_or_default(),
    }
}

fn attempt(attempt: &Attempt) -> pb::PartAttempt {
    let outcome = match attempt.outcome {
        None => pb::AttemptOutcome::Unspecified,
        Some(Outcome::Delivered) => pb::AttemptOutcome::Delivered,
        Some(Outcome::Failed) => pb::AttemptOutcome::Failed,
        Some(Outcome::Unknown) => pb::AttemptOutcome::Unknown,
        Some(Outcome::NotBegun) => pb::AttemptOutcome::NotBegun,
    };
    pb::PartAttempt {
        attempt: attempt.attempt,
        outcome: outcome.into(),
        problem: attempt.problem.clone().unwrap_or_default(),
        rows: attempt.rows,
        object_path: attempt.object_path.clone().unwrap_or_default(),
        sealed_hash: attempt.sealed_hash.to_vec().into(),
        begun_at: attempt.begun_at.map(to_timestamp),
        ended_at: attempt.ended_at.map(to_timestamp),
        settlement: None,
    }
}

fn wire_stage(stage: Option<Stage>) -> pb::RunStage {
    match stage {
        None => pb::RunStage::Unspecified,
        Some(Stage::Plan) => pb::RunStage::Plan,
        Some(Stage::Build) => pb::RunStage::Build,
        Some(Stage::Authorise) => pb::RunStage::Authorise,
        Some(Stage::Seal) => pb::RunStage::Seal,
        Some(Stage::Begin) => pb::RunStage::Begin,
        Some(Stage::Send) => pb::RunStage::Send,
        Some(Stage::Receipt) => pb::RunStage::Receipt,
    }
}

fn outcome(outcome: RowOutcome) -> (pb::RunRowOutcome, pb::RunRowReason) {
    let none = pb::RunRowReason::Unspecified;
    match outcome {
        RowOutcome::Withheld(withheld) => (pb::RunRowOutcome::Withheld, reason(withheld)),
        RowOutcome::Planned => (pb::RunRowOutcome::Planned, none),
        RowOutcome::InTransfer => (pb::RunRowOutcome::InTransfer, none),
        RowOutcome::Delivered => (pb::RunRowOutcome::Delivered, none),
        RowOutcome::Receipted => (pb::RunRowOutcome::Receipted, none),
        RowOutcome::Refused => (pb::RunRowOutcome::Refused, none),
        RowOutcome::Cancelled => (pb::RunRowOutcome::Cancelled, none),
    }
}

fn reason(reason: Reason) -> pb::RunRowReason {
    match reason {
        Reason::NotAnswered => pb::RunRowReason::NotAnswered,
        Reason::Rejected => pb::RunRowReason::Rejected,
        Reason::Lapsed => pb::RunRowReason::Lapsed,
        Reason::NoConsent => pb::RunRowReason::NoConsent,
        Reason::ConsentWithdrawn => pb::RunRowReason::ConsentWithdrawn,
        Reason::Training => pb::RunRowReason::Training,
        Reason::NotEsfFunded => pb::RunRowReason::NotEsfFunded,
        Reason::ProtectedIdentity => pb::RunRowReason::ProtectedIdentity,
        Reason::InterruptedBeforeStart => pb::RunRowReason::InterruptedBeforeStart,
        Reason::NotCurrent => pb::RunRowReason::NotCurrent,
        Reason::PersonUnknown => pb::RunRowReason::PersonUnknown,
    }
}

fn unknown(path: &str) -> FieldViolation {
    FieldViolation::new(path, ErrorReason::FieldUnknownValue)
}
