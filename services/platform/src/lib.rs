//! What every service of Deltaga stands on. Each module is one capability with its own documentation, configuration
//! and tests; none knows a noun of the domain, and enumerations of principals and permissions come from `proto`.

pub mod access;
pub mod audit;
pub mod auth;
pub mod clock;
pub mod config;
pub mod consumer;
pub mod db;
pub mod grpc;
pub mod idempotency;
pub mod ids;
pub mod jobs;
pub mod kafka;
pub mod keys;
pub mod lingering;
pub mod operations;
pub mod outbox;
pub mod service;
pub mod subject;
pub mod telemetry;
pub mod uploads;

// sqlx.toml names the types of `db` by this path, from the library and from its tests alike.
extern crate self as platform;
