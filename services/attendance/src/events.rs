//! What attendance tells the others, and what it takes from them.

pub mod on_document;
pub mod on_organisation;
pub mod on_placement;
pub mod on_signature;
pub mod on_unit;
pub mod publish;
mod read;
pub mod republish;
