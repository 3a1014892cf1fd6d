//! A ciphertext with all that is needed to open it, but the key: key id and version stand beside it. It is one `bytea`
//! column to sqlx.

use std::fmt;

use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArgumentBuffer, PgHasArrayType, PgTypeInfo, PgValueRef};
use sqlx::{Decode, Encode, Postgres, Type};
use uuid::Uuid;

use super::NONCE_LENGTH;

/// The first byte: AES-256-GCM with a random nonce, purpose and binding authenticated.
const FORMAT: u8 = 1;

const HEADER_LENGTH: usize = 1 + 16 + 4 + NONCE_LENGTH;

/// A ciphertext and what opens it.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The key.
    pub key_id: Uuid,
    /// The key's version.
    pub version: i32,
    /// Drawn anew for every ciphertext.
    pub nonce: [u8; NONCE_LENGTH],
    /// The content and its tag.
    pub ciphertext: Vec<u8>,
}

/// Bytes that no [`Sealed`] was written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the bytes are no sealed content")]
pub struct NotSealed;

// === impl Sealed ===

impl Sealed {
    /// One run of bytes: format, key id, version, nonce, ciphertext.
    pub fn to_bytes(&self) -> Vec<u8> {
        let version = self.version.to_be_bytes();
        [
            &[FORMAT],
            self.key_id.as_bytes().as_slice(),
            &version,
            &self.nonce,
            &self.ciphertext,
        ]
        .concat()
    }

    /// Reads what [`Self::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotSealed> {
        let (header, ciphertext) = bytes.split_at_checked(HEADER_LENGTH).ok_or(NotSealed)?;
        let (format, header) = header.split_at(1);
        let (key_id, header) = header.split_at(16);
        let (version, nonce) = header.split_at(4);
        if format != [FORMAT] {
            return Err(NotSealed);
        }
        Ok(Self {
            key_id: Uuid::from_slice(key_id).map_err(|_| NotSealed)?,
            version: i32::from_be_bytes(version.try_into().map_err(|_| NotSealed)?),
            nonce: nonce.try_into().map_err(|_| NotSealed)?,
            ciphertext: ciphertext.to_vec(),
        })
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Sealed(key {} version {})", self.key_id, self.version)
    }
}

impl Type<Postgres> for Sealed {
    fn type_info() -> PgTypeInfo {
        <Vec<u8> as Type<Postgres>>::type_info()
    }
}

impl PgHasArrayType for Sealed {
    fn array_type_info() -> PgTypeInfo {
        <Vec<u8> as PgHasArrayType>::array_type_info()
    }
}

impl Encode<'_, Postgres> for Sealed {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        Encode::<Postgres>::encode(self.to_bytes(), buffer)
    }

    fn size_hint(&self) -> usize {
        HEADER_LENGTH + self.ciphertext.len()
    }
}

impl<'r> Decode<'r, Postgres> for Sealed {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        let bytes: Vec<u8> = Decode::<Postgres>::decode(value)?;
        Ok(Self::from_bytes(&bytes)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sealed_content_reads_what_it_writes() {
        let sealed = Sealed {
            key_id: Uuid::from_u128(9),
            version: 4,
            nonce: [3; NONCE_LENGTH],
            ciphertext: vec![1, 2],
        };

        assert_eq!(Sealed::from_bytes(&sealed.to_bytes()), Ok(sealed));
    }

    #[test]
    fn other_bytes_are_no_sealed_content() {
        assert_eq!(Sealed::from_bytes(&[FORMAT; HEADER_LENGTH - 1]), Err(NotSealed));
        assert_eq!(
            Sealed::from_bytes(&[FORMAT + 1; HEADER_LENGTH + 16]),
            Err(NotSealed)
        );
    }
}
