//! What the agency's system tells while Kafka is away: decisions on placements, which go through identity and
//! participants to those who follow placements, and activities of attendance's catalogue, which participants follows.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, ensure};
use jiff::ToSpan as _;
use jiff::civil::Date;
use journey::AgencyClient;
use proto::attendance::v1::{
    Activity, UpsertActivityRequest, catalogue_service_client::CatalogueServiceClient,
};
use proto::participants::v1::decision::Content;
use proto::participants::v1::{
    Assignment, Caseworker, Decision, DecisionReport, DecisionResult, ImportDecisionsRequest,
    decision_service_client::DecisionServiceClient,
};
use proto::types::v1::{Day, Validity};
use sqlx::{Connection as _, PgConnection};
use support::people::{PARTICIPANTS, Person};

const ACTIVITY: &str = "UNDER_AVBROTT";
const UNIT: &str = "KA10001";
/// Per service that follows placements, where it keeps the last day of each.
const LAST_DAYS: [(&str, &str); 2] = [
    (
        "attendance",
        "select placement_id::text, decided_to::text from placements",
    ),
    (
        "export",
        "select placement_id::text, last_on::text from placements",
    ),
];
const UNTOLD: &str = "select count(*) from platform.outbox where key not like 'heartbeat-%'";
const PARKED: &str = "select count(*) from platform.parked_records";

/// Everything that was told and answered.
pub struct Told {
    today: Date,
    count: usize,
    last_days: BTreeMap<String, Date>,
}

impl Told {
    pub fn from(today: Date) -> Self {
        Self {
            today,
            count: 0,
            last_days: BTreeMap::new(),
        }
    }

    /// How many decisions there were, each with an activity.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Whether a decision is taken at all: participants knows the unit.
    pub async fn is_register_known(&self, system: &AgencyClient) -> Result<()> {
        let reports = import(system, self.decision(0)).await?;
        ensure!(
            reports.result() != DecisionResult::RetryLater,
            "the unit is not known yet"
        );
        Ok(())
    }

    /// Tells the next decision: a participant after the other, and then each of them anew. The last day is another each
    /// time.
    pub async fn one_more(&mut self, system: &AgencyClient) -> Result<()> {
        let report = import(system, self.decision(self.count)).await?;
        let result = report.result();
        ensure!(
            matches!(
                result,
                DecisionResult::Created | DecisionResult::Changed | DecisionResult::Unchanged
            ),
            "decision {} was {result:?}",
            self.count
        );
        let placement_id = report.placement_id.context("a placement")?;
        self.last_days.insert(placement_id, self.last_day(self.count));
        let request = UpsertActivityRequest {
            activity: Some(self.activity()),
        };
        CatalogueServiceClient::new(system.attendance.clone())
            .upsert_activity(system.ask(request))
            .await?;
        self.count += 1;
        Ok(())
    }

    /// Fails unless all of it is where it is read, and nothing waits or lies parked.
    pub async fn ensure_arrived(&self, databases: &BTreeMap<&str, String>) -> Result<()> {
        for (service, url) in databases {
            let mut connection = PgConnection::connect(url).await?;
            for statement in [UNTOLD, PARKED] {
                let waiting: i64 = sqlx::query_scalar(statement).fetch_one(&mut connection).await?;
                ensure!(waiting == 0, "{service}: {waiting} by {statement}");
            }
            connection.close().await?;
        }
        for (service, statement) in LAST_DAYS {
            let held: BTreeMap<_, _> = rows(&databases[service], statement).await?.into_iter().collect();
            let told = self
                .last_days
                .iter()
                .map(|(id, day)| (id.clone(), day.to_string()));
            let missing: Vec<_> = told.filter(|(id, day)| held.get(id) != Some(day)).collect();
            ensure!(missing.is_empty(), "{service} has not: {missing:?}");
        }
        let activities = "select activity_code, coalesce(valid_to::text, '') from activities";
        let held = rows(&databases["participants"], activities).await?;
        let activity = (ACTIVITY.to_owned(), self.last_day(self.count - 1).to_string());
        ensure!(
            held.contains(&activity),
            "participants has {held:?} and not {activity:?}"
        );
        Ok(())
    }

    fn decision(&self, number: usize) -> Decision {
        let (round, place) = (number / PARTICIPANTS.len(), number % PARTICIPANTS.len());
        let reference = format!("OUTAGE-{place}");
        let assignment = self.assignment(&PARTICIPANTS[place], self.last_day(number));
        let content = if round == 0 {
            Content::NewPlacement(assignment)
        } else {
            Content::Changed(assignment)
        };
        Decision {
            decision_id: format!("{reference}-{round}"),
            case_reference: reference,
            sequence: i64::try_from(round + 1).expect("not so many rounds"),
            content: Some(content),
        }
    }

    fn assignment(&self, person: &Person, last_day: Date) -> Assignment {
        Assignment {
            number: person.number.to_owned(),
            given_name: person.given_name.to_owned(),
            surname: person.surname.to_owned(),
            language: "sv".to_owned(),
            caseworker: Some(Caseworker {
                function: "Direktservice".to_owned(),
                ..Caseworker::default()
            }),
            ka_number: UNIT.to_owned(),
            period: Some(validity(self.today.first_of_month(), last_day)),
            ..Assignment::default()
        }
    }

    fn activity(&self) -> Activity {
        Activity {
            activity_code: ACTIVITY.to_owned(),
            validity: Some(validity(self.today.first_of_month(), self.last_day(self.count))),
            name_sv: "Under avbrott".to_owned(),
            name_en: "During an outage".to_owned(),
            always: true,
            ..Activity::default()
        }
    }

    fn last_day(&self, number: usize) -> Date {
        let days = i64::try_from(number).expect("not so many decisions");
        self.today + 60.days() + days.days()
    }
}

async fn import(system: &AgencyClient, decision: Decision) -> Result<DecisionReport> {
    let request = ImportDecisionsRequest {
        decisions: vec![decision],
    };
    let answer = DecisionServiceClient::new(system.participants.clone())
        .import_decisions(system.ask(request))
        .await?;
    answer
        .into_inner()
        .rows
        .pop()
        .context("what became of the decision")
}

async fn rows(url: &str, statement: &'static str) -> Result<Vec<(String, String)>> {
    let mut connection = PgConnection::connect(url).await?;
    let rows = sqlx::query_as(statement).fetch_all(&mut connection).await?;
    connection.close().await?;
    Ok(rows)
}

fn validity(from: Date, to: Date) -> Validity {
    Validity {
        from: Some(day(from)),
        to: Some(day(to)),
    }
}

fn day(day: Date) -> Day {
    Day {
        year: day.year().into(),
        month: day.month().into(),
        day: day.day().into(),
    }
}
