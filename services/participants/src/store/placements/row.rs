//! From rows to placements. The facts are opened with the placement's key.

use platform::db::{Day, Instant};
use platform::keys::{KeyRing, Purpose, Sealed, WrappedKey};

use crate::domain::decision::{Place, Register};
use crate::domain::facts::Facts;
use crate::domain::ids::{AccountId, OfficeId, OrganisationId, PersonId, PlacementId, UnitId};
use crate::domain::period::Period;
use crate::domain::placement::{Placement, Terms};
use crate::domain::reference::CaseReference;
use crate::error::ParticipantsError;
use crate::store::inconsistent;

pub(super) const FACTS: Purpose = Purpose::new("participants.facts");
const TABLE: &str = "placements";

pub(super) struct PlacementRow {
    pub placement_id: PlacementId,
    pub case_reference: String,
    pub person_id: PersonId,
    pub organisation_id: OrganisationId,
    pub unit_id: UnitId,
    pub office_id: Option<OfficeId>,
    pub starts_on: Day,
    pub ends_on: Day,
    pub facts_sequence: i64,
    pub extends_case_reference: Option<String>,
    pub extends_sequence: Option<i64>,
    pub interrupted_on: Option<Day>,
    pub interruption_sequence: Option<i64>,
    pub supervisor_account_id: Option<AccountId>,
    pub removed_at: Option<Instant>,
    pub is_protected: bool,
    pub wrapped_key: WrappedKey,
    pub sealed_facts: Sealed,
    pub received_at: Instant,
}

/// Reads whole placements; what follows is the rest of the statement and its arguments.
macro_rules! select {
    ($tail:tt $($arguments:tt)*) => {
        sqlx::query_as!(
            PlacementRow,
            r#"select placement_id as "placement_id: _", case_reference, person_id as "person_id: _",
                organisation_id as "organisation_id: _", unit_id as "unit_id: _", office_id as "office_id: _", starts_on,
                ends_on, facts_sequence, extends_case_reference, extends_sequence, interrupted_on, interruption_sequence,
                supervisor_account_id as "supervisor_account_id: _", removed_at, is_protected,
                wrapped_key as "wrapped_key: _", sealed_facts as "sealed_facts: _", received_at
            from placements "# + $tail
            $($arguments)*
        )
    };
}
pub(super) use select;

pub(super) fn open_all(keys: &KeyRing, rows: Vec<PlacementRow>) -> Result<Vec<Placement>, ParticipantsError> {
    rows.into_iter().map(|row| row.open(keys)).collect()
}

impl PlacementRow {
    fn open(self, keys: &KeyRing) -> Result<Placement, ParticipantsError> {
        let id = self.placement_id;
        let wrong = |column| inconsistent(TABLE, column, id);
        let place = Place {
            organisation: self.organisation_id,
            unit: self.unit_id,
            office: self.office_id,
        };
        let terms = Terms {
            place,
            period: Period::parse(self.starts_on.into(), self.ends_on.into())
                .map_err(|_| wrong("ends_on"))?,
            is_protected: self.is_protected,
            facts: self.facts(keys)?,
        };
        let case = |text: &str| CaseReference::parse(text);
        let extends = match (self.extends_sequence, &self.extends_case_reference) {
            (Some(sequence), Some(text)) => Some(Register::new(
                sequence,
                case(text).map_err(|_| wrong("extends_case_reference"))?,
            )),
            _ => None,
        };
        let interruption = self.interruption_sequence.zip(self.interrupted_on);
        Ok(Placement {
            id,
            case: case(&self.case_reference).map_err(|_| wrong("case_reference"))?,
            person: self.person_id,
            current: Register::new(self.facts_sequence, terms),
            extends,
            interruption: interruption.map(|(sequence, on)| Register::new(sequence, on.into())),
            supervisor: self.supervisor_account_id,
            removed_at: self.removed_at.map(Instant::timestamp),
            received_at: self.received_at.timestamp(),
        })
    }

    fn facts(&self, keys: &KeyRing) -> Result<Facts, ParticipantsError> {
        let id = self.placement_id;
        let key = keys.open_key(&self.wrapped_key)?;
        let plain = key.open(FACTS, id.as_uuid().as_bytes(), &self.sealed_facts)?;
        serde_json::from_slice(&plain).map_err(|_| inconsistent(TABLE, "sealed_facts", id).into())
    }
}
