//! A decision of the agency, once everything in it is understood. What belongs to a case is kept in registers, each with
//! the sequence of the decision it comes from: the highest wins, so that order and repetition make no difference.

use jiff::civil::Date;

use super::facts::Facts;
use super::ids::{OfficeId, OrganisationId, PersonId, UnitId};
use super::period::{InUse, Period};
use super::reference::{CaseReference, DecisionId};

/// A decision about one case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    pub id: DecisionId,
    pub case: CaseReference,
    pub sequence: i64,
    pub content: Content,
}

/// What was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    New(Assignment),
    Changed(Assignment),
    Extension {
        extends: CaseReference,
        assignment: Assignment,
    },
    Interruption {
        on: Date,
    },
}

/// Who goes where and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    pub person: PersonId,
    pub place: Place,
    pub period: Period,
    pub is_protected: bool,
    pub facts: Facts,
}

/// Where a participant goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub organisation: OrganisationId,
    pub unit: UnitId,
    pub office: Option<OfficeId>,
}

/// A unit as it stands in the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    pub id: UnitId,
    pub organisation: OrganisationId,
    pub in_use: InUse,
    pub offices: Vec<(OfficeId, InUse)>,
}

/// Why nobody can be sent to a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlaceFault {
    #[error("the unit has no such office, as far as is known")]
    OfficeUnknown,
    #[error("the unit is not in use on the first day")]
    UnitNotInUse,
    #[error("the office is not in use on the first day")]
    OfficeNotInUse,
}

/// A value with the sequence of the decision it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Register<T> {
    pub sequence: i64,
    pub value: T,
}

impl Unit {
    /// The place in this unit. What matters is the first day: a unit may close before a period ends.
    pub fn place(&self, office: Option<OfficeId>, first: Date) -> Result<Place, PlaceFault> {
        if let Some(wanted) = office {
            let found = self.offices.iter().find(|(id, _)| *id == wanted);
            let (_, in_use) = found.ok_or(PlaceFault::OfficeUnknown)?;
            if !in_use.contains(first) {
                return Err(PlaceFault::OfficeNotInUse);
            }
        }
        if !self.in_use.contains(first) {
            return Err(PlaceFault::UnitNotInUse);
        }
        Ok(Place {
            organisation: self.organisation,
            unit: self.id,
            office,
        })
    }
}

impl Content {
    /// Whom it is about, if it says so.
    pub const fn person(&self) -> Option<PersonId> {
        match self {
            Self::New(assignment) | Self::Changed(assignment) | Self::Extension { assignment, .. } => {
                Some(assignment.person)
            }
            Self::Interruption { .. } => None,
        }
    }

    /// The code in the ledger.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::New(_) => "new",
            Self::Changed(_) => "changed",
            Self::Extension { .. } => "extension",
            Self::Interruption { .. } => "interruption",
        }
    }
}

impl<T> Register<T> {
    pub const fn new(sequence: i64, value: T) -> Self {
        Self { sequence, value }
    }

    /// The newer of the two. Equal sequences do not meet: the ledger gives each out once per case.
    #[must_use]
    pub fn or_newer(self, other: Self) -> Self {
        if other.sequence > self.sequence {
            other
        } else {
            self
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn in_use(from: &str, to: Option<&str>) -> InUse {
        InUse {
            from: from.parse().unwrap(),
            to: to.map(|to| to.parse().unwrap()),
        }
    }

    #[test]
    fn unit_and_office_must_be_in_use_on_the_first_day() {
        let office = OfficeId::from_uuid(Uuid::from_u128(3));
        let unit = Unit {
            id: UnitId::from_uuid(Uuid::from_u128(1)),
            organisation: OrganisationId::from_uuid(Uuid::from_u128(2)),
            in_use: in_use("2026-01-01", Some("2026-12-31")),
            offices: vec![(office, in_use("2026-03-01", None))],
        };
        let place = |office, first: &str| unit.place(office, first.parse().unwrap());

        assert!(place(Some(office), "2026-03-01").is_ok());
        assert!(place(None, "2026-02-28").is_ok());
        assert_eq!(place(Some(office), "2026-02-28"), Err(PlaceFault::OfficeNotInUse));
        assert_eq!(place(None, "2027-01-01"), Err(PlaceFault::UnitNotInUse));
        let other = OfficeId::from_uuid(Uuid::from_u128(4));
        assert_eq!(place(Some(other), "2026-03-01"), Err(PlaceFault::OfficeUnknown));
    }
}
