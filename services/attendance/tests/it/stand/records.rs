//! Records of other contexts, handed to attendance's handlers as the platform's consumer does it: newer revisions of a key
//! only, each in a transaction of its own.

use std::collections::HashMap;
use std::sync::Mutex;

use attendance::events::on_document::OnDocument;
use attendance::events::on_organisation::OnOrganisation;
use attendance::events::on_placement::OnPlacement;
use attendance::events::on_signature::OnSignature;
use attendance::events::on_unit::OnUnit;
use platform::consumer::{ApplyError, StateHandler};
use platform::db::Database;
use platform::outbox::Revision;
use proto::identity::events::v1::SignatureState;
use proto::participants::events::v1::{DocumentState, PlacementState};
use proto::staff::events::v1::{OrganisationState, UnitState};
use uuid::Uuid;

/// A record of any of the topics.
#[derive(Clone, Debug)]
pub enum State {
    Organisation(Option<OrganisationState>),
    Unit(Option<UnitState>),
    Placement(Option<PlacementState>),
    Document(Option<DocumentState>),
    Signature(Option<SignatureState>),
}

/// A record with its key and the number of its revision.
#[derive(Clone, Debug)]
pub struct Record {
    pub key: String,
    pub n: i64,
    pub state: State,
}

/// The key of a record.
pub struct RecordKey(String);

/// What attendance has heard.
#[derive(Debug, Default)]
pub struct Records {
    heard: HashMap<(&'static str, String), i64>,
}

impl Records {
    /// Hands the record over, unless it is no newer than what was heard of its key.
    pub async fn hear(&mut self, database: &Database, record: &Record) -> Result<(), ApplyError> {
        let heard = self
            .heard
            .entry((record.state.topic(), record.key.clone()))
            .or_default();
        if record.n <= *heard {
            return Ok(());
        }
        record.apply(database).await?;
        *heard = record.n;
        Ok(())
    }
}

impl Record {
    pub fn new(key: impl Into<RecordKey>, n: i64, state: State) -> Self {
        let RecordKey(key) = key.into();
        Self { key, n, state }
    }

    /// Hands it over whatever was heard before.
    pub async fn apply(&self, database: &Database) -> Result<(), ApplyError> {
        match &self.state {
            State::Organisation(state) => apply(database, OnOrganisation, self, state.clone()).await,
            State::Unit(state) => apply(database, OnUnit, self, state.clone()).await,
            State::Placement(state) => apply(database, OnPlacement, self, state.clone()).await,
            State::Document(state) => apply(database, OnDocument, self, state.clone()).await,
            State::Signature(state) => apply(database, OnSignature, self, state.clone()).await,
        }
    }
}

impl From<Uuid> for RecordKey {
    fn from(id: Uuid) -> Self {
        Self(id.to_string())
    }
}

impl From<&str> for RecordKey {
    fn from(id: &str) -> Self {
        Self(id.to_owned())
    }
}

impl State {
    fn topic(&self) -> &'static str {
        match self {
            Self::Organisation(_) => OnOrganisation::TOPIC,
            Self::Unit(_) => OnUnit::TOPIC,
            Self::Placement(_) => OnPlacement::TOPIC,
            Self::Document(_) => OnDocument::TOPIC,
            Self::Signature(_) => OnSignature::TOPIC,
        }
    }
}

async fn apply<H: StateHandler>(
    database: &Database,
    handler: H,
    record: &Record,
    state: Option<H::Message>,
) -> Result<(), ApplyError> {
    let state = Mutex::new(state);
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
