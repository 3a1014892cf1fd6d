//! Decisions: every field is judged, and all that is wrong with a row is told at once.

use platform::grpc::convert::{day, id, optional_text, required, text, validity};
use platform::grpc::rejection::texts;
use platform::grpc::{FieldViolation, Fields};
use proto::errors::v1::ErrorReason;
use proto::participants::v1 as pb;
use proto::participants::v1::decision::Content as Told;

use crate::commands::import_decisions::{Outcome, ToldAssignment, ToldContent, ToldDecision};
use crate::domain::facts::{Caseworker, Email, FactFault, Facts, Language, Name, Phone};
use crate::domain::ids::PlacementId;
use crate::domain::period::Period;
use crate::domain::reference::{CaseReference, DecisionId, ReferenceFault};

const LONGEST_NUMBER: usize = 20;
const LONGEST_KA_NUMBER: usize = 64;

/// Reads the decision that stands at `path`; `mac` is its keyed hash.
pub fn told_decision(
    path: String,
    decision: &pb::Decision,
    mac: [u8; 32],
) -> Result<ToldDecision, Vec<FieldViolation>> {
    let mut fields = Fields::default();
    let at = |field: &str| format!("{path}.{field}");
    let decision_id = reference(at("decision_id"), DecisionId::parse(&decision.decision_id));
    let decision_id = fields.check(decision_id);
    let case = reference(
        at("case_reference"),
        CaseReference::parse(&decision.case_reference),
    );
    let case = fields.check(case);
    let sequence = fields.check(sequence(at("sequence"), decision.sequence));
    let content = fields.check(required(&at("content"), decision.content.as_ref()));
    let content = content.and_then(|told| content_of(&path, told, &mut fields));
    match (decision_id, case, sequence, content) {
        (Some(id), Some(case), Some(sequence), Some(content)) if fields.is_clean() => Ok(ToldDecision {
            path,
            id,
            case,
            sequence,
            content,
            mac,
        }),
        _ => Err(fields.reject().violations().to_vec()),
    }
}

pub fn report(decision: &pb::Decision, outcome: &Outcome) -> pb::DecisionReport {
    let (result, placement, violations): (_, Option<PlacementId>, &[FieldViolation]) = match outcome {
        Outcome::Created(id) => (pb::DecisionResult::Created, Some(*id), &[]),
        Outcome::Changed(id) => (pb::DecisionResult::Changed, Some(*id), &[]),
        Outcome::Unchanged(id) => (pb::DecisionResult::Unchanged, *id, &[]),
        Outcome::Superseded(id) => (pb::DecisionResult::Superseded, Some(*id), &[]),
        Outcome::Waiting => (pb::DecisionResult::Waiting, None, &[]),
        Outcome::Refused(violations) => (pb::DecisionResult::Refused, None, violations),
        Outcome::RetryLater(violations) => (pb::DecisionResult::RetryLater, None, violations),
    };
    // What is no id may be a number.
    let decision_id = DecisionId::parse(&decision.decision_id);
    pb::DecisionReport {
        decision_id: decision_id.map_or_else(|_| String::new(), |id| id.as_str().to_owned()),
        result: result.into(),
        placement_id: placement.map(|id| id.to_string()),
        reasons: violations.iter().map(reason).collect(),
    }
}

fn reason(violation: &FieldViolation) -> pb::DecisionReason {
    let texts = texts(violation.reason);
    pb::DecisionReason {
        path: violation.path.clone(),
        reason: violation.reason.into(),
        text_sv: texts.sv.clone(),
        text_en: texts.en.clone(),
    }
}

fn content_of(path: &str, told: &Told, fields: &mut Fields) -> Option<ToldContent> {
    let at = |field: &str| format!("{path}.{field}");
    match told {
        Told::NewPlacement(told) => assignment(at("new_placement"), told, fields).map(ToldContent::New),
        Told::Changed(told) => assignment(at("changed"), told, fields).map(ToldContent::Changed),
        Told::Extension(told) => {
            let extends = reference(
                at("extension.extends_case_reference"),
                CaseReference::parse(&told.extends_case_reference),
            );
            let extends = fields.check(extends);
            let path = at("extension.assignment");
            let told = fields.check(required(&path, told.assignment.as_ref()))?;
            let assignment = assignment(path, told, fields)?;
            extends.map(|extends| ToldContent::Extension { extends, assignment })
        }
        Told::Interruption(told) => {
            let on = fields.check(day(&at("interruption.interrupted_on"), told.interrupted_on))?;
            Some(ToldContent::Interruption { on })
        }
    }
}

