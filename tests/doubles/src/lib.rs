//! Doubles of services for the tests of another one: they speak the contract behind the real gate of the platform, so that
//! whoever calls must come with its own certificate, and keep what they are told in memory.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]

mod gate;
mod identity;
mod staff;

pub use gate::{gate, serve, tls_of};
pub use identity::{Document, FakeIdentity};
pub use staff::FakeStaff;
