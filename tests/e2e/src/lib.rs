//! What the tests of whole processes share: a stack with the tour done, the room for a few of them side by side, probes
//! that decide by the platform's grants, accounts that change at random, and the numbers that the large runs ask for.

pub mod accounts;
pub mod arrivals;
pub mod laps;
pub mod numbers;
pub mod probe;
pub mod projection;
pub mod room;
pub mod scan;
pub mod sinks;
pub mod topic;
pub mod workers;
pub mod world;
