//! Attempts to send a part: each is judged, begun, valid for ten minutes and ended. While it cannot be told whether one
//! arrived, no other begins; an outcome that is known is never forgotten again.

use jiff::{SignedDuration, Timestamp};

use super::text::Hash;

/// How long a begun attempt may take until its last byte.
pub const VALID_FOR: SignedDuration = SignedDuration::from_mins(10);

/// An attempt that was begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sending {
    pub attempt: i32,
    pub sealed_hash: Hash,
    pub begun_at: Timestamp,
    pub valid_until: Timestamp,
    pub outcome: Option<Outcome>,
}

/// How an attempt ended, as export tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Delivered,
    Failed,
    Unknown,
}

/// Where the rows of an attempt are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whereabouts {
    NotArrived,
    /// Nobody can tell: counts as disclosed.
    PossiblySent,
    InTransfer,
    Sent,
}

/// Why an attempt is not judged, begun or ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendingError {
    #[error("the attempt has begun, has ended, or a newer one exists")]
    Over { attempt: i32 },
    #[error("it cannot be told whether attempt {attempt} arrived")]
    Unsettled { attempt: i32 },
    #[error("the outcome of attempt {attempt} is known otherwise")]
    OutcomeKnown { attempt: i32 },
    #[error("attempt {attempt} has no rows that may leave")]
    Empty { attempt: i32 },
    #[error("the file has other rows than may leave in the attempt")]
    RowsDiffer,
    #[error("the part is for another recipient")]
    OtherRecipient,
    #[error("the part has too many rows")]
    TooLarge,
}

/// What beginning leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beginning {
    /// The rows are to be judged again.
    Judge,
    /// It was begun before, with the same file.
    Before { valid_until: Timestamp },
}

/// What ending leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The outcome is written down.
    Known(Outcome),
    /// Nothing new was told.
    Unchanged,
}

/// Whether rows of the attempt may still be judged. `newest` is the newest attempt of the part that was judged.
pub fn may_judge(attempt: i32, newest: Option<i32>, sendings: &[Sending]) -> Result<(), SendingError> {
    let is_begun = sendings.iter().any(|sending| sending.attempt >= attempt);
    if is_begun || newest.is_some_and(|newest| newest > attempt) {
        return Err(SendingError::Over { attempt });
    }
    Ok(())
}

/// Whether the attempt may begin now, beside the other attempts of its part.
pub fn begin(
    attempt: i32,
    sealed_hash: &Hash,
    newest: Option<i32>,
    sendings: &[Sending],
    now: Timestamp,
) -> Result<Beginning, SendingError> {
    if let Some(own) = sendings.iter().find(|sending| sending.attempt == attempt) {
        let is_same = own.sealed_hash == *sealed_hash;
        return match own.whereabouts(now) {
            Whereabouts::InTransfer if is_same => Ok(Beginning::Before {
                valid_until: own.valid_until,
            }),
            Whereabouts::InTransfer
            | Whereabouts::NotArrived
            | Whereabouts::PossiblySent
            | Whereabouts::Sent => Err(SendingError::Over { attempt }),
        };
    }
    may_judge(attempt, newest, sendings)?;
    let unsettled = sendings.iter().find(|sending| !sending.is_settled(now));
    match unsettled {
        Some(sending) => Err(SendingError::Unsettled {
            attempt: sending.attempt,
        }),
        None => Ok(Beginning::Judge),
    }
}

impl Sending {
    /// A sending that begins now.
    pub fn beginning(attempt: i32, sealed_hash: Hash, now: Timestamp) -> Self {
        Self {
            attempt,
            sealed_hash,
            begun_at: now,
            valid_until: now.saturating_add(VALID_FOR).unwrap_or(Timestamp::MAX),
            outcome: None,
        }
    }

    /// Where its rows are.
    pub fn whereabouts(&self, now: Timestamp) -> Whereabouts {
        match self.outcome {
            Some(Outcome::Delivered) => Whereabouts::Sent,
            Some(Outcome::Failed) => Whereabouts::NotArrived,
            None if now < self.valid_until => Whereabouts::InTransfer,
            None | Some(Outcome::Unknown) => Whereabouts::PossiblySent,
        }
    }

    /// What being told an outcome leads to.
    pub fn end(&self, told: Outcome) -> Result<Ending, SendingError> {
        match (self.outcome, told) {
            (None | Some(Outcome::Unknown), Outcome::Delivered | Outcome::Failed)
            | (None, Outcome::Unknown)
            // It arrived after all.
            | (Some(Outcome::Failed), Outcome::Delivered) => Ok(Ending::Known(told)),
            (Some(_), Outcome::Unknown)
            | (Some(Outcome::Delivered), Outcome::Delivered)
            | (Some(Outcome::Failed), Outcome::Failed) => Ok(Ending::Unchanged),
            (Some(Outcome::Delivered), Outcome::Failed) => Err(SendingError::OutcomeKnown {
                attempt: self.attempt,
            }),
        }
    }

