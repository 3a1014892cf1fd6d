//! What changes the state of participants, a file per use case. A command calls identity first if it must, then does
//! everything else in named transactions: state, record, audit line, access record and kept answer are committed together
//! or not at all.

pub mod assign_supervisor;
pub mod import_decisions;
pub mod remove_interrupted;
pub mod save_plan_draft;
pub mod send_plan;
pub mod turn_day;

use std::fmt;

use jiff::civil::Date;
use platform::access::Reader;
use platform::audit::{self, Actor, AuditLine};
use platform::auth::Grants;
use platform::db::{Database, Tx};
use platform::idempotency::Call;
use platform::keys::KeyRing;
use serde_json::Value;
use uuid::Uuid;

use crate::domain::calendar;
use crate::domain::ids::PlacementId;
use crate::domain::placement::Placement;
use crate::domain::visibility::Viewer;
use crate::error::ParticipantsError;
use crate::identity::Identity;
use crate::store;

/// The parts that commands work with. Clones share them.
#[derive(Clone)]
pub struct Commands {
    pub database: Database,
    pub keys: KeyRing,
    pub identity: Identity,
    pub grants: Grants,
}

/// Who does it: for the audit, the access log, and to tell callers' request ids apart.
#[derive(Clone, Debug)]
pub struct Caller {
    pub actor: Actor,
    pub subject: String,
    pub reader: Reader,
}

/// A request that is done once, whatever the number of its arrivals. Debug hides the request.
#[derive(Clone, Copy)]
pub struct Once<'r, Q> {
    pub method: &'static str,
    pub request_id: Uuid,
    pub request: &'r Q,
}

impl<Q> fmt::Debug for Once<'_, Q> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Once")
            .field("method", &self.method)
            .field("request_id", &self.request_id)
            .finish_non_exhaustive()
    }
}

impl Caller {
    /// The call under which an answer is kept.
    pub fn call<'c, Q>(&'c self, once: &Once<'_, Q>) -> Call<'c> {
        Call {
            principal: &self.subject,
            method: once.method,
            request_id: once.request_id,
        }
    }

    fn line(&self, action: &'static str, placement: PlacementId, details: Value) -> AuditLine {
        AuditLine {
            actor: self.actor.clone(),
            action,
            subject_kind: "placement",
            subject_id: placement.to_string(),
            purpose: None,
            details,
        }
    }
}

pub(crate) fn today(tx: &Tx) -> Date {
    calendar::day_of(tx.now())
}

/// Locks a placement the viewer plans and reports on. What a viewer may only see under another right does not exist here.
async fn lock_reported(
    tx: &mut Tx,
    keys: &KeyRing,
    viewer: &Viewer,
    id: PlacementId,
) -> Result<Placement, ParticipantsError> {
    let found = store::placements::lock_all(tx, keys, &[id]).await?.pop();
    found
        .filter(|placement| viewer.reports_on(placement))
        .ok_or(ParticipantsError::NotFound("placement"))
}

async fn note(tx: &mut Tx, line: AuditLine) -> Result<(), ParticipantsError> {
    Ok(audit::append(tx, line).await?)
}
