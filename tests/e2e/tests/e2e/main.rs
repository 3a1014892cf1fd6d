//! Whole processes: real services, PostgreSQL, Kafka and simulators, one module per promise.

mod answers;
mod browser;
mod config;
mod docs;
mod drain;
mod grants;
mod journey;
mod journey_kills;
mod kills;
mod long_outage;
mod mtls;
mod own_data;
mod personal_data;
mod rebuild;
mod receivers;
mod restore;
mod sessions;
mod tour;
mod trace;
