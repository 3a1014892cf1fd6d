//! Whole processes: real services, PostgreSQL, Kafka and simulators, one module per promise.

mod config;
mod grants;
mod mtls;
