//! Breaks the services on purpose, one line at a time, in a copy of the sources, and asks of each break whether the suite
//! notices: first the test that the table names, then the journey. What nothing notices is a rule without a test.

pub mod bar;
mod cargo;
pub mod check;
pub mod results;
pub mod run;
mod seed;
pub mod table;
mod tree;
