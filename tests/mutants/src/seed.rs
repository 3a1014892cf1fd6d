//! A first build need not begin with nothing: what a build of the workspace made of foreign crates is taken over. What
//! the compiler replaces whole is linked and takes no room; what is written in place is copied.

use std::collections::HashSet;
use std::fs::{self, File, FileTimes};
use std::path::Path;

use anyhow::Result;
use cargo_metadata::MetadataCommand;

/// Takes over what lies in the profile folder `built`, if nothing was built in `profile` yet.
pub fn seed(sources: &Path, built: &Path, profile: &Path) -> Result<()> {
    if profile.exists() || !built.join("deps").exists() {
        return Ok(());
    }
    let own = own_names(sources)?;
    let draft = profile.with_extension("draft");
    if draft.exists() {
        fs::remove_dir_all(&draft)?;
    }
    for folder in ["deps", "build", ".fingerprint"] {
        fs::create_dir_all(draft.join(folder))?;
        for entry in fs::read_dir(built.join(folder))? {
            let name = entry?.file_name();
            if !is_own(&name.to_string_lossy(), &own) {
                take(&built.join(folder).join(&name), &draft.join(folder).join(&name))?;
            }
        }
    }
    Ok(fs::rename(draft, profile)?)
}

/// Packages and targets of the workspace, spelt as crates.
fn own_names(sources: &Path) -> Result<HashSet<String>> {
    let metadata = MetadataCommand::new().current_dir(sources).no_deps().exec()?;
    let names = metadata.packages.iter().flat_map(|package| {
        let targets = package.targets.iter().map(|target| target.name.clone());
        targets.chain([package.name.to_string()])
    });
    Ok(names.map(|name| name.replace('-', "_")).collect())
}

/// What cargo writes is called `name-hash` or `libname-hash`.
fn is_own(file: &str, own: &HashSet<String>) -> bool {
    let stem = file
        .rsplit_once('-')
        .map_or(file, |(stem, _)| stem)
        .replace('-', "_");
    let is_named = |name: &str| own.contains(name);
    is_named(&stem) || stem.strip_prefix("lib").is_some_and(is_named)
}

fn take(from: &Path, to: &Path) -> Result<()> {
    let metadata = fs::symlink_metadata(from)?;
    if metadata.is_dir() {
        fs::create_dir(to)?;
        for entry in fs::read_dir(from)? {
            let name = entry?.file_name();
            take(&from.join(&name), &to.join(&name))?;
        }
        return Ok(());
    }
    let is_replaced_whole = from
        .extension()
        .is_some_and(|kind| ["rlib", "rmeta", "so"].iter().any(|whole| kind == *whole));
    if is_replaced_whole && fs::hard_link(from, to).is_ok() {
        return Ok(());
    }
    fs::copy(from, to)?;
    // Cargo tells by the times what is older than what it was made from.
    let times = FileTimes::new().set_modified(metadata.modified()?);
    File::options().append(true).open(to)?.set_times(times)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ours_is_told_by_its_name() {
        let own = HashSet::from(["consent".to_owned(), "bankid_simulator".to_owned()]);
        for (file, expected) in [
            ("libconsent-0a1b.rlib", true),
            ("consent-0a1b", true),
            ("bankid-simulator-0a1b", true),
            ("libc-0a1b", false),
            ("liblibc-0a1b.rlib", false),
            ("consent_form-0a1b.d", false),
        ] {
            assert_eq!(is_own(file, &own), expected, "{file}");
        }
    }
}
