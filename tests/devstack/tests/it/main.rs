//! The development stack's own promises.

mod manifests;
mod surroundings;
