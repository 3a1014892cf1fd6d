//! The agency's decisions: who is placed where and when, and what was broken off.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use jiff::civil::Date;
use serde_json::Value;

/// A case as the last decision has it.
#[derive(Clone, Debug)]
pub struct Placement {
    pub case_reference: String,
    pub personal_number: String,
    pub ka_number: String,
    pub start: Date,
    pub is_protected: bool,
    end: Date,
    interrupted_on: Option<Date>,
}

impl Placement {
    pub fn is_interrupted_before_start(&self) -> bool {
        self.interrupted_on.is_some_and(|day| day <= self.start)
    }

    /// The last day as decided, or the day before it was broken off.
    pub fn last_day(&self) -> Result<Date> {
        let Some(interrupted_on) = self.interrupted_on else {
            return Ok(self.end);
        };
        Ok(interrupted_on.yesterday()?.min(self.end))
    }
}

/// Reads one decision per line. Their order in the file says nothing; the sequence within a case does.
pub fn read(text: &str) -> Result<Vec<Placement>> {
    let mut decisions: BTreeMap<(String, i64), Value> = BTreeMap::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let decision: Value = serde_json::from_str(line)?;
        let sequence = number(&decision["sequence"]).context("a decision has a sequence")?;
        decisions.insert((string(&decision["caseReference"]), sequence), decision);
    }
    let mut placements: BTreeMap<String, Placement> = BTreeMap::new();
    for ((case_reference, _), decision) in decisions {
        for kind in ["newPlacement", "changed"] {
            if let Some(assignment) = decision.get(kind) {
                placements.insert(case_reference.clone(), assigned(&case_reference, assignment)?);
            }
        }
        if let Some(interruption) = decision.get("interruption") {
            let placement = placements
                .get_mut(&case_reference)
                .context("an interruption is of a case")?;
            placement.interrupted_on = Some(day(&interruption["interruptedOn"])?);
        }
    }
    Ok(placements.into_values().collect())
}

fn assigned(case_reference: &str, assignment: &Value) -> Result<Placement> {
    Ok(Placement {
        case_reference: case_reference.to_owned(),
        personal_number: string(&assignment["number"]).replace('-', ""),
        ka_number: string(&assignment["kaNumber"]),
        start: day(&assignment["period"]["from"])?,
        end: day(&assignment["period"]["to"])?,
        is_protected: assignment["protectedIdentity"].as_bool().unwrap_or_default(),
        interrupted_on: None,
    })
}

fn day(value: &Value) -> Result<Date> {
    let part = |name: &str| {
        value[name]
            .as_i64()
            .with_context(|| format!("a day has a {name}"))
    };
    Ok(Date::new(
        i16::try_from(part("year")?)?,
        i8::try_from(part("month")?)?,
        i8::try_from(part("day")?)?,
    )?)
}

// 64-bit numbers are written as text in this form of JSON; both are read.
fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

fn string(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEW: &str = r#"{"decisionId":"b","caseReference":"C-1","sequence":"1","newPlacement":{"number":"19450312-9803","kaNumber":"KA1","period":{"from":{"year":2026,"month":9,"day":1},"to":{"year":2027,"month":2,"day":26}}}}"#;
    const BROKEN_OFF: &str = r#"{"decisionId":"a","caseReference":"C-1","sequence":"2","interruption":{"interruptedOn":{"year":2026,"month":10,"day":16}}}"#;

    #[test]
    fn the_order_in_the_file_says_nothing() {
        for text in [format!("{NEW}\n{BROKEN_OFF}\n"), format!("{BROKEN_OFF}\n{NEW}")] {
            let placements = read(&text).unwrap();
            assert_eq!(placements.len(), 1);
            assert_eq!(placements[0].last_day().unwrap(), Date::constant(2026, 10, 15));
            assert!(!placements[0].is_interrupted_before_start());
        }
    }
}
