//! `[keys]`: where the key-encryption key lies, and the key itself.

use std::fmt;
use std::path::{Path, PathBuf};

use aws_lc_rs::aead::LessSafeKey;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{KEY_LENGTH, KeyBytes, KeyError, cipher};
use crate::config::{Key, Section};

/// `[keys]`: where the key-encryption key lies.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct KeysConfig {
    /// File with 32 bytes in hexadecimal or base64.
    pub key_encryption_key_file: PathBuf,
}

/// The key that wraps the keys of the ring. It lives in a file and in memory, never in the database.
pub struct KeyEncryptionKey {
    fingerprint: String,
    cipher: LessSafeKey,
}

// === impl KeysConfig ===

impl Section for KeysConfig {
    const KEYS: &'static [Key] = &[Key::new(
        "key_encryption_key_file",
        "File with the key that wraps all others: 32 bytes, hexadecimal or base64. Lost with it is all that is sealed.",
    )];

    fn example(service: &str) -> Self {
        Self {
            key_encryption_key_file: format!("/etc/deltaga/{service}/key-encryption-key").into(),
        }
    }
}

// === impl KeyEncryptionKey ===

impl KeyEncryptionKey {
    /// Reads the key's file.
    pub fn load(config: &KeysConfig) -> Result<Self, KeyError> {
        Self::read(&config.key_encryption_key_file)
    }

    /// Takes the bytes of a key; for tests.
    pub fn from_bytes(bytes: [u8; KEY_LENGTH]) -> Self {
        let bytes = Zeroizing::new(bytes);
        let fingerprint = hex::encode(&digest(&SHA256, &*bytes).as_ref()[..8]);
        Self {
            fingerprint,
            cipher: cipher(&bytes),
        }
    }

    /// Tells keys apart without telling the key.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    pub(super) fn cipher(&self) -> &LessSafeKey {
        &self.cipher
    }

    fn read(path: &Path) -> Result<Self, KeyError> {
        let text = std::fs::read_to_string(path)
            .map(Zeroizing::new)
            .map_err(|_| KeyError::KeyFile("no such file"))?;
        let bytes = parse(text.trim()).ok_or(KeyError::KeyFile("not 32 bytes in hexadecimal or base64"))?;
        Ok(Self::from_bytes(*bytes))
    }
}

impl fmt::Debug for KeyEncryptionKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "KeyEncryptionKey({})", self.fingerprint)
    }
}

fn parse(text: &str) -> Option<KeyBytes> {
    let bytes = Zeroizing::new(
        hex::decode(text)
            .ok()
            .or_else(|| BASE64_STANDARD.decode(text).ok())?,
    );
    <[u8; KEY_LENGTH]>::try_from(bytes.as_slice())
        .ok()
        .map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_in_hexadecimal_and_base64() {
        let key = [7; KEY_LENGTH];

        assert_eq!(parse(&hex::encode(key)).as_deref(), Some(&key));
        assert_eq!(parse(&BASE64_STANDARD.encode(key)).as_deref(), Some(&key));
    }

    #[test]
    fn a_key_of_another_length_is_refused() {
        assert!(parse(&hex::encode([7; 16])).is_none());
        assert!(parse("").is_none());
        assert!(parse("not a key").is_none());
    }
}
