//! What became of each mutation, written down one by one, so that a run that was cut off goes on where it was. Results
//! are of the sources they were found with, and of no others.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use support::files;

/// How the suite took a mutation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// This test failed.
    Caught { by: String },
    /// Test and journey passed.
    Survived,
    /// It cannot be told.
    Unclear { why: String },
}

/// A verdict and how long it took.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub seconds: u64,
    pub verdict: Verdict,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct State {
    digest: String,
    is_complete: bool,
    is_journey_proven: bool,
    /// Tests that pass as long as nothing is broken.
    proven: BTreeSet<String>,
    rows: BTreeMap<String, Row>,
}

/// The results of a run.
pub struct Results {
    /// None: they are not kept.
    file: Option<PathBuf>,
    state: State,
}

impl Verdict {
    pub fn is_caught(&self) -> bool {
        match self {
            Self::Caught { .. } => true,
            Self::Survived | Self::Unclear { .. } => false,
        }
    }

    fn is_clear(&self) -> bool {
        match self {
            Self::Caught { .. } | Self::Survived => true,
            Self::Unclear { .. } => false,
        }
    }
}

impl Results {
    /// Goes on with an unfinished run of these sources, or begins anew.
    pub fn open(file: &Path, digest: String) -> Self {
        let found = fs::read_to_string(file).ok();
        let found: Option<State> = found.and_then(|text| toml::from_str(&text).ok());
        let state = found
            .filter(|state| state.digest == digest && !state.is_complete)
            .unwrap_or_else(|| State {
                digest,
                ..State::default()
            });
        Self {
            file: Some(file.to_path_buf()),
            state,
        }
    }

    /// Of a run that nobody goes on with.
    pub fn unkept() -> Self {
        Self {
            file: None,
            state: State::default(),
        }
    }

    /// The verdict of an earlier attempt, unless it told nothing.
    pub fn of(&self, name: &str) -> Option<&Row> {
        self.state.rows.get(name).filter(|row| row.verdict.is_clear())
    }

    /// The verdict, whatever it tells.
    pub fn any(&self, name: &str) -> Option<&Row> {
        self.state.rows.get(name)
    }

    pub fn put(&mut self, name: &str, row: Row) -> Result<()> {
        self.state.rows.insert(name.to_owned(), row);
        self.keep()
    }

    pub fn is_proven(&self, test: &str) -> bool {
        self.state.proven.contains(test)
    }

    pub fn prove(&mut self, test: String) -> Result<()> {
        self.state.proven.insert(test);
        self.keep()
    }

    pub fn is_journey_proven(&self) -> bool {
        self.state.is_journey_proven
    }

    pub fn prove_journey(&mut self) -> Result<()> {
        self.state.is_journey_proven = true;
        self.keep()
    }

    /// Every row was judged: the next run begins anew.
    pub fn complete(&mut self, table: &str) -> Result<()> {
        self.state.is_complete = true;
        self.keep()?;
        match &self.file {
            Some(file) => files::replace_with_mode(&file.with_file_name("table.txt"), table, 0o644),
            None => Ok(()),
        }
    }

    fn keep(&self) -> Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        let text = toml::to_string(&self.state).context("results can be written")?;
        files::replace_with_mode(file, &text, 0o644)
    }
}

/// The table of mutations and what noticed them.
pub fn render(rows: &[(String, Row)]) -> String {
    let longest = rows
        .iter()
        .map(|(name, _)| name.chars().count())
        .max()
        .unwrap_or(0);
    let mut text = String::new();
    for (name, row) in rows {
        let told = match &row.verdict {
            Verdict::Caught { by } => format!("caught by {by}"),
            Verdict::Survived => "SURVIVED".to_owned(),
            Verdict::Unclear { why } => format!("UNCLEAR: {why}"),
        };
        // Writing to a String cannot fail.
        let _written = writeln!(text, "{name:longest$}  {told} ({} s)", row.seconds);
    }
    let caught = rows.iter().filter(|(_, row)| row.verdict.is_caught()).count();
    let _written = write!(text, "{caught} of {} mutations caught", rows.len());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(verdict: Verdict) -> Row {
        Row { seconds: 7, verdict }
    }

    fn caught() -> Row {
        row(Verdict::Caught {
            by: "consent lib tests::it".to_owned(),
        })
    }

    #[test]
    fn an_unfinished_run_of_the_same_sources_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("state.toml");
        let mut results = Results::open(&file, "a".to_owned());
        results.prove("a test".to_owned()).unwrap();
        results.put("one", caught()).unwrap();
        let why = "it hangs".to_owned();
        results.put("two", row(Verdict::Unclear { why })).unwrap();

        let again = Results::open(&file, "a".to_owned());
        assert_eq!(again.of("one"), Some(&caught()));
        assert_eq!(again.of("two"), None, "what told nothing is tried again");
        assert!(again.is_proven("a test"));
        assert_eq!(Results::open(&file, "b".to_owned()).of("one"), None);

        results.complete("the table").unwrap();
        assert_eq!(Results::open(&file, "a".to_owned()).of("one"), None);
    }

    #[test]
    fn the_table_tells_what_noticed_and_what_nothing_noticed() {
        let rows = [
            ("skip it".to_owned(), caught()),
            ("skip".to_owned(), row(Verdict::Survived)),
        ];
        assert_eq!(
            render(&rows),
            "skip it  caught by consent lib tests::it (7 s)\nskip     SURVIVED (7 s)\n1 of 2 mutations caught"
        );
    }
}
