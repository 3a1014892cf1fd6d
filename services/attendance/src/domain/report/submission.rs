//! Submitting a draft: it becomes the next revision, frozen, and asks the participant anew.

use jiff::Timestamp;

use super::{Answer, Content, DraftFault, Etag, MonthReport, Revision, answer_before};
use crate::domain::day::day_of;
use crate::domain::entry::{Frame, Purpose, Violation, check};
use crate::domain::rule_set::SecondStep;

/// Why a month is not submitted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubmitFault {
    #[error("the draft is at {current} by now")]
    Stale { current: Etag },
    #[error("there is no draft")]
    NoDraft,
    /// It says what the last revision says, which waits for an answer or is approved: asking again would only undo that.
    #[error("nothing changed since the last revision")]
    Unchanged,
    #[error("the month breaks rules")]
    Violations(Vec<Violation>),
    /// The rule set's second step is not the participant's answer.
    #[error("the rule set has another second step")]
    OtherSecondStep,
}

impl MonthReport {
    /// Submits the draft. What still waits for an answer is superseded, or lapsed if its time was over already. The frame's
    /// day is taken from `now`.
    pub fn submit(
        mut self,
        seen: Etag,
        frame: &Frame<'_>,
        now: Timestamp,
    ) -> Result<(Self, Content), SubmitFault> {
        let SecondStep::ParticipantApproves { within_months } = frame.rules.second_step else {
            return Err(SubmitFault::OtherSecondStep);
        };
        let Some(draft) = self.draft.take() else {
            return Err(SubmitFault::NoDraft);
        };
        self.check_etag(seen)?;
        let frame = Frame {
            today: day_of(now),
            is_correction: !self.revisions.is_empty(),
            ..*frame
        };
        let hours = check(&draft.entries(), &frame, Purpose::Submission).map_err(SubmitFault::Violations)?;
        let number = self.last().map_or(1, |last| last.number + 1);
        let content = Content {
            month_report_id: self.month_report_id,
            revision: number,
            subject: self.subject,
            month: self.month,
            rule_set: self.rule_set.clone(),
            hours,
        };
        if self.would_ask_the_same(&content) {
            return Err(SubmitFault::Unchanged);
        }
        self.close_last(now);
        self.revisions.push(Revision {
            number,
            content_hash: content.hash(),
            credited_minutes: content.hours.credited_minutes(),
            submitted_at: now,
            answer_before: answer_before(now, within_months),
            first_shown_at: None,
            answer: Answer::Waiting,
        });
        self.etag = self.etag.next();
        Ok((self, content))
    }

    // After a rejection or a lapse the same month may be put to the participant once more.
    fn would_ask_the_same(&self, content: &Content) -> bool {
        let Some(last) = self.last() else {
            return false;
        };
        let is_open = match last.answer {
            Answer::Waiting | Answer::Approved { .. } => true,
            Answer::Rejected { .. } | Answer::Lapsed { .. } | Answer::Superseded { .. } => false,
        };
        let as_last = Content {
            revision: last.number,
            ..content.clone()
        };
        is_open && as_last.hash() == last.content_hash
    }

    fn close_last(&mut self, now: Timestamp) {
        let Some(last) = self.revisions.last_mut().filter(|last| last.answer.is_waiting()) else {
            return;
        };
        last.answer = if last.is_over(now) {
            Answer::Lapsed {
                at: last.answer_before,
            }
        } else {
            Answer::Superseded { at: now }
        };
    }
}

impl From<DraftFault> for SubmitFault {
    fn from(fault: DraftFault) -> Self {
        match fault {
            DraftFault::Stale { current } => Self::Stale { current },
            DraftFault::Submitted | DraftFault::NothingSubmitted => Self::NoDraft,
            DraftFault::Window(window) => Self::Violations(vec![Violation::of_month(window.into())]),
        }
    }
}
