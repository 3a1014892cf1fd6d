//! How a part goes from stage to stage. Whatever interrupts it, it goes on from the stage that was written down; a part
//! that must be built again re-enters at authorise with the next attempt; once a byte may have left, only the recipient
//! says how the attempt ended.

use std::time::Duration;

use jiff::Timestamp;

use super::receipt::{Judged, ReceiptFault};
use super::stage::Stage;

/// The stage that a part does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartStage {
    Authorise,
    Seal,
    Begin,
    Send,
    /// The first byte may have left.
    Sending,
    /// The recipient has it and owes a receipt.
    Receipt,
    Ended(Ending),
}

/// How a part ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    Receipted,
    /// No row of it may leave.
    Empty,
    Cancelled,
}

/// Where a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    pub stage: PartStage,
    /// From 1, rising; only a part that is cancelled goes back to an attempt that arrived.
    pub attempt: i32,
}

/// What happened to a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// So many of its rows may leave.
    Authorised { rows: usize },
    /// The file is written.
    Sealed,
    /// Rows were lost on the way, or the attempt cannot begin: build again.
    Rebuild,
    /// Consent let it begin.
    Begun,
    /// The first byte is about to leave.
    Sending,
    /// It ended without the recipient having it.
    Failed,
    /// The recipient has it.
    Delivered,
    /// The recipient's receipt was taken.
    Receipted,
    /// Somebody settled that the recipient has it and what it says of its rows.
    SettledDelivered,
    /// Somebody settled that the recipient does not have it (any more).
    SettledAbsent,
    /// The run was cancelled.
    Cancelled,
    /// The run was cancelled, and the recipient has the file of this earlier attempt.
    Held { attempt: i32 },
}

/// A step that cannot follow: the part is elsewhere by now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the step {step:?} cannot follow at {from:?}")]
pub struct OutOfOrder {
    from: PartStage,
    step: Step,
}

/// From when on no byte of an attempt can leave any more, whatever became of its process: consent allows it until
/// `allowed`, and we take no longer than `longest` from the first byte. None if consent never let it begin.
pub fn over_at(
    allowed: Option<Timestamp>,
    sending_at: Option<Timestamp>,
    longest: Duration,
) -> Option<Timestamp> {
    let ours = sending_at.and_then(|at| at.checked_add(longest).ok());
    allowed.map(|allowed| ours.map_or(allowed, |ours| ours.min(allowed)))
}

/// What the recipient answered, or did not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// A receipt, judged against the attempt.
    Receipt(Result<Judged, ReceiptFault>),
    /// It has the part and has not judged it yet.
    Stored,
    /// It says that it does not have it, or was never reached.
    Absent(Problem),
    /// It cannot be told.
    Nothing(Problem),
}

/// What follows from a reply for an attempt of which a byte may have left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Receipted(Judged),
    Delivered,
    Failed(Problem),
    Unknown(Problem),
}

/// What went wrong, by a code that the run shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    RecipientUnreachable,
    RecipientRefused,
    OlderAttempt,
    AnswerLost,
    NotArrived,
    WindowPassed,
    Interrupted,
    RowsRefused,
    PersonsUnknown,
    ReceiptOwed,
    ConsentUnavailable,
    /// Consent cannot tell whether an earlier attempt arrived.
    SendingUnsettled,
    /// Consent holds the attempt to have arrived.
    OutcomeKnown,
    IdentityUnavailable,
    StoreUnavailable,
    /// Somebody settled it by hand.
    SettledByHand,
    Receipt(ReceiptFault),
}

// === impl PartStage ===

impl PartStage {
    pub fn code(self) -> &'static str {
        match self {
            Self::Authorise => "authorise",
            Self::Seal => "seal",
            Self::Begin => "begin",
            Self::Send => "send",
            Self::Sending => "sending",
            Self::Receipt => "receipt",
            Self::Ended(_) => "ended",
        }
    }

    pub fn from_codes(stage: &str, ending: Option<&str>) -> Option<Self> {
        match (stage, ending) {
            ("authorise", None) => Some(Self::Authorise),
            ("seal", None) => Some(Self::Seal),
            ("begin", None) => Some(Self::Begin),
            ("send", None) => Some(Self::Send),
            ("sending", None) => Some(Self::Sending),
            ("receipt", None) => Some(Self::Receipt),
            ("ended", Some("receipted")) => Some(Self::Ended(Ending::Receipted)),
            ("ended", Some("empty")) => Some(Self::Ended(Ending::Empty)),
            ("ended", Some("cancelled")) => Some(Self::Ended(Ending::Cancelled)),
            _ => None,
        }
    }

    pub fn ending(self) -> Option<Ending> {
        match self {
            Self::Ended(ending) => Some(ending),
            Self::Authorise | Self::Seal | Self::Begin | Self::Send | Self::Sending | Self::Receipt => None,
        }
    }

    /// The stage of the run that it stands at; None once it has ended.
    pub fn stage(self) -> Option<Stage> {
        match self {
            Self::Authorise => Some(Stage::Authorise),
            Self::Seal => Some(Stage::Seal),
            Self::Begin => Some(Stage::Begin),
            Self::Send | Self::Sending => Some(Stage::Send),
            Self::Receipt => Some(Stage::Receipt),
            Self::Ended(_) => None,
        }
    }

    /// The stage that a hold may keep it out of: what may have left is settled, held or not.
    pub fn holdable(self) -> Option<Stage> {
        match self {
            Self::Sending => None,
            Self::Authorise | Self::Seal | Self::Begin | Self::Send | Self::Receipt | Self::Ended(_) => {
                self.stage()
            }
        }
    }

    /// Whether nothing of the part is under way, so that a cancelled run may end it.
    pub fn is_cancellable(self) -> bool {
        match self {
            Self::Authorise | Self::Seal | Self::Begin | Self::Send => true,
            Self::Sending | Self::Receipt | Self::Ended(_) => false,
        }
    }
}

