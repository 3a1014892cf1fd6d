//! The table of mutations: a rule, the line that keeps it, the line that breaks it, and the test that must notice.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::Deserialize;

/// Where the table is, below the root of the sources.
pub const FILE: &str = "tests/mutants/mutations.toml";

/// A line that is broken on purpose.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mutation {
    /// What is done to whom, in a few words.
    pub name: String,
    /// The rule that no longer holds.
    pub rule: String,
    /// Where the line is, below the root of the sources.
    pub file: PathBuf,
    /// The line without its indentation; it stands in the file once.
    pub before: String,
    /// What takes its place.
    pub after: String,
    /// Whose test must fail.
    pub package: String,
    pub target: Target,
    /// The test's path within its target.
    pub test: String,
}

/// Where a package has tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// Beside the code.
    Lib,
    /// `tests/it`.
    It,
}

/// What stands in the place of a line, or why nothing does.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: the line stands there {count} times, not once: {before}", .file.display())]
pub struct NotOnce {
    file: PathBuf,
    before: String,
    count: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    mutation: Vec<Mutation>,
}

/// Reads a table.
pub fn read(file: &Path) -> Result<Vec<Mutation>> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let table: Table = toml::from_str(&text).with_context(|| format!("{} is no table", file.display()))?;
    Ok(table.mutation)
}

impl Target {
    pub const ALL: [Self; 2] = [Self::Lib, Self::It];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Lib => "lib",
            Self::It => "it",
        }
    }
}

impl Mutation {
    /// The source with the line broken.
    pub fn apply(&self, source: &str) -> Result<String, NotOnce> {
        let before = self.before.trim();
        let count = source.lines().filter(|line| line.trim() == before).count();
        if count != 1 {
            return Err(NotOnce {
                file: self.file.clone(),
                before: before.to_owned(),
                count,
            });
        }
        let lines = source.split_inclusive('\n').map(|line| {
            if line.trim() == before {
                line.replace(before, self.after.trim())
            } else {
                line.to_owned()
            }
        });
        Ok(lines.collect())
    }

    /// The test with the package and target it is in.
    pub fn named(&self) -> String {
        format!("{} {} {}", self.package, self.target.code(), self.test)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mutation() -> Mutation {
        Mutation {
            name: "take everything".to_owned(),
            rule: "a cap holds".to_owned(),
            file: "services/rules/src/lib.rs".into(),
            before: "if hours > 8 {".to_owned(),
            after: "if false {".to_owned(),
            package: "rules".to_owned(),
            target: Target::Lib,
            test: "tests::a_cap_holds".to_owned(),
        }
    }

    #[test]
    fn the_line_is_broken_where_it_stands_and_nothing_else_changes() {
        let source = "fn cap() {\n    if hours > 8 {\n        none()\n    }\n}\n";
        let broken = mutation().apply(source).unwrap();
        assert_eq!(broken, "fn cap() {\n    if false {\n        none()\n    }\n}\n");
    }

    #[test]
    fn a_line_that_is_gone_or_stands_twice_is_not_broken() {
        for (source, count) in [
            ("if hours > 9 {\n", 0),
            ("if hours > 8 {\nif hours > 8 {\n", 2),
            ("// if hours > 8 {\n", 0),
        ] {
            assert_eq!(mutation().apply(source).unwrap_err().count, count, "{source}");
        }
    }
}
