//! Builds tests in the copy and runs one of them. A test that fails is told apart from one that was not built, does not
//! exist, or ends in any other way.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result};
use cargo_metadata::Message;
use support::process::Process;
use tokio::runtime::Runtime;

use crate::table::Target;

/// The journey, as a test of the package `e2e`.
pub const JOURNEY: &str = "journey::exactly_what_was_approved_and_consented_to_arrives";

const END_TO_END: &str = "e2e";
const TEST_ENDS: Duration = Duration::from_mins(5);
const JOURNEY_ENDS: Duration = Duration::from_mins(20);

/// Cargo in the copy, with a target folder of its own.
pub struct Cargo {
    pub tree: PathBuf,
    pub target: PathBuf,
    pub logs: PathBuf,
    /// Always the same, whichever is meant: with others, cargo chooses other features and builds everything anew.
    pub packages: Vec<String>,
    pub runtime: Runtime,
}

/// What was built, or that it was not.
pub enum Build {
    Done(Vec<Built>),
    Failed,
}

/// A test program.
pub struct Built {
    program: PathBuf,
    target: String,
    package: PathBuf,
}

/// What a test came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Passed,
    Failed,
    NotBuilt,
    /// Neither: it says what.
    Unclear(String),
}

impl Cargo {
    /// Builds the tests of one kind.
    pub fn build(&self, target: Target, log: &str) -> Result<Build> {
        let mut arguments = vec!["test", "--no-run"];
        for package in &self.packages {
            arguments.extend(["--package", package.as_str()]);
        }
        arguments.extend(match target {
            Target::Lib => &["--lib"][..],
            Target::It => &["--test", "it"],
        });
        self.cargo(&arguments, log)
    }

    /// Runs a test of what was built.
    pub fn test(
        &self,
        built: &[Built],
        package: &str,
        (target, test): (Target, &str),
        log: &str,
    ) -> Result<Outcome> {
        let name = match target {
            Target::Lib => package.replace('-', "_"),
            Target::It => "it".to_owned(),
        };
        let found = built
            .iter()
            .find(|it| it.target == name && it.package.file_name() == Some(OsStr::new(package)));
        self.outcome(found, test, TEST_ENDS, log)
    }

    /// Builds whatever the journey needs, and runs it.
    pub fn journey(&self, log: &str) -> Result<Outcome> {
        let arguments = ["build", "--workspace", "--bins", "--test", END_TO_END];
        let Build::Done(built) = self.cargo(&arguments, log)? else {
            return Ok(Outcome::NotBuilt);
        };
        let found = built.iter().find(|it| it.target == END_TO_END);
        self.outcome(found, JOURNEY, JOURNEY_ENDS, log)
    }

    fn cargo(&self, arguments: &[&str], log: &str) -> Result<Build> {
        let mut child = Command::new("cargo")
            .args(arguments)
            .args(["--locked", "--message-format=json-render-diagnostics"])
            .current_dir(&self.tree)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_INCREMENTAL", "1")
            .env("CARGO_PROFILE_DEV_DEBUG", "false")
            .env("SQLX_OFFLINE", "true")
            // Whoever calls may build with lints; a broken line need not be a tidy one.
            .env_remove("RUSTC_WORKSPACE_WRAPPER")
            .env_remove("CLIPPY_ARGS")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(self.log(log, "build"))?)
            .spawn()
            .context("cargo cannot be run")?;
        let told = child.stdout.take().context("the output is piped")?;
        let mut built = Vec::new();
        for message in Message::parse_stream(BufReader::new(told)) {
            if let Message::CompilerArtifact(artifact) = message?
                && let (true, Some(program)) = (artifact.profile.test, artifact.executable)
            {
                let package = artifact
                    .manifest_path
                    .parent()
                    .context("a manifest lies in a folder")?;
                built.push(Built {
                    program: program.into_std_path_buf(),
                    target: artifact.target.name,
                    package: package.as_std_path().to_path_buf(),
                });
            }
        }
        Ok(if child.wait()?.success() {
            Build::Done(built)
        } else {
            Build::Failed
        })
    }

    fn outcome(&self, built: Option<&Built>, test: &str, ends: Duration, log: &str) -> Result<Outcome> {
        let Some(built) = built else {
            return Ok(Outcome::Unclear("its program was not built".to_owned()));
        };
        let log = self.log(log, "test");
        if log.exists() {
            fs::remove_file(&log)?;
        }
        let mut command = Command::new(&built.program);
        command
            .args(["--exact", test])
            .current_dir(&built.package)
            .env("CARGO_MANIFEST_DIR", &built.package);
        let ended = self.runtime.block_on(async {
            let mut process = Process::spawn(test, &mut command, &log)?;
            process.wait(ends).await
        });
        let Ok(status) = ended else {
            return Ok(Outcome::Unclear(format!(
                "it did not end within {} s",
                ends.as_secs()
            )));
        };
        Ok(read(status.code(), &String::from_utf8_lossy(&fs::read(&log)?)))
    }

    fn log(&self, name: &str, kind: &str) -> PathBuf {
        let plain = |letter: char| {
            if letter.is_ascii_alphanumeric() {
                letter
            } else {
                '-'
            }
        };
        let name: String = name.chars().map(plain).collect();
        self.logs.join(Path::new(&format!("{name}.{kind}.log")))
    }
}

/// What a run of one test says of itself, with its exit code.
fn read(code: Option<i32>, text: &str) -> Outcome {
    let says = |result: &str| text.contains(&format!("test result: {result}"));
    match code {
        Some(0) if says("ok. 1 passed; 0 failed; 0 ignored") => Outcome::Passed,
        Some(101) if says("FAILED. 0 passed; 1 failed") => Outcome::Failed,
        _ if says("ok. 0 passed; 0 failed; 0 ignored") => {
            Outcome::Unclear("there is no such test".to_owned())
        }
        code => Outcome::Unclear(format!("it ended with {code:?} and without a result")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_test_that_ran_and_failed_has_failed() {
        let ended = |code, text: &str| read(code, &format!("running\n\n{text}; 3 filtered out\n"));
        let failed = "test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured";
        let passed = "test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured";
        assert_eq!(ended(Some(101), failed), Outcome::Failed);
        assert_eq!(ended(Some(0), passed), Outcome::Passed);
        for (code, text) in [
            (
                Some(0),
                "test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured",
            ),
            (
                Some(0),
                "test result: ok. 0 passed; 0 failed; 1 ignored; 0 measured",
            ),
            (Some(101), "no result"),
            (None, failed),
            (Some(0), failed),
        ] {
            assert!(
                matches!(ended(code, text), Outcome::Unclear(_)),
                "{code:?} {text}"
            );
        }
    }
}
