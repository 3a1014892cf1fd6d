//! Joint plans: what supervisor and participant agreed on, when and how. A draft may be incomplete; what is sent is not,
//! stays as it is, and is followed by a new version.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::period::{InUse, Period};
use super::personal_number;

/// Activities of a plan at most.
pub const MOST_ACTIVITIES: usize = 50;

const LONGEST_CODE: usize = 40;

/// How a plan was made together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanningForm {
    Meeting,
    Phone,
    Video,
}

/// A code of the catalogue: a capital letter A to Z, then capital letters, digits and underscores, no personal number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ActivityCode(String);

/// A plan that is being written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftPlan {
    pub made_on: Option<Date>,
    pub form: Option<PlanningForm>,
    pub activities: Vec<DraftActivity>,
    pub in_force_from: Option<Date>,
}

/// An activity in a draft; without a last day it goes on until the period's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftActivity {
    pub code: ActivityCode,
    pub from: Date,
    pub to: Option<Date>,
}

/// A plan that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    pub made_on: Date,
    pub form: PlanningForm,
    pub activities: Vec<Activity>,
    pub in_force_from: Date,
}

/// An activity of a sent plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    pub code: ActivityCode,
    pub days: Period,
}

/// What a draft is measured by when it is sent.
#[derive(Clone, Debug)]
pub struct Frame {
    pub today: Date,
    pub period: Period,
    /// Activities of the catalogue, as far as the draft names them.
    pub catalogue: BTreeMap<ActivityCode, InUse>,
}

/// Why a draft cannot be sent yet; `index` is that of an activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanFault {
    #[error("it does not say when it was made")]
    MadeOnMissing,
    #[error("it says that it was made on a day that has not come")]
    MadeAhead,
    #[error("it does not say how it was made")]
    FormMissing,
    #[error("it has no activities")]
    NoActivities,
    #[error("an activity is not in the catalogue")]
    ActivityUnknown { index: usize },
    #[error("an activity lies outside of the placement or of its own validity")]
    OutsidePeriod { index: usize },
    #[error("an activity stands twice on the same day")]
    ActivityTwice { index: usize },
    #[error("it shall hold from a day before it was made")]
    InForceTooEarly,
    #[error("it shall hold from a day outside of the placement")]
    InForceOutsidePeriod,
}

/// A text that is no code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the text is no activity code")]
pub struct NotACode;

impl ActivityCode {
    pub fn parse(text: &str) -> Result<Self, NotACode> {
        let is_capital = |letter: char| letter.is_ascii_uppercase();
        let is_letter = |letter: char| is_capital(letter) || letter.is_ascii_digit() || letter == '_';
        let is_plain = text.starts_with(is_capital) && text.chars().all(is_letter);
        let is_code = is_plain && text.len() <= LONGEST_CODE && !personal_number::occurs_in(text);
        is_code.then(|| Self(text.to_owned())).ok_or(NotACode)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl DraftPlan {
    /// The plan that is sent, or everything that is still wrong with it.
    pub fn complete(&self, frame: &Frame) -> Result<Plan, Vec<PlanFault>> {
        let mut faults = Vec::new();
        let made_on = self.made_on.ok_or(PlanFault::MadeOnMissing);
        let made_on = made_on.and_then(|day| {
            if day > frame.today {
                Err(PlanFault::MadeAhead)
            } else {
                Ok(day)
            }
        });
        let made_on = made_on.map_err(|fault| faults.push(fault)).ok();
        let form = self.form.ok_or(PlanFault::FormMissing);
        let form = form.map_err(|fault| faults.push(fault)).ok();
        let activities = self.activities(frame, &mut faults);
        let in_force_from = made_on.and_then(|made_on| {
            let from = self.in_force_from(made_on, frame.period);
            from.map_err(|fault| faults.push(fault)).ok()
        });
        match (made_on, form, in_force_from) {
            (Some(made_on), Some(form), Some(in_force_from)) if faults.is_empty() => Ok(Plan {
                made_on,
                form,
                activities,
                in_force_from,
            }),
            _ => Err(faults),
        }
    }

    fn activities(&self, frame: &Frame, faults: &mut Vec<PlanFault>) -> Vec<Activity> {
        if self.activities.is_empty() {
            faults.push(PlanFault::NoActivities);
        }
        let mut good: Vec<Activity> = Vec::new();
        for (index, planned) in self.activities.iter().enumerate() {
            match planned.within(index, frame) {
                Ok(activity) if good.iter().any(|other| other.meets(&activity)) => {
                    faults.push(PlanFault::ActivityTwice { index });
                }
                Ok(activity) => good.push(activity),
                Err(fault) => faults.push(fault),
            }
        }
        good
    }

    // What was agreed on afterwards cannot have guided what was done before.
    fn in_force_from(&self, made_on: Date, period: Period) -> Result<Date, PlanFault> {
        let from = self.in_force_from.unwrap_or_else(|| made_on.max(period.first()));
        if !period.contains(from) {
            Err(PlanFault::InForceOutsidePeriod)
        } else if from < made_on {
            Err(PlanFault::InForceTooEarly)
        } else {
            Ok(from)
        }
    }
}

impl DraftActivity {
    fn within(&self, index: usize, frame: &Frame) -> Result<Activity, PlanFault> {
        let in_use = frame.catalogue.get(&self.code);
        let in_use = in_use.ok_or(PlanFault::ActivityUnknown { index })?;
        let last = self.to.unwrap_or_else(|| frame.period.last());
        let days = Period::parse(self.from, last).map_err(|_| PlanFault::OutsidePeriod { index })?;
        if frame.period.includes(days) && in_use.includes(days) {
            Ok(Activity {
                code: self.code.clone(),
                days,
            })
        } else {
            Err(PlanFault::OutsidePeriod { index })
        }
    }
}

impl Activity {
    fn meets(&self, other: &Self) -> bool {
        self.code == other.code && self.days.overlaps(other.days)
    }
}

#[cfg(test)]
mod tests;
