//! What identity tells the others.

pub mod publish;
pub mod republish;
