//! What every test and the development stack stand on: a private PostgreSQL cluster, one Kafka broker, a development
//! certificate authority, processes that are killed with their parent, and waiting with a deadline.
//! Services see this crate as a dev-dependency only; it depends on none of them.

pub mod ca;
pub mod eventually;
pub mod files;
pub mod held_tables;
pub mod kafka;
pub mod otlp;
pub mod people;
pub mod ports;
pub mod postgres;
pub mod process;
pub mod proxy;
pub mod ready;
pub mod service;
pub mod shared;
pub mod topics;

pub use eventually::{eventually, try_eventually};
