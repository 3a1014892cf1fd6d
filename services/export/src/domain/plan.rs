//! Which month reports are rows for a recipient, and why the others are not. What consent alone can tell is not asked
//! here: an approved row is planned and authorised later.

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::ids::{MonthReportId, OrganisationId, PersonId, PlacementId};
use super::reason::Reason;
use super::recipient::Recipient;

/// Rows of a part at most.
pub const PART_ROWS: i64 = 10_000;

/// The participant's answer to the latest submitted revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Waiting,
    Approved,
    Rejected,
    Lapsed,
    Superseded,
}

/// A month report as export has heard of it: its latest submitted revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    pub id: MonthReportId,
    pub revision: i32,
    pub placement: PlacementId,
    pub person: PersonId,
    pub organisation: OrganisationId,
    pub credited_minutes: i32,
    pub answer: Answer,
}

/// The placement, as far as a row needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placement {
    pub first_on: Date,
    pub last_on: Date,
    /// The first day on which it no longer held.
    pub interrupted_on: Option<Date>,
    pub is_interrupted_before_start: bool,
    pub is_protected: bool,
}

/// The unit that reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    pub number: String,
    pub is_esf_funded: bool,
}

/// A report with what is known around it; what was not heard of yet is None.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub report: Report,
    pub placement: Option<Placement>,
    pub unit: Option<Unit>,
    pub is_training: Option<bool>,
}

/// What of a row is fixed when it is planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFacts {
    pub first_on: Date,
    pub last_on: Date,
    pub ka_number: String,
}

/// What becomes of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    Row(RowFacts),
    Withheld(Reason),
}

/// The order of the reasons is that of what a person would name first: training before all else.
pub fn decide(candidate: &Candidate, recipient: Recipient) -> Decision {
    if candidate.is_training == Some(true) {
        return Decision::Withheld(Reason::Training);
    }
    let (Some(placement), Some(unit), Some(false)) =
        (&candidate.placement, &candidate.unit, candidate.is_training)
    else {
        return Decision::Withheld(Reason::NotCurrent);
    };
    if placement.is_interrupted_before_start {
        return Decision::Withheld(Reason::InterruptedBeforeStart);
    }
    if recipient == Recipient::Esf && !unit.is_esf_funded {
        return Decision::Withheld(Reason::NotEsfFunded);
    }
    if placement.is_protected {
        return Decision::Withheld(Reason::ProtectedIdentity);
    }
    match candidate.report.answer {
        Answer::Approved => Decision::Row(RowFacts {
            first_on: placement.first_on,
            last_on: placement.last_day(),
            ka_number: unit.number.clone(),
        }),
        Answer::Waiting => Decision::Withheld(Reason::NotAnswered),
        Answer::Rejected => Decision::Withheld(Reason::Rejected),
        Answer::Lapsed => Decision::Withheld(Reason::Lapsed),
        Answer::Superseded => Decision::Withheld(Reason::NotCurrent),
    }
}

/// Why a row that was planned with `revision` may not go on, judged by what is known now.
pub fn recheck(revision: i32, now: &Candidate, recipient: Recipient) -> Option<Reason> {
    match decide(now, recipient) {
        Decision::Withheld(Reason::Training) => Some(Reason::Training),
        Decision::Row(_) | Decision::Withheld(_) if now.report.revision != revision => {
            Some(Reason::NotCurrent)
        }
        Decision::Withheld(reason) => Some(reason),
        Decision::Row(_) => None,
    }
}

/// The same, and whether what stands in the file still holds.
pub fn recheck_facts(
    (revision, planned): (i32, &RowFacts),
    now: &Candidate,
    recipient: Recipient,
) -> Option<Reason> {
    recheck(revision, now, recipient).or_else(|| {
        let holds = matches!(decide(now, recipient), Decision::Row(facts) if facts == *planned);
        (!holds).then_some(Reason::NotCurrent)
    })
}

impl Placement {
    /// The day before it was broken off, if that is earlier than the day decided.
    fn last_day(&self) -> Date {
        let before = self.interrupted_on.and_then(|day| day.checked_sub(1.day()).ok());
        before
            .map_or(self.last_on, |day| day.min(self.last_on))
            .max(self.first_on)
    }
}

#[cfg(test)]
mod tests;
