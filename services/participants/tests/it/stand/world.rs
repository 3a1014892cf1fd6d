//! A world that most tests begin in: two organisations with units and offices, accounts of every kind, the agency's system.

use jiff::SignedDuration;
use participants::events::on_activity::OnActivity;
use participants::events::on_unit::OnUnit;
use platform::auth::token::ClientKind;
use platform::consumer::{ApplyError, StateHandler as _};
use platform::db::{DbError, Tx};
use platform::grpc::convert::to_day;
use platform::outbox::Revision;
use proto::attendance::events::v1::ActivityState;
use proto::participants::v1::decision::Content;
use proto::participants::v1::*;
use proto::policy::v1::Permission;
use proto::staff::events::v1 as staff;
use proto::types::v1::{Day, Validity};
use support::people::{PARTICIPANTS, PEOPLE};
use uuid::Uuid;

pub use super::grants::Account;
use super::{Caller, Stand};

pub const FIRST: Uuid = Uuid::from_u128(0xA0);
pub const OTHER: Uuid = Uuid::from_u128(0xB0);
/// Units of the first organisation, with KA1001 and KA1002; the first has two offices.
pub const NORTH: Uuid = Uuid::from_u128(0xA1);
pub const SOUTH: Uuid = Uuid::from_u128(0xA2);
pub const OFFICE_ONE: Uuid = Uuid::from_u128(0xA11);
pub const OFFICE_TWO: Uuid = Uuid::from_u128(0xA12);
/// The unit of the other organisation, with KA2001.
pub const ELSEWHERE: Uuid = Uuid::from_u128(0xB1);

const ANY: Revision = Revision { epoch: 1, n: 1 };

/// A stand with organisations and people in it.
pub struct World {
    pub stand: Stand,
    pub agency: Caller,
    /// Receives in the northern unit.
    pub receiver: Caller,
    /// Reports in the northern unit.
    pub reporter: Caller,
    /// Receives and reports in both units.
    pub lead: Caller,
    /// Administers permissions and nothing else.
    pub administrator: Caller,
    /// Receives and reports in the other organisation.
    pub stranger: Caller,
    /// A system of the first organisation.
    pub system: Caller,
}

/// The account that reports in the northern unit.
pub fn reporter_account() -> Account {
    account(1, FIRST, &[Permission::ReportAndPlan], &[(NORTH, &[])])
}

pub fn lead_account() -> Account {
    let both = [Permission::ReceiveParticipants, Permission::ReportAndPlan];
    account(3, FIRST, &both, &[(NORTH, &[]), (SOUTH, &[])])
}

impl World {
    pub async fn new() -> Self {
        let stand = Stand::new().await;
        for unit in [
            unit(NORTH, FIRST, "KA1001", &[OFFICE_ONE, OFFICE_TWO]),
            unit(SOUTH, FIRST, "KA1002", &[]),
            unit(ELSEWHERE, OTHER, "KA2001", &[]),
        ] {
            stand.tell_unit(unit).await;
        }
        for code in ["WORKSHOP", "STUDIEBESOK"] {
            stand.tell_activity(code).await;
        }
        stand.heartbeat();
        let receives = [Permission::ReceiveParticipants];
        let both = [Permission::ReceiveParticipants, Permission::ReportAndPlan];
        let as_staff = |account: Account| stand.act_as(&account);
        Self {
            agency: stand.machine(ClientKind::Agency, Uuid::from_u128(0xAF)),
            receiver: as_staff(account(2, FIRST, &receives, &[(NORTH, &[])])),
            reporter: as_staff(reporter_account()),
            lead: as_staff(lead_account()),
            administrator: as_staff(account(4, FIRST, &[Permission::AdministerPermissions], &[])),
            stranger: as_staff(account(5, OTHER, &both, &[(ELSEWHERE, &[])])),
            system: stand.machine(ClientKind::Supplier, FIRST),
            stand,
        }
    }

    /// What became of decisions.
    pub async fn import(&self, decisions: Vec<Decision>) -> Vec<DecisionReport> {
        self.try_import(decisions).await.unwrap()
    }

    pub async fn try_import(&self, decisions: Vec<Decision>) -> Result<Vec<DecisionReport>, tonic::Status> {
        let request = self.agency.request(ImportDecisionsRequest { decisions });
        let answer = self.agency.decisions().import_decisions(request).await;
        answer.map(|answer| answer.into_inner().rows)
    }

    /// Takes one decision, which makes or changes a placement.
    pub async fn decide(&self, decision: Decision) -> String {
        // So that ids tell which came first.
        self.stand.clock.advance(SignedDuration::from_millis(1));
        let report = self.import(vec![decision]).await.remove(0);
        assert!(report.reasons.is_empty(), "{report:?}");
        report.placement_id.unwrap()
    }

    /// The participant of the fixtures, decided to come to a unit in March, with the case that bears their place in the list.
    pub async fn placed(&self, person: usize, ka_number: &str) -> String {
        let case = format!("A-{person}");
        self.decide(new(&case, 1, assigned(person, ka_number))).await
    }

    /// Gives placements to the account that reports in the northern unit.
    pub async fn assign(&self, placements: &[&str]) -> Result<Vec<PlacementSummary>, tonic::Status> {
        self.assign_to(&self.lead, placements, reporter_account().id)
            .await
    }

    pub async fn assign_to(
        &self,
        caller: &Caller,
        placements: &[&str],
        supervisor: Uuid,
    ) -> Result<Vec<PlacementSummary>, tonic::Status> {
        let request = caller.request(AssignSupervisorRequest {
            request_id: fresh_id(),
            placement_ids: placements.iter().map(|&id| id.to_owned()).collect(),
            supervisor_account_id: supervisor.to_string(),
        });
        let answer = caller.inbox().assign_supervisor(request).await;
        answer.map(|answer| answer.into_inner().placements)
    }

