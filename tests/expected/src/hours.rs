//! Hours from the providers' own systems: an hour begun is an hour, counted row by row.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

/// Everything that providers report.
#[derive(Clone, Debug, Default)]
pub struct Hours {
    first: BTreeMap<(String, String), u32>,
    corrected: BTreeMap<(String, String), u32>,
    zero_months: BTreeSet<String>,
}

/// What is reported of a month in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reported {
    pub hours: u32,
    pub revision: u32,
}

#[derive(Deserialize)]
struct Line {
    case_reference: String,
    day: String,
    minutes: u32,
}

#[derive(Deserialize)]
struct ZeroMonth {
    case_reference: String,
}

impl Hours {
    /// Reads `hours-*.csv`, `corrections-*.csv` and `zero-months.csv` of a folder.
    pub fn read(folder: &Path) -> Result<Self> {
        let mut hours = Self::default();
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let sums = if name.starts_with("hours-") {
                &mut hours.first
            } else if name.starts_with("corrections-") {
                &mut hours.corrected
            } else {
                continue;
            };
            for (key, sum) in sum(&std::fs::read_to_string(&path)?).context(name)? {
                ensure!(sums.insert(key, sum).is_none(), "a case stands in two files");
            }
        }
        let zero = std::fs::read_to_string(folder.join("zero-months.csv"))?;
        for line in csv::Reader::from_reader(zero.as_bytes()).deserialize::<ZeroMonth>() {
            hours.zero_months.insert(line?.case_reference);
        }
        Ok(hours)
    }

    /// What a case reports of a month in the end; nothing if it reports nothing.
    pub fn reported(&self, case_reference: &str, month: &str) -> Option<Reported> {
        let key = (case_reference.to_owned(), month.to_owned());
        let first = self
            .first
            .get(&key)
            .copied()
            .or_else(|| self.zero_months.contains(case_reference).then_some(0))?;
        let corrected = self.corrected.get(&key);
        Some(Reported {
            hours: corrected.copied().unwrap_or(first),
            revision: 1 + u32::from(corrected.is_some()),
        })
    }
}

fn sum(text: &str) -> Result<BTreeMap<(String, String), u32>> {
    let mut sums = BTreeMap::new();
    for line in csv::Reader::from_reader(text.as_bytes()).deserialize::<Line>() {
        let line = line?;
        let month = line
            .day
            .get(..7)
            .context("a day begins with its month")?
            .to_owned();
        *sums.entry((line.case_reference, month)).or_default() += line.minutes.div_ceil(60);
    }
    Ok(sums)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_begun_is_an_hour_row_by_row() {
        let text = "case_reference,day,activity_code,minutes\nC-1,2026-10-01,A,61\nC-1,2026-10-01,B,1\nC-1,2026-10-02,A,60\n";
        let sums = sum(text).unwrap();
        assert_eq!(sums[&("C-1".to_owned(), "2026-10".to_owned())], 4);
    }
}
