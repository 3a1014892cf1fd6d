//! Places and small file habits shared by all surroundings: where `.run` is, files replaced whole, locks between
//! processes, and names that no other test uses.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The root of the workspace these sources belong to.
pub fn workspace_root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors()
        .nth(2)
        .expect("this crate lies two folders below the workspace root")
        .to_path_buf()
}

/// The folder that holds everything a run leaves behind.
pub fn run_folder() -> PathBuf {
    workspace_root().join(".run")
}

/// A name with the given prefix that no other test, process or earlier run has used.
pub fn unique(prefix: &str) -> String {
    let mut bytes = [0_u8; 6];
    aws_lc_rs::rand::fill(&mut bytes).expect("the operating system gives random bytes");
    format!("{prefix}{}", hex::encode(bytes))
}

/// Writes the whole file or nothing, readable by its owner only: a reader never sees half a key.
pub fn replace(path: &Path, content: &str) -> Result<()> {
    replace_with_mode(path, content, 0o600)
}

/// Like [`replace`], with the given permission bits.
pub fn replace_with_mode(path: &Path, content: &str, mode: u32) -> Result<()> {
    let folder = path.parent().context("a file lies in a folder")?;
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let draft = folder.join(unique(".draft-"));
    let mut file = File::options()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(&draft)?;
    file.write_all(content.as_bytes())?;
    fs::rename(&draft, path).with_context(|| format!("cannot write {}", path.display()))
}

/// Waits for the exclusive lock of the file, which is released when the returned handle is dropped.
pub fn lock(path: &Path) -> Result<File> {
    let file = open_lock(path)?;
    file.lock()
        .with_context(|| format!("cannot lock {}", path.display()))?;
    Ok(file)
}

/// Opens (and makes) a lock file without taking its lock.
pub fn open_lock(path: &Path) -> Result<File> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .with_context(|| format!("cannot open {}", path.display()))
}

/// The last lines of a file, for an error message about the process that wrote it.
pub fn tail(path: &Path, lines: usize) -> String {
    let content = fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&content);
    let all: Vec<&str> = text.lines().collect();
    all[all.len().saturating_sub(lines)..].join("\n")
}
