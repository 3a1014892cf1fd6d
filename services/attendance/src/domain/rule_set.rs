//! Rule sets: for each programme who reports, in what unit, up to which caps, on which days, what happens next and by
//! when. A rule set is a row of data with a validity; `rule_sets.toml` holds those that are known.

mod table;
mod unit;
mod window;

use std::fmt;

use serde::Deserialize;

use super::validity::Validity;

pub use table::{RuleSets, TableFault};
pub use unit::TimeUnit;
pub use window::{SubmitWindow, WindowFault};

const LONGEST_CODE: usize = 64;

/// Code of a rule set, such as `cooperation_history`: lower-case letters, digits and underscores.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct RuleSetCode(String);

/// The text is no code of a rule set. It is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a rule set's code has 1 to 64 lower-case letters, digits and underscores")]
pub struct NotARuleSet;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSet {
    pub code: RuleSetCode,
    /// Months whose first day lies in it follow this row.
    pub validity: Validity,
    pub reporter: Reporter,
    pub unit: TimeUnit,
    /// Over all parallel activities of a day, on credited minutes; one entry cannot have more either.
    pub day_cap_minutes: u16,
    /// Over all months of a calendar year, on credited minutes.
    pub year_cap_minutes: Option<u32>,
    pub days: DaysAllowed,
    pub activities: ActivitiesRule,
    pub zero_month: ZeroMonth,
    pub second_step: SecondStep,
    pub disclosure: DisclosureBasis,
    /// What a finished month results in.
    pub results: Vec<ResultKind>,
    pub window: SubmitWindow,
}

/// Who reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reporter {
    Supervisor,
    Participant,
    Employee,
}

/// On which days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DaysAllowed {
    WorkingDays,
    AnyDay,
}

/// Which activities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActivitiesRule {
    /// Of the latest sent plan in force that day, plus codes marked always.
    PlanInForce,
    /// The project's own activities.
    ProjectActivities,
    /// The project's own tasks.
    ProjectTasks,
    /// The programme's fixed tasks.
    FixedTasks,
}

/// What a month without hours is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ZeroMonth {
    /// Submitted, and a row with 0 hours at the recipient.
    RowAtRecipient,
    /// Submitted.
    Allowed,
    /// Never submitted.
    NotSent,
}

/// What follows a submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum SecondStep {
    /// The participant approves with BankID or rejects, through the same day number so many months after submission.
    ParticipantApproves {
        within_months: u8,
    },
    /// Somebody else counter-signs with a one-time code.
    CounterSign,
    None,
}

/// On what ground a recipient may be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisclosureBasis {
    /// The participant's consent for that recipient.
    ConsentPerRecipient,
    /// The project's duty to report.
    ReportingDuty,
    /// Nobody is told: it stays in the project.
    None,
}

/// What comes of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResultKind {
    /// A row per recipient, if there is a basis for it.
    Export,
    /// A certificate of attendance.
    Certificate,
    /// The values to copy to the template of statistics.
    StatisticsValues,
    /// A time sheet.
    TimeSheet,
}

impl RuleSetCode {
    pub fn parse(text: &str) -> Result<Self, NotARuleSet> {
        let is_plain = text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        if is_plain && (1..=LONGEST_CODE).contains(&text.len()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotARuleSet)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for RuleSetCode {
    type Error = NotARuleSet;

    fn try_from(text: String) -> Result<Self, NotARuleSet> {
        Self::parse(&text)
    }
}

impl fmt::Display for RuleSetCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
