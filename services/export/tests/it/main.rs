//! export in this process, with its own PostgreSQL database, real mutual TLS, the receivers' simulator, and a clock that
//! stands still. identity and consent are doubles of their contracts; the real ones are part of the end-to-end tests.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]

mod callers;
mod database;
mod deaths;
mod earlier;
mod golden;
mod holds;
mod input;
mod resume;
mod runs;
mod settled;
mod stale;
mod stand;
mod subject;
mod trouble;
mod windows;
mod withheld;
