//! The participant's side of a month without BankID's part in it: shown, rejected, lapsed; who may answer until when.

use jiff::Timestamp;

use super::{Answer, MonthReport, Revision};
use crate::domain::Outcome;
use crate::domain::day::{day_after, day_of, months_after, start_of};

/// Why a revision cannot be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswerFault {
    #[error("there is no such revision")]
    Unknown,
    /// A later one took its place.
    #[error("revision {latest} took its place")]
    Old { latest: u32 },
    #[error("the time for an answer is over")]
    Lapsed,
    /// It stands: an answer is given once.
    #[error("the answer was given")]
    Answered { answer: Answer },
}

/// The first instant at which a revision submitted at `submitted_at` can no longer be answered: an answer may come through
/// 24:00 in Stockholm of the same day number so many months later, or of that month's last day. Not moved for holidays.
pub fn answer_before(submitted_at: Timestamp, months: u8) -> Timestamp {
    start_of(day_after(months_after(day_of(submitted_at), months)))
}

impl MonthReport {
    /// Whether the revision can be answered now, so that a signature may be prepared for it.
    pub fn check_answer(&self, number: u32, now: Timestamp) -> Result<&Revision, AnswerFault> {
        let revision = self.check_last(number)?;
        match revision.answer {
            Answer::Waiting if revision.is_over(now) => Err(AnswerFault::Lapsed),
            Answer::Waiting => Ok(revision),
            Answer::Lapsed { .. } => Err(AnswerFault::Lapsed),
            Answer::Superseded { .. } => Err(AnswerFault::Old { latest: number }),
            answer @ (Answer::Approved { .. } | Answer::Rejected { .. }) => {
                Err(AnswerFault::Answered { answer })
            }
        }
    }

    /// Whether rows of the revision can be remarked on now: it was shown, and an answer can still be given.
    pub fn check_remark(&self, number: u32, now: Timestamp) -> Result<&Revision, AnswerFault> {
        let revision = self.check_answer(number, now)?;
        match revision.first_shown_at {
            Some(_) => Ok(revision),
            None => Err(AnswerFault::Unknown),
        }
    }

    /// Notes that the participant was shown the revision; the first time counts.
    pub fn show(mut self, number: u32, now: Timestamp) -> Result<Outcome<Self>, AnswerFault> {
        let revision = self.revision_mut(number).ok_or(AnswerFault::Unknown)?;
        if revision.first_shown_at.is_some() {
            return Ok(Outcome::Already(self));
        }
        revision.first_shown_at = Some(now);
        Ok(Outcome::Changed(self))
    }

    /// The participant does not agree: no signature, no reason.
    pub fn reject(mut self, number: u32, now: Timestamp) -> Result<Outcome<Self>, AnswerFault> {
        match self.check_answer(number, now) {
            Ok(_) => {}
            Err(AnswerFault::Answered {
                answer: Answer::Rejected { .. },
            }) => return Ok(Outcome::Already(self)),
            Err(fault) => return Err(fault),
        }
        self.answer(number, Answer::Rejected { at: now });
        Ok(Outcome::Changed(self))
    }

    /// Lets the last revision lapse if it waits and its time is over, as of the instant the time ended.
    pub fn lapse(mut self, now: Timestamp) -> Outcome<Self> {
        let due = self
            .revisions
            .last()
            .filter(|last| last.answer.is_waiting() && last.is_over(now));
        let Some((number, at)) = due.map(|last| (last.number, last.answer_before)) else {
            return Outcome::Already(self);
        };
        self.answer(number, Answer::Lapsed { at });
        Outcome::Changed(self)
    }

    pub(super) fn answer(&mut self, number: u32, answer: Answer) {
        if let Some(revision) = self.revision_mut(number) {
            revision.answer = answer;
        }
    }

    fn check_last(&self, number: u32) -> Result<&Revision, AnswerFault> {
        let last = self.last().ok_or(AnswerFault::Unknown)?;
        if last.number == number {
            return Ok(last);
        }
        self.revision(number).ok_or(AnswerFault::Unknown)?;
        Err(AnswerFault::Old { latest: last.number })
    }
}

#[cfg(test)]
mod tests;
