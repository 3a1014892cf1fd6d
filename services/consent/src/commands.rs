//! What changes consent's state, a file per use case. A command calls identity first if it must, then does everything
//! else in one named transaction: state, record, audit line and kept answer are committed together or not at all.

pub mod authorise_disclosure;
pub mod begin_sending;
pub mod complete_signature;
pub mod end_sending;
pub mod prepare_consent;
pub mod withdraw;

use std::collections::HashMap;
use std::fmt;

use platform::audit::{self, Actor, AuditLine};
use platform::db::{Database, Tx};
use platform::idempotency::Call;
use platform::keys::KeyRing;
use serde_json::Value;
use uuid::Uuid;

use crate::domain::consent::Consent;
use crate::domain::ids::PersonId;
use crate::error::ConsentError;
use crate::identity::Identity;
use crate::store::persons::Joined;

/// The parts that commands work with. Clones share them.
#[derive(Clone)]
pub struct Commands {
    pub database: Database,
    pub keys: KeyRing,
    pub identity: Identity,
}

/// Who does it: for the audit, and to tell callers' request ids apart.
#[derive(Clone, Debug)]
pub struct Caller {
    pub actor: Actor,
    pub subject: String,
}

/// A request that is done once, whatever the number of its arrivals.
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

    fn line(&self, action: &'static str, subject: (&'static str, String), details: Value) -> AuditLine {
        AuditLine {
            actor: self.actor.clone(),
            action,
            subject_kind: subject.0,
            subject_id: subject.1,
            purpose: None,
            details,
        }
    }
}

async fn note(tx: &mut Tx, line: AuditLine) -> Result<(), ConsentError> {
    Ok(audit::append(tx, line).await?)
}

/// Consents by the id that stands for their person.
struct ByPerson<'j> {
    joined: &'j Joined,
    consents: HashMap<PersonId, Vec<Consent>>,
}

impl<'j> ByPerson<'j> {
    fn new(joined: &'j Joined, consents: Vec<Consent>) -> Self {
        let mut by_root: HashMap<PersonId, Vec<Consent>> = HashMap::new();
        for consent in consents {
            by_root
                .entry(joined.root(consent.person))
                .or_default()
                .push(consent);
        }
        Self {
            joined,
            consents: by_root,
        }
    }

    fn of(&self, person: PersonId) -> &[Consent] {
        self.consents
            .get(&self.joined.root(person))
            .map_or(&[], Vec::as_slice)
    }
}
