//! The platform's capabilities against real PostgreSQL (and Kafka): one file per capability, a database per test.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]

mod access;
mod audit;
mod broker;
mod calls;
mod consumer;
mod db;
mod grants;
mod idempotency;
mod jobs;
mod keys;
mod operations;
mod outbox;
mod relay;
mod restore;
mod service;
mod stand;
mod uploads;
