//! The way of a month to a recipient, step by step, with what holds it and what can be done. Those who work with the
//! participant see the steps up to the answer; they are computed before anything about consent or sending is looked at.

use jiff::Timestamp;

use super::consent::Consent;
use super::report::{Answer, MonthReport};
use super::sending::Whereabouts;

/// How much the viewer may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    Everything,
    UpToTheAnswer,
}

/// What is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    pub report: Option<MonthReport>,
    pub is_interrupted_before_start: bool,
    /// All of the person to the recipient.
    pub consents: Vec<Consent>,
    /// Attempts with any revision of the month, to the recipient.
    pub sent: Vec<SentRevision>,
    /// What export told of any revision of the month, for the recipient.
    pub deliveries: Vec<DeliveredRow>,
}

/// An attempt to send a revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SentRevision {
    pub revision: i32,
    pub begun_at: Timestamp,
    pub whereabouts: Whereabouts,
}

/// What export told of a revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveredRow {
    pub revision: i32,
    pub outcome: RowOutcome,
    /// When the receipt came.
    pub receipted_at: Option<Timestamp>,
}

/// Where export has the row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowOutcome {
    /// Not sent for a reason that only export knows.
    Withheld(Withholding),
    /// Sent or not for reasons that consent knows better itself.
    Other,
    Receipted,
    Refused {
        code: String,
    },
}

/// Reasons that only export knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Withholding {
    Training,
    NotEsfFunded,
    ProtectedIdentity,
    InterruptedBeforeStart,
    PersonUnknown,
}

/// A step on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    pub kind: StepKind,
    pub state: StepState,
    pub at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    Submitted,
    Shown,
    Answered,
    Consented,
    Sent,
    Receipted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    Done,
    Waiting,
    Stopped,
}

/// What holds a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    NotSubmitted,
    NotAnswered,
    Rejected,
    Lapsed,
    NoConsent,
    ConsentTooLate,
    Withdrawn,
    WaitingForRun,
    InTransfer,
    OutcomeUnknown,
    NotArrived,
    NoReceipt,
    RefusedByRecipient,
    Withheld(Withholding),
}

/// What can be done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    ProviderSubmits,
    ParticipantAnswers,
    ProviderCorrects,
    ParticipantConsents,
    AgencyRunsExport,
    AgencyAsksRecipient,
    RecipientReceipts,
    AgencySettlesRefusal,
}

/// The way so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    pub steps: Vec<Step>,
    pub reason: Option<Reason>,
    pub next: Option<Act>,
    pub answer_before: Option<Timestamp>,
    /// The newest other revision that the recipient has or may have.
    pub revision_sent_before: Option<i32>,
    pub refusal_code: String,
}

type Held = (Option<Reason>, Option<Act>);

/// Explains the month to somebody with that view.
pub fn explain(facts: &Facts, view: View, now: Timestamp) -> Explanation {
    let (mut steps, held) = up_to_the_answer(facts, now);
    let waits = held.0 == Some(Reason::NotAnswered);
    let mut explanation = Explanation {
        answer_before: facts
            .report
            .as_ref()
            .filter(|_| waits)
            .map(|report| report.answer_before),
        steps: Vec::new(),
        reason: held.0,
        next: held.1,
        revision_sent_before: None,
        refusal_code: String::new(),
    };
    match view {
        View::UpToTheAnswer => {}
        View::Everything => {
            let rest = Rest::of(facts, now);
            (explanation.reason, explanation.next) = rest.held(held);
            steps.extend(rest.steps());
            explanation.revision_sent_before = sent_before(facts);
            explanation.refusal_code = rest.refusal_code();
        }
    }
    explanation.steps = steps;
    explanation
}

fn up_to_the_answer(facts: &Facts, now: Timestamp) -> (Vec<Step>, Held) {
    let Some(report) = &facts.report else {
        let held = if facts.is_interrupted_before_start {
            (Some(Reason::Withheld(Withholding::InterruptedBeforeStart)), None)
        } else {
            (Some(Reason::NotSubmitted), Some(Act::ProviderSubmits))
        };
        let kinds = [StepKind::Submitted, StepKind::Shown, StepKind::Answered];
        return (kinds.map(waiting).to_vec(), held);
    };
    let shown = match report.first_shown_at {
        Some(at) => done(StepKind::Shown, at),
        None => waiting(StepKind::Shown),
    };
    let (answered, held) = answered(report, now);
    (
        vec![done(StepKind::Submitted, report.submitted_at), shown, answered],
        held,
    )
}

fn answered(report: &MonthReport, now: Timestamp) -> (Step, Held) {
    let at = report.answered_at;
    let stopped = |at| Step {
        kind: StepKind::Answered,
        state: StepState::Stopped,
        at,
    };
    let lapsed = (Some(Reason::Lapsed), Some(Act::ProviderCorrects));
    match report.answer {
        Answer::Approved => (
            Step {
                kind: StepKind::Answered,
                state: StepState::Done,
                at,
            },
            (None, None),
        ),
        Answer::Rejected => (stopped(at), (Some(Reason::Rejected), Some(Act::ProviderCorrects))),
        Answer::Lapsed => (stopped(at.or(Some(report.answer_before))), lapsed),
        // attendance has not written the lapse down yet.
        Answer::Waiting if now >= report.answer_before => (stopped(Some(report.answer_before)), lapsed),
        Answer::Waiting | Answer::Superseded => (
            waiting(StepKind::Answered),
            (Some(Reason::NotAnswered), Some(Act::ParticipantAnswers)),
        ),
    }
}

fn sent_before(facts: &Facts) -> Option<i32> {
    let latest = facts.report.as_ref().map(|report| report.revision);
    let others = facts.sent.iter().filter(|sent| Some(sent.revision) != latest);
    others
        .filter(|sent| sent.whereabouts != Whereabouts::NotArrived)
        .map(|sent| sent.revision)
        .max()
}

const fn done(kind: StepKind, at: Timestamp) -> Step {
    Step {
        kind,
        state: StepState::Done,
        at: Some(at),
    }
}

const fn waiting(kind: StepKind) -> Step {
    Step {
        kind,
        state: StepState::Waiting,
        at: None,
    }
}

mod rest;
use rest::Rest;

#[cfg(test)]
mod tests;
