//! What the agency pays by: the hours of the last submitted revision. Whether the participant answered, and how, or
//! consented, is no part of it and must never be: approval does not affect payment.

use super::activity::ActivityCode;
use super::ids::{MonthReportId, OrganisationId, PlacementId, UnitId};
use super::month::Month;
use super::report::{Content, MonthReport};

use jiff::Timestamp;

/// The basis for paying a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentBasis {
    pub month_report_id: MonthReportId,
    pub placement_id: PlacementId,
    pub organisation_id: OrganisationId,
    pub unit_id: UnitId,
    pub month: Month,
    /// The last submitted revision.
    pub revision: u32,
    pub submitted_at: Timestamp,
    /// 0 is a zero month.
    pub credited_minutes: u32,
    /// Rising by code; together they are `credited_minutes`.
    pub activities: Vec<ActivityTotal>,
}

/// Credited minutes of an activity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActivityTotal {
    pub code: ActivityCode,
    pub credited_minutes: u32,
}

impl PaymentBasis {
    /// The basis of a report, of whose last revision this is the content. None if nothing was submitted, or if the content
    /// is of another revision or report.
    pub fn of(report: &MonthReport, content: &Content) -> Option<Self> {
        let last = report.last()?;
        let is_its = content.month_report_id == report.month_report_id && content.revision == last.number;
        is_its.then(|| Self {
            month_report_id: report.month_report_id,
            placement_id: content.subject.placement_id,
            organisation_id: content.subject.organisation_id,
            unit_id: content.subject.unit_id,
            month: report.month,
            revision: last.number,
            submitted_at: last.submitted_at,
            credited_minutes: last.credited_minutes,
            activities: totals(content),
        })
    }
}

fn totals(content: &Content) -> Vec<ActivityTotal> {
    let totals = content.hours.totals().into_iter();
    totals
        .map(|(code, credited_minutes)| ActivityTotal {
            code: code.clone(),
            credited_minutes,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::hours::Hours;
    use crate::domain::report::Answer;
    use crate::domain::samples::{at, hours, report, signature_id, submitted};

    const NOW: &str = "2026-04-01T08:00:00Z";

    fn content(report: &MonthReport, revision: u32, hours: Hours) -> Content {
        Content {
            month_report_id: report.month_report_id,
            revision,
            subject: report.subject,
            month: report.month,
            rule_set: report.rule_set.clone(),
            hours,
        }
    }

    #[test]
    fn says_the_credited_time_per_activity_and_in_all() {
        let reported = hours(&[(2, "WORKSHOP", 90), (3, "WORKSHOP", 30), (3, "W2", 60)]);
        let report = submitted(report(), &reported, NOW);
        let basis = PaymentBasis::of(&report, &content(&report, 1, reported)).unwrap();
        let activities: Vec<(&str, u32)> = basis
            .activities
            .iter()
            .map(|total| (total.code.as_str(), total.credited_minutes))
            .collect();
        assert_eq!(activities, [("W2", 60), ("WORKSHOP", 180)]);
        assert_eq!(basis.credited_minutes, 240);
    }

    #[test]
    fn a_month_without_hours_has_a_basis_of_nothing() {
        let report = submitted(report(), &Hours::default(), NOW);
        let basis = PaymentBasis::of(&report, &content(&report, 1, Hours::default())).unwrap();
        assert_eq!((basis.credited_minutes, basis.activities.len()), (0, 0));
    }

    #[test]
    fn no_answer_changes_the_basis() {
        let reported = hours(&[(2, "WORKSHOP", 90)]);
        let waiting = submitted(report(), &reported, NOW);
        let content = content(&waiting, 1, reported);
        let basis = PaymentBasis::of(&waiting, &content);
        let (at, signature_id) = (at(NOW), signature_id(7));
        for answer in [
            Answer::Approved { at, signature_id },
            Answer::Rejected { at },
            Answer::Lapsed { at },
        ] {
            let mut answered = waiting.clone();
            answered.revisions[0].answer = answer;
            answered.revisions[0].first_shown_at = Some(at);
            assert_eq!(PaymentBasis::of(&answered, &content), basis);
        }
    }

    #[test]
    fn only_the_last_revision_is_paid() {
        let (first, second) = (hours(&[(2, "WORKSHOP", 90)]), hours(&[(2, "WORKSHOP", 30)]));
        let report = submitted(submitted(report(), &first, NOW), &second, NOW);
        assert_eq!(PaymentBasis::of(&report, &content(&report, 1, first)), None);
        let basis = PaymentBasis::of(&report, &content(&report, 2, second)).unwrap();
        assert_eq!((basis.revision, basis.credited_minutes), (2, 60));
    }

    #[test]
    fn what_was_not_submitted_is_not_paid() {
        let draft = report();
        assert_eq!(
            PaymentBasis::of(&draft, &content(&draft, 1, Hours::default())),
            None
        );
    }
}
