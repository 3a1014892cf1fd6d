//! What staff answers without changing anything, a file per subject.

pub mod accounts;
pub mod grant_changes;
pub mod names;
pub mod nominations;
pub mod organisations;
