//! The twenty-four participants and what each of them is here to show.

use support::people::{PARTICIPANTS, Person};

/// Where a participant is placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Workplace {
    /// A provider's first unit.
    Umea,
    /// Its second.
    Lulea,
    /// A sole trader's, whose service ESF does not fund.
    OwnFirm,
    /// An organisation that only trains.
    Training,
}

/// What is out of the ordinary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Story {
    Usual,
    InterruptedInTheMonth,
    InterruptedBeforeStart,
    ZeroMonth,
    CorrectedAfterApproval,
    WithdrawsBeforeSending,
    WithdrawsAfterSending,
    WithoutBankid,
    ProtectedIdentity,
}

/// The answer to the last revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Approve,
    Reject,
    None,
}

/// One participant.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// From 0; part of the case reference.
    pub number: usize,
    pub person: Person,
    pub workplace: Workplace,
    pub answer: Answer,
    /// Consents to ESF and to SCB.
    pub consents: (bool, bool),
    pub story: Story,
}

impl Workplace {
    pub const ALL: [Self; 4] = [Self::Umea, Self::Lulea, Self::OwnFirm, Self::Training];

    pub fn ka_number(self) -> &'static str {
        match self {
            Self::Umea => "KA10001",
            Self::Lulea => "KA10002",
            Self::OwnFirm => "KA10003",
            Self::Training => "KA10004",
        }
    }

    /// As it stands in names of files.
    pub fn provider(self) -> &'static str {
        match self {
            Self::Umea | Self::Lulea => "provbolaget",
            Self::OwnFirm => "exempelsson",
            Self::Training => "ovningsanordnaren",
        }
    }
}

impl Case {
    /// The agency's reference of the case in a month.
    pub fn reference(&self, month: &str) -> String {
        format!("AF-{month}-{:03}", 101 + self.number)
    }

    pub fn is_consenting(&self) -> bool {
        self.consents.0 || self.consents.1
    }
}

const BOTH: (bool, bool) = (true, true);
const ESF: (bool, bool) = (true, false);
const SCB: (bool, bool) = (false, true);
const NONE: (bool, bool) = (false, false);

const fn case(
    number: usize,
    workplace: Workplace,
    answer: Answer,
    consents: (bool, bool),
    story: Story,
) -> Case {
    Case {
        number,
        person: PARTICIPANTS[number],
        workplace,
        answer,
        consents,
        story,
    }
}

/// All of them.
pub const CASES: [Case; 24] = {
    use Answer::{Approve, None as Silent, Reject};
    use Story::{
        CorrectedAfterApproval, InterruptedBeforeStart, InterruptedInTheMonth, ProtectedIdentity, Usual,
        WithdrawsAfterSending, WithdrawsBeforeSending, WithoutBankid, ZeroMonth,
    };
    use Workplace::{Lulea, OwnFirm, Training, Umea};
    [
        case(0, Umea, Approve, BOTH, Usual),
        case(1, Umea, Approve, BOTH, Usual),
        case(2, Umea, Approve, BOTH, InterruptedInTheMonth),
        case(3, Lulea, Approve, BOTH, Usual),
        case(4, Lulea, Approve, BOTH, Usual),
        case(5, Umea, Approve, ESF, Usual),
        case(6, Lulea, Approve, ESF, Usual),
        case(7, Umea, Approve, SCB, Usual),
        case(8, Lulea, Approve, SCB, Usual),
        case(9, Umea, Approve, NONE, Usual),
        case(10, Lulea, Approve, NONE, Usual),
        case(11, Umea, Reject, NONE, Usual),
        case(12, Lulea, Reject, BOTH, Usual),
        case(13, Umea, Silent, NONE, Usual),
        case(14, Lulea, Silent, BOTH, Usual),
        case(15, Umea, Approve, BOTH, CorrectedAfterApproval),
        case(16, Umea, Approve, BOTH, WithdrawsBeforeSending),
        case(17, Lulea, Approve, BOTH, WithdrawsAfterSending),
        case(18, Umea, Approve, BOTH, ZeroMonth),
        case(19, Lulea, Silent, NONE, InterruptedBeforeStart),
        case(20, OwnFirm, Approve, BOTH, Usual),
        case(21, Umea, Silent, NONE, WithoutBankid),
        case(22, OwnFirm, Approve, BOTH, ProtectedIdentity),
        case(23, Training, Approve, BOTH, Usual),
    ]
};

#[cfg(test)]
mod tests {
    use support::people::WITHOUT_BANKID;

    use super::*;

    #[test]
    fn only_whoever_has_no_bankid_has_none() {
        for case in CASES {
            assert_eq!(case.story == Story::WithoutBankid, case.person == WITHOUT_BANKID);
        }
    }
}
