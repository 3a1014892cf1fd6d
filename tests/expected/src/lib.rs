//! Computes from the input files of the journey which rows have to arrive at ESF and SCB, and no others. It shares no code
//! with the services and not even the contract: what both get wrong in the same way would otherwise stay unseen.

mod decisions;
mod hours;
mod people;
mod register;

use std::path::Path;

use anyhow::{Context as _, Result};
use jiff::civil::Date;

use decisions::Placement;
use people::{Answer, Script, Withdrawal};
use register::Unit;

/// A row as a recipient gets it. The report's id is the service's to choose.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    /// `ESF` or `SCB`.
    pub recipient: String,
    pub personal_number: String,
    pub placement_start: Date,
    pub placement_end: Date,
    /// `YYYY-MM`.
    pub month: String,
    pub ka_number: String,
    pub hours: u32,
    pub revision: u32,
}

/// A case and what is to leave of it.
#[derive(Clone, Debug)]
pub struct Case {
    pub case_reference: String,
    pub rows: Vec<Row>,
}

/// The input files, read.
pub struct Inputs {
    units: Vec<Unit>,
    placements: Vec<Placement>,
    scripts: Vec<Script>,
    hours: hours::Hours,
}

impl Inputs {
    /// Reads a folder of input files.
    pub fn read(folder: &Path) -> Result<Self> {
        let file = |name: &str| {
            std::fs::read_to_string(folder.join(name)).with_context(|| format!("{name} cannot be read"))
        };
        Ok(Self {
            units: register::read(&file("register.csv")?)?,
            placements: decisions::read(&file("decisions.ndjson")?)?,
            scripts: people::read(&file("participants.csv")?)?,
            hours: hours::Hours::read(folder)?,
        })
    }

    /// What is to arrive of the month, case by case.
    pub fn cases(&self, month: &str) -> Result<Vec<Case>> {
        self.placements
            .iter()
            .map(|placement| self.case(placement, month))
            .collect()
    }

    /// All rows that are to arrive of the month, sorted.
    pub fn rows(&self, month: &str) -> Result<Vec<Row>> {
        let mut rows: Vec<Row> = self
            .cases(month)?
            .into_iter()
            .flat_map(|case| case.rows)
            .collect();
        rows.sort();
        Ok(rows)
    }

    fn case(&self, placement: &Placement, month: &str) -> Result<Case> {
        let script = self
            .scripts
            .iter()
            .find(|script| script.case_reference == placement.case_reference)
            .context("a case of which nobody knows what the participant does")?;
        let unit = self
            .units
            .iter()
            .find(|unit| unit.ka_number == placement.ka_number)
            .context("a decision names a unit that is not in the register")?;
        let mut rows = Vec::new();
        for recipient in ["ESF", "SCB"] {
            if may_leave(placement, unit, script, recipient)
                && let Some(reported) = self.hours.reported(&placement.case_reference, month)
            {
                rows.push(Row {
                    recipient: recipient.to_owned(),
                    personal_number: placement.personal_number.clone(),
                    placement_start: placement.start,
                    placement_end: placement.last_day()?,
                    month: month.to_owned(),
                    ka_number: unit.ka_number.clone(),
                    hours: reported.hours,
                    revision: reported.revision,
                });
            }
        }
        Ok(Case {
            case_reference: placement.case_reference.clone(),
            rows,
        })
    }
}

fn may_leave(placement: &Placement, unit: &Unit, script: &Script, recipient: &str) -> bool {
    let is_approved = match script.answer {
        Answer::Approve => true,
        Answer::Reject | Answer::None => false,
    };
    let is_withdrawn_in_time = match &script.withdrawal {
        Withdrawal::BeforeSending(from) => from == recipient,
        Withdrawal::AfterSending(_) | Withdrawal::Never => false,
    };
    is_approved
        && script.consents.iter().any(|consent| consent == recipient)
        && !is_withdrawn_in_time
        && !unit.is_training
        && (recipient != "ESF" || unit.is_esf_funded)
        && !placement.is_protected
        && !placement.is_interrupted_before_start()
}
