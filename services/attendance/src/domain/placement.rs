//! What attendance knows of a placement: who works with whom, and on which days.

use std::fmt;

use jiff::civil::Date;

use super::day::day_before;
use super::ids::{OfficeId, OrganisationId, PersonId, PlacementId, UnitId};
use super::personal_number;

const LONGEST_REFERENCE: usize = 40;

/// The agency's reference of a case: letters, digits and hyphens. Never a personal number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseReference(String);

/// The text is no case reference. It is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a case reference has 1 to 40 letters, digits and hyphens, and no personal number in them")]
pub struct NotAReference;

/// A placement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    pub placement_id: PlacementId,
    pub person_id: PersonId,
    pub case_reference: CaseReference,
    pub organisation_id: OrganisationId,
    pub unit_id: UnitId,
    pub office_id: Option<OfficeId>,
    pub period: Period,
}

/// The days of a placement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// First day as decided.
    pub from: Date,
    /// Last day as decided.
    pub to: Date,
    /// Day from which it no longer holds, when it was broken off.
    pub interrupted_on: Option<Date>,
}

impl CaseReference {
    pub fn parse(text: &str) -> Result<Self, NotAReference> {
        let is_plain = text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let is_short = (1..=LONGEST_REFERENCE).contains(&text.len());
        if is_plain && is_short && !personal_number::occurs_in(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAReference)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CaseReference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Period {
    /// The last day of work: as decided, or the day before the interruption if that comes first.
    pub fn last_day(self) -> Date {
        self.interrupted_on
            .map_or(self.to, |interrupted| self.to.min(day_before(interrupted)))
    }

    /// Whether hours may be reported for the day. Interrupted before its start, a placement has no such day.
    pub fn contains(self, day: Date) -> bool {
        self.from <= day && day <= self.last_day()
    }

    /// Whether any day from `first` to `last` is inside.
    pub fn touches(self, first: Date, last: Date) -> bool {
        self.from.max(first) <= self.last_day().min(last)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn period(interrupted_on: Option<Date>) -> Period {
        Period {
            from: date(2026, 3, 10),
            to: date(2026, 3, 20),
            interrupted_on,
        }
    }

    #[test]
    fn holds_from_the_first_to_the_last_day() {
        for (day, inside) in [(9, false), (10, true), (20, true), (21, false)] {
            assert_eq!(period(None).contains(date(2026, 3, day)), inside, "{day}");
        }
    }

    #[test]
    fn an_interruption_ends_it_the_day_before() {
        let broken = period(Some(date(2026, 3, 15)));
        assert!(broken.contains(date(2026, 3, 14)));
        assert!(!broken.contains(date(2026, 3, 15)));
    }

    #[test]
    fn an_interruption_after_the_end_changes_nothing() {
        assert_eq!(period(Some(date(2026, 4, 1))).last_day(), date(2026, 3, 20));
    }

    #[test]
    fn interrupted_before_or_on_its_first_day_it_has_no_day() {
        for interrupted in [date(2026, 3, 1), date(2026, 3, 10)] {
            let broken = period(Some(interrupted));
            assert!(!broken.touches(date(2026, 1, 1), date(2026, 12, 31)));
            assert!((1..=31).all(|day| !broken.contains(date(2026, 3, day))));
        }
    }

    #[test]
    fn a_reference_is_letters_digits_and_hyphens() {
        assert!(CaseReference::parse("AF-2026-000123").is_ok());
        for text in ["", "a b", "a/b", "å", "=1", &"a".repeat(41)] {
            assert_eq!(CaseReference::parse(text), Err(NotAReference), "{text}");
        }
    }

    #[test]
    fn references_are_taken_and_refused_as_participants_does() {
        let vectors = include_str!("../../../../tests/support/vectors/case_references.tsv");
        let lines = vectors.lines().filter(|line| !line.starts_with('#'));
        let mut count = 0;
        for line in lines {
            let (text, expected) = line.split_once('\t').unwrap();
            let is_taken = CaseReference::parse(text).is_ok();
            assert_eq!(is_taken, expected == "taken", "{text}");
            assert_eq!(personal_number::occurs_in(text), expected == "number", "{text}");
            count += 1;
        }
        assert!(count > 30);
    }
}
