//! Records of others, applied once each whatever happens. Most records here would change the result if they were taken
//! as they come: older ones after newer, copies, states after a tombstone.

mod ending;
pub mod ledger;
mod log;
mod rebuild;
mod share;
mod state;
mod trace;
