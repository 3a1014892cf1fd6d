//! What a completed BankID signature does to the revision it was made for. One rule for the reading call and for the record
//! of the signature, whichever comes first, however late.
//!
//! **Lapse.** What counts is when the signing was begun. Whoever opened BankID before 24:00 of the last day acted within the
//! three months; that the app took until 00:01 is no lack of will, and BankID itself bounds the delay to minutes. It counts
//! even if the lapse was written down meanwhile, since otherwise the outcome would hang on when a job ran. Begun at or after
//! the end, it is late and kept as evidence.
//!
//! **Supersession.** A later revision decides at once, whenever the signature was begun or completed: only the last submitted
//! revision can leave, and what was read and signed is not what would be sent. The signature is kept as evidence and the
//! participant is told that the new revision asks again.
//!
//! **Earlier answers.** An answer is given once. After a rejection, or another signature's approval, a signature is kept as
//! evidence. The same signature again has done its work already.

use jiff::Timestamp;

use super::{Answer, ContentHash, MonthReport, Revision};
use crate::domain::ids::SignatureId;

/// A signature as identity verified it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CompletedSignature {
    pub signature_id: SignatureId,
    /// Revision it was prepared for.
    pub revision: u32,
    /// What was signed.
    pub document_hash: ContentHash,
    /// When the signing was begun.
    pub started_at: Timestamp,
    /// When it was completed.
    pub signed_at: Timestamp,
}

/// What a signature does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The revision is approved as of `at`.
    Approves { at: Timestamp },
    /// It changes nothing; it is kept, and the signer is told why.
    KeptAsEvidence { because: KeptBecause },
    /// It approved the revision before.
    AlreadyDone,
}

/// Why a signature changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeptBecause {
    /// A later revision took the place of the one signed.
    Superseded,
    /// It was begun after the time for an answer.
    BegunTooLate,
    /// The month was rejected, or approved by another signature.
    Answered,
    /// What was signed is not what the revision says.
    OtherContent,
}

/// The rule.
pub fn decide(revision: &Revision, is_last: bool, signature: &CompletedSignature) -> Decision {
    let kept = |because| Decision::KeptAsEvidence { because };
    match revision.answer {
        Answer::Approved { signature_id, .. } if signature_id == signature.signature_id => {
            Decision::AlreadyDone
        }
        _ if signature.document_hash != revision.content_hash => kept(KeptBecause::OtherContent),
        Answer::Superseded { .. } => kept(KeptBecause::Superseded),
        _ if !is_last => kept(KeptBecause::Superseded),
        Answer::Approved { .. } | Answer::Rejected { .. } => kept(KeptBecause::Answered),
        Answer::Waiting | Answer::Lapsed { .. } if revision.is_over(signature.started_at) => {
            kept(KeptBecause::BegunTooLate)
        }
        Answer::Waiting | Answer::Lapsed { .. } => Decision::Approves {
            at: signature.signed_at,
        },
    }
}

impl MonthReport {
    /// Applies the rule. A signature for a revision the report does not have is for other content.
    pub fn complete_signature(mut self, signature: &CompletedSignature) -> (Self, Decision) {
        let is_last = self.last().is_some_and(|last| last.number == signature.revision);
        let Some(revision) = self.revision(signature.revision) else {
            let because = KeptBecause::OtherContent;
            return (self, Decision::KeptAsEvidence { because });
        };
        let decision = decide(revision, is_last, signature);
        if let Decision::Approves { at } = decision {
            let signature_id = signature.signature_id;
            self.answer(signature.revision, Answer::Approved { at, signature_id });
        }
        (self, decision)
    }
}

#[cfg(test)]
mod tests;
