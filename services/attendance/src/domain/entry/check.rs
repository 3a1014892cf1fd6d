//! The check of entries against a rule set, a calendar, a placement and its plans.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;

use super::{Entry, EntryField, Frame, Violation, ViolationReason};
use crate::domain::activity::Activity;
use crate::domain::hours::{Hours, Row};
use crate::domain::plan::in_force;
use crate::domain::rule_set::{ActivitiesRule, DaysAllowed, ZeroMonth};

/// What the entries are checked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To be kept as a draft.
    Draft,
    /// To be submitted: the month is over, and a month without hours is one the rule set takes.
    Submission,
}

/// Makes hours of entries, or tells everything that is wrong with them: first the month, then entry by entry.
pub fn check(entries: &[Entry], frame: &Frame<'_>, purpose: Purpose) -> Result<Hours, Vec<Violation>> {
    let mut violations = of_month(entries, frame, purpose);
    let sums = DaySums::of(entries, frame);
    let mut seen = HashMap::new();
    for (index, entry) in entries.iter().enumerate() {
        violations.extend(of_day(entry, frame).map(|reason| at(index, EntryField::Day, reason)));
        violations.extend(of_activity(entry, frame).map(|reason| at(index, EntryField::Activity, reason)));
        let earlier = *seen.entry((entry.day, &entry.activity)).or_insert(index);
        if earlier < index {
            violations.push(at(
                index,
                EntryField::Activity,
                ViolationReason::Duplicate { of: earlier },
            ));
        }
        violations.extend(of_minutes(entry, frame).map(|reason| at(index, EntryField::Minutes, reason)));
        violations.extend(
            sums.passed_at(index)
                .map(|reason| at(index, EntryField::Minutes, reason)),
        );
    }
    if !violations.is_empty() {
        return Err(violations);
    }
    let rows = entries.iter().map(|entry| row(entry, frame)).collect();
    Ok(Hours::parse(rows).expect("duplicates were refused"))
}

fn at(index: usize, field: EntryField, reason: ViolationReason) -> Violation {
    Violation::of_entry(index, field, reason)
}

fn of_month(entries: &[Entry], frame: &Frame<'_>, purpose: Purpose) -> Vec<Violation> {
    let window = frame.rules.window;
    let in_time = match purpose {
        Purpose::Draft => window.check_draft(frame.month, frame.today),
        Purpose::Submission => window.check_submission(frame.month, frame.today),
    };
    let is_emptied = frame.is_correction && entries.is_empty();
    let is_touched = frame
        .period
        .touches(frame.month.first_day(), frame.month.last_day());
    let reasons = [
        in_time.err().map(ViolationReason::from),
        (!is_touched && !is_emptied).then_some(ViolationReason::MonthOutsidePlacement),
        of_zero_month(entries, frame, purpose),
        of_year(entries, frame),
    ];
    reasons.into_iter().flatten().map(Violation::of_month).collect()
}

fn of_zero_month(entries: &[Entry], frame: &Frame<'_>, purpose: Purpose) -> Option<ViolationReason> {
    let is_submitted_empty = purpose == Purpose::Submission && entries.is_empty();
    match frame.rules.zero_month {
        ZeroMonth::NotSent if is_submitted_empty => Some(ViolationReason::ZeroMonthNotSent),
        ZeroMonth::NotSent | ZeroMonth::Allowed | ZeroMonth::RowAtRecipient => None,
    }
}

fn of_year(entries: &[Entry], frame: &Frame<'_>) -> Option<ViolationReason> {
    let cap = frame.rules.year_cap_minutes?;
    let sum = entries
        .iter()
        .fold(frame.credited_elsewhere_in_year, |sum, entry| {
            sum.saturating_add(credited(entry, frame))
        });
    (sum > cap).then_some(ViolationReason::YearOverCap { credited: sum, cap })
}