impl Ending {
    pub fn code(self) -> &'static str {
        match self {
            Self::Receipted => "receipted",
            Self::Empty => "empty",
            Self::Cancelled => "cancelled",
        }
    }
}

// === impl Progress ===

impl Progress {
    /// Of a part that was just built.
    pub const START: Self = Self {
        stage: PartStage::Authorise,
        attempt: 1,
    };

    /// Where it is after the step.
    pub fn after(self, step: Step) -> Result<Self, OutOfOrder> {
        use PartStage as At;
        let stay = |stage| Ok(Self { stage, ..self });
        let again = Ok(Self {
            stage: At::Authorise,
            attempt: self.attempt + 1,
        });
        match (self.stage, step) {
            (At::Authorise, Step::Authorised { rows: 0 }) => stay(At::Ended(Ending::Empty)),
            (At::Authorise, Step::Authorised { .. }) => stay(At::Seal),
            (At::Seal, Step::Sealed) => stay(At::Begin),
            (At::Begin, Step::Begun) => stay(At::Send),
            (At::Send, Step::Sending) => stay(At::Sending),
            (At::Sending, Step::Delivered) => stay(At::Receipt),
            (At::Sending | At::Receipt, Step::Receipted) => stay(At::Ended(Ending::Receipted)),
            (At::Begin | At::Send | At::Sending | At::Receipt, Step::SettledDelivered) => {
                stay(At::Ended(Ending::Receipted))
            }
            (At::Authorise | At::Seal | At::Begin, Step::Rebuild)
            | (At::Send | At::Sending, Step::Failed)
            | (At::Begin | At::Send | At::Sending | At::Receipt, Step::SettledAbsent) => again,
            (stage, Step::Cancelled) if stage.is_cancellable() => stay(At::Ended(Ending::Cancelled)),
            (stage, Step::Held { attempt })
                if stage.is_cancellable() && (1..self.attempt).contains(&attempt) =>
            {
                Ok(Self {
                    stage: At::Receipt,
                    attempt,
                })
            }
            (from, step) => Err(OutOfOrder { from, step }),
        }
    }
}

// === impl Reply ===

impl Reply {
    /// Of the answer to the sending itself.
    pub fn to_sending(self) -> Verdict {
        match self {
            Self::Receipt(Ok(judged)) => Verdict::Receipted(judged),
            // Also one for an earlier attempt: what became of this one is asked for.
            Self::Receipt(Err(fault)) => Verdict::Unknown(Problem::Receipt(fault)),
            Self::Stored => Verdict::Delivered,
            Self::Absent(problem) => Verdict::Failed(problem),
            Self::Nothing(problem) => Verdict::Unknown(problem),
        }
    }

    /// Of the answer to the question what became of it.
    pub fn to_question(self) -> Verdict {
        match self {
            Self::Receipt(Err(ReceiptFault::EarlierAttempt { .. })) => Verdict::Failed(Problem::NotArrived),
            Self::Receipt(_) | Self::Stored | Self::Absent(_) | Self::Nothing(_) => self.to_sending(),
        }
    }
}

// === impl Problem ===

impl Problem {
    pub fn code(self) -> &'static str {
        match self {
            Self::RecipientUnreachable => "recipient_unreachable",
            Self::RecipientRefused => "recipient_refused",
            Self::OlderAttempt => "older_attempt",
            Self::AnswerLost => "answer_lost",
            Self::NotArrived => "not_arrived",
            Self::WindowPassed => "window_passed",
            Self::Interrupted => "interrupted",
            Self::RowsRefused => "rows_refused",
            Self::PersonsUnknown => "persons_unknown",
            Self::ReceiptOwed => "receipt_owed",
            Self::ConsentUnavailable => "consent_unavailable",
            Self::SendingUnsettled => "sending_unsettled",
            Self::OutcomeKnown => "outcome_known",
            Self::IdentityUnavailable => "identity_unavailable",
            Self::StoreUnavailable => "store_unavailable",
            Self::SettledByHand => "settled_by_hand",
            Self::Receipt(fault) => fault.code(),
        }
    }
}

#[cfg(test)]
mod tests;
