//! From what the agency told to decisions with persons and units: one look at the units, one call to identity.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use platform::grpc::FieldViolation;
use proto::errors::v1::ErrorReason;

use super::{Outcome, ToldAssignment, ToldContent, ToldDecision, Understood, refused, retry_later};
use crate::commands::Commands;
use crate::domain::decision::{Assignment, Content, Decision, PlaceFault, Unit};
use crate::domain::ids::PlacementId;
use crate::error::ParticipantsError;
use crate::identity::Registered;
use crate::store;

struct Known {
    units: HashMap<String, Unit>,
    persons: BTreeMap<String, Registered>,
}

impl Commands {
    pub(super) async fn prepare(
        &self,
        told: Vec<Result<ToldDecision, Vec<FieldViolation>>>,
    ) -> Result<Vec<Result<Understood, Outcome>>, ParticipantsError> {
        let taken = self.taken(&told).await?;
        let assignments: Vec<&ToldAssignment> = told
            .iter()
            .filter_map(|told| told.as_ref().ok())
            .filter(|told| !taken.contains_key(told.mac.as_slice()))
            .filter_map(|told| told.content.assignment())
            .collect();
        let known = Known {
            units: self.units(&assignments).await?,
            persons: self.persons(&assignments).await?,
        };
        let prepared = told.into_iter().enumerate().map(|(index, told)| match told {
            Ok(told) => match taken.get(told.mac.as_slice()) {
                Some(placement) => Err(Outcome::Unchanged(*placement)),
                None => known.understand(index, told),
            },
            Err(violations) => Err(Outcome::Refused(violations)),
        });
        Ok(prepared.collect())
    }

    /// Those that were taken before. Their units may have changed since, and they stay what they are.
    async fn taken(
        &self,
        told: &[Result<ToldDecision, Vec<FieldViolation>>],
    ) -> Result<HashMap<Vec<u8>, Option<PlacementId>>, ParticipantsError> {
        let told: Vec<&ToldDecision> = told.iter().filter_map(|told| told.as_ref().ok()).collect();
        let ids: Vec<&str> = told.iter().map(|told| told.id.as_str()).collect();
        let macs: Vec<Vec<u8>> = told.iter().map(|told| told.mac.to_vec()).collect();
        self.database
            .transaction("participants.find_taken", async |tx| {
                Ok(store::decisions::taken(tx, &ids, &macs).await?)
            })
            .await
    }

    async fn units(
        &self,
        assignments: &[&ToldAssignment],
    ) -> Result<HashMap<String, Unit>, ParticipantsError> {
        let numbers: BTreeSet<&str> = assignments.iter().map(|it| it.ka_number.as_str()).collect();
        let numbers: Vec<String> = numbers.into_iter().map(str::to_owned).collect();
        self.database
            .transaction("participants.find_units", async |tx| {
                Ok(store::units::of_ka_numbers(tx, &numbers).await?)
            })
            .await
    }

    async fn persons(
        &self,
        assignments: &[&ToldAssignment],
    ) -> Result<BTreeMap<String, Registered>, ParticipantsError> {
        let numbers: BTreeSet<&str> = assignments.iter().map(|it| it.number.as_str()).collect();
        let numbers: Vec<&str> = numbers.into_iter().collect();
        let registered = self.identity.register_persons(&numbers).await?;
        let numbers = numbers.into_iter().map(str::to_owned);
        Ok(numbers.zip(registered).collect())
    }
}

impl ToldContent {
    const fn assignment(&self) -> Option<&ToldAssignment> {
        match self {
            Self::New(assignment) | Self::Changed(assignment) | Self::Extension { assignment, .. } => {
                Some(assignment)
            }
            Self::Interruption { .. } => None,
        }
    }
}

impl Known {
    fn understand(&self, index: usize, told: ToldDecision) -> Result<Understood, Outcome> {
        let content = match told.content {
            ToldContent::New(assignment) => Content::New(self.assignment(assignment)?),
            ToldContent::Changed(assignment) => Content::Changed(self.assignment(assignment)?),
            ToldContent::Extension { extends, assignment } => Content::Extension {
                extends,
                assignment: self.assignment(assignment)?,
            },
            ToldContent::Interruption { on } => Content::Interruption { on },
        };
        Ok(Understood {
            index,
            path: told.path,
            decision: Decision {
                id: told.id,
                case: told.case,
                sequence: told.sequence,
                content,
            },
            mac: told.mac,
        })
    }

    fn assignment(&self, told: ToldAssignment) -> Result<Assignment, Outcome> {
        let path = |field: &str| format!("{}.{field}", told.path);
        let person = match self.persons.get(&told.number) {
            Some(Ok(person)) => *person,
            Some(Err(reason)) => return Err(refused(path("number"), *reason)),
            None => return Err(refused(path("number"), ErrorReason::FieldRequired)),
        };
        let unit = self.units.get(&told.ka_number);
        let unit = unit.ok_or_else(|| retry_later(path("ka_number"), ErrorReason::KaNumberUnknown))?;
        let place = unit.place(told.office, told.period.first());
        let place = place.map_err(|fault| match fault {
            PlaceFault::OfficeUnknown => retry_later(path("office_id"), ErrorReason::OfficeUnknown),
            PlaceFault::UnitNotInUse => refused(path("ka_number"), ErrorReason::UnitNotInUse),
            PlaceFault::OfficeNotInUse => refused(path("office_id"), ErrorReason::UnitNotInUse),
        })?;
        Ok(Assignment {
            person,
            place,
            period: told.period,
            is_protected: told.is_protected,
            facts: told.facts,
        })
    }
}
