//! The ring itself: loaded at start, made on the first start, read by every part that seals, opens or hashes.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use aws_lc_rs::aead::LessSafeKey;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::lookup::LookupRoot;
use super::{
    KEY_LENGTH, KeyBytes, KeyEncryptionKey, KeyError, OpenKey, Purpose, Sealed, WrappedKey, cipher, decrypt,
    encrypt, random_key,
};
use crate::clock::SharedEntropy;
use crate::db::{Database, DbError, Instant, Tx};

const WRAPPING: Purpose = Purpose::new("keys.wrapped");

/// The keys of one service. Cheap to clone.
#[derive(Clone)]
pub struct KeyRing {
    keys: Arc<Keys>,
    entropy: SharedEntropy,
}

struct Keys {
    /// By version; the last one seals.
    sealing: BTreeMap<i32, EpochKey>,
    lookup: LookupRoot,
}

struct EpochKey {
    key_id: Uuid,
    cipher: LessSafeKey,
}

struct StoredKey {
    key_id: Uuid,
    kind: String,
    version: i32,
    wrapped_by: String,
    wrapped: Sealed,
}

// === impl KeyRing ===

impl KeyRing {
    /// Loads the ring, and makes its first keys if there are none.
    pub async fn open(
        database: &Database,
        key_encryption_key: &KeyEncryptionKey,
        entropy: SharedEntropy,
    ) -> Result<Self, KeyError> {
        let stored = database
            .transaction("keys.open_ring", async |tx| {
                create_missing(tx, key_encryption_key, &entropy).await?;
                load(tx).await
            })
            .await?;
        let mut sealing = BTreeMap::new();
        let mut lookup = None;
        for row in stored {
            let bytes = unwrap(&row, key_encryption_key)?;
            if row.kind == "lookup" {
                lookup = Some(LookupRoot::new(&bytes));
            } else {
                sealing.insert(
                    row.version,
                    EpochKey {
                        key_id: row.key_id,
                        cipher: cipher(&bytes),
                    },
                );
            }
        }
        let lookup = lookup.expect("the transaction has made a look-up key if there was none");
        Ok(Self {
            keys: Arc::new(Keys { sealing, lookup }),
            entropy,
        })
    }

    /// Seals under the newest epoch key; opens only for the same purpose and `aad` (such as the id of its row).
    pub fn seal(&self, purpose: Purpose, aad: &[u8], plaintext: &[u8]) -> Sealed {
        let (version, key) = self
            .keys
            .sealing
            .last_key_value()
            .expect("a ring is made with a sealing key");
        let (nonce, ciphertext) = encrypt(&key.cipher, &*self.entropy, &purpose.bind(aad), plaintext);
        Sealed {
            key_id: key.key_id,
            version: *version,
            nonce,
            ciphertext,
        }
    }

    /// Opens what [`Self::seal`] made under any epoch that is still in the ring.
    pub fn unseal(
        &self,
        purpose: Purpose,
        aad: &[u8],
        sealed: &Sealed,
    ) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let unknown = KeyError::UnknownKey {
            key_id: sealed.key_id,
            version: sealed.version,
        };
        let key = self
            .keys
            .sealing
            .get(&sealed.version)
            .filter(|key| key.key_id == sealed.key_id)
            .ok_or(unknown)?;
        decrypt(&key.cipher, sealed.nonce, &purpose.bind(aad), &sealed.ciphertext)
            .ok_or(KeyError::Refused(purpose.as_str()))
    }

    /// A fresh key for one aggregate: to store, and ready to use.
    pub fn create_key(&self, key_id: Uuid) -> (WrappedKey, OpenKey) {
        let bytes = random_key(&*self.entropy);
        let wrapped = self.seal(WRAPPING, key_id.as_bytes(), &*bytes);
        (
            WrappedKey { key_id, wrapped },
            OpenKey::new(key_id, &bytes, self.entropy.clone()),
        )
    }

    /// Makes an aggregate's stored key ready to use.
    pub fn open_key(&self, key: &WrappedKey) -> Result<OpenKey, KeyError> {
        let bytes = self.unseal(WRAPPING, key.key_id.as_bytes(), &key.wrapped)?;
        OpenKey::from_plaintext(key.key_id, &bytes, self.entropy.clone())
    }

    /// HMAC-SHA256 under a key of that purpose: equal for equal bytes, in this database alone and in every epoch.
    pub fn mac(&self, purpose: Purpose, bytes: &[u8]) -> [u8; KEY_LENGTH] {
        self.keys.lookup.mac(purpose, bytes)
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("KeyRing")
            .field("versions", &self.keys.sealing.keys())
            .finish_non_exhaustive()
    }
}

