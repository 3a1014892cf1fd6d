//! The simulator from outside: real mutual TLS, real signatures, the control port over HTTP.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

mod control;
mod evidence;
mod orders;
mod stage;
mod transport;
