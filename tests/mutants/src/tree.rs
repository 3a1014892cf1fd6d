//! The copy of the sources in which lines are broken. Only files that differ are written, so that what was built from the
//! copy before stays built.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use aws_lc_rs::digest::{Context as Digest, SHA256};

use crate::table::Mutation;

/// What is no source.
const SKIPPED: [&str; 4] = [".git", ".run", "node_modules", "target"];

/// The copy.
pub struct Tree {
    root: PathBuf,
}

impl Tree {
    /// Makes the copy say what the sources say; answers it with a digest of all of them.
    pub fn copy(sources: &Path, root: PathBuf) -> Result<(Self, String)> {
        fs::create_dir_all(&root)?;
        let wanted = files(sources)?;
        for stale in files(&root)?.difference(&wanted) {
            fs::remove_file(root.join(stale))?;
        }
        let mut digest = Digest::new(&SHA256);
        for file in &wanted {
            let content = copy_file(&sources.join(file), &root.join(file))?;
            for part in [file.as_os_str().as_encoded_bytes(), &content] {
                digest.update(&part.len().to_be_bytes());
                digest.update(part);
            }
        }
        Ok((Self { root }, hex::encode(digest.finish())))
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Does the work while the line is broken.
    pub fn broken<T>(&self, mutation: &Mutation, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let file = self.root.join(&mutation.file);
        let whole = fs::read_to_string(&file)?;
        fs::write(&file, mutation.apply(&whole)?)?;
        let outcome = work();
        fs::write(&file, whole)?;
        outcome
    }
}

/// The files below a folder, by their paths from there.
fn files(root: &Path) -> Result<BTreeSet<PathBuf>> {
    let mut found = BTreeSet::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root.join(&folder))? {
            let entry = entry?;
            let path = folder.join(entry.file_name());
            let kind = entry.file_type()?;
            if SKIPPED.iter().any(|skipped| entry.file_name() == *skipped) {
                continue;
            }
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() {
                found.insert(path);
            }
        }
    }
    Ok(found)
}

/// Copies if there is a difference; answers the content.
fn copy_file(from: &Path, to: &Path) -> Result<Vec<u8>> {
    let content = fs::read(from).with_context(|| format!("cannot read {}", from.display()))?;
    if fs::read(to).is_ok_and(|present| present == content) {
        return Ok(content);
    }
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(to, &content).with_context(|| format!("cannot write {}", to.display()))?;
    fs::set_permissions(to, fs::metadata(from)?.permissions())?;
    Ok(content)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Target;

    fn write(root: &Path, file: &str, content: &str) {
        let file = root.join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content).unwrap();
    }

    #[test]
    fn the_copy_is_the_sources_without_what_was_built() {
        let (sources, copy) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        write(sources.path(), "services/a/src/lib.rs", "one");
        write(sources.path(), "target/debug/a", "built");
        write(copy.path(), "services/gone/src/lib.rs", "old");
        write(copy.path(), ".run/state", "kept");

        let (_, first) = Tree::copy(sources.path(), copy.path().to_path_buf()).unwrap();

        assert_eq!(
            files(copy.path()).unwrap(),
            BTreeSet::from(["services/a/src/lib.rs".into()])
        );
        assert!(!copy.path().join("target").exists());
        assert!(copy.path().join(".run/state").exists());
        write(sources.path(), "services/a/src/lib.rs", "two");
        let (_, second) = Tree::copy(sources.path(), copy.path().to_path_buf()).unwrap();
        assert_ne!(first, second);
        let copied = fs::read_to_string(copy.path().join("services/a/src/lib.rs")).unwrap();
        assert_eq!(copied, "two");
    }

    #[test]
    fn what_is_the_same_is_not_written_again() {
        let (sources, copy) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        write(sources.path(), "a.rs", "one");
        Tree::copy(sources.path(), copy.path().to_path_buf()).unwrap();
        let written = || {
            fs::metadata(copy.path().join("a.rs"))
                .unwrap()
                .modified()
                .unwrap()
        };
        let before = written();
        Tree::copy(sources.path(), copy.path().to_path_buf()).unwrap();
        assert_eq!(written(), before);
    }

    #[test]
    fn a_broken_line_is_whole_again_also_when_the_work_fails() {
        let (sources, copy) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        write(sources.path(), "a.rs", "fn a() {}\n");
        let (tree, _) = Tree::copy(sources.path(), copy.path().to_path_buf()).unwrap();
        let mutation = Mutation {
            name: String::new(),
            rule: String::new(),
            file: "a.rs".into(),
            before: "fn a() {}".to_owned(),
            after: "fn b() {}".to_owned(),
            package: String::new(),
            target: Target::Lib,
            test: String::new(),
        };
        let read = || fs::read_to_string(copy.path().join("a.rs")).unwrap();
        let failed: Result<()> = tree.broken(&mutation, || {
            assert_eq!(read(), "fn b() {}\n");
            anyhow::bail!("it fails")
        });
        assert!(failed.is_err());
        assert_eq!(read(), "fn a() {}\n");
    }
}
