//! What the agency does with runs, a file per use case: state, job, audit line and kept answer are one transaction.

pub mod cancel_run;
pub mod create_run;
pub mod release_run;
pub mod retry_run;
pub mod settle_attempt;

use platform::audit::{self, Actor, AuditLine};
use platform::db::{Database, Tx};
use platform::keys::KeyRing;
use serde_json::Value;

use crate::config::SendingConfig;
use crate::domain::ids::RunId;
use crate::error::ExportError;
use crate::recipients::Recipients;
use crate::steps::{enqueue_part, enqueue_run};
use crate::store::parts;
use crate::store::runs::{self, Lock, Run};

/// The parts that commands work with. Clones share them.
#[derive(Clone)]
pub struct Commands {
    pub database: Database,
    pub keys: KeyRing,
    pub recipients: Recipients,
    pub sending: SendingConfig,
}

/// Who does it: for the audit, and to tell callers' request ids apart.
#[derive(Clone, Debug)]
pub struct Caller {
    pub actor: Actor,
    pub subject: String,
}

async fn note(
    tx: &mut Tx,
    caller: &Caller,
    action: &'static str,
    run: RunId,
    details: Value,
) -> Result<(), ExportError> {
    note_of(tx, caller, action, ("run", run.to_string()), details).await
}

async fn note_of(
    tx: &mut Tx,
    caller: &Caller,
    action: &'static str,
    (subject_kind, subject_id): (&'static str, String),
    details: Value,
) -> Result<(), ExportError> {
    let line = AuditLine {
        actor: caller.actor.clone(),
        action,
        subject_kind,
        subject_id,
        purpose: None,
        details,
    };
    Ok(audit::append(tx, line).await?)
}

async fn locked(tx: &mut Tx, run: RunId) -> Result<Run, ExportError> {
    let found = runs::lock(tx, run, Lock::Exclusive).await?;
    found.ok_or(ExportError::NotFound("run"))
}

/// Has the run and each of its parts look again at what they may do.
async fn wake(tx: &mut Tx, run: RunId) -> Result<(), ExportError> {
    enqueue_run(tx, run).await?;
    for part in parts::unfinished(tx, run).await? {
        enqueue_part(tx, part).await?;
    }
    Ok(())
}
