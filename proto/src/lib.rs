//! The contract of Deltaga: messages, clients and servers generated from the `.proto` files of this folder, and the
//! descriptors with our options. Nothing here is written by hand but this file.

/// Encoded `google.protobuf.FileDescriptorSet` of the whole contract with its imports and our options.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.binpb"));

#[expect(
    clippy::all,
    clippy::pedantic,
    clippy::allow_attributes,
    clippy::allow_attributes_without_reason,
    reason = "generated"
)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/packages.rs"));
}

pub use generated::deltaga::*;
