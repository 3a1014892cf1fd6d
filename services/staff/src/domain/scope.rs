//! Where an account's permissions hold: units of its organisation, each with all its offices or named ones.

use std::collections::{BTreeMap, BTreeSet};

use super::ids::{OfficeId, UnitId};
use super::permission::PermissionSet;

/// More units than any organisation has, so that an account stays below the size of a record.
pub const MOST_UNITS: usize = 2_000;
/// More offices than any account needs.
pub const MOST_OFFICES: usize = 10_000;

/// The units, sorted, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope(Vec<UnitScope>);

/// One unit of the scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitScope {
    pub unit: UnitId,
    pub offices: Offices,
}

/// Offices of a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offices {
    /// All, also later ones.
    All,
    Named(BTreeSet<OfficeId>),
}

/// The units of an organisation with their offices, which a scope is checked against.
pub type OwnUnits = BTreeMap<UnitId, BTreeSet<OfficeId>>;

/// Why units are no scope. Indexes count as the caller listed them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScopeFault {
    #[error("the permissions need a unit")]
    Empty,
    #[error("there are too many units or offices")]
    TooLarge { limit: usize },
    #[error("unit {index} is not the organisation's")]
    UnitUnknown { index: usize },
    #[error("unit {index} stands twice")]
    UnitTwice { index: usize },
    #[error("office {office} of unit {index} is not the unit's")]
    OfficeUnknown { index: usize, office: usize },
    #[error("unit {index} names no office")]
    NoOffice { index: usize },
}

/// A unit as a caller asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedUnit {
    pub unit: UnitId,
    pub all_offices: bool,
    pub offices: Vec<OfficeId>,
}

impl Scope {
    /// Checks what a caller wants against the units of the organisation.
    pub fn parse(wanted: &[WantedUnit], own: &OwnUnits) -> Result<Self, ScopeFault> {
        check_size(wanted)?;
        let mut units = Vec::with_capacity(wanted.len());
        for (index, wanted_unit) in wanted.iter().enumerate() {
            if wanted[..index]
                .iter()
                .any(|earlier| earlier.unit == wanted_unit.unit)
            {
                return Err(ScopeFault::UnitTwice { index });
            }
            units.push(unit_scope(index, wanted_unit, own)?);
        }
        Ok(Self::stored(units))
    }

    /// Takes what the database holds.
    pub fn stored(mut units: Vec<UnitScope>) -> Self {
        units.sort_unstable_by_key(|unit| unit.unit);
        Self(units)
    }

    pub fn units(&self) -> &[UnitScope] {
        &self.0
    }

    /// Permissions that work on units need at least one.
    pub fn check_for(&self, permissions: &PermissionSet) -> Result<(), ScopeFault> {
        if self.0.is_empty() && permissions.works_on_units() {
            Err(ScopeFault::Empty)
        } else {
            Ok(())
        }
    }
}

fn check_size(wanted: &[WantedUnit]) -> Result<(), ScopeFault> {
    if wanted.len() > MOST_UNITS {
        return Err(ScopeFault::TooLarge { limit: MOST_UNITS });
    }
    if wanted.iter().map(|unit| unit.offices.len()).sum::<usize>() > MOST_OFFICES {
        return Err(ScopeFault::TooLarge { limit: MOST_OFFICES });
    }
    Ok(())
}

fn unit_scope(index: usize, wanted: &WantedUnit, own: &OwnUnits) -> Result<UnitScope, ScopeFault> {
    let known = own.get(&wanted.unit).ok_or(ScopeFault::UnitUnknown { index })?;
    if let Some(office) = wanted.offices.iter().position(|office| !known.contains(office)) {
        return Err(ScopeFault::OfficeUnknown { index, office });
    }
    let offices = match (wanted.all_offices, wanted.offices.is_empty()) {
        (true, _) => Offices::All,
        (false, true) => return Err(ScopeFault::NoOffice { index }),
        (false, false) => Offices::Named(wanted.offices.iter().copied().collect()),
    };
    Ok(UnitScope {
        unit: wanted.unit,
        offices,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(n: u128) -> UnitId {
        UnitId::from_uuid(uuid::Uuid::from_u128(n))
    }

    fn office(n: u128) -> OfficeId {
        OfficeId::from_uuid(uuid::Uuid::from_u128(n))
    }

    fn own() -> OwnUnits {
        BTreeMap::from([
            (unit(1), BTreeSet::from([office(11), office(12)])),
            (unit(2), BTreeSet::from([office(21)])),
        ])
    }

    fn wanted(unit: UnitId, offices: &[OfficeId]) -> WantedUnit {
        WantedUnit {
            unit,
            all_offices: offices.is_empty(),
            offices: offices.to_vec(),
        }
    }

    #[test]
    fn takes_units_with_all_or_named_offices() {
        let scope = Scope::parse(&[wanted(unit(2), &[]), wanted(unit(1), &[office(12)])], &own()).unwrap();
        assert_eq!(
            scope.units()[0].offices,
            Offices::Named(BTreeSet::from([office(12)]))
        );
        assert_eq!(scope.units()[1].offices, Offices::All);
    }

    #[test]
    fn refuses_a_unit_of_another_organisation() {
        let fault = Scope::parse(&[wanted(unit(1), &[]), wanted(unit(9), &[])], &own());
        assert_eq!(fault, Err(ScopeFault::UnitUnknown { index: 1 }));
    }

    #[test]
    fn refuses_an_office_of_another_unit() {
        let fault = Scope::parse(&[wanted(unit(1), &[office(11), office(21)])], &own());
        assert_eq!(fault, Err(ScopeFault::OfficeUnknown { index: 0, office: 1 }));
    }

    #[test]
    fn refuses_a_unit_twice_and_one_without_offices() {
        let twice = Scope::parse(&[wanted(unit(1), &[]), wanted(unit(1), &[office(11)])], &own());
        assert_eq!(twice, Err(ScopeFault::UnitTwice { index: 1 }));
        let none = WantedUnit {
            unit: unit(1),
            all_offices: false,
            offices: Vec::new(),
        };
        assert_eq!(
            Scope::parse(&[none], &own()),
            Err(ScopeFault::NoOffice { index: 0 })
        );
    }
}
