//! When a row may leave: the latest submitted revision, approved, with a consent that covers the month. A consent that
//! came later covers a month approved earlier if the three months from its submission had not ended then.

use super::consent::{self, Consent, Standing, Withdrawn};
use super::ids::ConsentId;
use super::report::{Answer, MonthReport};

/// Why a row may not leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    NotAnswered,
    Rejected,
    Lapsed,
    NoConsent,
    Withdrawn,
    /// A later revision was submitted, or this one has not been heard of yet.
    NotCurrent,
}

/// Whether a month is covered by the person's consents to a recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis<'c> {
    /// The row may rest on this one.
    Covered(&'c Consent),
    /// Given after the three months from submission had ended.
    TooLate(&'c Consent),
    Withdrawn(Withdrawn),
    Never,
}

/// Whether the consents of a person to a recipient cover the month.
pub fn basis<'c>(report: &MonthReport, consents: &'c [Consent]) -> Basis<'c> {
    match consent::standing(consents) {
        Standing::Never => Basis::Never,
        Standing::Withdrawn(withdrawn) => Basis::Withdrawn(withdrawn),
        Standing::Holds(consent) if consent.given_at < report.answer_before => Basis::Covered(consent),
        Standing::Holds(consent) => Basis::TooLate(consent),
    }
}

/// Whether the revision of a month may leave, and on which consent it then rests. `consents` are all of the person to
/// the recipient; a month that was never heard of is None.
pub fn judge(
    revision: i32,
    report: Option<&MonthReport>,
    consents: &[Consent],
) -> Result<ConsentId, Refusal> {
    let report = report
        .filter(|report| report.revision == revision)
        .ok_or(Refusal::NotCurrent)?;
    match report.answer {
        Answer::Approved => {}
        Answer::Waiting => return Err(Refusal::NotAnswered),
        Answer::Rejected => return Err(Refusal::Rejected),
        Answer::Lapsed => return Err(Refusal::Lapsed),
        Answer::Superseded => return Err(Refusal::NotCurrent),
    }
    match basis(report, consents) {
        Basis::Covered(consent) => Ok(consent.id),
        Basis::TooLate(_) | Basis::Never => Err(Refusal::NoConsent),
        Basis::Withdrawn(_) => Err(Refusal::Withdrawn),
    }
}

impl Refusal {
    pub const ALL: [Self; 6] = [
        Self::NotAnswered,
        Self::Rejected,
        Self::Lapsed,
        Self::NoConsent,
        Self::Withdrawn,
        Self::NotCurrent,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::NotAnswered => "not_answered",
            Self::Rejected => "rejected",
            Self::Lapsed => "lapsed",
            Self::NoConsent => "no_consent",
            Self::Withdrawn => "withdrawn",
            Self::NotCurrent => "not_current",
        }
    }
}

#[cfg(test)]
mod tests;
