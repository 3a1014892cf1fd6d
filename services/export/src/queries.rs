//! Reads for the agency, a file per thing, and for the person that rows are about.

pub mod own_records;
pub mod parts;
pub mod rows;
pub mod run;
pub mod watch;
