//! The table of rule sets: reads it, refuses rows that contradict each other or themselves, finds the row of a month.

use serde::Deserialize;

use super::{RuleSet, RuleSetCode};
use crate::domain::month::Month;

/// The rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleSets(Vec<RuleSet>);

/// Why a table is none.
#[derive(Debug, thiserror::Error)]
pub enum TableFault {
    #[error("the table does not read: {0}")]
    Malformed(#[from] toml::de::Error),
    #[error("two rows of {code} hold on the same day")]
    Overlapping { code: RuleSetCode },
    #[error("the caps of {code} are no multiples of its unit, or there is no day at all")]
    CapOffUnit { code: RuleSetCode },
    #[error("the closing day of {code} is not in 1 to 31 of a month after the reported one")]
    WindowImpossible { code: RuleSetCode },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    rule_set: Vec<RuleSet>,
}

impl RuleSets {
    /// The rule sets that are known.
    pub fn initial() -> Self {
        Self::parse(include_str!("rule_sets.toml")).expect("the shipped table reads well")
    }

    /// Reads a table.
    pub fn parse(text: &str) -> Result<Self, TableFault> {
        let rows = toml::from_str::<File>(text)?.rule_set;
        for (index, row) in rows.iter().enumerate() {
            check(row)?;
            let twin = rows[..index]
                .iter()
                .any(|other| other.code == row.code && other.validity.overlaps(row.validity));
            if twin {
                return Err(TableFault::Overlapping {
                    code: row.code.clone(),
                });
            }
        }
        Ok(Self(rows))
    }

    /// The row that a month follows: the one of that code that holds on the month's first day.
    pub fn find(&self, code: &RuleSetCode, month: Month) -> Option<&RuleSet> {
        self.0
            .iter()
            .find(|row| row.code == *code && row.validity.contains(month.first_day()))
    }

    pub fn iter(&self) -> impl Iterator<Item = &RuleSet> {
        self.0.iter()
    }
}

fn check(row: &RuleSet) -> Result<(), TableFault> {
    let code = || row.code.clone();
    let unit = row.unit.minutes();
    let day_fits = row.day_cap_minutes.is_multiple_of(unit) && (1..=1440).contains(&row.day_cap_minutes);
    let year_fits = row
        .year_cap_minutes
        .is_none_or(|cap| cap.is_multiple_of(u32::from(unit)));
    if !day_fits || !year_fits {
        return Err(TableFault::CapOffUnit { code: code() });
    }
    if row.window.closes_after_months == 0 || !(1..=31).contains(&row.window.closes_on_day) {
        return Err(TableFault::WindowImpossible { code: code() });
    }
    Ok(())
}

#[cfg(test)]
mod tests;
