//! The gRPC face of staff: decode, call, encode. The policy layer has let the caller through; what is decided here is
//! whose data the call is about.

pub mod accounts;
pub mod convert;
pub mod grants;
pub mod names;
pub mod nominations;
pub mod register;

mod callers;
