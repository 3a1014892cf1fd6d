//! What exactly is submitted and signed: the canonical bytes of a revision and their SHA-256. The form is text, so that
//! evidence can be read in decades without this program: one fact a line, in one fixed order, every token of an alphabet
//! that needs no escaping. A new form gets a new number in the first line; old revisions keep theirs.

use std::fmt::{self, Write as _};

use aws_lc_rs::digest::{SHA256, digest};

use super::Subject;
use crate::domain::hours::Hours;
use crate::domain::ids::MonthReportId;
use crate::domain::month::Month;
use crate::domain::rule_set::RuleSetCode;

const FORM: &str = "deltaga month report 1";

/// Everything that a revision says.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Content {
    pub month_report_id: MonthReportId,
    pub revision: u32,
    pub subject: Subject,
    pub month: Month,
    pub rule_set: RuleSetCode,
    pub hours: Hours,
}

/// SHA-256 of a revision's canonical bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ContentHash(pub [u8; 32]);

impl Content {
    /// The canonical bytes: lines of ASCII, each with a line feed; a row is day, activity, minutes, credited minutes.
    pub fn canonical_bytes(&self) -> Vec<u8> {
        self.lines().expect("a String takes everything").into_bytes()
    }

    pub fn hash(&self) -> ContentHash {
        let digest = digest(&SHA256, &self.canonical_bytes());
        ContentHash(digest.as_ref().try_into().expect("SHA-256 has 32 bytes"))
    }

    fn lines(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        writeln!(text, "{FORM}")?;
        writeln!(text, "report {}", self.month_report_id)?;
        writeln!(text, "revision {}", self.revision)?;
        writeln!(text, "placement {}", self.subject.placement_id)?;
        writeln!(text, "person {}", self.subject.person_id)?;
        writeln!(text, "organisation {}", self.subject.organisation_id)?;
        writeln!(text, "unit {}", self.subject.unit_id)?;
        writeln!(text, "month {}", self.month)?;
        writeln!(text, "rules {}", self.rule_set)?;
        writeln!(text, "rows {}", self.hours.rows().len())?;
        for row in self.hours.rows() {
            let (day, activity) = (row.day, &row.activity);
            writeln!(text, "{day} {activity} {} {}", row.minutes, row.credited_minutes)?;
        }
        writeln!(text, "credited {}", self.hours.credited_minutes())?;
        Ok(text)
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ContentHash({self})")
    }
}

#[cfg(test)]
mod tests;
