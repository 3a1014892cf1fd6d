//! The sent joint plans of a placement: which one is in force on a day, and what stands in it.

use jiff::Timestamp;
use jiff::civil::Date;

use super::activity::{Activity, ActivityCode};
use super::day::day_of;
use super::validity::Validity;

/// A sent version of a placement's joint plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentPlan {
    /// Counts the placement's sent versions, from 1.
    pub version: u32,
    pub sent_at: Timestamp,
    /// First day it holds; it holds until the first day of a later version.
    pub in_force_from: Date,
    pub activities: Vec<PlannedActivity>,
}

/// An activity of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedActivity {
    pub code: ActivityCode,
    /// Days it is planned for.
    pub validity: Validity,
}

/// The sent plan in force on a day: of those that have begun, the latest version.
pub fn in_force(plans: &[SentPlan], day: Date) -> Option<&SentPlan> {
    plans
        .iter()
        .filter(|plan| plan.in_force_from <= day)
        .max_by_key(|plan| plan.version)
}

impl SentPlan {
    /// Whether the activity is planned for the day.
    pub fn names(&self, code: &ActivityCode, day: Date) -> bool {
        self.activities
            .iter()
            .any(|planned| planned.code == *code && planned.validity.contains(day))
    }

    /// Whether the plan was sent on or after the day the activity's code began.
    pub fn is_newer_than(&self, activity: &Activity) -> bool {
        day_of(self.sent_at) >= activity.validity.from()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn plan(version: u32, in_force_from: Date) -> SentPlan {
        SentPlan {
            version,
            sent_at: "2026-03-01T08:00:00Z".parse().unwrap(),
            in_force_from,
            activities: vec![PlannedActivity {
                code: ActivityCode::parse("WORKSHOP").unwrap(),
                validity: Validity::parse(date(2026, 3, 4), Some(date(2026, 3, 5))).unwrap(),
            }],
        }
    }

    #[test]
    fn a_plan_holds_until_the_first_day_of_a_later_version() {
        let plans = [plan(2, date(2026, 3, 10)), plan(1, date(2026, 3, 2))];
        for (day, version) in [
            (1, None),
            (2, Some(1)),
            (9, Some(1)),
            (10, Some(2)),
            (31, Some(2)),
        ] {
            let found = in_force(&plans, date(2026, 3, day)).map(|plan| plan.version);
            assert_eq!(found, version, "{day}");
        }
    }

    #[test]
    fn a_later_version_that_begins_earlier_takes_the_whole_time() {
        let plans = [plan(1, date(2026, 3, 10)), plan(2, date(2026, 3, 2))];
        assert_eq!(in_force(&plans, date(2026, 3, 12)).unwrap().version, 2);
    }

    #[test]
    fn names_an_activity_on_its_planned_days_only() {
        let code = ActivityCode::parse("WORKSHOP").unwrap();
        let named = |day| plan(1, date(2026, 3, 1)).names(&code, date(2026, 3, day));
        assert_eq!([3, 4, 5, 6].map(named), [false, true, true, false]);
    }
}
