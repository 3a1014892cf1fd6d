//! What staff tells the others.

pub mod heartbeat;
pub mod publish;
pub mod republish;
