//! What was heard of others in the tests, and what the agency does with it.

use export::events::on_month_report::OnMonthReport;
use export::events::on_organisation::OnOrganisation;
use export::events::on_placement::OnPlacement;
use export::events::on_unit::OnUnit;
use platform::consumer::{ApplyError, StateHandler};
use platform::db::Tx;
use platform::grpc::convert::to_timestamp;
use platform::outbox::Revision;
use prost::Message;
use proto::attendance::events::v1::{MonthAnswer, MonthReportState, MonthRevision};
use proto::export::events::v1::DeliveryState;
use proto::export::v1::*;
use proto::participants::events::v1::{PlacementState, PlacementStatus};
use proto::staff::events::v1::{OrganisationState, ProcuredServiceState, UnitState};
use proto::types::v1::{Day, Month, Recipient, Validity};
use support::eventually;
use support::people::PEOPLE;
use uuid::Uuid;

use super::{DEADLINE, Stand};

pub const ORGANISATION: Uuid = Uuid::from_u128(0xA1);
pub const TRAINING: Uuid = Uuid::from_u128(0xA2);
pub const UNIT: Uuid = Uuid::from_u128(0xB1);
pub const UNFUNDED_UNIT: Uuid = Uuid::from_u128(0xB2);
pub const FEBRUARY: Month = Month { year: 2026, month: 2 };

/// A participant of the tests: everything about them follows from their place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Participant(pub u128);

impl Participant {
    pub fn person(self) -> Uuid {
        Uuid::from_u128(0xC000 + self.0)
    }

    pub fn placement(self) -> Uuid {
        Uuid::from_u128(0xD000 + self.0)
    }

    pub fn report(self) -> Uuid {
        Uuid::from_u128(0xE000 + self.0)
    }

    /// Those beyond the fixtures share their numbers, in tests that do not ask who is who.
    pub fn number(self) -> String {
        PEOPLE[usize::try_from(self.0).unwrap() % PEOPLE.len()].digits()
    }
}

/// A placement as participants tells it.
pub fn placement(of: Participant) -> PlacementState {
    PlacementState {
        placement_id: of.placement().to_string(),
        person_id: of.person().to_string(),
        case_reference: format!("CASE-{}", of.0),
        organisation_id: ORGANISATION.to_string(),
        unit_id: UNIT.to_string(),
        period: Some(Validity {
            from: Some(day(2026, 1, 5)),
            to: Some(day(2026, 6, 30)),
        }),
        status: PlacementStatus::Active.into(),
        ..Default::default()
    }
}

/// A report as attendance tells it: one revision with an answer.
pub fn report(of: Participant, answer: MonthAnswer) -> MonthReportState {
    MonthReportState {
        month_report_id: of.report().to_string(),
        placement_id: of.placement().to_string(),
        person_id: of.person().to_string(),
        organisation_id: ORGANISATION.to_string(),
        unit_id: UNIT.to_string(),
        month: Some(FEBRUARY),
        rule_set: "cooperation_history".to_owned(),
        revisions: vec![revision(1, answer)],
    }
}

pub fn revision(revision: i32, answer: MonthAnswer) -> MonthRevision {
    let now = Some(to_timestamp(super::NOW.parse().unwrap()));
    MonthRevision {
        revision,
        content_hash: vec![7; 32].into(),
        submitted_at: now,
        credited_minutes: 2400,
        answer: answer.into(),
        answer_before: now,
        ..Default::default()
    }
}

pub fn day(year: i32, month: i32, day: i32) -> Day {
    Day { year, month, day }
}

pub fn fresh_id() -> String {
    let entropy = platform::clock::SystemEntropy;
    platform::ids::new_uuid(&platform::clock::SystemClock::new(), &entropy).to_string()
}

impl Stand {
    /// Has a record applied as the consumer does.
    pub async fn hear<H: StateHandler>(&self, handler: H, key: Uuid, state: Option<H::Message>)
    where
        H::Message: Clone,
    {
        let (key, revision) = (key.to_string(), Revision { epoch: 1, n: 1 });
        let handler = &handler;
        let (key, state) = (&key, &state);
        self.running
            .parts()
            .database
            .transaction("test.hear", async |tx: &mut Tx| {
                handler
                    .apply(tx, key, revision, state.clone())
                    .await
                    .map_err(|error| match error {
                        ApplyError::Db(error) => error,
                        error @ (ApplyError::Transient { .. } | ApplyError::Unappliable { .. }) => {
                            panic!("{error}")
                        }
                    })
            })
            .await
            .unwrap();
    }

