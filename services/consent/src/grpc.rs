//! The gRPC face of consent: decode, call, encode. The policy layer has let the caller through; what is decided here is
//! whose data the call is about.

pub mod consents;
pub mod convert;
pub mod disclosures;
pub mod explain;
pub mod subject;

mod callers;