    fn is_settled(&self, now: Timestamp) -> bool {
        match self.whereabouts(now) {
            Whereabouts::Sent | Whereabouts::NotArrived => true,
            Whereabouts::InTransfer | Whereabouts::PossiblySent => false,
        }
    }
}

impl Outcome {
    pub const ALL: [Self; 3] = [Self::Delivered, Self::Failed, Self::Unknown];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::report::tests::at;

    const BEGUN: &str = "2026-03-05T08:00:00Z";
    const HASH: Hash = [3; 32];

    fn sending(attempt: i32, outcome: Option<Outcome>) -> Sending {
        Sending {
            outcome,
            ..Sending::beginning(attempt, HASH, at(BEGUN))
        }
    }

    #[test]
    fn an_attempt_is_in_transfer_for_ten_minutes_and_then_possibly_sent() {
        let begun = sending(1, None);
        assert_eq!(
            begun.whereabouts(at("2026-03-05T08:09:59.999Z")),
            Whereabouts::InTransfer
        );
        assert_eq!(
            begun.whereabouts(at("2026-03-05T08:10:00Z")),
            Whereabouts::PossiblySent
        );
    }

    #[test]
    fn the_same_attempt_begins_again_with_the_same_file_while_it_is_valid() {
        let begun = [sending(1, None)];
        let valid_until = at("2026-03-05T08:10:00Z");
        let again = begin(1, &HASH, Some(1), &begun, at("2026-03-05T08:01:00Z"));
        assert_eq!(again, Ok(Beginning::Before { valid_until }));
        let over = Err(SendingError::Over { attempt: 1 });
        assert_eq!(
            begin(1, &[4; 32], Some(1), &begun, at("2026-03-05T08:01:00Z")),
            over
        );
        assert_eq!(begin(1, &HASH, Some(1), &begun, valid_until), over);
    }

    #[test]
    fn no_attempt_begins_while_another_may_have_arrived() {
        for (outcome, now) in [
            (None, BEGUN),
            (None, "2026-03-05T09:00:00Z"),
            (Some(Outcome::Unknown), "2026-03-06T08:00:00Z"),
        ] {
            let refused = begin(2, &HASH, Some(2), &[sending(1, outcome)], at(now));
            assert_eq!(refused, Err(SendingError::Unsettled { attempt: 1 }));
        }
        for outcome in [Outcome::Failed, Outcome::Delivered] {
            let begun = begin(2, &HASH, Some(2), &[sending(1, Some(outcome))], at(BEGUN));
            assert_eq!(begun, Ok(Beginning::Judge));
        }
    }

    #[test]
    fn an_attempt_that_has_begun_or_is_not_the_newest_is_not_judged() {
        let over = Err(SendingError::Over { attempt: 2 });
        assert_eq!(may_judge(2, Some(2), &[sending(2, Some(Outcome::Failed))]), over);
        assert_eq!(may_judge(2, Some(3), &[]), over);
        assert_eq!(may_judge(2, Some(1), &[sending(1, None)]), Ok(()));
        let older = begin(2, &HASH, Some(3), &[], at(BEGUN));
        assert_eq!(older, Err(SendingError::Over { attempt: 2 }));
    }

    #[test]
    fn what_was_delivered_has_not_failed() {
        let delivered = sending(1, Some(Outcome::Delivered));
        assert_eq!(
            delivered.end(Outcome::Failed),
            Err(SendingError::OutcomeKnown { attempt: 1 })
        );
        assert_eq!(
            sending(1, Some(Outcome::Failed)).end(Outcome::Delivered),
            Ok(Ending::Known(Outcome::Delivered))
        );
    }

    proptest! {
        /// Whatever is told in whatever order: what is known stays known, and what arrived stays arrived.
        #[test]
        fn a_known_outcome_is_never_forgotten(told in prop::collection::vec(prop::sample::select(Outcome::ALL.to_vec()), 0..12)) {
            let mut held = sending(1, None);
            let (mut was_known, mut has_arrived) = (false, false);
            for outcome in told {
                if let Ok(Ending::Known(outcome)) = held.end(outcome) {
                    held.outcome = Some(outcome);
                }
                was_known |= outcome != Outcome::Unknown;
                has_arrived |= outcome == Outcome::Delivered;
                prop_assert_eq!(was_known, !matches!(held.outcome, None | Some(Outcome::Unknown)));
                prop_assert_eq!(has_arrived, held.outcome == Some(Outcome::Delivered));
            }
        }
    }
}
