//! What a completed signature does. The reading call and the record of the signature run the same, as often as they come;
//! the first to commit decides.

use platform::audit::Actor;
use platform::db::Tx;
use serde_json::json;

use super::{Commands, Who, lapse_month, note, save_published};
use crate::domain::ids::SignatureId;
use crate::domain::report::{CompletedSignature, ContentHash, Decision, KeptBecause};
use crate::error::AttendanceError;
use crate::identity::Signed;
use crate::store;
use crate::store::approvals::{Approval, Decided, Effect};

impl Commands {
    /// Asks identity for the signature, unless it did its work already.
    pub async fn complete_approval(&self, who: &Who, id: SignatureId) -> Result<Approval, AttendanceError> {
        let approval = self
            .database
            .transaction("attendance.read_approval", async |tx| own(tx, who, id).await)
            .await?;
        if approval.decided.is_some() {
            return Ok(approval);
        }
        let Some(signed) = self.identity.signature(id).await? else {
            return Ok(approval);
        };
        self.database
            .transaction("attendance.complete_signature", async |tx| {
                let completed = complete_signature(tx, &signed).await?;
                completed.ok_or(AttendanceError::NotFound("signature"))
            })
            .await
    }
}

/// Decides what the signature does and keeps it. None: it was not prepared here.
pub async fn complete_signature(tx: &mut Tx, signed: &Signed) -> Result<Option<Approval>, AttendanceError> {
    let Some(unlocked) = store::approvals::find(tx, signed.signature).await? else {
        return Ok(None);
    };
    // The report is the lock: what was decided meanwhile is read under it.
    let stored = store::reports::lock_by_id(tx, unlocked.report).await?;
    let (Some(stored), Some(approval)) = (stored, store::approvals::find(tx, signed.signature).await?) else {
        return Ok(None);
    };
    if approval.decided.is_some() {
        return Ok(Some(approval));
    }
    let before = stored.report;
    let completed = CompletedSignature {
        signature_id: signed.signature,
        revision: approval.revision,
        document_hash: ContentHash(signed.hash),
        started_at: signed.started_at,
        signed_at: signed.signed_at,
    };
    let (after, decision) = before.clone().complete_signature(&completed);
    if after != before {
        save_published(tx, &before, &after, None).await?;
        lapse_month::call_off(tx, approval.report).await?;
    }
    let decided = decided(decision, signed, tx.now());
    store::approvals::decide(tx, signed, decided).await?;
    audit(tx, &approval, decided).await?;
    Ok(Some(Approval {
        decided: Some(decided),
        ..approval
    }))
}

async fn own(tx: &mut Tx, who: &Who, id: SignatureId) -> Result<Approval, AttendanceError> {
    let approval = store::approvals::find(tx, id).await?;
    approval
        .filter(|approval| who.is(approval.person))
        .ok_or(AttendanceError::NotFound("signature"))
}

fn decided(decision: Decision, signed: &Signed, now: jiff::Timestamp) -> Decided {
    let (effect, at) = match decision {
        Decision::Approves { at } => (Effect::Approved, at),
        Decision::AlreadyDone => (Effect::Approved, signed.signed_at),
        Decision::KeptAsEvidence { because } => (kept(because), now),
    };
    Decided { effect, at }
}

fn kept(because: KeptBecause) -> Effect {
    match because {
        KeptBecause::Superseded => Effect::Superseded,
        KeptBecause::BegunTooLate => Effect::BegunTooLate,
        KeptBecause::Answered => Effect::Answered,
        KeptBecause::OtherContent => Effect::OtherContent,
    }
}

async fn audit(tx: &mut Tx, approval: &Approval, decided: Decided) -> Result<(), AttendanceError> {
    let line = platform::audit::AuditLine {
        actor: Actor {
            kind: "participant",
            id: approval.person.to_string(),
            account_id: None,
            organisation_id: None,
        },
        action: "attendance.complete_signature",
        subject_kind: "month_report",
        subject_id: approval.report.to_string(),
        purpose: None,
        details: json!({ "revision": approval.revision, "signature": approval.signature, "outcome": decided.effect.code() }),
    };
    note(tx, line).await
}
