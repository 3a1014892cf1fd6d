//! A workspace with two rules, a test of one of them, and a journey that touches the other.

use std::fs;
use std::path::Path;

use mutants::bar::Bar;
use mutants::results::{Row, Verdict};
use mutants::run::{Places, run};
use mutants::table::{Mutation, Target};
use tempfile::TempDir;

const FILES: [(&str, &str); 6] = [
    (
        "Cargo.toml",
        "[workspace]\nresolver = \"3\"\nmembers = [\"services/rules\", \"tests/e2e\"]\n",
    ),
    (
        "Cargo.lock",
        "version = 4\n\n[[package]]\nname = \"e2e\"\nversion = \"0.1.0\"\ndependencies = [\n \"rules\",\n]\n\n\
         [[package]]\nname = \"rules\"\nversion = \"0.1.0\"\n",
    ),
    (
        "services/rules/Cargo.toml",
        "[package]\nname = \"rules\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
    ),
    (
        "services/rules/src/lib.rs",
        "pub fn credit(hours: u32) -> u32 {\n    hours.min(8)\n}\n\npub fn is_due(day: u32) -> bool {\n    day > 3\n}\n\n\
         #[cfg(test)]\nmod tests {\n    #[test]\n    fn a_day_has_eight_hours() {\n        \
         assert_eq!(super::credit(9), 8);\n    }\n}\n",
    ),
    (
        "tests/e2e/Cargo.toml",
        "[package]\nname = \"e2e\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[lib]\npath = \"lib.rs\"\n\n[[test]]\n\
         name = \"e2e\"\npath = \"main.rs\"\n\n[dependencies]\nrules = { path = \"../../services/rules\" }\n",
    ),
    (
        "tests/e2e/main.rs",
        "mod journey {\n    #[test]\n    fn exactly_what_was_approved_and_consented_to_arrives() {\n        \
         assert!(rules::is_due(4));\n    }\n}\n",
    ),
];

/// The workspace.
pub struct Small {
    folder: TempDir,
}

impl Small {
    pub fn new() -> Self {
        let small = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        for (file, content) in FILES {
            small.write(file, content);
        }
        small.write("tests/e2e/lib.rs", "");
        small
    }

    pub fn sources(&self) -> &Path {
        self.folder.path()
    }

    pub fn read(&self, file: &str) -> String {
        fs::read_to_string(self.sources().join(file)).unwrap()
    }

    pub fn write(&self, file: &str, content: &str) {
        let file = self.sources().join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content).unwrap();
    }

    pub fn judge(&self, table: &[Mutation], only: &[&str]) -> anyhow::Result<Vec<(String, Row)>> {
        let places = Places {
            sources: self.sources().to_path_buf(),
            work: self.sources().join(".run/mutants"),
            built: None,
        };
        let only: Vec<String> = only.iter().map(ToString::to_string).collect();
        run(&places, table, &only, &Bar::silent())
    }

    pub fn verdicts(&self, table: &[Mutation]) -> Vec<Verdict> {
        let rows = self.judge(table, &[]).unwrap();
        rows.into_iter().map(|(_, row)| row.verdict).collect()
    }
}

fn mutation(name: &str, before: &str, after: &str) -> Mutation {
    Mutation {
        name: name.to_owned(),
        rule: "a rule".to_owned(),
        file: "services/rules/src/lib.rs".into(),
        before: before.to_owned(),
        after: after.to_owned(),
        package: "rules".to_owned(),
        target: Target::Lib,
        test: "tests::a_day_has_eight_hours".to_owned(),
    }
}

pub fn caught_by_its_test() -> Mutation {
    mutation("credit everything", "hours.min(8)", "hours")
}

pub fn caught_by_the_journey() -> Mutation {
    mutation("be late", "day > 3", "day > 4")
}

pub fn survivor() -> Mutation {
    mutation("be early", "day > 3", "day > 2")
}

pub fn not_compiling() -> Mutation {
    mutation("be nothing", "day > 3", "day >")
}
