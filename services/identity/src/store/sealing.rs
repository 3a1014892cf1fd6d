//! Values sealed under the key ring, bound to what they are for and to the row they lie in.

use platform::keys::{KeyRing, Purpose, Sealed};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::error::{Error, Result};

/// A flow's order as it was asked for.
pub const FLOW_REQUEST: Purpose = Purpose::new("flow.request");
/// A flow's order as BankID answered.
pub const FLOW_ORDER: Purpose = Purpose::new("flow.order");
/// What BankID told of a completed flow.
pub const FLOW_COMPLETION: Purpose = Purpose::new("flow.completion");
/// A browser as it named itself.
pub const SESSION_AGENT: Purpose = Purpose::new("session.agent");
/// What somebody is to read and sign.
pub const SIGNATURE_TEXT: Purpose = Purpose::new("signature.text");
/// Where an invitation goes.
pub const INVITATION_ADDRESS: Purpose = Purpose::new("invitation.address");
/// The secret of a link that has not left yet.
pub const INVITATION_SECRET: Purpose = Purpose::new("invitation.secret");

/// Seals a value into the row of `key`.
pub fn seal(keys: &KeyRing, purpose: Purpose, key: Uuid, value: &impl Serialize) -> Sealed {
    let plain =
        Zeroizing::new(serde_json::to_vec(value).expect("sealed values are plain values under text keys"));
    keys.seal(purpose, key.as_bytes(), &plain)
}

/// Opens a value of the row of `key`.
pub fn open<T: DeserializeOwned>(keys: &KeyRing, purpose: Purpose, key: Uuid, sealed: &Sealed) -> Result<T> {
    let plain = keys.unseal(purpose, key.as_bytes(), sealed)?;
    serde_json::from_slice(&plain).map_err(|_| Error::inconsistent(purpose.as_str(), "sealed value", key))
}

/// A stored hash. The table's check has its length.
pub fn hash(table: &'static str, column: &'static str, key: Uuid, bytes: &[u8]) -> Result<[u8; 32]> {
    bytes
        .try_into()
        .map_err(|_| Error::inconsistent(table, column, key))
}
