//! Keyed hashes for looking up what is stored encrypted. Each purpose has a key of its own, derived from one root.

use std::fmt;

use aws_lc_rs::hkdf::{HKDF_SHA256, Prk};
use aws_lc_rs::hmac::{self, HMAC_SHA256};
use zeroize::Zeroizing;

use super::{KEY_LENGTH, KeyBytes, Purpose};

/// The root of the keys for look-up hashes.
pub(super) struct LookupRoot(Prk);

// === impl LookupRoot ===

impl LookupRoot {
    pub(super) fn new(bytes: &KeyBytes) -> Self {
        // The root is uniformly random, so the first half of HKDF has nothing to do.
        Self(Prk::new_less_safe(HKDF_SHA256, &**bytes))
    }

    pub(super) fn mac(&self, purpose: Purpose, bytes: &[u8]) -> [u8; KEY_LENGTH] {
        let mut key = Zeroizing::new([0; KEY_LENGTH]);
        self.0
            .expand(&[b"deltaga lookup ", purpose.as_str().as_bytes()], HKDF_SHA256)
            .and_then(|derived| derived.fill(&mut *key))
            .expect("32 bytes are within what HKDF gives");
        let tag = hmac::sign(&hmac::Key::new(HMAC_SHA256, &*key), bytes);
        tag.as_ref()
            .try_into()
            .expect("a tag of HMAC-SHA256 has 32 bytes")
    }
}

impl fmt::Debug for LookupRoot {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("LookupRoot")
    }
}
