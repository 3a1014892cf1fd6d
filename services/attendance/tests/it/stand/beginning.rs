//! What the others tell before a test begins: organisations, units, placements and plans as records, accounts as staff
//! gives them.

use proto::participants::events::v1::{
    DocumentKind, DocumentState, PlacementState, PlacementStatus, PlannedActivity,
};
use proto::policy::v1::Permission;
use proto::staff::events::v1::{
    AccountState, Grant, GrantScope, OfficeState, OrganisationKind, OrganisationState, ProcuredServiceState,
    UnitKind, UnitState,
};
use proto::types::v1::Validity;
use uuid::Uuid;

use super::records::{Record, State};
use super::world::*;

/// What was heard before the test begins.
pub fn beginning() -> Vec<Record> {
    let organisations = [(OWN, false), (OTHER, false), (TRAINING, true)];
    let organisations = organisations.map(|(id, training)| {
        let state = OrganisationState {
            organisation_id: id.to_string(),
            kind: OrganisationKind::Provider.into(),
            training,
        };
        Record::new(id, 1, State::Organisation(Some(state)))
    });
    let units = [
        (UNIT, OWN),
        (SECOND_UNIT, OWN),
        (OTHER_UNIT, OTHER),
        (TRAINING_UNIT, TRAINING),
    ];
    let units = units.map(|(id, of)| Record::new(id, 1, State::Unit(Some(unit(id, of)))));
    let placements = [
        (PLACEMENT, PERSON, OWN, UNIT, "AF-1"),
        (SECOND_PLACEMENT, SECOND_PERSON, OWN, SECOND_UNIT, "AF-2"),
        (OTHER_PLACEMENT, OTHER_PERSON, OTHER, OTHER_UNIT, "AF-3"),
        (TRAINING_PLACEMENT, OTHER_PERSON, TRAINING, TRAINING_UNIT, "AF-4"),
    ];
    let placements = placements.map(|(id, person, of, unit, case)| {
        let state = placement(id, person, of, unit, case);
        Record::new(id, 1, State::Placement(Some(state)))
    });
    let plans = [PLACEMENT, SECOND_PLACEMENT, OTHER_PLACEMENT, TRAINING_PLACEMENT];
    let plans = plans.map(|id| {
        let document = Uuid::from_u128(id.as_u128() + 0x1000);
        Record::new(document, 1, State::Document(Some(plan(document, id, 1))))
    });
    organisations
        .into_iter()
        .chain(units)
        .chain(placements)
        .chain(plans)
        .collect()
}

pub fn unit(id: Uuid, organisation: Uuid) -> UnitState {
    let office = OfficeState {
        office_id: OFFICE.to_string(),
        validity: Some(since_new_year()),
    };
    UnitState {
        unit_id: id.to_string(),
        organisation_id: organisation.to_string(),
        kind: UnitKind::PerformingUnit.into(),
        number: "KA1001".to_owned(),
        procured_service: Some(ProcuredServiceState {
            code: "ROM".to_owned(),
            documents_online: true,
            esf_funded: true,
            rule_set: "cooperation_history".to_owned(),
        }),
        validity: Some(since_new_year()),
        offices: if id == UNIT { vec![office] } else { Vec::new() },
    }
}

/// From 12 January to 30 June.
pub fn placement(id: Uuid, person: Uuid, organisation: Uuid, unit: Uuid, case: &str) -> PlacementState {
    PlacementState {
        placement_id: id.to_string(),
        person_id: person.to_string(),
        case_reference: case.to_owned(),
        organisation_id: organisation.to_string(),
        unit_id: unit.to_string(),
        period: Some(Validity {
            from: Some(day(2026, 1, 12)),
            to: Some(day(2026, 6, 30)),
        }),
        status: PlacementStatus::Active.into(),
        ..Default::default()
    }
}

/// A plan from the first day with guidance, a workshop and own work.
pub fn plan(id: Uuid, placement: Uuid, version: i32) -> DocumentState {
    let activities = ["VAGLEDNING", "WORKSHOP", "EGET_ARBETE_GP"].map(|code| PlannedActivity {
        activity_code: code.to_owned(),
        validity: Some(Validity {
            from: Some(day(2026, 1, 12)),
            to: Some(day(2026, 6, 30)),
        }),
    });
    DocumentState {
        document_id: id.to_string(),
        placement_id: placement.to_string(),
        kind: DocumentKind::JointPlan.into(),
        version,
        sent_at: Some(prost_types::Timestamp {
            seconds: 1_768_200_000,
            nanos: 0,
        }),
        activities: activities.to_vec(),
        in_force_from: Some(day(2026, 1, 12)),
    }
}

/// Every account that staff tells of.
pub fn accounts() -> Vec<AccountState> {
    let provider = OrganisationKind::Provider;
    let whole = |unit: Uuid| GrantScope {
        unit_id: unit.to_string(),
        all_offices: true,
        office_ids: Vec::new(),
    };
    let office = GrantScope {
        unit_id: UNIT.to_string(),
        all_offices: false,
        office_ids: vec![OFFICE.to_string()],
    };
    vec![
        reporter_in(REPORTER, vec![whole(UNIT)]),
        account(
            OTHER_REPORTER,
            OTHER,
            provider,
            Permission::ReportAndPlan,
            vec![whole(OTHER_UNIT)],
        ),
        account(
            ADMINISTRATOR,
            OWN,
            provider,
            Permission::AdministerPermissions,
            Vec::new(),
        ),
        account(
            RECEIVER,
            OWN,
            provider,
            Permission::ReceiveParticipants,
            vec![whole(UNIT)],
        ),
        reporter_in(OFFICE_REPORTER, vec![office.clone()]),
        reporter_in(MANY_REPORTER, many(&[UNIT, SECOND_UNIT]).map(whole).collect()),
        reporter_in(BESIDE_REPORTER, vec![whole(SECOND_UNIT), office.clone()]),
        reporter_in(
            MANY_BESIDE_REPORTER,
            many(&[SECOND_UNIT]).map(whole).chain([office]).collect(),
        ),
        account(
            DESK,
            AGENCY,
            OrganisationKind::Agency,
            Permission::AdministerRegister,
            Vec::new(),
        ),
    ]
}

/// These units and more than are looked through one by one.
fn many(units: &[Uuid]) -> impl Iterator<Item = Uuid> {
    let more = (0..30).map(|unit| Uuid::from_u128(0x9_000 + unit));
    units.iter().copied().chain(more)
}

fn reporter_in(person: Uuid, scope: Vec<GrantScope>) -> AccountState {
    account(
        person,
        OWN,
        OrganisationKind::Provider,
        Permission::ReportAndPlan,
        scope,
    )
}

fn account(
    person: Uuid,
    organisation: Uuid,
    kind: OrganisationKind,
    permission: Permission,
    scope: Vec<GrantScope>,
) -> AccountState {
    AccountState {
        account_id: account_of(person).to_string(),
        person_id: person.to_string(),
        organisation_id: organisation.to_string(),
        organisation_kind: kind.into(),
        active: true,
        grants: vec![Grant {
            permission: permission.into(),
            validity: Some(since_new_year()),
        }],
        scope,
    }
}

fn since_new_year() -> Validity {
    Validity {
        from: Some(day(2026, 1, 1)),
        to: None,
    }
}
