//! A page as something to be run: its blocks of shell, one after another in one shell, and the files that it has the
//! reader save.

use std::ffi::OsStr;
use std::fmt::{Display, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use tokio::process::Command;

/// Seconds after which a page is not waited for any more.
const PATIENCE: &str = "180";
const MARK: &str = "==> the block at line";

/// What a page has its reader do.
#[derive(Debug, Default)]
pub struct Page {
    commands: Vec<Block>,
    files: Vec<(String, String)>,
}

/// What the page's environment variables are set to.
#[derive(Debug, Default)]
pub struct Variables(Vec<(&'static str, String)>);

/// What the commands of a page wrote.
#[derive(Debug)]
pub struct Output(String);

#[derive(Debug)]
struct Block {
    line: usize,
    content: String,
}

impl Page {
    /// Takes the fenced blocks of a page: those of shell are commands, and those that follow a line which ends in a file's
    /// name and a colon are that file. Others are only there to be read.
    pub fn read(text: &str) -> Self {
        let mut page = Self::default();
        let mut before = "";
        let mut lines = text.lines().enumerate();
        while let Some((number, line)) = lines.next() {
            let Some(language) = line.strip_prefix("```") else {
                before = if line.trim().is_empty() { before } else { line };
                continue;
            };
            let inside = lines.by_ref().map(|(_, line)| line);
            let content: String = inside
                .take_while(|line| *line != "```")
                .flat_map(|line| [line, "\n"])
                .collect();
            if language == "sh" {
                let line = number + 1;
                page.commands.push(Block { line, content });
            } else if let Some(name) = named_file(before) {
                page.files.push((name.to_owned(), content));
            }
            before = "";
        }
        page
    }

    /// How many blocks of shell there are.
    pub fn commands(&self) -> usize {
        self.commands.len()
    }

    /// Does in the folder what the page says. Fails with the block and all output when a command fails.
    pub async fn run(&self, folder: &Path, variables: &Variables) -> Result<Output> {
        for (name, content) in &self.files {
            std::fs::write(folder.join(name), content)?;
        }
        std::fs::write(folder.join(".page.sh"), self.script())?;
        let ended = Command::new("timeout")
            .args([PATIENCE, "sh", ".page.sh"].map(OsStr::new))
            .current_dir(folder)
            .envs(variables.0.iter().map(|(name, value)| (name, value)))
            .kill_on_drop(true)
            .output()
            .await
            .context("no shell")?;
        let output = String::from_utf8_lossy(&ended.stdout).into_owned();
        let block = output.rsplit_once(MARK).map_or("", |(_, rest)| rest);
        ensure!(
            ended.status.success(),
            "{}, in the block at line{block}\nbefore:\n{output}",
            ended.status
        );
        Ok(Output(output))
    }

    fn script(&self) -> String {
        let mut script = "exec 2>&1\nset -eu\n".to_owned();
        for Block { line, content } in &self.commands {
            let _infallible = write!(script, "printf '\\n%s\\n' '{MARK} {line}'\n{content}");
        }
        script
    }
}

impl Variables {
    pub fn set(&mut self, name: &'static str, value: impl Display) {
        self.0.push((name, value.to_string()));
    }
}

impl Output {
    /// Fails unless this was written.
    pub fn tells(&self, what: &str) -> Result<()> {
        ensure!(self.0.contains(what), "{what:?} was not told:\n{}", self.0);
        Ok(())
    }
}

fn named_file(line: &str) -> Option<&str> {
    let name = line.strip_suffix("`:")?.rsplit_once('`')?.1;
    let is_file = name.contains('.') && !name.contains([' ', '/']);
    is_file.then_some(name)
}

#[test]
fn shell_is_run_and_files_are_those_that_are_named() {
    let text = "Save as `a.py`:\n\n```python\none\n\ntwo\n```\nThen\n```sh\nx\n```\nis like `b`:\n```json\n{}\n```\n";
    let page = Page::read(text);
    let files = [("a.py".to_owned(), "one\n\ntwo\n".to_owned())];
    assert_eq!(page.files, files);
    let lines: Vec<(usize, &str)> = page
        .commands
        .iter()
        .map(|block| (block.line, block.content.as_str()))
        .collect();
    assert_eq!(lines, [(9, "x\n")]);
}

#[tokio::test]
async fn a_command_that_fails_is_told_with_its_block() {
    let folder = tempfile::tempdir().unwrap();
    let page = Page::read("```sh\ntrue\n```\n```sh\necho seen >&2\nfalse\necho unseen\n```\n");
    let failed = page.run(folder.path(), &Variables::default()).await;
    let told = failed.unwrap_err().to_string();
    assert!(
        told.contains("at line 4\nseen\n") && !told.contains("unseen"),
        "{told}"
    );
}
