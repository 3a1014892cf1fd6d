//! What the probe answers, as JSON.

use jiff::Timestamp;
use platform::auth::grants::HeldAccount;
use platform::auth::{AccountGrant, Offices, OrganisationKind, PermissionGrant, Scope, UnitScope};
use platform::outbox::Revision;
use proto::staff::events::v1 as events;
use serde::Serialize;
use uuid::Uuid;

#[derive(Serialize)]
pub struct Decision {
    allowed: bool,
    reason: &'static str,
    revision: Option<String>,
}

/// An account with all that decisions rest on.
#[derive(Serialize)]
pub struct DumpedAccount {
    account: Uuid,
    revision: String,
    grant: Option<DumpedGrant>,
}

#[derive(Serialize)]
struct DumpedGrant {
    person: Uuid,
    organisation: Uuid,
    kind: &'static str,
    permissions: Vec<DumpedPermission>,
    /// None stands for all units.
    units: Option<Vec<DumpedUnit>>,
}

#[derive(Serialize)]
struct DumpedPermission {
    permission: &'static str,
    from: Timestamp,
    until: Option<Timestamp>,
}

#[derive(Serialize)]
struct DumpedUnit {
    unit: Uuid,
    /// None stands for all offices.
    offices: Option<Vec<Uuid>>,
}

impl Decision {
    pub fn allowed(revision: Option<Revision>) -> Self {
        Self {
            allowed: true,
            reason: "granted",
            revision: revision.map(|revision| revision.to_string()),
        }
    }

    pub fn refused(reason: &'static str, revision: Option<Revision>) -> Self {
        Self {
            allowed: false,
            reason,
            revision: revision.map(|revision| revision.to_string()),
        }
    }
}

impl DumpedAccount {
    pub fn of(held: &HeldAccount) -> Self {
        Self {
            account: held.account_id,
            revision: held.revision.to_string(),
            grant: held.grant.as_ref().map(DumpedGrant::of),
        }
    }
}

impl DumpedGrant {
    fn of(grant: &AccountGrant) -> Self {
        Self {
            person: grant.person_id,
            organisation: grant.organisation_id,
            kind: kind(grant.organisation_kind),
            permissions: grant.permissions.iter().map(DumpedPermission::of).collect(),
            units: match &*grant.scope {
                Scope::AllUnits => None,
                Scope::Units(units) => Some(units.iter().map(DumpedUnit::of).collect()),
            },
        }
    }
}

impl DumpedPermission {
    fn of(grant: &PermissionGrant) -> Self {
        Self {
            permission: grant.permission.as_str_name(),
            from: grant.from,
            until: grant.until,
        }
    }
}

impl DumpedUnit {
    fn of(scope: &UnitScope) -> Self {
        let offices = match &scope.offices {
            Offices::All => None,
            Offices::Named(offices) => Some(offices.clone()),
        };
        Self {
            unit: scope.unit_id,
            offices,
        }
    }
}

fn kind(kind: OrganisationKind) -> &'static str {
    events::OrganisationKind::from(kind).as_str_name()
}
