//! The key ring: epoch keys in the database, wrapped by a key-encryption key from a file and held in memory. They seal
//! what is small and short-lived and wrap keys of single aggregates, so that erasing one key erases what is under it.
//! Look-up hashes are keyed by a key of their own that does not change with the epoch.

mod config;
mod lookup;
mod ring;
mod sealed;
mod wrapped;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use uuid::Uuid;
use zeroize::Zeroizing;

pub use self::config::{KeyEncryptionKey, KeysConfig};
pub use self::ring::KeyRing;
pub use self::sealed::{NotSealed, Sealed};
pub use self::wrapped::{OpenKey, WrappedKey};
use crate::clock::Entropy;
use crate::db::DbError;
use crate::grpc::Rejection;

/// Bytes of a key.
const KEY_LENGTH: usize = 32;

/// Bytes of a nonce of AES-256-GCM.
const NONCE_LENGTH: usize = 12;

/// What a ciphertext or a hash is for: a word in code, such as `idempotency.response`. It is bound into the ciphertext,
/// so that one cannot be passed off as another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Purpose(&'static str);

/// Why a key or a ciphertext could not be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file of the key-encryption key cannot be read or holds no key.
    #[error("the key-encryption key cannot be used: {0}")]
    KeyFile(&'static str),
    /// The ring was made under another key-encryption key.
    #[error("the key ring is wrapped by key {expected}, the file holds key {found}")]
    WrongKeyFile {
        /// Fingerprint of the key that wraps the ring.
        expected: String,
        /// Fingerprint of the key in the file.
        found: String,
    },
    /// The ring has no key of that id: it was erased, or the row belongs to another database.
    #[error("key {key_id} version {version} is not in the ring")]
    UnknownKey {
        /// The key.
        key_id: Uuid,
        /// Its version.
        version: i32,
    },
    /// The ciphertext was changed, or belongs to another purpose, owner or key.
    #[error("the ciphertext does not open for {0}")]
    Refused(&'static str),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Key bytes that are overwritten when dropped.
type KeyBytes = Zeroizing<[u8; KEY_LENGTH]>;

// === impl Purpose ===

impl Purpose {
    /// Names a purpose.
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// The name.
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// What is authenticated beside the ciphertext: purpose and the caller's own binding, unambiguously joined.
    fn bind(self, aad: &[u8]) -> Vec<u8> {
        let length = u32::try_from(self.0.len()).expect("a purpose is a word in code");
        [&length.to_be_bytes(), self.0.as_bytes(), aad].concat()
    }
}

// === impl KeyError ===

impl From<KeyError> for Rejection {
    fn from(error: KeyError) -> Self {
        if let KeyError::Db(error) = error {
            error.into()
        } else {
            Self::internal(error)
        }
    }
}

fn random_key(entropy: &dyn Entropy) -> KeyBytes {
    let mut bytes = Zeroizing::new([0; KEY_LENGTH]);
    entropy.fill(&mut *bytes);
    bytes
}

fn cipher(key: &KeyBytes) -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &**key).expect("the key has the length of the algorithm"))
}

/// A random nonce serves 2^32 messages of one key; epochs end long before.
fn encrypt(
    cipher: &LessSafeKey,
    entropy: &dyn Entropy,
    aad: &[u8],
    plaintext: &[u8],
) -> ([u8; NONCE_LENGTH], Vec<u8>) {
    let mut nonce = [0; NONCE_LENGTH];
    entropy.fill(&mut nonce);
    let mut bytes = Vec::with_capacity(plaintext.len() + AES_256_GCM.tag_len());
    bytes.extend_from_slice(plaintext);
    cipher
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(aad), &mut bytes)
        .expect("the plaintext is shorter than the 64 GiB that one nonce serves");
    (nonce, bytes)
}

fn decrypt(
    cipher: &LessSafeKey,
    nonce: [u8; NONCE_LENGTH],
    aad: &[u8],
    ciphertext: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(ciphertext.to_vec());
    let nonce = Nonce::assume_unique_for_key(nonce);
    let length = cipher
        .open_in_place(nonce, Aad::from(aad), &mut bytes)
        .ok()?
        .len();
    bytes.truncate(length);
    Some(bytes)
}
