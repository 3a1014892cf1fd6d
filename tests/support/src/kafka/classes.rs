//! The classes a broker loads, checked once and mapped into memory by every later start, which then takes half the time.
//! A Java that the archive was not made by starts as without it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

/// Where the archive of these jars is looked for; taken away with them.
fn archive(libraries: &Path) -> PathBuf {
    libraries.join("classes.jsa")
}

/// Where the broker at this port writes it: beside its place, so that renaming it crosses no file system.
pub fn in_the_making(libraries: &Path, port: u16) -> PathBuf {
    libraries.join(format!("classes.{port}.making"))
}

/// Whether somebody has made it.
pub fn are_kept(libraries: &Path) -> bool {
    archive(libraries).exists()
}

/// The option that starts a Java with the archive; without effect while there is none.
pub fn mapped(libraries: &Path) -> String {
    format!("-XX:SharedArchiveFile={}", archive(libraries).display())
}

/// The option that has a Java write what it loaded to `making` when it ends.
pub fn kept_at_end(making: &Path) -> String {
    format!("-XX:ArchiveClassesAtExit={}", making.display())
}

/// Has what was written used from now on. A Java that cannot write it wrote nothing.
pub fn keep(making: &Path, libraries: &Path) -> Result<()> {
    if making.exists() {
        fs::rename(making, archive(libraries))?;
    }
    Ok(())
}
