//! The ready parts that commands and queries work with, put together once in `assemble`.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{TimeZone, offset};
use platform::clock::{SharedClock, SharedEntropy};
use platform::db::Database;
use platform::keys::KeyRing;

use crate::bankid::{BankidClient, BankidConfig};
use crate::domain::additions::Additions;
use crate::evidence::TrustAnchors;
use crate::measures::Measures;
use crate::messages::MessageSender;
use crate::signing_keys::SigningKeys;

/// What everything works with. Cheap to clone.
#[derive(Clone)]
pub struct Parts(Arc<Inner>);

/// The fields of [`Parts`].
pub struct Inner {
    /// Identity's database.
    pub database: Database,
    /// Seals what is stored.
    pub keys: KeyRing,
    /// Tells the time.
    pub clock: SharedClock,
    /// Gives randomness.
    pub entropy: SharedEntropy,
    /// BankID.
    pub bankid: BankidClient,
    /// What is offered beyond what people know.
    pub additions: Additions,
    /// How BankID is used.
    pub bankid_config: BankidConfig,
    /// Whose signatures hold.
    pub anchors: TrustAnchors,
    /// Outgoing messages.
    pub messages: MessageSender,
    /// Where links lead.
    pub public_url: String,
    /// Signs access tokens.
    pub signing_keys: Arc<SigningKeys>,
    /// What is counted.
    pub measures: Measures,
}

impl Parts {
    /// Shares the parts.
    pub fn new(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    /// The present instant.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

impl std::ops::Deref for Parts {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl std::fmt::Debug for Parts {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Parts")
    }
}

/// The latest day that it may be in Sweden at the instant: a number of somebody born this night is no number of the future.
pub fn latest_day(now: Timestamp) -> Date {
    now.to_zoned(TimeZone::fixed(offset(2))).date()
}
