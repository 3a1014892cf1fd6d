//! Asserts the dependency arrows of the workspace from cargo's own metadata, and that domain code stays free of
//! transport, storage and broker.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

fn metadata() -> Metadata {
    MetadataCommand::new()
        .no_deps()
        .exec()
        .expect("cargo metadata of the workspace")
}

fn is_service(package: &Package) -> bool {
    package
        .manifest_path
        .parent()
        .is_some_and(|folder| folder.parent().is_some_and(|up| up.ends_with("services")))
        && package.name.as_str() != "platform"
}

fn own_dependencies(package: &Package, members: &BTreeSet<String>, kind: DependencyKind) -> BTreeSet<String> {
    let of_kind = package
        .dependencies
        .iter()
        .filter(|dependency| dependency.kind == kind);
    of_kind
        .map(|dependency| dependency.name.clone())
        .filter(|name| members.contains(name))
        .collect()
}

fn members(metadata: &Metadata) -> BTreeSet<String> {
    metadata
        .workspace_packages()
        .iter()
        .map(|package| package.name.to_string())
        .collect()
}

#[test]
fn a_service_depends_on_the_contract_and_the_platform_only() {
    let metadata = metadata();
    let members = members(&metadata);
    let allowed: BTreeSet<_> = ["platform", "proto"].map(String::from).into();
    let services: Vec<_> = metadata
        .workspace_packages()
        .into_iter()
        .filter(|package| is_service(package))
        .collect();
    assert!(services.len() >= 2, "services found by their folder");
    for package in services {
        let own = own_dependencies(package, &members, DependencyKind::Normal);
        assert!(own.is_subset(&allowed), "{} depends on {own:?}", package.name);
    }
}

#[test]
fn the_platform_depends_on_the_contract_only() {
    let metadata = metadata();
    let members = members(&metadata);
    let platform = metadata
        .workspace_packages()
        .into_iter()
        .find(|package| package.name.as_str() == "platform");
    let own = own_dependencies(
        platform.expect("the platform crate"),
        &members,
        DependencyKind::Normal,
    );
    assert_eq!(own, BTreeSet::from(["proto".to_owned()]));
}

#[test]
fn the_contract_depends_on_nothing_of_ours() {
    let metadata = metadata();
    let members = members(&metadata);
    let contract = metadata
        .workspace_packages()
        .into_iter()
        .find(|package| package.name.as_str() == "proto");
    let own = own_dependencies(
        contract.expect("the contract crate"),
        &members,
        DependencyKind::Normal,
    );
    assert!(own.is_empty(), "proto depends on {own:?}");
}

#[test]
fn the_expected_rows_are_computed_without_code_or_contract_of_ours() {
    let metadata = metadata();
    let members = members(&metadata);
    let expected = metadata
        .workspace_packages()
        .into_iter()
        .find(|package| package.name.as_str() == "expected")
        .expect("the crate that computes the expected rows");
    for kind in [
        DependencyKind::Normal,
        DependencyKind::Development,
        DependencyKind::Build,
    ] {
        let own = own_dependencies(expected, &members, kind);
        assert!(own.is_empty(), "expected depends on {own:?}");
    }
}

#[test]
fn test_support_is_never_part_of_a_service() {
    let metadata = metadata();
    for package in metadata
        .workspace_packages()
        .into_iter()
        .filter(|package| is_service(package))
    {
        for dependency in &package.dependencies {
            let from_tests = dependency
                .path
                .as_ref()
                .is_some_and(|path| path.components().any(|part| part.as_str() == "tests"));
            assert!(
                !from_tests || dependency.kind == DependencyKind::Development,
                "{} → {}",
                package.name,
                dependency.name
            );
        }
    }
}

#[test]
fn domain_code_knows_no_transport_storage_broker_or_runtime() {
    let banned = [
        "tonic",
        "sqlx",
        "rdkafka",
        "tokio",
        "reqwest",
        "platform::db",
        "platform::grpc",
        "platform::kafka",
    ];
    let root: PathBuf = metadata().workspace_root.into();
    let mut offences = Vec::new();
    for file in rust_files(&root.join("services")) {
        if file.components().any(|part| part.as_os_str() == "domain") || file.ends_with("domain.rs") {
            let text = fs::read_to_string(&file).expect("a source file");
            offences.extend(
                banned
                    .iter()
                    .filter(|name| mentions(&text, name))
                    .map(|name| format!("{}: {name}", file.display())),
            );
        }
    }
    assert!(offences.is_empty(), "{offences:#?}");
}

#[test]
fn no_hand_written_file_exceeds_400_lines() {
    let root: PathBuf = metadata().workspace_root.into();
    let files = ["services", "tests", "proto/src"]
        .iter()
        .flat_map(|folder| rust_files(&root.join(folder)));
    let long: Vec<_> = files
        .map(|file| {
            (
                fs::read_to_string(&file).expect("a source file").lines().count(),
                file,
            )
        })
        .filter(|(lines, _)| *lines > 400)
        .collect();
    assert!(long.is_empty(), "{long:#?}");
}

/// Whether code (not a comment) uses a path that begins with `name`.
fn mentions(text: &str, name: &str) -> bool {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.into_iter()
        .any(|line| line.contains(&format!("{name}::")) || line.contains(&format!("use {name};")))
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}
