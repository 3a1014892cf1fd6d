//! What other contexts tell, put on their topics as their relays do.

use std::time::Duration;

use futures::future::try_join_all;
use platform::clock::{SystemClock, SystemEntropy};
use platform::grpc::TlsConfig;
use platform::grpc::convert::to_timestamp;
use platform::kafka::{Kafka, KafkaConfig};
use prost::Message;
use proto::attendance::events::v1::{MonthAnswer, MonthReportState, MonthRevision};
use proto::participants::events::v1::{PlacementState, PlacementStatus};
use proto::staff::events::v1::{OrganisationState, ProcuredServiceState, UnitState};
use proto::types::v1::{Day, Validity};
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{FutureProducer, FutureRecord};
use uuid::Uuid;

use crate::crowd::Participant;

pub const ORGANISATIONS: &str = "staff.organisation.v1";
pub const UNITS: &str = "staff.unit.v1";
pub const PLACEMENTS: &str = "participants.placement.v1";
pub const MONTH_REPORTS: &str = "attendance.month-report.v1";

const TAKEN: Duration = Duration::from_secs(30);

/// Writes records.
pub struct Topics(FutureProducer);

/// A record of a topic.
pub struct Written {
    pub topic: &'static str,
    pub key: Uuid,
    payload: Vec<u8>,
}

/// Whose the months are.
#[derive(Clone, Copy, Debug)]
pub struct Workplace {
    pub organisation: Uuid,
    pub unit: Uuid,
}

impl Topics {
    pub fn open(brokers: &str, tls: &TlsConfig) -> Self {
        let config = KafkaConfig {
            brokers: brokers.to_owned(),
        };
        Self(
            Kafka::new("others", &config, tls)
                .producer_config()
                .create()
                .unwrap(),
        )
    }

    pub async fn write(&self, all: &[Written]) {
        try_join_all(all.iter().map(|written| self.write_one(written)))
            .await
            .unwrap();
    }

    async fn write_one(&self, written: &Written) -> Result<(), rdkafka::error::KafkaError> {
        let (key, event_id) = (written.key.to_string(), fresh_uuid().to_string());
        let headers = [("ce_id", event_id.as_str()), ("deltaga-revision", "1.1")];
        let headers = headers
            .into_iter()
            .fold(OwnedHeaders::new(), |headers, (key, value)| {
                headers.insert(Header {
                    key,
                    value: Some(value),
                })
            });
        let record = FutureRecord::<str, [u8]>::to(written.topic)
            .key(&key)
            .payload(&written.payload)
            .headers(headers);
        let taken = self.0.send(record, TAKEN).await;
        taken.map(drop).map_err(|(error, _)| error)
    }
}

impl Workplace {
    pub fn new() -> Self {
        Self {
            organisation: fresh_uuid(),
            unit: fresh_uuid(),
        }
    }

    /// A provider, and a unit that ESF funds.
    pub fn records(&self) -> [Written; 2] {
        let organisation = OrganisationState {
            organisation_id: self.organisation.to_string(),
            training: false,
            ..Default::default()
        };
        let unit = UnitState {
            unit_id: self.unit.to_string(),
            organisation_id: self.organisation.to_string(),
            number: "KA10001".to_owned(),
            procured_service: Some(ProcuredServiceState {
                esf_funded: true,
                ..Default::default()
            }),
            ..Default::default()
        };
        [
            written(ORGANISATIONS, self.organisation, &organisation),
            written(UNITS, self.unit, &unit),
        ]
    }

    pub fn placement(&self, of: &Participant) -> Written {
        let day = |year| Day {
            year,
            month: 1,
            day: 1,
        };
        let state = PlacementState {
            placement_id: of.placement.to_string(),
            person_id: of.person.to_string(),
            case_reference: format!("AF-{}", of.placement.simple()),
            organisation_id: self.organisation.to_string(),
            unit_id: self.unit.to_string(),
            period: Some(Validity {
                from: Some(day(1901)),
                to: Some(day(2027)),
            }),
            status: PlacementStatus::Active.into(),
            ..Default::default()
        };
        written(PLACEMENTS, of.placement, &state)
    }

    /// A month that the participant has approved.
    pub fn month_report(&self, of: &Participant) -> Written {
        let at = |text: &str| Some(to_timestamp(text.parse().unwrap()));
        let revision = MonthRevision {
            revision: 1,
            content_hash: vec![7; 32].into(),
            submitted_at: at("2026-03-02T08:00:00Z"),
            credited_minutes: 2400,
            answer: MonthAnswer::Approved.into(),
            answered_at: at("2026-03-04T08:00:00Z"),
            first_shown_at: at("2026-03-03T08:00:00Z"),
            answer_before: at("2026-06-02T22:00:00Z"),
            ..Default::default()
        };
        let state = MonthReportState {
            month_report_id: of.report.to_string(),
            placement_id: of.placement.to_string(),
            person_id: of.person.to_string(),
            organisation_id: self.organisation.to_string(),
            unit_id: self.unit.to_string(),
            month: Some(of.month),
            rule_set: "cooperation_history".to_owned(),
            revisions: vec![revision],
        };
        written(MONTH_REPORTS, of.report, &state)
    }
}

pub fn fresh_uuid() -> Uuid {
    platform::ids::new_uuid(&SystemClock::new(), &SystemEntropy)
}

fn written(topic: &'static str, key: Uuid, state: &impl Message) -> Written {
    Written {
        topic,
        key,
        payload: state.encode_to_vec(),
    }
}
