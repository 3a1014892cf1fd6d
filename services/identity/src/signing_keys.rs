//! The keys that sign access tokens: Ed25519, sealed in the database, several at a time so that they can be changed
//! without anybody noticing. The newest that may sign does; all that have not ended are published as JWKS.

use std::collections::BTreeMap;

use arc_swap::ArcSwap;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures::future::BoxFuture;
use jiff::Timestamp;
use jsonwebtoken::DecodingKey;
use platform::auth::KeySource;
use platform::auth::token::{Claims, WireClaims};
use platform::clock::SharedEntropy;
use platform::db::{Database, Instant, Tx};
use platform::grpc::Rejection;
use platform::keys::{KeyRing, Purpose, Sealed};
use serde_json::json;
use zeroize::Zeroizing;

use crate::error::{Error, Result};

const SEED: Purpose = Purpose::new("signing_key.seed");

/// All keys, loaded.
pub struct SigningKeys {
    database: Database,
    keys: KeyRing,
    loaded: ArcSwap<BTreeMap<i32, SigningKey>>,
}

struct SigningKey {
    key_id: String,
    pair: Ed25519KeyPair,
    signs_from: Timestamp,
    ends_at: Option<Timestamp>,
}

struct Row {
    key_id: String,
    generation: i32,
    sealed_seed: Sealed,
    signs_from: Instant,
    ends_at: Option<Instant>,
}

impl SigningKeys {
    /// Loads the keys and makes the first one if there is none.
    pub async fn open(database: Database, keys: KeyRing, entropy: &SharedEntropy) -> Result<Self> {
        database
            .transaction("identity.create_signing_key", async |tx| {
                create_first(tx, &keys, entropy).await
            })
            .await?;
        let this = Self {
            database,
            keys,
            loaded: ArcSwap::default(),
        };
        this.reload().await?;
        Ok(this)
    }

    /// Reads the keys again, so that one made by another replica is known.
    pub async fn reload(&self) -> Result<()> {
        let rows = sqlx::query_as!(
            Row,
            r#"
            select key_id, generation, sealed_seed as "sealed_seed: Sealed", signs_from as "signs_from: Instant",
                ends_at as "ends_at: Instant"
            from signing_keys
            "#
        )
        .fetch_all(self.database.pool())
        .await?;
        let loaded = rows
            .into_iter()
            .map(|row| row.load(&self.keys))
            .collect::<Result<_>>()?;
        self.loaded.store(std::sync::Arc::new(loaded));
        Ok(())
    }

    /// A token with these claims.
    pub fn sign(&self, claims: &Claims) -> String {
        let now = self.database.now();
        let loaded = self.loaded.load();
        let newest = loaded
            .values()
            .rev()
            .find(|key| key.signs_from <= now && key.is_published(now));
        let key = newest
            .or_else(|| loaded.values().next())
            .expect("the first key is made before anything is signed");
        let part = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let header = part(&json!({ "alg": "EdDSA", "typ": "JWT", "kid": key.key_id }));
        let claims =
            serde_json::to_value(WireClaims::from(claims)).expect("claims are plain values under text keys");
        let signed = format!("{header}.{}", part(&claims));
        format!(
            "{signed}.{}",
            URL_SAFE_NO_PAD.encode(key.pair.sign(signed.as_bytes()))
        )
    }

    /// The keys that may still verify a token, as JSON Web Key Set.
    pub fn jwks(&self) -> String {
        let now = self.database.now();
        let loaded = self.loaded.load();
        let published = loaded.values().filter(|key| key.is_published(now));
        let keys: Vec<_> = published
            .map(|key| {
                json!({ "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": key.key_id,
                    "x": URL_SAFE_NO_PAD.encode(key.pair.public_key()) })
            })
            .collect();
        json!({ "keys": keys }).to_string()
    }

    fn verifying(&self, key_id: &str) -> Option<DecodingKey> {
        let now = self.database.now();
        let loaded = self.loaded.load();
        let key = loaded
            .values()
            .find(|key| key.key_id == key_id && key.is_published(now))?;
        DecodingKey::from_ed_components(&URL_SAFE_NO_PAD.encode(key.pair.public_key())).ok()
    }
}

impl KeySource for SigningKeys {
    fn key<'a>(&'a self, kid: &'a str) -> BoxFuture<'a, Result<Option<DecodingKey>, Rejection>> {
        Box::pin(async move {
            if let Some(key) = self.verifying(kid) {
                return Ok(Some(key));
            }
            self.reload().await?;
            Ok(self.verifying(kid))
        })
    }
}

impl std::fmt::Debug for SigningKeys {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SigningKeys")
    }
}

impl SigningKey {
    fn is_published(&self, now: Timestamp) -> bool {
        self.ends_at.is_none_or(|end| now < end)
    }
}

impl Row {
    fn load(self, keys: &KeyRing) -> Result<(i32, SigningKey)> {
        let seed = keys.unseal(SEED, self.key_id.as_bytes(), &self.sealed_seed)?;
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed)
            .map_err(|_| Error::inconsistent("signing_keys", "sealed_seed", self.key_id.as_str()))?;
        let (signs_from, ends_at) = (self.signs_from.timestamp(), self.ends_at.map(Instant::timestamp));
        Ok((
            self.generation,
            SigningKey {
                key_id: self.key_id,
                pair,
                signs_from,
                ends_at,
            },
        ))
    }
}

// Rivals at the first start meet at the generation; whoever is second changes nothing.
async fn create_first(tx: &mut Tx, keys: &KeyRing, entropy: &SharedEntropy) -> Result<()> {
    let (key_id, now) = (tx.new_id().to_string(), Instant::from(tx.now()));
    let mut seed = Zeroizing::new([0; 32]);
    entropy.fill(&mut *seed);
    let pair = Ed25519KeyPair::from_seed_unchecked(&*seed).expect("a seed has 32 bytes");
    sqlx::query!(
        r#"
        insert into signing_keys (key_id, generation, public_key, sealed_seed, signs_from) values ($1, 1, $2, $3, $4)
        on conflict (generation) do nothing
        "#,
        key_id,
        pair.public_key().as_ref(),
        keys.seal(SEED, key_id.as_bytes(), &*seed) as _,
        now as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
