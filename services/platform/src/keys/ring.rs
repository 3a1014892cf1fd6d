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

#[cfg(test)]
mod tests;
