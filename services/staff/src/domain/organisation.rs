//! Organisations with their units and offices, as the register holds them.

use super::ids::{OfficeId, OrganisationId, PersonId, UnitId};
use super::number::OrganisationNumber;
use super::validity::Validity;

/// What an organisation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OrganisationKind {
    Provider,
    ProjectOwner,
    Agency,
}

/// What a unit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnitKind {
    PerformingUnit,
    EsfProject,
}

/// What identifies an organisation in the register.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum OrganisationKey {
    Number(OrganisationNumber),
    /// A sole trader, whose number only identity knows.
    SoleTrader(PersonId),
}

/// An organisation. `key` is absent only for an agency made without a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    pub id: OrganisationId,
    pub kind: OrganisationKind,
    pub name: String,
    pub key: Option<OrganisationKey>,
    pub is_training: bool,
}

/// The service a unit was procured for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcuredService {
    pub code: String,
    pub name: String,
    pub has_documents_online: bool,
    pub is_esf_funded: bool,
    pub rule_set: String,
}

/// A unit with its offices, sorted by code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    pub id: UnitId,
    pub organisation: OrganisationId,
    pub kind: UnitKind,
    pub number: String,
    pub name: String,
    pub service: ProcuredService,
    pub validity: Validity,
    pub offices: Vec<Office>,
}

/// An address where a unit works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Office {
    pub id: OfficeId,
    pub code: String,
    pub name: String,
    pub street_address: String,
    pub postal_code: String,
    pub city: String,
    pub validity: Validity,
}

impl OrganisationKind {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Provider => "provider",
            Self::ProjectOwner => "project_owner",
            Self::Agency => "agency",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Provider, Self::ProjectOwner, Self::Agency]
            .into_iter()
            .find(|kind| kind.code() == code)
    }

    /// The kind of its units; the agency has none.
    pub const fn unit_kind(self) -> Option<UnitKind> {
        match self {
            Self::Provider => Some(UnitKind::PerformingUnit),
            Self::ProjectOwner => Some(UnitKind::EsfProject),
            Self::Agency => None,
        }
    }
}

impl UnitKind {
    pub const fn code(self) -> &'static str {
        match self {
            Self::PerformingUnit => "performing_unit",
            Self::EsfProject => "esf_project",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [Self::PerformingUnit, Self::EsfProject]
            .into_iter()
            .find(|kind| kind.code() == code)
    }
}

impl Organisation {
    pub fn is_sole_trader(&self) -> bool {
        matches!(self.key, Some(OrganisationKey::SoleTrader(_)))
    }
}
