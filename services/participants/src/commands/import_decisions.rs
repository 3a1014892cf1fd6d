//! The agency tells what was decided. Every decision is taken or refused for itself; those of one case together in one
//! transaction, in the order of the request. Numbers go to identity before and are kept nowhere.

mod apply;
mod prepare;

use std::collections::{BTreeMap, HashMap};

use futures::{StreamExt as _, TryStreamExt as _};
use jiff::civil::Date;
use platform::grpc::{FieldViolation, Rejection};
use proto::errors::v1::ErrorReason;

use super::{Caller, Commands};
use crate::domain::decision::Decision;
use crate::domain::facts::Facts;
use crate::domain::ids::{OfficeId, PlacementId};
use crate::domain::period::Period;
use crate::domain::reference::{CaseReference, DecisionId};
use crate::error::ParticipantsError;

/// Cases at work at a time.
const CASES_AT_ONCE: usize = 4;

/// A decision as it came, its form checked.
#[derive(Clone, Debug)]
pub struct ToldDecision {
    /// Where it stands in the request: `decisions[3]`.
    pub path: String,
    pub id: DecisionId,
    pub case: CaseReference,
    pub sequence: i64,
    pub content: ToldContent,
    /// Keyed hash of it as it came.
    pub mac: [u8; 32],
}

/// What was decided, before numbers and units are looked up.
#[derive(Clone, Debug)]
pub enum ToldContent {
    New(ToldAssignment),
    Changed(ToldAssignment),
    Extension {
        extends: CaseReference,
        assignment: ToldAssignment,
    },
    Interruption {
        on: Date,
    },
}

/// Who goes where and when, by number and KA number. Debug hides the number.
#[derive(Clone)]
pub struct ToldAssignment {
    /// Where it stands in the request: `decisions[3].changed`.
    pub path: String,
    pub number: String,
    pub ka_number: String,
    pub office: Option<OfficeId>,
    pub period: Period,
    pub is_protected: bool,
    pub facts: Facts,
}

/// What became of a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Created(PlacementId),
    Changed(PlacementId),
    Unchanged(Option<PlacementId>),
    Superseded(PlacementId),
    Waiting,
    Refused(Vec<FieldViolation>),
    /// Something it refers to has not arrived here yet.
    RetryLater(Vec<FieldViolation>),
}

/// A decision that is understood, with where it stands in the request.
struct Understood {
    index: usize,
    path: String,
    decision: Decision,
    mac: [u8; 32],
}

impl Understood {
    fn field(&self, name: &str) -> String {
        format!("{}.{name}", self.path)
    }
}

impl Commands {
    /// What became of each; those that were not even well formed come with their violations.
    pub async fn import_decisions(
        &self,
        caller: &Caller,
        told: Vec<Result<ToldDecision, Vec<FieldViolation>>>,
    ) -> Result<Vec<Outcome>, ParticipantsError> {
        let mut outcomes: Vec<Option<Outcome>> = vec![None; told.len()];
        let mut cases: BTreeMap<CaseReference, Vec<Understood>> = BTreeMap::new();
        let mut ids: HashMap<DecisionId, CaseReference> = HashMap::new();
        for (index, prepared) in self.prepare(told).await?.into_iter().enumerate() {
            match prepared {
                // Cases are taken side by side: the ledger would not see the first use of the id.
                Ok(understood) if is_used_elsewhere(&mut ids, &understood) => {
                    let path = understood.field("decision_id");
                    outcomes[index] = Some(refused(path, ErrorReason::DecisionDiffers));
                }
                Ok(understood) => {
                    let case = cases.entry(understood.decision.case.clone()).or_default();
                    case.push(understood);
                }
                Err(outcome) => outcomes[index] = Some(outcome),
            }
        }
        let taken: Vec<Vec<(usize, Outcome)>> = futures::stream::iter(cases.into_values())
            .map(|case| self.take_case(caller, case))
            .buffer_unordered(CASES_AT_ONCE)
            .try_collect()
            .await?;
        for (index, outcome) in taken.into_iter().flatten() {
            outcomes[index] = Some(outcome);
        }
        let complete: Option<Vec<Outcome>> = outcomes.into_iter().collect();
        complete.ok_or_else(|| Rejection::internal("a decision was left without an outcome").into())
    }
}

impl std::fmt::Debug for ToldAssignment {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("ToldAssignment")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

fn is_used_elsewhere(ids: &mut HashMap<DecisionId, CaseReference>, understood: &Understood) -> bool {
    let decision = &understood.decision;
    let first = ids
        .entry(decision.id.clone())
        .or_insert_with(|| decision.case.clone());
    *first != decision.case
}

fn refused(path: String, reason: ErrorReason) -> Outcome {
    Outcome::Refused(vec![FieldViolation::new(path, reason)])
}

fn retry_later(path: String, reason: ErrorReason) -> Outcome {
    Outcome::RetryLater(vec![FieldViolation::new(path, reason)])
}
