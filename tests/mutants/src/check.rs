//! Whether the table still fits the sources: each line stands in its file once, and each test is where it is said to be.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::table::{Mutation, Target};

/// Everything that is stale in the table, row by row.
pub fn faults(sources: &Path, table: &[Mutation]) -> Vec<String> {
    let mut names = HashSet::new();
    let mut faults = Vec::new();
    for mutation in table {
        let found = [
            (!names.insert(&mutation.name)).then(|| "another row has its name".to_owned()),
            line_fault(sources, mutation),
            (!has_test(sources, mutation)).then(|| format!("there is no test {}", mutation.named())),
        ];
        let told = found.into_iter().flatten();
        faults.extend(told.map(|fault| format!("{}: {fault}", mutation.name)));
    }
    faults
}

fn line_fault(sources: &Path, mutation: &Mutation) -> Option<String> {
    let Ok(source) = fs::read_to_string(sources.join(&mutation.file)) else {
        return Some(format!("there is no file {}", mutation.file.display()));
    };
    if mutation.before.trim() == mutation.after.trim() || mutation.after.contains('\n') {
        return Some("nothing is broken, or more than a line".to_owned());
    }
    mutation.apply(&source).err().map(|fault| fault.to_string())
}

fn has_test(sources: &Path, mutation: &Mutation) -> bool {
    let mut modules: Vec<&str> = mutation.test.split("::").collect();
    let Some(name) = modules.pop() else { return false };
    let declared = format!("fn {name}(");
    let package = package(sources, &mutation.package);
    let is_in = |modules: &[&str], also: &str| {
        let source = fs::read_to_string(file_of(&package, mutation.target, modules));
        source.is_ok_and(|source| source.contains(&declared) && source.contains(also))
    };
    // A module has a file of its own or is inside another's.
    is_in(&modules, "")
        || modules
            .split_last()
            .is_some_and(|(last, outer)| is_in(outer, &format!("mod {last} {{")))
}

/// Packages lie in a folder of their name.
fn package(sources: &Path, name: &str) -> PathBuf {
    let service = sources.join("services").join(name);
    if service.exists() {
        service
    } else {
        sources.join("tests").join(name)
    }
}

fn file_of(package: &Path, target: Target, modules: &[&str]) -> PathBuf {
    let (folder, root) = match target {
        Target::Lib => (package.join("src"), "lib.rs"),
        Target::It => (package.join("tests/it"), "main.rs"),
    };
    if modules.is_empty() {
        folder.join(root)
    } else {
        folder.join(modules.join("/")).with_extension("rs")
    }
}