async fn create_missing(
    tx: &mut Tx,
    key_encryption_key: &KeyEncryptionKey,
    entropy: &SharedEntropy,
) -> Result<(), DbError> {
    for kind in ["sealing", "lookup"] {
        let key_id = tx.new_id();
        let (nonce, ciphertext) = encrypt(
            key_encryption_key.cipher(),
            &**entropy,
            &binding(kind, 1),
            &*random_key(&**entropy),
        );
        let wrapped = Sealed {
            key_id,
            version: 1,
            nonce,
            ciphertext,
        };
        sqlx::query!(
            r#"
            insert into platform.ring_keys (key_id, kind, version, wrapped_by, wrapped, created_at)
            values ($1, $2, 1, $3, $4, $5)
            on conflict (kind, version) do nothing
            "#,
            key_id,
            kind,
            key_encryption_key.fingerprint(),
            wrapped as _,
            Instant::from(tx.now()) as _,
        )
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

async fn load(tx: &mut Tx) -> Result<Vec<StoredKey>, DbError> {
    let rows = sqlx::query_as!(
        StoredKey,
        r#"select key_id, kind, version, wrapped_by, wrapped as "wrapped: Sealed" from platform.ring_keys"#
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows)
}

fn unwrap(row: &StoredKey, key_encryption_key: &KeyEncryptionKey) -> Result<KeyBytes, KeyError> {
    if row.wrapped_by != key_encryption_key.fingerprint() {
        let found = key_encryption_key.fingerprint().to_owned();
        return Err(KeyError::WrongKeyFile {
            expected: row.wrapped_by.clone(),
            found,
        });
    }
    let aad = binding(&row.kind, row.version);
    let bytes = decrypt(
        key_encryption_key.cipher(),
        row.wrapped.nonce,
        &aad,
        &row.wrapped.ciphertext,
    );
    bytes
        .and_then(|bytes| <[u8; KEY_LENGTH]>::try_from(bytes.as_slice()).ok())
        .map(Zeroizing::new)
        .ok_or(KeyError::Refused("a key of the ring"))
}

/// Keeps the two kinds of key, and their versions, from being exchanged in the table.
fn binding(kind: &str, version: i32) -> Vec<u8> {
    format!("deltaga ring {kind} {version}").into_bytes()
}

// Tests that need no database.
#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SeededEntropy;

    const NUMBER: Purpose = Purpose::new("test.number");
    const OTHER: Purpose = Purpose::new("test.other");

    fn ring() -> KeyRing {
        let entropy: SharedEntropy = Arc::new(SeededEntropy::new(1));
        let epoch = |id| EpochKey {
            key_id: Uuid::from_u128(id),
            cipher: cipher(&random_key(&*entropy)),
        };
        let sealing = BTreeMap::from([(1, epoch(1)), (2, epoch(2))]);
        let lookup = LookupRoot::new(&random_key(&*entropy));
        KeyRing {
            keys: Arc::new(Keys { sealing, lookup }),
            entropy,
        }
    }

    #[test]
    fn sealed_content_opens_only_for_its_purpose_and_binding() {
        let ring = ring();
        let sealed = ring.seal(NUMBER, b"row 1", b"content");

        assert_eq!(
            ring.unseal(NUMBER, b"row 1", &sealed).unwrap().as_slice(),
            b"content"
        );
        assert!(matches!(
            ring.unseal(OTHER, b"row 1", &sealed),
            Err(KeyError::Refused(_))
        ));
        assert!(matches!(
            ring.unseal(NUMBER, b"row 2", &sealed),
            Err(KeyError::Refused(_))
        ));
    }

    #[test]
    fn changed_content_does_not_open() {
        let ring = ring();
        let mut sealed = ring.seal(NUMBER, b"", b"content");
        sealed.ciphertext[0] ^= 1;

        assert!(matches!(
            ring.unseal(NUMBER, b"", &sealed),
            Err(KeyError::Refused(_))
        ));
    }

    #[test]
    fn the_newest_epoch_seals_and_older_ones_open() {
        let ring = ring();
        let old = Keys {
            sealing: BTreeMap::from([(
                1,
                EpochKey {
                    key_id: Uuid::from_u128(1),
                    cipher: old_cipher(&ring),
                },
            )]),
            lookup: LookupRoot::new(&Zeroizing::new([0; KEY_LENGTH])),
        };
        let before = KeyRing {
            keys: Arc::new(old),
            entropy: ring.entropy.clone(),
        }
        .seal(NUMBER, b"", b"old");

        assert_eq!(ring.seal(NUMBER, b"", b"new").version, 2);
        assert_eq!(ring.unseal(NUMBER, b"", &before).unwrap().as_slice(), b"old");
    }

    #[test]
    fn an_aggregates_key_opens_what_it_sealed_and_nothing_of_another() {
        let ring = ring();
        let (stored, key) = ring.create_key(Uuid::from_u128(7));
        let (_, other) = ring.create_key(Uuid::from_u128(8));
        let sealed = key.seal(NUMBER, b"", b"content");

        let reopened = ring.open_key(&stored).unwrap();

        assert_eq!(
            reopened.open(NUMBER, b"", &sealed).unwrap().as_slice(),
            b"content"
        );
        assert!(matches!(
            other.open(NUMBER, b"", &sealed),
            Err(KeyError::UnknownKey { .. })
        ));
    }

    #[test]
    fn a_hash_is_equal_for_equal_bytes_and_differs_by_purpose() {
        let ring = ring();

        assert_eq!(ring.mac(NUMBER, b"1"), ring.mac(NUMBER, b"1"));
        assert_ne!(ring.mac(NUMBER, b"1"), ring.mac(NUMBER, b"2"));
        assert_ne!(ring.mac(NUMBER, b"1"), ring.mac(OTHER, b"1"));
    }

    /// The cipher of epoch 1, drawn again from the same seed.
    fn old_cipher(_: &KeyRing) -> LessSafeKey {
        cipher(&random_key(&SeededEntropy::new(1)))
    }
}
