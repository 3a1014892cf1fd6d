//! The draft of a month: kept, corrected from the last revision, thrown away. Every writer names the version it has seen.

use jiff::civil::Date;

use super::{Etag, MonthReport};
use crate::domain::Outcome;
use crate::domain::hours::Hours;
use crate::domain::rule_set::{RuleSet, WindowFault};

/// Why a draft is not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DraftFault {
    /// Somebody else changed it since; the answer shows both versions.
    #[error("the draft is at {current} by now")]
    Stale { current: Etag },
    /// The month was submitted; a correction has to be begun first.
    #[error("the month was submitted")]
    Submitted,
    #[error("nothing was submitted that could be corrected")]
    NothingSubmitted,
    #[error(transparent)]
    Window(#[from] WindowFault),
}

impl MonthReport {
    /// Keeps hours that were checked as a draft. The same hours again change nothing.
    pub fn save_draft(mut self, seen: Etag, hours: Hours) -> Result<Outcome<Self>, DraftFault> {
        if self.draft.is_none() && !self.revisions.is_empty() {
            return Err(DraftFault::Submitted);
        }
        self.check_etag(seen)?;
        if self.draft.as_ref() == Some(&hours) {
            return Ok(Outcome::Already(self));
        }
        self.etag = self.etag.next();
        self.draft = Some(hours);
        Ok(Outcome::Changed(self))
    }

    /// Begins a correction: a draft with the hours of the last revision, which stays in force until the draft is submitted.
    pub fn begin_correction(
        mut self,
        last: Hours,
        rules: &RuleSet,
        today: Date,
    ) -> Result<Outcome<Self>, DraftFault> {
        if self.revisions.is_empty() {
            return Err(DraftFault::NothingSubmitted);
        }
        if self.draft.is_some() {
            return Ok(Outcome::Already(self));
        }
        rules.window.check_draft(self.month, today)?;
        self.etag = self.etag.next();
        self.draft = Some(last);
        Ok(Outcome::Changed(self))
    }

    /// Throws the draft away. Submitted revisions stay.
    pub fn discard_draft(mut self, seen: Etag) -> Result<Outcome<Self>, DraftFault> {
        if self.draft.is_none() {
            return Ok(Outcome::Already(self));
        }
        self.check_etag(seen)?;
        self.etag = self.etag.next();
        self.draft = None;
        Ok(Outcome::Changed(self))
    }

    pub(super) fn check_etag(&self, seen: Etag) -> Result<(), DraftFault> {
        if seen == self.etag {
            Ok(())
        } else {
            Err(DraftFault::Stale { current: self.etag })
        }
    }
}