    pub async fn inbox(&self, caller: &Caller) -> Vec<PlacementSummary> {
        let request = caller.request(ListInboxRequest::default());
        let answer = caller.inbox().list_inbox(request).await.unwrap();
        answer.into_inner().placements
    }

    pub async fn get(&self, caller: &Caller, placement_id: &str) -> Result<Placement, tonic::Status> {
        let request = caller.request(GetPlacementRequest {
            placement_id: placement_id.to_owned(),
        });
        let answer = caller.placements().get_placement(request).await?;
        Ok(answer.into_inner().placement.unwrap())
    }

    pub async fn list(
        &self,
        caller: &Caller,
        change: impl FnOnce(&mut ListPlacementsRequest),
    ) -> Vec<PlacementSummary> {
        let mut request = ListPlacementsRequest::default();
        change(&mut request);
        let request = caller.request(request);
        let answer = caller.placements().list_placements(request).await.unwrap();
        answer.into_inner().placements
    }
}

impl Stand {
    /// Grants the account and signs its holder in.
    pub fn act_as(&self, account: &Account) -> Caller {
        self.grant(account, 1);
        self.staff(account.person).with(&account.id.to_string())
    }

    pub async fn tell_unit(&self, state: staff::UnitState) {
        let key = state.unit_id.clone();
        self.apply(async |tx| OnUnit.apply(tx, &key, ANY, Some(state.clone())).await)
            .await
            .unwrap();
    }

    pub async fn tell_activity(&self, code: &str) {
        let state = ActivityState {
            activity_code: code.to_owned(),
            validity: Some(open_validity()),
            ..Default::default()
        };
        self.apply(async |tx| OnActivity.apply(tx, code, ANY, Some(state.clone())).await)
            .await
            .unwrap();
    }

    /// Runs a handler as the consumer does, in a transaction.
    pub async fn apply<W>(&self, work: W) -> Result<(), ApplyError>
    where
        W: AsyncFnOnce(&mut Tx) -> Result<(), ApplyError> + Clone,
    {
        let database = &self.running.parts().database;
        let applied = database.transaction("test.apply", async |tx| Ok::<_, DbError>(work(tx).await));
        applied.await.unwrap()
    }
}

pub fn unit(id: Uuid, organisation: Uuid, ka_number: &str, offices: &[Uuid]) -> staff::UnitState {
    let offices = offices.iter().map(|office| staff::OfficeState {
        office_id: office.to_string(),
        validity: Some(open_validity()),
    });
    staff::UnitState {
        unit_id: id.to_string(),
        organisation_id: organisation.to_string(),
        kind: staff::UnitKind::PerformingUnit.into(),
        number: ka_number.to_owned(),
        procured_service: Some(staff::ProcuredServiceState {
            code: "ROM".to_owned(),
            documents_online: true,
            ..Default::default()
        }),
        validity: Some(open_validity()),
        offices: offices.collect(),
    }
}

pub fn account(
    n: u128,
    organisation: Uuid,
    permissions: &[Permission],
    units: &[(Uuid, &[Uuid])],
) -> Account {
    Account {
        id: Uuid::from_u128(0xC0 + n),
        person: Uuid::from_u128(0xD0 + n),
        organisation,
        permissions: permissions.to_vec(),
        units: units
            .iter()
            .map(|(unit, offices)| (*unit, offices.to_vec()))
            .collect(),
    }
}

/// A decision; its id follows from case and sequence.
pub fn decision(case: &str, sequence: i64, content: Content) -> Decision {
    Decision {
        decision_id: format!("B-{case}-{sequence}"),
        case_reference: case.to_owned(),
        sequence,
        content: Some(content),
    }
}

pub fn new(case: &str, sequence: i64, assignment: Assignment) -> Decision {
    decision(case, sequence, Content::NewPlacement(assignment))
}

pub fn changed(case: &str, sequence: i64, assignment: Assignment) -> Decision {
    decision(case, sequence, Content::Changed(assignment))
}

pub fn interruption(case: &str, sequence: i64, on: &str) -> Decision {
    let interrupted_on = Some(day(on));
    decision(
        case,
        sequence,
        Content::Interruption(Interruption { interrupted_on }),
    )
}

/// A participant of the fixtures, in a unit from 10 March to 9 June.
pub fn assigned(person: usize, ka_number: &str) -> Assignment {
    let person = PARTICIPANTS[person];
    Assignment {
        number: person.number.to_owned(),
        given_name: person.given_name.to_owned(),
        surname: person.surname.to_owned(),
        phone: "+46 70-174 06 05".to_owned(),
        email: "participant@example.org".to_owned(),
        language: "sv".to_owned(),
        caseworker: Some(Caseworker {
            function: "Direktservice".to_owned(),
            name: PEOPLE[0].full_name(),
            ..Default::default()
        }),
        ka_number: ka_number.to_owned(),
        period: Some(period("2026-03-10", "2026-06-09")),
        ..Default::default()
    }
}

pub fn period(from: &str, to: &str) -> Validity {
    Validity {
        from: Some(day(from)),
        to: Some(day(to)),
    }
}

pub fn day(text: &str) -> Day {
    to_day(text.parse().unwrap())
}

pub fn fresh_id() -> String {
    let entropy = platform::clock::SystemEntropy;
    platform::ids::new_uuid(&platform::clock::SystemClock::new(), &entropy).to_string()
}

fn open_validity() -> Validity {
    Validity {
        from: Some(day("2026-01-01")),
        to: None,
    }
}
