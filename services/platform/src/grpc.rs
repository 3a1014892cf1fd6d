//! Calls in and out: mutual TLS, server, client, deadlines, trace context, reflection, and the one place where a refusal
//! becomes a gRPC status. Services see requests that the policy layer has let through and answer with a `Rejection`.

mod boundary;
pub mod client;
pub mod convert;
pub mod deadline;
pub mod fields;
pub mod health;
pub mod rejection;
pub mod server;
pub mod tls;
pub mod trace;

pub use boundary::MESSAGE_LIMIT;
pub use client::{ClientChannel, PeerConfig};
pub use deadline::Deadline;
pub use fields::{FieldViolation, Fields};
pub use health::HealthProbe;
pub use rejection::{Code, Rejection};
pub use server::{BindError, BoundServer, Server};
pub use tls::{Peer, TlsConfig, TlsError, TlsIdentity};
