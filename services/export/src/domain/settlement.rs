//! What somebody settles by hand, when the recipient's answers never tell what became of an attempt: when that may be
//! done, and that it is done once.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::ids::MonthReportId;
use super::part::{PartStage, Problem, Progress};
use super::receipt::{Judged, RefusalCode};

/// What became of it, learnt in another way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettledOutcome {
    /// The recipient has it and takes every row but these.
    Delivered {
        refused: BTreeMap<MonthReportId, RefusalCode>,
    },
    /// The recipient does not have it (any more).
    Absent,
}

/// Why it was settled by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettlementReason {
    ReceiptFaulty,
    ReceiptNeverCame,
    RecipientNotAskable,
    LostByRecipient,
    RecordsDiffer,
}

/// What somebody says of an attempt, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    pub outcome: SettledOutcome,
    pub reason: SettlementReason,
}

/// A settlement that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    pub settlement: Settlement,
    pub at: Timestamp,
}

/// What is known of the attempt that is to be settled.
#[derive(Clone, Debug)]
pub struct Standing<'s> {
    pub attempt: i32,
    /// Where its part is.
    pub progress: Progress,
    /// What the part waits for.
    pub problem: Option<&'s str>,
    /// Whether export itself knows what became of it.
    pub is_known: bool,
    /// From when on no byte of it can leave; None if none was about to.
    pub over_at: Option<Timestamp>,
    /// How it was settled before.
    pub before: Option<&'s Settlement>,
}

/// What settling leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settling {
    Settle,
    /// It was settled so before.
    Before,
}

/// Why an attempt is not settled by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettleError {
    #[error("attempt {attempt} was settled otherwise")]
    Otherwise { attempt: i32 },
    #[error("attempt {attempt} has not left or it is known what became of it")]
    Nothing { attempt: i32 },
    #[error("a byte of the attempt may still leave")]
    UnderWay { until: Timestamp },
}

impl Standing<'_> {
    /// Whether it may be settled now.
    pub fn settle(&self, settlement: &Settlement, now: Timestamp) -> Result<Settling, SettleError> {
        let attempt = self.attempt;
        match self.before {
            Some(before) if before == settlement => return Ok(Settling::Before),
            Some(_) => return Err(SettleError::Otherwise { attempt }),
            None => {}
        }
        if !self.is_open(&settlement.outcome) {
            return Err(SettleError::Nothing { attempt });
        }
        match self.over_at {
            Some(until) if now < until => Err(SettleError::UnderWay { until }),
            Some(_) | None => Ok(Settling::Settle),
        }
    }

    fn is_open(&self, outcome: &SettledOutcome) -> bool {
        let waits_for = |problem: Problem| self.problem == Some(problem.code());
        if self.attempt == self.progress.attempt {
            return match self.progress.stage {
                PartStage::Sending | PartStage::Receipt => true,
                // Consent knows better than export whether it has left.
                PartStage::Begin | PartStage::Send => waits_for(Problem::OutcomeKnown),
                PartStage::Authorise | PartStage::Seal | PartStage::Ended(_) => false,
            };
        }
        // Of an earlier attempt consent alone is told: its rows go on in the present one.
        let says_rows = matches!(outcome, SettledOutcome::Delivered { refused } if !refused.is_empty());
        let consent_waits = self.progress.stage == PartStage::Begin && waits_for(Problem::SendingUnsettled);
        (1..self.progress.attempt).contains(&self.attempt) && consent_waits && !self.is_known && !says_rows
    }
}

/// The attempt before `attempt` whose file the recipient has: by its answers, which proved that those in `delivered`
/// arrived, and by what somebody settled.
pub fn held_before(attempt: i32, delivered: &BTreeSet<i32>, settled: &BTreeMap<i32, Settled>) -> Option<i32> {
    for earlier in (1..attempt).rev() {
        let settled = settled.get(&earlier).map(|it| &it.settlement.outcome);
        match (settled, delivered.contains(&earlier)) {
            (Some(SettledOutcome::Delivered { .. }), _) | (None, true) => return Some(earlier),
            // It took the place of what came before, and is lost.
            (Some(SettledOutcome::Absent), true) => return None,
            (Some(SettledOutcome::Absent) | None, false) => {}
        }
    }
    None
}

impl SettledOutcome {
    pub fn code(&self) -> &'static str {
        match self {
            Self::Delivered { .. } => "delivered",
            Self::Absent => "absent",
        }
    }

    /// The rows that the recipient does not take.
    pub fn judged(&self) -> Judged {
        match self {
            Self::Delivered { refused } => Judged {
                refused: refused.clone().into_iter().collect(),
            },
            Self::Absent => Judged::default(),
        }
    }
}

