//! From a record of the topic to a change of the table. What cannot be read becomes "unreadable", never "as before".

use std::sync::Arc;

use jiff::Timestamp;
use prost::Message as _;
use proto::policy::v1::Permission;
use proto::staff::events::v1 as events;
use proto::staff::events::v1::account_record;
use uuid::Uuid;

use super::table::Change;
use crate::auth::{AccountGrant, Offices, OrganisationKind, PermissionGrant, Scope, UnitScope};
use crate::grpc::convert;

const HEARTBEAT_KEY: &str = "heartbeat-";

/// What a record says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Record {
    Account(Uuid, Change),
    Heartbeat(Timestamp),
    Foreign,
}

/// Reads a record; no payload is a tombstone.
pub(super) fn read(key: &str, payload: Option<&[u8]>) -> Record {
    if key.starts_with(HEARTBEAT_KEY) {
        return payload
            .and_then(heartbeat)
            .map_or(Record::Foreign, Record::Heartbeat);
    }
    let Ok(account_id) = key.parse() else {
        return Record::Foreign;
    };
    let change = match payload {
        None => Change::Erased,
        Some(payload) => decode(account_id, payload).unwrap_or(Change::Unreadable),
    };
    Record::Account(account_id, change)
}

/// What an account's state grants; None if it cannot be understood.
pub(super) fn change(account_id: Uuid, state: &events::AccountState) -> Option<Change> {
    if !state.active || state.person_id.is_empty() {
        return Some(Change::Inactive);
    }
    let permissions: Option<Arc<[PermissionGrant]>> = state.grants.iter().map(permission).collect();
    let units: Option<Vec<UnitScope>> = state.scope.iter().map(unit).collect();
    Some(Change::Active(AccountGrant {
        account_id,
        person_id: state.person_id.parse().ok()?,
        organisation_id: state.organisation_id.parse().ok()?,
        organisation_kind: OrganisationKind::try_from(state.organisation_kind()).ok()?,
        permissions: permissions?,
        scope: Arc::new(Scope::of(units?)),
    }))
}

fn decode(account_id: Uuid, payload: &[u8]) -> Option<Change> {
    match events::AccountRecord::decode(payload).ok()?.record? {
        account_record::Record::Account(state) if state.account_id.parse() == Ok(account_id) => {
            change(account_id, &state)
        }
        account_record::Record::Account(_) | account_record::Record::Heartbeat(_) => None,
    }
}

fn heartbeat(payload: &[u8]) -> Option<Timestamp> {
    match events::AccountRecord::decode(payload).ok()?.record? {
        account_record::Record::Heartbeat(heartbeat) => convert::timestamp(heartbeat.at.as_ref()),
        account_record::Record::Account(_) => None,
    }
}

fn permission(grant: &events::Grant) -> Option<PermissionGrant> {
    let permission = Permission::try_from(grant.permission).ok()?;
    let validity = convert::validity("validity", grant.validity).ok()?;
    Some(PermissionGrant::in_days(permission, validity))
}

fn unit(scope: &events::GrantScope) -> Option<UnitScope> {
    let offices = if scope.all_offices {
        Offices::All
    } else {
        Offices::Named(
            scope
                .office_ids
                .iter()
                .map(|office| office.parse().ok())
                .collect::<Option<_>>()?,
        )
    };
    Some(UnitScope {
        unit_id: scope.unit_id.parse().ok()?,
        offices,
    })
}
