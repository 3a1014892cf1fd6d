//! Reads for the agency, a file per thing.

pub mod parts;
pub mod rows;
pub mod run;
pub mod watch;