impl SettlementReason {
    pub const ALL: [Self; 5] = [
        Self::ReceiptFaulty,
        Self::ReceiptNeverCame,
        Self::RecipientNotAskable,
        Self::LostByRecipient,
        Self::RecordsDiffer,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::ReceiptFaulty => "receipt_faulty",
            Self::ReceiptNeverCame => "receipt_never_came",
            Self::RecipientNotAskable => "recipient_not_askable",
            Self::LostByRecipient => "lost_by_recipient",
            Self::RecordsDiffer => "records_differ",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::part::Ending;

    const UNTIL: Timestamp = Timestamp::UNIX_EPOCH;

    fn absent() -> Settlement {
        Settlement {
            outcome: SettledOutcome::Absent,
            reason: SettlementReason::RecipientNotAskable,
        }
    }

    fn delivered() -> Settlement {
        Settlement {
            outcome: SettledOutcome::Delivered {
                refused: BTreeMap::new(),
            },
            reason: SettlementReason::ReceiptFaulty,
        }
    }

    fn standing(stage: PartStage, attempt: i32) -> Standing<'static> {
        Standing {
            attempt,
            progress: Progress { stage, attempt: 3 },
            problem: None,
            is_known: false,
            over_at: None,
            before: None,
        }
    }

    #[test]
    fn only_what_may_have_left_is_settled() {
        for (stage, open) in [
            (PartStage::Authorise, false),
            (PartStage::Seal, false),
            (PartStage::Begin, false),
            (PartStage::Send, false),
            (PartStage::Sending, true),
            (PartStage::Receipt, true),
            (PartStage::Ended(Ending::Receipted), false),
            (PartStage::Ended(Ending::Cancelled), false),
        ] {
            for settlement in [delivered(), absent()] {
                let settled = standing(stage, 3).settle(&settlement, UNTIL);
                assert_eq!(settled.is_ok(), open, "{stage:?}");
            }
        }
    }

    #[test]
    fn what_consent_knows_better_is_settled_before_it_left_too() {
        for stage in [PartStage::Begin, PartStage::Send] {
            let contradicted = Standing {
                problem: Some("outcome_known"),
                ..standing(stage, 3)
            };
            assert_eq!(contradicted.settle(&absent(), UNTIL), Ok(Settling::Settle));
        }
    }

    #[test]
    fn an_earlier_attempt_is_settled_while_the_part_waits_for_that_alone() {
        let waiting = Standing {
            problem: Some("sending_unsettled"),
            ..standing(PartStage::Begin, 2)
        };
        assert_eq!(waiting.settle(&delivered(), UNTIL), Ok(Settling::Settle));
        let nothing = |attempt| Err(SettleError::Nothing { attempt });
        let known = Standing {
            is_known: true,
            ..waiting.clone()
        };
        assert_eq!(known.settle(&delivered(), UNTIL), nothing(2));
        assert_eq!(
            standing(PartStage::Sending, 2).settle(&delivered(), UNTIL),
            nothing(2)
        );
        for attempt in [0, 4] {
            let other = Standing {
                attempt,
                ..waiting.clone()
            };
            assert_eq!(other.settle(&delivered(), UNTIL), nothing(attempt));
        }
    }

    #[test]
    fn nothing_is_settled_while_a_byte_may_still_leave() {
        let sending = Standing {
            over_at: Some(UNTIL),
            ..standing(PartStage::Sending, 3)
        };
        let before = UNTIL - jiff::SignedDuration::from_nanos(1);
        for settlement in [delivered(), absent()] {
            let early = sending.settle(&settlement, before);
            assert_eq!(early, Err(SettleError::UnderWay { until: UNTIL }));
            assert_eq!(sending.settle(&settlement, UNTIL), Ok(Settling::Settle));
        }
    }

    #[test]
    fn the_recipient_has_the_latest_earlier_attempt_that_arrived_and_was_not_lost() {
        let settled = |pairs: &[(i32, Settlement)]| -> BTreeMap<i32, Settled> {
            let at = UNTIL;
            let pairs = pairs.iter().cloned();
            pairs
                .map(|(attempt, settlement)| (attempt, Settled { settlement, at }))
                .collect()
        };
        for (delivered, settlements, expected) in [
            (&[][..], settled(&[]), None),
            (&[1], settled(&[]), Some(1)),
            (&[1, 2], settled(&[]), Some(2)),
            (&[3], settled(&[]), None),
            (&[], settled(&[(2, delivered())]), Some(2)),
            (&[1], settled(&[(2, absent())]), Some(1)),
            (&[1, 2], settled(&[(2, absent())]), None),
            (&[1], settled(&[(1, absent())]), None),
        ] {
            let held = held_before(3, &delivered.iter().copied().collect(), &settlements);
            assert_eq!(held, expected, "{delivered:?} {settlements:?}");
        }
    }

    proptest! {
        #[test]
        fn what_was_settled_stays_settled_so_wherever_its_part_is(
            was_absent in any::<bool>(), is_absent in any::<bool>(), attempt in 1..4,
        ) {
            let of = |is_absent| if is_absent { absent() } else { delivered() };
            let before = of(was_absent);
            let settled = Standing { before: Some(&before), ..standing(PartStage::Authorise, attempt) };
            let expected = if was_absent == is_absent {
                Ok(Settling::Before)
            } else {
                Err(SettleError::Otherwise { attempt })
            };
            prop_assert_eq!(settled.settle(&of(is_absent), UNTIL), expected);
        }
    }
}
