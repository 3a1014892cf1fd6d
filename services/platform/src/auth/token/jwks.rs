//! Identity's keys, fetched over its `KeyService` and kept for a day. An unknown key id asks again, but not more often
//! than every few seconds, so that nobody can make us hammer identity with invented ids. While identity is away the keys
//! at hand go on verifying.

use std::collections::HashMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet};
use proto::identity::v1::GetJwksRequest;
use proto::identity::v1::key_service_client::KeyServiceClient;
use tokio::sync::Mutex;

use super::KeySource;
use crate::clock::SharedClock;
use crate::grpc::{ClientChannel, Rejection};

const FRESH_FOR: SignedDuration = SignedDuration::from_hours(24);
const LEAST_PAUSE: SignedDuration = SignedDuration::from_secs(5);

/// Keys by id, fetched when needed.
pub struct JwksClient {
    channel: ClientChannel,
    clock: SharedClock,
    held: ArcSwap<Held>,
    last_attempt: Mutex<Option<Timestamp>>,
}

#[derive(Default)]
struct Held {
    keys: HashMap<String, DecodingKey>,
    fetched_at: Option<Timestamp>,
}

impl JwksClient {
    /// A client without keys yet; `channel` leads to identity.
    pub fn new(channel: ClientChannel, clock: SharedClock) -> Self {
        Self {
            channel,
            clock,
            held: ArcSwap::default(),
            last_attempt: Mutex::new(None),
        }
    }

    async fn look_up(&self, kid: &str) -> Result<Option<DecodingKey>, Rejection> {
        let held = self.held.load_full();
        let is_fresh = held.is_fresh(self.clock.now());
        if let Some(key) = held.keys.get(kid).filter(|_| is_fresh) {
            return Ok(Some(key.clone()));
        }
        let refreshed = self.refresh(kid).await;
        let held = self.held.load();
        match (held.keys.get(kid), refreshed) {
            (Some(key), _) => Ok(Some(key.clone())),
            // Without any keys we cannot tell a wrong token from one we have not the key for.
            (None, Err(error)) if held.fetched_at.is_none() => Err(Rejection::unavailable().caused_by(error)),
            (None, _) => Ok(None),
        }
    }

    async fn refresh(&self, kid: &str) -> Result<(), Rejection> {
        let mut last_attempt = self.last_attempt.lock().await;
        let now = self.clock.now();
        let held = self.held.load();
        if held.keys.contains_key(kid) && held.is_fresh(now) {
            return Ok(());
        }
        if last_attempt.is_some_and(|last| last <= now && now.duration_since(last) < LEAST_PAUSE) {
            return if held.fetched_at.is_some() {
                Ok(())
            } else {
                Err(Rejection::unavailable())
            };
        }
        *last_attempt = Some(now);
        match self.fetch().await {
            Ok(keys) => {
                self.held.store(Arc::new(Held {
                    keys,
                    fetched_at: Some(now),
                }));
                Ok(())
            }
            Err(error) => {
                tracing::warn!(
                    reason = error.reason().as_str_name(),
                    "identity's keys could not be fetched"
                );
                Err(error)
            }
        }
    }

    async fn fetch(&self) -> Result<HashMap<String, DecodingKey>, Rejection> {
        let mut client = KeyServiceClient::new(self.channel.clone());
        let answer = client
            .get_jwks(GetJwksRequest {})
            .await
            .map_err(|status| Rejection::from_status(&status))?;
        parse(&answer.into_inner().jwks_json)
            .ok_or_else(|| Rejection::internal("identity's key set cannot be read"))
    }
}

impl KeySource for JwksClient {
    fn key<'a>(&'a self, kid: &'a str) -> BoxFuture<'a, Result<Option<DecodingKey>, Rejection>> {
        Box::pin(self.look_up(kid))
    }
}

impl Held {
    fn is_fresh(&self, now: Timestamp) -> bool {
        self.fetched_at
            .is_some_and(|fetched_at| now.duration_since(fetched_at) < FRESH_FOR)
    }
}

/// Ed25519 keys with an id; others are none of ours.
fn parse(json: &str) -> Option<HashMap<String, DecodingKey>> {
    let set: JwkSet = serde_json::from_str(json).ok()?;
    Some(
        set.keys
            .iter()
            .filter_map(|jwk| Some((jwk.common.key_id.clone()?, ed25519(jwk)?)))
            .collect(),
    )
}

fn ed25519(jwk: &Jwk) -> Option<DecodingKey> {
    let AlgorithmParameters::OctetKeyPair(pair) = &jwk.algorithm else {
        return None;
    };
    if pair.curve != EllipticCurve::Ed25519 {
        return None;
    }
    DecodingKey::from_ed_components(&pair.x).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_ed25519_keys_only() {
        let json = r#"{"keys":[
            {"kty":"OKP","crv":"Ed25519","kid":"a","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
            {"kty":"RSA","kid":"b","n":"0vx7","e":"AQAB"},
            {"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;
        assert_eq!(parse(json).unwrap().into_keys().collect::<Vec<_>>(), ["a"]);
    }

    #[test]
    fn keys_are_fresh_for_a_day() {
        let start: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        let held = Held {
            keys: HashMap::new(),
            fetched_at: Some(start),
        };
        assert!(held.is_fresh(start + FRESH_FOR - SignedDuration::from_secs(1)));
        assert!(!held.is_fresh(start + FRESH_FOR));
    }
}