// A day outside the month is told as that alone: what else is wrong with it is then beside the point.
fn of_day(entry: &Entry, frame: &Frame<'_>) -> impl Iterator<Item = ViolationReason> {
    let needs_working_day = match frame.rules.days {
        DaysAllowed::WorkingDays => true,
        DaysAllowed::AnyDay => false,
    };
    let is_inside = frame.month.contains(entry.day);
    let is_free = needs_working_day && !frame.calendar.is_working_day(entry.day);
    let reasons = [
        (!is_inside).then_some(ViolationReason::DayOutsideMonth),
        (is_inside && entry.day > frame.today).then_some(ViolationReason::DayInFuture),
        (is_inside && !frame.period.contains(entry.day)).then_some(ViolationReason::DayOutsidePlacement),
        (is_inside && is_free).then_some(ViolationReason::DayNotWorking),
    ];
    reasons.into_iter().flatten()
}

fn of_activity(entry: &Entry, frame: &Frame<'_>) -> Option<ViolationReason> {
    let Some(activity) = frame.catalogue.get(&entry.activity) else {
        return Some(ViolationReason::ActivityUnknown);
    };
    if !activity.validity.contains(entry.day) {
        return Some(ViolationReason::ActivityNotValid);
    }
    match frame.rules.activities {
        ActivitiesRule::PlanInForce => of_plan(entry, activity, frame),
        ActivitiesRule::ProjectActivities | ActivitiesRule::ProjectTasks | ActivitiesRule::FixedTasks => None,
    }
}

fn of_plan(entry: &Entry, activity: &Activity, frame: &Frame<'_>) -> Option<ViolationReason> {
    let plan = in_force(frame.plans, entry.day);
    let is_named = plan.is_some_and(|plan| plan.names(&entry.activity, entry.day));
    let is_newer = plan.is_some_and(|plan| plan.is_newer_than(activity));
    if !is_named && !activity.always {
        Some(ViolationReason::ActivityNotInPlan)
    } else if activity.only_under_newer_plan && !is_newer {
        Some(ViolationReason::PlanTooOld)
    } else {
        None
    }
}

fn of_minutes(entry: &Entry, frame: &Frame<'_>) -> Option<ViolationReason> {
    let most = frame.rules.day_cap_minutes;
    if !(1..=u32::from(most)).contains(&entry.minutes) {
        Some(ViolationReason::MinutesOutOfRange { most })
    } else if !frame.rules.unit.takes(entry.minutes) {
        let unit = frame.rules.unit.minutes();
        Some(ViolationReason::MinutesNotInUnit { unit })
    } else {
        None
    }
}

// What is out of range is refused as that, and counts here as nothing or as much as there can be.
fn credited(entry: &Entry, frame: &Frame<'_>) -> u32 {
    let minutes = u16::try_from(entry.minutes).unwrap_or(u16::MAX);
    u32::from(frame.rules.unit.credit(minutes))
}

fn row(entry: &Entry, frame: &Frame<'_>) -> Row {
    let minutes = u16::try_from(entry.minutes).expect("the range was checked");
    Row {
        day: entry.day,
        activity: entry.activity.clone(),
        minutes,
        credited_minutes: frame.rules.unit.credit(minutes),
    }
}

// Per position at which a day passes its cap, the violation.
struct DaySums(BTreeMap<usize, ViolationReason>);

impl DaySums {
    // One entry that is out of range by itself is not told of again for its day.
    fn of(entries: &[Entry], frame: &Frame<'_>) -> Self {
        let cap = frame.rules.day_cap_minutes;
        let mut days: BTreeMap<Date, (u32, Option<usize>)> = BTreeMap::new();
        for (index, entry) in entries.iter().enumerate() {
            if entry.minutes > u32::from(cap) {
                continue;
            }
            let (sum, passed) = days.entry(entry.day).or_default();
            *sum = sum.saturating_add(credited(entry, frame));
            if *sum > u32::from(cap) {
                passed.get_or_insert(index);
            }
        }
        let over = days.into_iter().filter_map(|(day, (credited, passed))| {
            passed.map(|index| (index, ViolationReason::DayOverCap { day, credited, cap }))
        });
        Self(over.collect())
    }

    fn passed_at(&self, index: usize) -> Option<ViolationReason> {
        self.0.get(&index).copied()
    }
}

#[cfg(test)]
mod tests;
