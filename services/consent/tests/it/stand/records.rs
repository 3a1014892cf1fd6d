//! Records of other contexts, handed to consent's handlers as the platform's consumer does it: newer revisions of a key
//! only, each in a transaction of its own.

use std::collections::HashMap;

use consent::events::on_delivery::OnDelivery;
use consent::events::on_month_report::OnMonthReport;
use consent::events::on_person::OnPerson;
use consent::events::on_placement::OnPlacement;
use consent::events::on_signature::OnSignature;
use platform::consumer::{ApplyError, StateHandler};
use platform::db::Database;
use platform::outbox::Revision;
use proto::attendance::events::v1::MonthReportState;
use proto::export::events::v1::DeliveryState;
use proto::identity::events::v1::{PersonState, SignatureState};
use proto::participants::events::v1::PlacementState;
use tokio::sync::oneshot;

/// A record of any of the topics.
#[derive(Clone, Debug)]
pub enum State {
    Person(Option<PersonState>),
    Placement(Option<PlacementState>),
    MonthReport(Option<MonthReportState>),
    Signature(Option<SignatureState>),
    Delivery(Option<DeliveryState>),
}

/// A record with its key and the number of its revision.
#[derive(Clone, Debug)]
pub struct Record {
    pub key: String,
    pub n: i64,
    pub state: State,
}

/// What consent has heard.
#[derive(Debug, Default)]
pub struct Records {
    heard: HashMap<(&'static str, String), i64>,
}

impl Records {
    /// Hands the record over, unless it is no newer than what was heard of its key.
    pub async fn hear(&mut self, database: &Database, record: &Record) -> Result<(), ApplyError> {
        let topic = record.state.topic();
        let heard = self.heard.entry((topic, record.key.clone())).or_default();
        if record.n <= *heard {
            return Ok(());
        }
        record.apply(database).await?;
        *heard = record.n;
        Ok(())
    }
}

impl Record {
    /// Applies a merge, and commits it when it is let go.
    pub async fn apply_slowly(
        &self,
        database: &Database,
        applied: oneshot::Sender<()>,
        let_go: oneshot::Receiver<()>,
    ) -> Result<(), ApplyError> {
        let State::Person(state) = &self.state else {
            panic!("a person");
        };
        let turn = std::sync::Mutex::new(Some((applied, let_go, state.clone())));
        database
            .transaction("test.hear_slowly", async |tx| {
                let (applied, let_go, state) = turn.lock().unwrap().take().unwrap();
                let revision = Revision { epoch: 1, n: self.n };
                OnPerson.apply(tx, &self.key, revision, state).await?;
                applied.send(()).unwrap();
                let_go.await.unwrap();
                Ok::<_, ApplyError>(())
            })
            .await
    }

    pub async fn apply(&self, database: &Database) -> Result<(), ApplyError> {
        match &self.state {
            State::Person(state) => apply(database, OnPerson, self, state.clone()).await,
            State::Placement(state) => apply(database, OnPlacement, self, state.clone()).await,
            State::MonthReport(state) => apply(database, OnMonthReport, self, state.clone()).await,
            State::Signature(state) => apply(database, OnSignature, self, state.clone()).await,
            State::Delivery(state) => apply(database, OnDelivery, self, state.clone()).await,
        }
    }
}

impl State {
    fn topic(&self) -> &'static str {
        match self {
            Self::Person(_) => OnPerson::TOPIC,
            Self::Placement(_) => OnPlacement::TOPIC,
            Self::MonthReport(_) => OnMonthReport::TOPIC,
            Self::Signature(_) => OnSignature::TOPIC,
            Self::Delivery(_) => OnDelivery::TOPIC,
        }
    }
}

async fn apply<H: StateHandler>(
    database: &Database,
    handler: H,
    record: &Record,
    state: Option<H::Message>,
) -> Result<(), ApplyError> {
    let state = std::sync::Mutex::new(state);
    database
        .transaction("test.hear", async |tx| {
            let state = state.lock().unwrap().take();
            let revision = Revision {
                epoch: 1,
                n: record.n,
            };
            handler.apply(tx, &record.key, revision, state).await
        })
        .await
}