    /// A provider, a training organisation, a unit that ESF funds and one that it does not.
    pub async fn hear_of_organisations(&self) {
        for (organisation, training) in [(ORGANISATION, false), (TRAINING, true)] {
            let state = OrganisationState {
                organisation_id: organisation.to_string(),
                training,
                ..Default::default()
            };
            self.hear(OnOrganisation, organisation, Some(state)).await;
        }
        for (unit, esf_funded, number) in [(UNIT, true, "10012345"), (UNFUNDED_UNIT, false, "10054321")] {
            let state = UnitState {
                unit_id: unit.to_string(),
                organisation_id: ORGANISATION.to_string(),
                number: number.to_owned(),
                procured_service: Some(ProcuredServiceState {
                    esf_funded,
                    ..Default::default()
                }),
                ..Default::default()
            };
            self.hear(OnUnit, unit, Some(state)).await;
        }
    }

    /// A participant whose month is approved and who consents to everyone.
    pub async fn hear_of(&self, of: Participant) {
        self.hear_of_as(of, placement(of), report(of, MonthAnswer::Approved))
            .await;
    }

    pub async fn hear_of_as(&self, of: Participant, placement: PlacementState, report: MonthReportState) {
        self.identity.register(of.person(), &of.number());
        if report
            .revisions
            .iter()
            .any(|it| it.answer() == MonthAnswer::Approved)
        {
            self.consent.allow(of.report(), of.person());
        }
        self.hear(OnPlacement, of.placement(), Some(placement)).await;
        self.hear(OnMonthReport, of.report(), Some(report)).await;
    }

    /// So many participants with everything in order.
    pub async fn hear_of_many(&self, count: u128) -> Vec<Participant> {
        self.hear_of_organisations().await;
        let participants: Vec<Participant> = (0..count).map(Participant).collect();
        for participant in &participants {
            self.hear_of(*participant).await;
        }
        participants
    }

    pub async fn create(&self, recipient: Recipient, hold_before: RunStage) -> Run {
        self.try_create(recipient, hold_before).await.unwrap()
    }

    pub async fn try_create(
        &self,
        recipient: Recipient,
        hold_before: RunStage,
    ) -> Result<Run, tonic::Status> {
        let agency = self.agency();
        let request = agency.request(CreateRunRequest {
            month: Some(FEBRUARY),
            recipient: recipient.into(),
            hold_before: hold_before.into(),
            request_id: fresh_id(),
        });
        Ok(agency.runs().create_run(request).await?.into_inner().run.unwrap())
    }

    pub async fn get(&self, run_id: &str) -> Run {
        let agency = self.agency();
        let request = agency.request(GetRunRequest {
            run_id: run_id.to_owned(),
        });
        agency
            .runs()
            .get_run(request)
            .await
            .unwrap()
            .into_inner()
            .run
            .unwrap()
    }

    pub async fn release(&self, run: &Run, held_before: RunStage, hold_before: RunStage) -> Run {
        let agency = self.agency();
        let request = agency.request(ReleaseRunRequest {
            run_id: run.run_id.clone(),
            held_before: held_before.into(),
            hold_before: hold_before.into(),
        });
        agency
            .runs()
            .release_run(request)
            .await
            .unwrap()
            .into_inner()
            .run
            .unwrap()
    }

    /// Waits for a status while time goes by.
    pub async fn reaches(&self, run_id: &str, status: RunStatus) -> Run {
        eventually(DEADLINE, async || {
            self.tick();
            let run = self.get(run_id).await;
            if run.status() == status { Ok(run) } else { Err(run) }
        })
        .await
    }

    /// A run from beginning to end.
    pub async fn run_through(&self, recipient: Recipient) -> Run {
        let run = self.create(recipient, RunStage::Unspecified).await;
        self.reaches(&run.run_id, RunStatus::Ended).await
    }

    /// All rows of a run.
    pub async fn rows(&self, run_id: &str) -> Vec<RunRow> {
        let agency = self.agency();
        let request = agency.request(ListRunRowsRequest {
            run_id: run_id.to_owned(),
            page: Some(proto::types::v1::PageRequest {
                size: 200,
                token: String::new(),
            }),
            ..Default::default()
        });
        agency
            .runs()
            .list_run_rows(request)
            .await
            .unwrap()
            .into_inner()
            .rows
    }

    pub async fn row(&self, run_id: &str, of: Participant) -> RunRow {
        let rows = self.rows(run_id).await;
        rows.into_iter()
            .find(|row| row.month_report_id == of.report().to_string())
            .unwrap()
    }

    pub async fn parts(&self, run_id: &str) -> Vec<Part> {
        let agency = self.agency();
        let request = agency.request(ListRunPartsRequest {
            run_id: run_id.to_owned(),
            page: None,
        });
        agency
            .runs()
            .list_run_parts(request)
            .await
            .unwrap()
            .into_inner()
            .parts
    }

    /// The latest record of each delivery in the outbox.
    pub async fn deliveries(&self) -> Vec<DeliveryState> {
        let rows: Vec<Vec<u8>> = sqlx::query_scalar(
            "select distinct on (key) payload from platform.outbox where topic = 'export.delivery.v1' order by key, n desc",
        )
        .fetch_all(self.running.parts().database.pool())
        .await
        .unwrap();
        rows.iter()
            .map(|bytes| DeliveryState::decode(bytes.as_slice()).unwrap())
            .collect()
    }
}
