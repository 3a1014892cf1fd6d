//! Decisions of one case, taken in one transaction: the ledger, the placement, its record, an audit line.

use std::collections::HashMap;

use platform::db::Tx;
use proto::errors::v1::ErrorReason;
use serde_json::json;

use super::{Outcome, Understood, refused};
use crate::commands::{Caller, Commands, note, today};
use crate::domain::decision::{Content, Decision};
use crate::domain::ids::{PersonId, PlacementId};
use crate::domain::placement::{AnotherCase, Placement};
use crate::error::ParticipantsError;
use crate::events::publish;
use crate::store;
use crate::store::decisions::Known;

/// The placement as it was stored, and as the decisions so far have made it.
struct Case {
    stored: Option<Placement>,
    current: Option<Placement>,
    merged: HashMap<PersonId, PersonId>,
}

impl Commands {
    pub(super) async fn take_case(
        &self,
        caller: &Caller,
        decisions: Vec<Understood>,
    ) -> Result<Vec<(usize, Outcome)>, ParticipantsError> {
        self.database
            .transaction("participants.take_decisions", async |tx| {
                let Some(first) = decisions.first() else {
                    return Ok(Vec::new());
                };
                let reference = &first.decision.case;
                store::decisions::lock_case(tx, reference).await?;
                let stored = store::placements::lock_by_case(tx, &self.keys, reference).await?;
                let mut case = Case {
                    merged: merged(tx, stored.as_ref(), &decisions).await?,
                    current: stored.clone(),
                    stored,
                };
                let mut outcomes = Vec::with_capacity(decisions.len());
                for told in &decisions {
                    outcomes.push((told.index, case.take(tx, told).await?));
                }
                self.keep(tx, caller, &case).await?;
                Ok(outcomes)
            })
            .await
    }

    async fn keep(&self, tx: &mut Tx, caller: &Caller, case: &Case) -> Result<(), ParticipantsError> {
        let Some(placement) = case
            .current
            .as_ref()
            .filter(|it| Some(*it) != case.stored.as_ref())
        else {
            return Ok(());
        };
        let today = today(tx);
        let public_before = case
            .stored
            .as_ref()
            .map(|before| publish::placement_state(before, today));
        if case.stored.is_none() {
            store::placements::insert(tx, &self.keys, placement, today).await?;
        } else {
            store::placements::update_terms(tx, &self.keys, placement, today).await?;
        }
        if public_before != Some(publish::placement_state(placement, today)) {
            publish::placement(tx, placement, today).await?;
        }
        let details = json!({ "case": placement.case.as_str(), "sequence": placement.current.sequence });
        note(
            tx,
            caller.line("participants.take_decisions", placement.id, details),
        )
        .await
    }
}

impl Case {
    async fn take(&mut self, tx: &mut Tx, told: &Understood) -> Result<Outcome, ParticipantsError> {
        let decision = &told.decision;
        if let Some(outcome) = self.told_before(tx, told).await? {
            return Ok(outcome);
        }
        let Some(before) = self.current.take() else {
            return self.begin(tx, told).await;
        };
        let after = before
            .clone()
            .apply(decision, |one, other| self.is_same(one, other));
        self.current = Some(before.clone());
        let after = match after {
            Ok(after) => after,
            Err(fault) => {
                let reason = match fault {
                    AnotherCase::Person => ErrorReason::CaseOfAnotherPerson,
                    AnotherCase::Organisation => ErrorReason::KaNumberTaken,
                };
                return Ok(refused(told.field("case_reference"), reason));
            }
        };
        if let Some(outcome) = self.enter(tx, told).await? {
            return Ok(outcome);
        }
        let outcome = outcome(&before, &after, decision);
        self.current = Some(after);
        Ok(outcome)
    }

    async fn begin(&mut self, tx: &mut Tx, told: &Understood) -> Result<Outcome, ParticipantsError> {
        let decision = &told.decision;
        let id = PlacementId::from_uuid(tx.new_id());
        if let Some(outcome) = self.enter(tx, told).await? {
            return Ok(outcome);
        }
        let Some(begun) = Placement::begin(id, decision, tx.now()) else {
            return Ok(Outcome::Waiting);
        };
        let waiting = store::decisions::interruption(tx, &decision.case).await?;
        self.current = Some(match waiting {
            Some(interruption) => begun.interrupt(interruption),
            None => begun,
        });
        Ok(Outcome::Created(id))
    }

    /// What is answered of a decision that the ledger knows.
    async fn told_before(
        &self,
        tx: &mut Tx,
        told: &Understood,
    ) -> Result<Option<Outcome>, ParticipantsError> {
        let decision = &told.decision;
        let known =
            store::decisions::known(tx, &decision.id, &decision.case, decision.sequence, &told.mac).await?;
        Ok(match known {
            Known::No => None,
            Known::Same => Some(Outcome::Unchanged(self.id())),
            Known::Differs => Some(refused(told.field("decision_id"), ErrorReason::DecisionDiffers)),
            Known::SequenceTaken => Some(refused(
                told.field("sequence"),
                ErrorReason::DecisionSequenceTaken,
            )),
        })
    }

    /// Writes the decision into the ledger. Nobody else takes decisions of this case now, but of another one somebody may
    /// use the id: whoever comes second is answered by what the first wrote.
    async fn enter(&self, tx: &mut Tx, told: &Understood) -> Result<Option<Outcome>, ParticipantsError> {
        if store::decisions::insert(tx, &told.decision, &told.mac).await? {
            return Ok(None);
        }
        let known = self.told_before(tx, told).await?;
        let taken = || refused(told.field("decision_id"), ErrorReason::DecisionDiffers);
        Ok(Some(known.unwrap_or_else(taken)))
    }

    fn id(&self) -> Option<PlacementId> {
        self.current.as_ref().map(|placement| placement.id)
    }

    fn is_same(&self, one: PersonId, other: PersonId) -> bool {
        let now = |person| self.merged.get(&person).copied().unwrap_or(person);
        now(one) == now(other)
    }
}

fn outcome(before: &Placement, after: &Placement, decision: &Decision) -> Outcome {
    let held = match &decision.content {
        Content::Interruption { .. } => {
            let interruption = after.interruption.as_ref().map_or(0, |held| held.sequence);
            interruption.max(after.current.sequence)
        }
        Content::New(_) | Content::Changed(_) | Content::Extension { .. } => after.current.sequence,
    };
    if held > decision.sequence {
        Outcome::Superseded(after.id)
    } else if before == after {
        Outcome::Unchanged(Some(after.id))
    } else {
        Outcome::Changed(after.id)
    }
}

async fn merged(
    tx: &mut Tx,
    stored: Option<&Placement>,
    decisions: &[Understood],
) -> Result<HashMap<PersonId, PersonId>, ParticipantsError> {
    let told = decisions.iter().filter_map(|told| told.decision.content.person());
    let persons: Vec<PersonId> = stored.map(|it| it.person).into_iter().chain(told).collect();
    Ok(store::persons::merged(tx, &persons).await?)
}
