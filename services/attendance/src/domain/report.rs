//! A month report: one per placement and month. A draft is submitted as a revision; the participant answers the last
//! revision; a correction is a new draft and then a new revision that asks again. Only the last revision counts.

mod answer;
mod content;
mod draft;
mod signature;
mod status;
mod submission;

use std::fmt;

use jiff::Timestamp;

use super::hours::Hours;
use super::ids::{MonthReportId, OrganisationId, PersonId, PlacementId, SignatureId, UnitId};
use super::month::Month;
use super::rule_set::RuleSetCode;

pub use answer::{AnswerFault, answer_before};
pub use content::{Content, ContentHash};
pub use draft::DraftFault;
pub use signature::{CompletedSignature, Decision, KeptBecause, decide};
pub use status::Status;
pub use submission::SubmitFault;

/// The report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthReport {
    pub month_report_id: MonthReportId,
    pub subject: Subject,
    pub month: Month,
    pub rule_set: RuleSetCode,
    /// Rises with every change of the draft, submission included.
    pub etag: Etag,
    pub draft: Option<Hours>,
    /// Rising by number, which counts from 1 without gaps.
    pub revisions: Vec<Revision>,
}

/// Whom and whose work the report is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Subject {
    pub placement_id: PlacementId,
    pub person_id: PersonId,
    pub organisation_id: OrganisationId,
    pub unit_id: UnitId,
}

/// Version of the draft that a writer has seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Etag(pub u64);

/// A submitted revision. Its hours are frozen and lie beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    pub number: u32,
    pub content_hash: ContentHash,
    /// 0 is a zero month.
    pub credited_minutes: u32,
    pub submitted_at: Timestamp,
    /// The first instant at which it can no longer be answered.
    pub answer_before: Timestamp,
    pub first_shown_at: Option<Timestamp>,
    pub answer: Answer,
}

/// The participant's answer to a revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Waiting,
    Approved {
        at: Timestamp,
        signature_id: SignatureId,
    },
    Rejected {
        at: Timestamp,
    },
    /// No answer came in time.
    Lapsed {
        at: Timestamp,
    },
    /// A later revision took its place before an answer came.
    Superseded {
        at: Timestamp,
    },
}

impl MonthReport {
    /// A report without draft and revisions.
    pub fn begin(
        month_report_id: MonthReportId,
        subject: Subject,
        month: Month,
        rule_set: RuleSetCode,
    ) -> Self {
        Self {
            month_report_id,
            subject,
            month,
            rule_set,
            etag: Etag::default(),
            draft: None,
            revisions: Vec::new(),
        }
    }

    /// The revision that counts.
    pub fn last(&self) -> Option<&Revision> {
        self.revisions.last()
    }

    /// What its participant answered last before the revision that counts.
    pub fn answered_before(&self) -> Option<&Revision> {
        self.earlier().find(|revision| revision.answer.is_given())
    }

    /// What its participant approved last before the revision that counts.
    pub fn approved_before(&self) -> Option<&Revision> {
        self.earlier()
            .find(|revision| matches!(revision.answer, Answer::Approved { .. }))
    }

    /// All revisions but the one that counts, the latest first.
    fn earlier(&self) -> impl Iterator<Item = &Revision> {
        self.revisions.iter().rev().skip(1)
    }

    pub fn revision(&self, number: u32) -> Option<&Revision> {
        self.revisions.iter().find(|revision| revision.number == number)
    }

    fn revision_mut(&mut self, number: u32) -> Option<&mut Revision> {
        self.revisions
            .iter_mut()
            .find(|revision| revision.number == number)
    }
}

impl Etag {
    const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl Revision {
    /// Whether the time for an answer is over.
    pub fn is_over(&self, now: Timestamp) -> bool {
        now >= self.answer_before
    }
}

impl Answer {
    pub const fn is_waiting(self) -> bool {
        match self {
            Self::Waiting => true,
            Self::Approved { .. } | Self::Rejected { .. } | Self::Lapsed { .. } | Self::Superseded { .. } => {
                false
            }
        }
    }

    /// Whether the participant gave it.
    pub const fn is_given(self) -> bool {
        match self {
            Self::Approved { .. } | Self::Rejected { .. } => true,
            Self::Waiting | Self::Lapsed { .. } | Self::Superseded { .. } => false,
        }
    }

    /// When the answer came, or the time for it ended.
    pub const fn at(self) -> Option<Timestamp> {
        match self {
            Self::Waiting => None,
            Self::Approved { at, .. }
            | Self::Rejected { at }
            | Self::Lapsed { at }
            | Self::Superseded { at } => Some(at),
        }
    }

    /// Signature of an approval.
    pub const fn signature_id(self) -> Option<SignatureId> {
        match self {
            Self::Approved { signature_id, .. } => Some(signature_id),
            Self::Waiting | Self::Rejected { .. } | Self::Lapsed { .. } | Self::Superseded { .. } => None,
        }
    }
}

impl fmt::Display for Etag {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0)
    }
}

#[cfg(test)]
mod tests;