fn assignment(path: String, told: &pb::Assignment, fields: &mut Fields) -> Option<ToldAssignment> {
    let at = |field: &str| format!("{path}.{field}");
    let number = fields.check(text(&at("number"), &told.number, LONGEST_NUMBER));
    let ka_number = fields.check(text(&at("ka_number"), &told.ka_number, LONGEST_KA_NUMBER));
    let office = match told.office_id.as_str() {
        "" => Some(None),
        office => fields.check(id(&at("office_id"), office)).map(Some),
    };
    let period = fields.check(period(&at("period"), told.period));
    let facts = facts(&path, told, fields);
    Some(ToldAssignment {
        number: number?,
        ka_number: ka_number?,
        office: office?,
        period: period?,
        is_protected: told.protected_identity,
        facts: facts?,
        path,
    })
}

fn facts(path: &str, told: &pb::Assignment, fields: &mut Fields) -> Option<Facts> {
    let at = |field: &str| format!("{path}.{field}");
    let given_name = fields.check(fact(at("given_name"), Name::parse(&told.given_name)));
    let surname = fields.check(fact(at("surname"), Name::parse(&told.surname)));
    let phone = fields.check(optional(at("phone"), &told.phone, Phone::parse));
    let email = fields.check(optional(at("email"), &told.email, Email::parse));
    let language = fields.check(optional(at("language"), &told.language, Language::parse));
    if told.interpreter_needed && matches!(language, Some(None)) {
        fields.refuse(at("language"), ErrorReason::FieldRequired);
    }
    let caseworker = caseworker(&at("caseworker"), told.caseworker.as_ref(), fields);
    Some(Facts {
        given_name: given_name?,
        surname: surname?,
        phone: phone?,
        email: email?,
        language: language?,
        interpreter_needed: told.interpreter_needed,
        caseworker: caseworker?,
    })
}

fn caseworker(path: &str, told: Option<&pb::Caseworker>, fields: &mut Fields) -> Option<Caseworker> {
    let at = |field: &str| format!("{path}.{field}");
    let told = fields.check(required(path, told))?;
    let function = fields.check(optional(at("function"), &told.function, Name::parse));
    let name = fields.check(optional(at("name"), &told.name, Name::parse));
    let phone = fields.check(optional(at("phone"), &told.phone, Phone::parse));
    let email = fields.check(optional(at("email"), &told.email, Email::parse));
    let caseworker = Caseworker::parse(function?, name?, phone?, email?);
    fields.check(fact(at("function"), caseworker))
}

fn period(path: &str, told: Option<proto::types::v1::Validity>) -> Result<Period, FieldViolation> {
    let read = validity(path, told)?;
    let to = format!("{path}.to");
    let last = required(&to, read.to)?;
    Period::parse(read.from, last).map_err(|_| FieldViolation::new(to, ErrorReason::ValidityReversed))
}

fn sequence(path: String, sequence: i64) -> Result<i64, FieldViolation> {
    if sequence >= 1 {
        Ok(sequence)
    } else {
        Err(FieldViolation::new(path, ErrorReason::FieldOutOfRange).with("limit", 1))
    }
}

fn optional<T>(
    path: String,
    text: &str,
    parse: impl Fn(&str) -> Result<T, FactFault>,
) -> Result<Option<T>, FieldViolation> {
    // What has no letter is left out; everything else has to be right.
    match optional_text(&path, text, usize::MAX)? {
        Some(text) => fact(path, parse(&text)).map(Some),
        None => Ok(None),
    }
}

fn fact<T>(path: String, parsed: Result<T, FactFault>) -> Result<T, FieldViolation> {
    parsed.map_err(|fault| match fault {
        FactFault::Missing => FieldViolation::new(path, ErrorReason::FieldRequired),
        FactFault::TooLong { limit } => {
            FieldViolation::new(path, ErrorReason::FieldTooLong).with("limit", limit)
        }
        FactFault::Malformed => FieldViolation::new(path, ErrorReason::FieldMalformed),
    })
}

fn reference<T>(path: String, parsed: Result<T, ReferenceFault>) -> Result<T, FieldViolation> {
    parsed.map_err(|fault| match fault {
        ReferenceFault::Missing => FieldViolation::new(path, ErrorReason::FieldRequired),
        ReferenceFault::TooLong { limit } => {
            FieldViolation::new(path, ErrorReason::FieldTooLong).with("limit", limit)
        }
        ReferenceFault::Malformed => FieldViolation::new(path, ErrorReason::FieldMalformed),
        ReferenceFault::IsNumber => FieldViolation::new(path, ErrorReason::ReferenceIsNumber),
    })
}
