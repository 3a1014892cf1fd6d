//! Compiles the contract with protox (no protoc needed) into messages, clients, servers and a descriptor set.

use std::{fs, path::PathBuf};

use prost::Message as _;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let files = proto_files(PathBuf::from("deltaga"))?;
    println!("cargo:rerun-if-changed=deltaga");
    let mut compiler = protox::Compiler::new(["."])?;
    compiler
        .include_imports(true)
        .include_source_info(false)
        .open_files(&files)?;
    let out = out_dir();
    // The pool's own encoding keeps our options, which prost's descriptor types would drop.
    fs::write(
        out.join("descriptors.binpb"),
        compiler.encode_file_descriptor_set(),
    )?;
    let set = prost_types::FileDescriptorSet::decode(compiler.encode_file_descriptor_set().as_slice())?;
    tonic_prost_build::configure()
        .bytes(".")
        .include_file("packages.rs")
        .compile_fds_with_config(set, named())?;
    Ok(())
}

/// Messages know their name, so that they can be packed into `google.protobuf.Any`.
fn named() -> tonic_prost_build::Config {
    let mut config = tonic_prost_build::Config::new();
    config.enable_type_names();
    config.type_name_domain(["."], "type.googleapis.com");
    config
}

#[expect(
    clippy::disallowed_methods,
    reason = "cargo tells a build script its folder in no other way"
)]
fn out_dir() -> PathBuf {
    PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR for build scripts"))
}

fn proto_files(folder: PathBuf) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(proto_files(path)?);
        } else if path.extension().is_some_and(|extension| extension == "proto") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
