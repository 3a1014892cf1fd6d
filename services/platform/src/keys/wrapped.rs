//! A key of a single aggregate, wrapped by the ring. Destroying the wrapped key makes all that is under it unreadable,
//! in backups and copies too.

use std::fmt;

use aws_lc_rs::aead::LessSafeKey;
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArgumentBuffer, PgTypeInfo, PgValueRef};
use sqlx::{Decode, Encode, Postgres, Type};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{KEY_LENGTH, KeyBytes, KeyError, NotSealed, Purpose, Sealed, cipher, decrypt, encrypt};
use crate::clock::SharedEntropy;

/// A key of one aggregate as it is stored: one `bytea` column to sqlx.
#[derive(Clone, PartialEq, Eq)]
pub struct WrappedKey {
    /// The key's own id, which stands beside every ciphertext made with it.
    pub key_id: Uuid,
    /// The key under a key of the ring.
    pub wrapped: Sealed,
}

/// A key of one aggregate, ready to use. Its bytes are overwritten when it is dropped.
pub struct OpenKey {
    key_id: Uuid,
    cipher: LessSafeKey,
    entropy: SharedEntropy,
}

// === impl WrappedKey ===

impl WrappedKey {
    /// One run of bytes: the id, then the sealed key.
    pub fn to_bytes(&self) -> Vec<u8> {
        [self.key_id.as_bytes().as_slice(), &self.wrapped.to_bytes()].concat()
    }

    /// Reads what [`Self::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotSealed> {
        let (key_id, wrapped) = bytes.split_at_checked(16).ok_or(NotSealed)?;
        let key_id = Uuid::from_slice(key_id).map_err(|_| NotSealed)?;
        Ok(Self {
            key_id,
            wrapped: Sealed::from_bytes(wrapped)?,
        })
    }
}

impl fmt::Debug for WrappedKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "WrappedKey({})", self.key_id)
    }
}

impl Type<Postgres> for WrappedKey {
    fn type_info() -> PgTypeInfo {
        <Vec<u8> as Type<Postgres>>::type_info()
    }
}

impl Encode<'_, Postgres> for WrappedKey {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        Encode::<Postgres>::encode(self.to_bytes(), buffer)
    }
}

impl<'r> Decode<'r, Postgres> for WrappedKey {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        let bytes: Vec<u8> = Decode::<Postgres>::decode(value)?;
        Ok(Self::from_bytes(&bytes)?)
    }
}

// === impl OpenKey ===

impl OpenKey {
    pub(super) fn new(key_id: Uuid, bytes: &KeyBytes, entropy: SharedEntropy) -> Self {
        Self {
            key_id,
            cipher: cipher(bytes),
            entropy,
        }
    }

    pub(super) fn from_plaintext(
        key_id: Uuid,
        bytes: &[u8],
        entropy: SharedEntropy,
    ) -> Result<Self, KeyError> {
        let bytes = <[u8; KEY_LENGTH]>::try_from(bytes).map(Zeroizing::new);
        bytes
            .map(|bytes| Self::new(key_id, &bytes, entropy))
            .map_err(|_| KeyError::Refused("wrapped key"))
    }

    /// Seals `plaintext`; it opens only with the same key, purpose and `aad` (such as the id of the row it lies in).
    pub fn seal(&self, purpose: Purpose, aad: &[u8], plaintext: &[u8]) -> Sealed {
        let (nonce, ciphertext) = encrypt(&self.cipher, &*self.entropy, &purpose.bind(aad), plaintext);
        Sealed {
            key_id: self.key_id,
            version: 1,
            nonce,
            ciphertext,
        }
    }

    /// Opens what [`Self::seal`] made.
    pub fn open(
        &self,
        purpose: Purpose,
        aad: &[u8],
        sealed: &Sealed,
    ) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        if sealed.key_id != self.key_id {
            return Err(KeyError::UnknownKey {
                key_id: sealed.key_id,
                version: sealed.version,
            });
        }
        decrypt(&self.cipher, sealed.nonce, &purpose.bind(aad), &sealed.ciphertext)
            .ok_or(KeyError::Refused(purpose.as_str()))
    }
}

impl fmt::Debug for OpenKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "OpenKey({})", self.key_id)
    }
}
