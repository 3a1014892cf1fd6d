//! The surroundings tried for real: PostgreSQL and Kafka started, killed and started again, and what they must refuse.

mod broker;
mod cluster;
mod databases;
mod fault_proxy;
mod shared_broker;
mod telemetry_sink;
