//! The way of a month, asked for and told.

use platform::grpc::convert::{id, to_timestamp};
use platform::grpc::{Fields, Rejection};
use proto::consent::v1 as pb;

use super::requests::{month, recipient};
use crate::domain::explain::{Act, Reason, Step, StepKind, StepState, Withholding};
use crate::queries::explain_row::{ExplainRow, Explained};

pub fn explain_row(request: &pb::ExplainRowRequest) -> Result<ExplainRow, Rejection> {
    let mut fields = Fields::default();
    let placement = fields.check(id("placement_id", &request.placement_id));
    let month = fields.check(month("month", request.month));
    let recipient = fields.check(recipient("recipient", request.recipient));
    match (placement, month, recipient) {
        (Some(placement), Some(month), Some(recipient)) => Ok(ExplainRow {
            placement,
            month,
            recipient,
        }),
        _ => Err(fields.reject()),
    }
}

pub fn explained(explained: &Explained) -> pb::ExplainRowResponse {
    let explanation = &explained.explanation;
    let report = explained.report.as_ref();
    pb::ExplainRowResponse {
        month_report_id: report.map(|report| report.id.to_string()).unwrap_or_default(),
        revision: report.map_or(0, |report| report.revision),
        steps: explanation.steps.iter().map(step).collect(),
        reason: explanation
            .reason
            .map_or(pb::ExplainReason::Unspecified, reason)
            .into(),
        next_act: explanation.next.map_or(pb::NextAct::Unspecified, act).into(),
        answer_before: explanation.answer_before.map(to_timestamp),
        revision_sent_before: explanation.revision_sent_before,
        refusal_code: explanation.refusal_code.clone(),
    }
}

fn step(step: &Step) -> pb::ExplainStep {
    let kind = match step.kind {
        StepKind::Submitted => pb::ExplainStepKind::Submitted,
        StepKind::Shown => pb::ExplainStepKind::Shown,
        StepKind::Answered => pb::ExplainStepKind::Answered,
        StepKind::Consented => pb::ExplainStepKind::Consented,
        StepKind::Sent => pb::ExplainStepKind::Sent,
        StepKind::Receipted => pb::ExplainStepKind::Receipted,
    };
    let state = match step.state {
        StepState::Done => pb::ExplainStepState::Done,
        StepState::Waiting => pb::ExplainStepState::Waiting,
        StepState::Stopped => pb::ExplainStepState::Stopped,
    };
    pb::ExplainStep {
        kind: kind.into(),
        state: state.into(),
        at: step.at.map(to_timestamp),
    }
}

fn reason(reason: Reason) -> pb::ExplainReason {
    match reason {
        Reason::NotSubmitted => pb::ExplainReason::NotSubmitted,
        Reason::NotAnswered => pb::ExplainReason::NotAnswered,
        Reason::Rejected => pb::ExplainReason::Rejected,
        Reason::Lapsed => pb::ExplainReason::Lapsed,
        Reason::NoConsent => pb::ExplainReason::NoConsent,
        Reason::ConsentTooLate => pb::ExplainReason::ConsentTooLate,
        Reason::Withdrawn => pb::ExplainReason::Withdrawn,
        Reason::WaitingForRun => pb::ExplainReason::WaitingForRun,
        Reason::InTransfer => pb::ExplainReason::InTransfer,
        Reason::OutcomeUnknown => pb::ExplainReason::OutcomeUnknown,
        Reason::NotArrived => pb::ExplainReason::NotArrived,
        Reason::NoReceipt => pb::ExplainReason::NoReceipt,
        Reason::RefusedByRecipient => pb::ExplainReason::RefusedByRecipient,
        Reason::Withheld(Withholding::Training) => pb::ExplainReason::Training,
        Reason::Withheld(Withholding::NotEsfFunded) => pb::ExplainReason::NotEsfFunded,
        Reason::Withheld(Withholding::ProtectedIdentity) => pb::ExplainReason::ProtectedIdentity,
        Reason::Withheld(Withholding::InterruptedBeforeStart) => pb::ExplainReason::InterruptedBeforeStart,
        Reason::Withheld(Withholding::PersonUnknown) => pb::ExplainReason::PersonUnknown,
    }
}

fn act(act: Act) -> pb::NextAct {
    match act {
        Act::ProviderSubmits => pb::NextAct::ProviderSubmits,
        Act::ParticipantAnswers => pb::NextAct::ParticipantAnswers,
        Act::ProviderCorrects => pb::NextAct::ProviderCorrects,
        Act::ParticipantConsents => pb::NextAct::ParticipantConsents,
        Act::AgencyRunsExport => pb::NextAct::AgencyRunsExport,
        Act::AgencyAsksRecipient => pb::NextAct::AgencyAsksRecipient,
        Act::RecipientReceipts => pb::NextAct::RecipientReceipts,
        Act::AgencySettlesRefusal => pb::NextAct::AgencySettlesRefusal,
    }
}
