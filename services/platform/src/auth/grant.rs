//! What a staff account may do, and where. Values are cheap to clone: a decision hands them to the request's handler.

use std::sync::{Arc, LazyLock};

use futures::future::BoxFuture;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use proto::policy::v1::Permission;
use proto::staff::events::v1 as events;
use uuid::Uuid;

use super::SignedIn;
use crate::grpc::Rejection;
use crate::grpc::convert::Validity;
use crate::outbox::Revision;

static STOCKHOLM: LazyLock<TimeZone> =
    LazyLock::new(|| TimeZone::get("Europe/Stockholm").expect("the time zone database is part of the build"));

/// The account a staff caller acts through, with what holds at the time of the call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountGrant {
    /// The account.
    pub account_id: Uuid,
    /// The person it belongs to.
    pub person_id: Uuid,
    /// Its organisation: everything the call reads or writes lies inside it.
    pub organisation_id: Uuid,
    /// The organisation's kind.
    pub organisation_kind: OrganisationKind,
    /// Permissions with their validity.
    pub permissions: Arc<[PermissionGrant]>,
    /// Where they hold. `administer_permissions` holds in the whole organisation whatever stands here.
    pub scope: Arc<Scope>,
}

/// The kinds of organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OrganisationKind {
    /// An independent provider.
    Provider,
    /// Owner of an ESF project.
    ProjectOwner,
    /// The agency itself.
    Agency,
}

/// A permission from an instant (included) to another (not included).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PermissionGrant {
    /// Which.
    pub permission: Permission,
    /// When it begins.
    pub from: Timestamp,
    /// When it has ended; None until further notice.
    pub until: Option<Timestamp>,
}

/// Where permissions hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// In every unit of the organisation, also those to come.
    AllUnits,
    /// In these units, sorted by id.
    Units(Vec<UnitScope>),
}

/// One unit of a scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitScope {
    /// The unit.
    pub unit_id: Uuid,
    /// Which of its offices.
    pub offices: Offices,
}

/// Offices of a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offices {
    /// All of them, also those to come.
    All,
    /// These, sorted by id.
    Named(Vec<Uuid>),
}

/// What the policy layer asks a directory.
#[derive(Clone, Debug)]
pub struct AccountQuery {
    /// The account the caller named.
    pub account_id: Uuid,
    /// The person who calls; the account must be theirs, under the id of the token or an alias.
    pub who: SignedIn,
    /// When the decision is made.
    pub at: Timestamp,
    /// A revision of the account that the caller has seen; the directory waits at most two seconds for it.
    pub min_revision: Option<Revision>,
}

/// Looks accounts up. staff answers from its tables, everybody else from [`super::Grants`].
pub trait AccountDirectory: Send + Sync + 'static {
    /// The account if it exists, is active and is the person's. Everything else is refused alike (`ACCOUNT_UNKNOWN`), so
    /// that nobody learns which accounts exist.
    fn account<'a>(&'a self, query: &'a AccountQuery) -> BoxFuture<'a, Result<AccountGrant, Rejection>>;
}

impl AccountGrant {
    /// Whether the account holds the permission at the instant, wherever.
    pub fn may(&self, permission: Permission, at: Timestamp) -> bool {
        self.permissions
            .iter()
            .any(|grant| grant.permission == permission && grant.holds(at))
    }

    /// Whether the scope covers a unit, or one office of it. `None` means the unit as a whole: an account that is
    /// confined to named offices does not cover it.
    pub fn covers(&self, unit_id: Uuid, office_id: Option<Uuid>) -> bool {
        match &*self.scope {
            Scope::AllUnits => true,
            Scope::Units(units) => units
                .binary_search_by_key(&unit_id, |unit| unit.unit_id)
                .is_ok_and(|found| units[found].offices.cover(office_id)),
        }
    }

    /// Whether any part of the unit is in scope.
    pub fn reaches(&self, unit_id: Uuid) -> bool {
        match &*self.scope {
            Scope::AllUnits => true,
            Scope::Units(units) => units.binary_search_by_key(&unit_id, |unit| unit.unit_id).is_ok(),
        }
    }
}

impl PermissionGrant {
    /// A permission that holds on whole days in Stockholm, both included.
    pub fn in_days(permission: Permission, validity: Validity) -> Self {
        let until = validity.to.and_then(|last| last.tomorrow().ok()).map(start_of);
        Self {
            permission,
            from: start_of(validity.from),
            until,
        }
    }

    /// Whether it holds at the instant.
    pub fn holds(&self, at: Timestamp) -> bool {
        self.from <= at && self.until.is_none_or(|until| at < until)
    }
}

impl Scope {
    /// A scope of units, put in the order that look-ups need.
    pub fn of(mut units: Vec<UnitScope>) -> Self {
        for unit in &mut units {
            if let Offices::Named(offices) = &mut unit.offices {
                offices.sort_unstable();
            }
        }
        units.sort_unstable_by_key(|unit| unit.unit_id);
        Self::Units(units)
    }
}

impl TryFrom<events::OrganisationKind> for OrganisationKind {
    type Error = ();

    fn try_from(wire: events::OrganisationKind) -> Result<Self, ()> {
        match wire {
            events::OrganisationKind::Unspecified => Err(()),
            events::OrganisationKind::Provider => Ok(Self::Provider),
            events::OrganisationKind::ProjectOwner => Ok(Self::ProjectOwner),
            events::OrganisationKind::Agency => Ok(Self::Agency),
        }
    }
}

impl From<OrganisationKind> for events::OrganisationKind {
    fn from(kind: OrganisationKind) -> Self {
        match kind {
            OrganisationKind::Provider => Self::Provider,
            OrganisationKind::ProjectOwner => Self::ProjectOwner,
            OrganisationKind::Agency => Self::Agency,
        }
    }
}

impl Offices {
    fn cover(&self, office_id: Option<Uuid>) -> bool {
        match (self, office_id) {
            (Self::All, _) => true,
            (Self::Named(offices), Some(office_id)) => offices.binary_search(&office_id).is_ok(),
            (Self::Named(_), None) => false,
        }
    }
}

fn start_of(day: Date) -> Timestamp {
    day.to_zoned(STOCKHOLM.clone())
        .map_or(Timestamp::MAX, |start| start.timestamp())
}
