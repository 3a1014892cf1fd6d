//! The development stack: every process of Deltaga and its surroundings on one machine, started in order, waited for by
//! readiness and ended together. `make run` keeps it running; tests start the same stack on free ports.

pub mod manifests;
pub mod pages;
pub mod progress;
pub mod reset;
pub mod run;
pub mod stack;
pub mod surroundings;
pub mod topics;
pub mod torture;
pub mod tour;
