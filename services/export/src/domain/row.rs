//! Where a row stands, as callers and other contexts are told.

use super::part::{Ending, PartStage};
use super::reason::Reason;

/// What is written down of a row; the rest follows from its part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowState {
    Planned,
    Withheld(Reason),
    Receipted,
    Refused,
    Cancelled,
}

/// Where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowOutcome {
    Withheld(Reason),
    Planned,
    InTransfer,
    Delivered,
    Receipted,
    Refused,
    Cancelled,
}

impl RowState {
    pub fn code(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Withheld(_) => "withheld",
            Self::Receipted => "receipted",
            Self::Refused => "refused",
            Self::Cancelled => "cancelled",
        }
    }

    pub fn from_codes(state: &str, reason: Option<&str>) -> Option<Self> {
        match (state, reason) {
            ("planned", None) => Some(Self::Planned),
            ("withheld", Some(reason)) => Reason::from_code(reason).map(Self::Withheld),
            ("receipted", None) => Some(Self::Receipted),
            ("refused", None) => Some(Self::Refused),
            ("cancelled", None) => Some(Self::Cancelled),
            _ => None,
        }
    }

    /// Where a row in this state stands in a part at that stage; None while it is in no part.
    pub fn outcome(self, part: Option<PartStage>) -> RowOutcome {
        match self {
            Self::Withheld(reason) => RowOutcome::Withheld(reason),
            Self::Receipted => RowOutcome::Receipted,
            Self::Refused => RowOutcome::Refused,
            Self::Cancelled => RowOutcome::Cancelled,
            Self::Planned => match part {
                // From the moment consent let it begin, it counts as on its way.
                Some(PartStage::Send | PartStage::Sending) => RowOutcome::InTransfer,
                Some(PartStage::Receipt | PartStage::Ended(Ending::Receipted)) => RowOutcome::Delivered,
                None
                | Some(
                    PartStage::Authorise
                    | PartStage::Seal
                    | PartStage::Begin
                    | PartStage::Ended(Ending::Empty | Ending::Cancelled),
                ) => RowOutcome::Planned,
            },
        }
    }
}

impl RowOutcome {
    /// Whether something may still become of it.
    pub fn is_open(self) -> bool {
        match self {
            Self::Planned | Self::InTransfer | Self::Delivered => true,
            Self::Withheld(_) | Self::Receipted | Self::Refused | Self::Cancelled => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_goes_with_its_part_until_it_is_judged() {
        let outcome = |stage| RowState::Planned.outcome(Some(stage));
        assert_eq!(RowState::Planned.outcome(None), RowOutcome::Planned);
        assert_eq!(outcome(PartStage::Begin), RowOutcome::Planned);
        assert_eq!(outcome(PartStage::Send), RowOutcome::InTransfer);
        assert_eq!(outcome(PartStage::Sending), RowOutcome::InTransfer);
        assert_eq!(outcome(PartStage::Receipt), RowOutcome::Delivered);
        let withheld = RowState::Withheld(Reason::NoConsent);
        assert_eq!(
            withheld.outcome(Some(PartStage::Sending)),
            RowOutcome::Withheld(Reason::NoConsent)
        );
    }
}
