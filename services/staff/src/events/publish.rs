//! From aggregates to their public state. Names and contacts stay here: records hold ids, codes and days.

use platform::db::Tx;
use platform::grpc::convert::{Validity as WireValidity, to_validity};
use platform::outbox::{self, OutboxError, OutboxRecord, Revision};
use prost::Message as _;
use proto::policy::v1 as policy;
use proto::staff::events::v1 as pb;
use proto::types::v1 as types;

use crate::domain::account::Account;
use crate::domain::organisation::{Organisation, OrganisationKind, Unit, UnitKind};
use crate::domain::permission::Permission;
use crate::domain::scope::Offices;
use crate::domain::validity::Validity;

pub const ORGANISATION_TOPIC: &str = "staff.organisation.v1";
pub const UNIT_TOPIC: &str = "staff.unit.v1";
pub const ACCOUNT_TOPIC: &str = "staff.account.v1";

pub(super) const ORGANISATION_TYPE: &str = "se.deltaga.staff.organisation.v1";
pub(super) const UNIT_TYPE: &str = "se.deltaga.staff.unit.v1";
pub(super) const ACCOUNT_TYPE: &str = "se.deltaga.staff.account.v1";

/// Writes the organisation's record into the outbox.
pub async fn organisation(tx: &mut Tx, organisation: &Organisation) -> Result<Revision, OutboxError> {
    outbox::append(tx, organisation_record(organisation)).await
}

/// Writes the unit's record into the outbox.
pub async fn unit(tx: &mut Tx, unit: &Unit) -> Result<Revision, OutboxError> {
    outbox::append(tx, unit_record(unit)).await
}

/// Writes the account's record into the outbox.
pub async fn account(
    tx: &mut Tx,
    kind: OrganisationKind,
    account: &Account,
) -> Result<Revision, OutboxError> {
    outbox::append(tx, account_record(kind, account)).await
}

pub fn organisation_record(organisation: &Organisation) -> OutboxRecord {
    let state = organisation_state(organisation);
    record(
        ORGANISATION_TOPIC,
        organisation.id.to_string(),
        ORGANISATION_TYPE,
        state.encode_to_vec(),
    )
}

pub fn unit_record(unit: &Unit) -> OutboxRecord {
    record(
        UNIT_TOPIC,
        unit.id.to_string(),
        UNIT_TYPE,
        unit_state(unit).encode_to_vec(),
    )
}

pub fn account_record(kind: OrganisationKind, account: &Account) -> OutboxRecord {
    let state = pb::account_record::Record::Account(account_state(kind, account));
    let payload = pb::AccountRecord { record: Some(state) }.encode_to_vec();
    record(ACCOUNT_TOPIC, account.id.to_string(), ACCOUNT_TYPE, payload)
}

pub fn organisation_state(organisation: &Organisation) -> pb::OrganisationState {
    pb::OrganisationState {
        organisation_id: organisation.id.to_string(),
        kind: organisation_kind(organisation.kind).into(),
        training: organisation.is_training,
    }
}

pub fn unit_state(unit: &Unit) -> pb::UnitState {
    let offices = unit.offices.iter().map(|office| pb::OfficeState {
        office_id: office.id.to_string(),
        validity: Some(validity(office.validity)),
    });
    pb::UnitState {
        unit_id: unit.id.to_string(),
        organisation_id: unit.organisation.to_string(),
        kind: unit_kind(unit.kind).into(),
        number: unit.number.clone(),
        procured_service: Some(pb::ProcuredServiceState {
            code: unit.service.code.clone(),
            documents_online: unit.service.has_documents_online,
            esf_funded: unit.service.is_esf_funded,
            rule_set: unit.service.rule_set.clone(),
        }),
        validity: Some(validity(unit.validity)),
        offices: offices.collect(),
    }
}

/// An account that is not in use tells neither person nor grants.
pub fn account_state(kind: OrganisationKind, account: &Account) -> pb::AccountState {
    let idle = pb::AccountState {
        account_id: account.id.to_string(),
        organisation_id: account.organisation.to_string(),
        organisation_kind: organisation_kind(kind).into(),
        ..pb::AccountState::default()
    };
    let Some(person) = account.person().filter(|_| account.is_active()) else {
        return idle;
    };
    pb::AccountState {
        person_id: person.to_string(),
        active: true,
        grants: account.permissions.grants().iter().map(grant).collect(),
        scope: account.scope.units().iter().map(scope).collect(),
        ..idle
    }
}

pub fn permission(permission: Permission) -> policy::Permission {
    match permission {
        Permission::AdministerPermissions => policy::Permission::AdministerPermissions,
        Permission::ReceiveParticipants => policy::Permission::ReceiveParticipants,
        Permission::ReportAndPlan => policy::Permission::ReportAndPlan,
        Permission::RegisterProject => policy::Permission::RegisterProject,
        Permission::CountersignAttendance => policy::Permission::CountersignAttendance,
        Permission::CountersignWorkingTime => policy::Permission::CountersignWorkingTime,
        Permission::AdministerRegister => policy::Permission::AdministerRegister,
        Permission::RunExports => policy::Permission::RunExports,
        Permission::Operate => policy::Permission::Operate,
    }
}

pub fn validity(validity: Validity) -> types::Validity {
    to_validity(WireValidity {
        from: validity.from(),
        to: validity.to(),
    })
}

fn grant(grant: &crate::domain::permission::Grant) -> pb::Grant {
    pb::Grant {
        permission: permission(grant.permission).into(),
        validity: Some(validity(grant.validity)),
    }
}

fn scope(unit: &crate::domain::scope::UnitScope) -> pb::GrantScope {
    let (all_offices, office_ids) = match &unit.offices {
        Offices::All => (true, Vec::new()),
        Offices::Named(offices) => (false, offices.iter().map(ToString::to_string).collect()),
    };
    pb::GrantScope {
        unit_id: unit.unit.to_string(),
        all_offices,
        office_ids,
    }
}

fn organisation_kind(kind: OrganisationKind) -> pb::OrganisationKind {
    match kind {
        OrganisationKind::Provider => pb::OrganisationKind::Provider,
        OrganisationKind::ProjectOwner => pb::OrganisationKind::ProjectOwner,
        OrganisationKind::Agency => pb::OrganisationKind::Agency,
    }
}

fn unit_kind(kind: UnitKind) -> pb::UnitKind {
    match kind {
        UnitKind::PerformingUnit => pb::UnitKind::PerformingUnit,
        UnitKind::EsfProject => pb::UnitKind::EsfProject,
    }
}

fn record(topic: &'static str, key: String, record_type: &'static str, payload: Vec<u8>) -> OutboxRecord {
    OutboxRecord {
        topic,
        key,
        record_type,
        payload: Some(payload),
        partition: None,
    }
}
