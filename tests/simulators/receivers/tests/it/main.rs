//! The receivers from outside: real mutual TLS, real seals, every switch.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

mod stage;
mod switches;
mod taking;
