//! participants in this process, with its own PostgreSQL database, real mutual TLS and a clock that stands still. identity
//! is a double of its contract with stored state; what others publish is given to the handlers as records.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]

mod access_log;
mod decisions;
mod decisions_at_once;
mod decisions_input;
mod golden;
mod inbox;
mod personal_data;
mod placements;
mod plans;
mod projections;
mod republish;
mod rollout;
mod search;
mod stand;
mod subject;
mod time;
