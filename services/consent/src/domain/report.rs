//! What consent has heard of a month: whose it is, its latest submitted revision, and how the participant answered.

use jiff::Timestamp;

use super::ids::{MonthReportId, OrganisationId, PersonId, PlacementId, UnitId};
use super::month::Month;

/// A month report with its latest submitted revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthReport {
    pub id: MonthReportId,
    pub placement: PlacementId,
    pub person: PersonId,
    pub organisation: OrganisationId,
    pub unit: UnitId,
    pub month: Month,
    pub revision: i32,
    pub content_hash: Vec<u8>,
    pub submitted_at: Timestamp,
    pub answer: Answer,
    /// When the answer came, or the time for it ended.
    pub answered_at: Option<Timestamp>,
    pub first_shown_at: Option<Timestamp>,
    /// The first instant at which it can no longer be answered.
    pub answer_before: Timestamp,
}

/// The participant's answer to a revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Waiting,
    Approved,
    Rejected,
    Lapsed,
    Superseded,
}

impl Answer {
    pub const ALL: [Self; 5] = [
        Self::Waiting,
        Self::Approved,
        Self::Rejected,
        Self::Lapsed,
        Self::Superseded,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Lapsed => "lapsed",
            Self::Superseded => "superseded",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|answer| answer.code() == code)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use uuid::Uuid;

    use super::*;

    /// An approved month, to be changed by whoever needs another.
    pub fn report() -> MonthReport {
        MonthReport {
            id: MonthReportId::from_uuid(Uuid::from_u128(1)),
            placement: PlacementId::from_uuid(Uuid::from_u128(2)),
            person: PersonId::from_uuid(Uuid::from_u128(3)),
            organisation: OrganisationId::from_uuid(Uuid::from_u128(4)),
            unit: UnitId::from_uuid(Uuid::from_u128(5)),
            month: Month::new(2026, 2).unwrap(),
            revision: 2,
            content_hash: vec![7; 32],
            submitted_at: at("2026-03-02T08:00:00Z"),
            answer: Answer::Approved,
            answered_at: Some(at("2026-03-04T08:00:00Z")),
            first_shown_at: Some(at("2026-03-03T08:00:00Z")),
            answer_before: at("2026-06-02T22:00:00Z"),
        }
    }

    pub fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn codes_lead_back_to_the_answer() {
        for answer in Answer::ALL {
            assert_eq!(Answer::from_code(answer.code()), Some(answer));
        }
    }
}
