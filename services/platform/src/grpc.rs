//! Calls in and out: mutual TLS, server, client, deadlines, trace context, reflection, and the one place where a refusal
//! becomes a gRPC status. Services see requests that the policy layer has let through and answer with a `Rejection`.

pub mod fields;
pub mod rejection;
pub mod tls;

pub use fields::{FieldViolation, Fields};
pub use rejection::{Code, Rejection};
pub use tls::{TlsConfig, TlsError, TlsIdentity};
