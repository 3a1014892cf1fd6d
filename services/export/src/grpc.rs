//! The calls of export: thin adapters between the contract and the use cases.

pub mod callers;
pub mod convert;
pub mod runs;
pub mod settlements;
pub mod subject;
