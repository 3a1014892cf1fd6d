//! The steps after the answer: consented, sent, receipted. Never looked at for those who see up to the answer.

use jiff::Timestamp;

use super::{
    Act, DeliveredRow, Facts, Held, Reason, RowOutcome, SentRevision, Step, StepKind, StepState, Withholding,
    done, waiting,
};
use crate::domain::disclosure::{Basis, basis};
use crate::domain::sending::Whereabouts;

/// What is known of the steps after the answer, about the latest revision.
pub(super) struct Rest<'f> {
    facts: &'f Facts,
    basis: Option<Basis<'f>>,
    /// The attempt that got furthest.
    sent: Option<SentRevision>,
    row: Option<&'f DeliveredRow>,
    withheld: Option<Withholding>,
    now: Timestamp,
}

impl<'f> Rest<'f> {
    pub fn of(facts: &'f Facts, now: Timestamp) -> Self {
        let latest = facts.report.as_ref().map(|report| report.revision);
        let sent = facts.sent.iter().filter(|sent| Some(sent.revision) == latest);
        let rows = || facts.deliveries.iter().filter(|row| Some(row.revision) == latest);
        let withheld = rows().filter_map(|row| match row.outcome {
            RowOutcome::Withheld(reason) => Some(reason),
            RowOutcome::Other | RowOutcome::Receipted | RowOutcome::Refused { .. } => None,
        });
        let receipts = |wanted: fn(&RowOutcome) -> bool| rows().find(move |row| wanted(&row.outcome));
        Self {
            facts,
            basis: facts.report.as_ref().map(|report| basis(report, &facts.consents)),
            sent: sent.copied().max_by_key(|sent| (sent.whereabouts, sent.begun_at)),
            row: receipts(|outcome| matches!(outcome, RowOutcome::Receipted))
                .or_else(|| receipts(|outcome| matches!(outcome, RowOutcome::Refused { .. }))),
            withheld: withheld.min(),
            now,
        }
    }

    pub fn steps(&self) -> [Step; 3] {
        [self.consented(), self.sent(), self.receipted()]
    }

    /// What holds the month, once `held` of the first steps is known: what has left is told first.
    pub fn held(&self, held: Held) -> Held {
        if let Some(row) = self.row {
            return match row.outcome {
                RowOutcome::Refused { .. } => {
                    (Some(Reason::RefusedByRecipient), Some(Act::AgencySettlesRefusal))
                }
                RowOutcome::Receipted | RowOutcome::Other | RowOutcome::Withheld(_) => (None, None),
            };
        }
        match self.sent.map(|sent| sent.whereabouts) {
            Some(Whereabouts::Sent) => (Some(Reason::NoReceipt), Some(Act::RecipientReceipts)),
            Some(Whereabouts::InTransfer) => (Some(Reason::InTransfer), None),
            Some(Whereabouts::PossiblySent) => (Some(Reason::OutcomeUnknown), Some(Act::AgencyAsksRecipient)),
            Some(Whereabouts::NotArrived) | None if held.0.is_some() => held,
            Some(Whereabouts::NotArrived) | None => self.held_by_consent(),
        }
    }

    pub fn refusal_code(&self) -> String {
        match self.row.map(|row| &row.outcome) {
            Some(RowOutcome::Refused { code }) => code.clone(),
            Some(RowOutcome::Receipted | RowOutcome::Other | RowOutcome::Withheld(_)) | None => String::new(),
        }
    }

    fn held_by_consent(&self) -> Held {
        let consent_helps = self
            .facts
            .report
            .as_ref()
            .is_some_and(|report| self.now < report.answer_before);
        let consents = consent_helps.then_some(Act::ParticipantConsents);
        match self.basis {
            None | Some(Basis::Never) => (Some(Reason::NoConsent), consents),
            Some(Basis::TooLate(_)) => (Some(Reason::ConsentTooLate), None),
            Some(Basis::Withdrawn(_)) => (Some(Reason::Withdrawn), consents),
            Some(Basis::Covered(_)) => self.held_by_export(),
        }
    }

    fn held_by_export(&self) -> Held {
        match (self.withheld, self.sent) {
            (Some(reason), _) => (Some(Reason::Withheld(reason)), None),
            (None, Some(_)) => (Some(Reason::NotArrived), Some(Act::AgencyRunsExport)),
            (None, None) => (Some(Reason::WaitingForRun), Some(Act::AgencyRunsExport)),
        }
    }

    fn consented(&self) -> Step {
        let (state, at) = match self.basis {
            None | Some(Basis::Never) => (StepState::Waiting, None),
            Some(Basis::Covered(consent)) => (StepState::Done, Some(consent.given_at)),
            Some(Basis::TooLate(consent)) => (StepState::Stopped, Some(consent.given_at)),
            Some(Basis::Withdrawn(withdrawn)) => (StepState::Stopped, Some(withdrawn.at)),
        };
        Step {
            kind: StepKind::Consented,
            state,
            at,
        }
    }

    fn sent(&self) -> Step {
        let arrived = self.sent.filter(|sent| {
            // A receipt says that it arrived, also where export has not said so yet.
            sent.whereabouts == Whereabouts::Sent
                || (self.row.is_some() && sent.whereabouts != Whereabouts::NotArrived)
        });
        match (arrived, self.withheld) {
            (Some(sent), _) => done(StepKind::Sent, sent.begun_at),
            (None, Some(_)) if self.sent.is_none() => Step {
                kind: StepKind::Sent,
                state: StepState::Stopped,
                at: None,
            },
            (None, Some(_) | None) => waiting(StepKind::Sent),
        }
    }

    fn receipted(&self) -> Step {
        let Some(row) = self.row else {
            return waiting(StepKind::Receipted);
        };
        let state = match row.outcome {
            RowOutcome::Refused { .. } => StepState::Stopped,
            RowOutcome::Receipted | RowOutcome::Other | RowOutcome::Withheld(_) => StepState::Done,
        };
        Step {
            kind: StepKind::Receipted,
            state,
            at: row.receipted_at,
        }
    }
}
