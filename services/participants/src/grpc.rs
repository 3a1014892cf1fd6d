//! The adapters: decode, call, encode. Who calls is in `callers`, messages and domain meet in `convert`.

pub mod access_log;
pub mod callers;
pub mod convert;
pub mod decisions;
pub mod inbox;
pub mod placements;
pub mod plans;
pub mod subject;
