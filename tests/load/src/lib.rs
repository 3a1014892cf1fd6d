//! What the benchmarks of services stand on: a service in this process behind mutual TLS with threads of its own, callers of
//! every kind, large tables that are made once and cloned, latency from the intended send time, and the plans of what ran.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark stops where it stands and prints"
)]

mod callers;
mod latency;
#[path = "../../../services/platform/benches/shared/pinned.rs"]
mod pinned;
mod plans;
mod programs;
#[path = "../../../services/platform/benches/shared/ratio.rs"]
mod ratio;
mod stand;
mod tables;

pub use callers::{Caller, id};
pub use latency::{Case, Latencies, check, measure};
pub use pinned::Pinned;
pub use plans::Plans;
pub use programs::cpu_of_database;
pub use ratio::conclude;
pub use stand::Stand;
pub use tables::{Recipe, Tables};
