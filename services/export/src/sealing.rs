//! Sealed files: what stands in them (`docs/export-format.md`), how they are sealed to the recipient's public key while
//! they are written, and where they lie. Memory stays flat: rows come in batches, and what is sealed goes on at once.

pub mod file;
pub mod files;
pub mod lines;
pub mod rows;
