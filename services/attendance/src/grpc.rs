//! The contract's calls, one adapter per service: decode, call, encode.

pub mod answers;
mod callers;
pub mod catalogue;
pub mod convert;
pub mod months;
pub mod payments;
pub mod subject;
