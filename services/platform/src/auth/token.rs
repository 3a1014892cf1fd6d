//! Access tokens: JWTs that identity signs with Ed25519 and that live five minutes at most. A verified token is kept by
//! its hash until it expires, so that a busy session costs one signature check.

mod claims;
mod jwks;

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use moka::sync::Cache;
use proto::errors::v1::ErrorReason;

use crate::clock::SharedClock;
use crate::grpc::{Code, Rejection};

pub use claims::{Claims, ClientKind, Portal, Subject, WireClaims};
pub use jwks::JwksClient;

/// Who signs.
pub const ISSUER: &str = "deltaga-identity";
/// For whom.
pub const AUDIENCE: &str = "deltaga";

const LONGEST_LIFE: SignedDuration = SignedDuration::from_mins(5);
/// Identity's clock may be so much ahead of ours.
const CLOCK_DIFFERENCE: SignedDuration = SignedDuration::from_secs(30);
const CACHED_TOKENS: u64 = 100_000;
/// Frees memory only: whether a token has expired is judged by our clock at each call.
const LONGEST_STAY: Duration = Duration::from_mins(6);
const LONGEST_TOKEN: usize = 8 * 1024;

type TokenHash = [u8; 32];

/// Gives the keys that verify tokens.
pub trait KeySource: Send + Sync + 'static {
    /// The key of this id; None if there is no such key; refused as unavailable if that cannot be told.
    fn key<'a>(&'a self, kid: &'a str) -> BoxFuture<'a, Result<Option<DecodingKey>, Rejection>>;
}

/// Verifies tokens.
pub struct TokenVerifier {
    keys: Arc<dyn KeySource>,
    clock: SharedClock,
    validation: Validation,
    verified: Cache<TokenHash, Arc<Claims>>,
}

impl TokenVerifier {
    /// A verifier with an empty cache.
    pub fn new(keys: Arc<dyn KeySource>, clock: SharedClock) -> Self {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // Judged below by our clock: the library asks the machine's.
        validation.validate_exp = false;
        Self {
            keys,
            clock,
            validation,
            verified: Cache::builder()
                .max_capacity(CACHED_TOKENS)
                .time_to_live(LONGEST_STAY)
                .build(),
        }
    }

    /// The claims of a token that is genuine, meant for us and not expired.
    pub async fn verify(&self, token: &str) -> Result<Arc<Claims>, Rejection> {
        if token.len() > LONGEST_TOKEN {
            return Err(Rejection::unauthenticated());
        }
        let hash = hash(token);
        if let Some(claims) = self.verified.get(&hash) {
            // The hash stays until it is pushed out or asked for too late; expiry is judged each time.
            return judge(&claims, self.clock.now())
                .map(|()| claims)
                .inspect_err(|_| self.verified.invalidate(&hash));
        }
        let claims = Arc::new(self.check(token).await?);
        judge(&claims, self.clock.now())?;
        self.verified.insert(hash, claims.clone());
        Ok(claims)
    }

    async fn check(&self, token: &str) -> Result<Claims, Rejection> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| Rejection::unauthenticated())?;
        if header.alg != Algorithm::EdDSA {
            return Err(Rejection::unauthenticated());
        }
        let kid = header.kid.ok_or_else(Rejection::unauthenticated)?;
        let key = self
            .keys
            .key(&kid)
            .await?
            .ok_or_else(Rejection::unauthenticated)?;
        let decoded = jsonwebtoken::decode::<WireClaims>(token, &key, &self.validation);
        let wire = decoded.map_err(|_| Rejection::unauthenticated())?.claims;
        Claims::try_from(wire).map_err(|_| Rejection::unauthenticated())
    }
}

fn judge(claims: &Claims, now: Timestamp) -> Result<(), Rejection> {
    if claims.expires_at <= now {
        return Err(Rejection::new(Code::Unauthenticated, ErrorReason::TokenExpired));
    }
    let left = claims.expires_at.duration_since(now);
    if left > LONGEST_LIFE + CLOCK_DIFFERENCE {
        Err(Rejection::unauthenticated())
    } else {
        Ok(())
    }
}

fn hash(token: &str) -> TokenHash {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, token.as_bytes());
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest.as_ref());
    bytes
}

#[cfg(test)]
mod tests;
