//! Access tokens for the reference tokens that cookies hold. One is kept for a minute by the hash of its cookie, so
//! that a busy page costs identity one call a minute; signing out ends it here at once.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use http::HeaderValue;
use jiff::{SignedDuration, Timestamp};
use moka::future::Cache;
use platform::clock::SharedClock;
use platform::grpc::rejection::Code;
use platform::grpc::{ClientChannel, Rejection};
use proto::errors::v1::ErrorReason;
use proto::identity::v1::session_service_client::SessionServiceClient;
use proto::identity::v1::{ExchangeSessionRequest, ExchangeSessionResponse, SignOutRequest};
use serde::Deserialize;

use crate::clients::EndUser;
use crate::problem::Problem;

const KEPT: Duration = Duration::from_mins(1);
const KEPT_SIGNED: SignedDuration = SignedDuration::from_mins(1);
const MOST: u64 = 100_000;

/// The hash of a cookie's value.
pub type CookieHash = [u8; 32];

/// Exchanges and keeps.
#[derive(Clone)]
pub struct Tokens {
    sessions: SessionServiceClient<ClientChannel>,
    clock: SharedClock,
    kept: Cache<CookieHash, Arc<Access>>,
    /// Sessions that were signed out here: an exchange that began before must not bring one back.
    ended: Cache<CookieHash, ()>,
}

/// What a session is worth for the next minute.
pub struct Access {
    /// `Bearer <token>`.
    pub authorization: HeaderValue,
    /// Which pages: `participant` or `staff`.
    pub portal: String,
    /// How surely the person was recognised: `bankid` or `password_code`.
    pub assurance: String,
    /// When the session ends unless it is used.
    pub idle_expires_at: Timestamp,
    /// When the session ends at the latest.
    pub expires_at: Timestamp,
    token_expires_at: Timestamp,
    good_until: Timestamp,
}

/// The facts of the token that a page may know. Services verify the token; this only reads what identity just gave.
#[derive(Deserialize)]
struct Facts {
    portal: String,
    aal: String,
}

// === impl Tokens ===

impl Tokens {
    /// Nothing is kept yet.
    pub fn new(identity: ClientChannel, clock: SharedClock) -> Self {
        Self {
            sessions: SessionServiceClient::new(identity),
            clock,
            kept: Cache::builder().max_capacity(MOST).time_to_live(KEPT).build(),
            ended: Cache::builder().max_capacity(MOST).time_to_live(KEPT).build(),
        }
    }

    /// What is kept for a cookie and by which hash, without asking anybody.
    pub async fn kept(&self, reference_token: &str) -> Option<(CookieHash, Arc<Access>)> {
        let now = self.clock.now();
        let hash = hash(reference_token);
        if self.ended.contains_key(&hash) {
            return None;
        }
        let access = self.kept.get(&hash).await;
        let access = access.filter(|access| access.good_until > now)?;
        Some((hash, access))
    }

    /// The access of a cookie. Calls that come while it is exchanged wait for the same answer.
    pub async fn access(&self, reference_token: &str, end_user: &EndUser) -> Result<Arc<Access>, Problem> {
        if let Some((_, access)) = self.kept(reference_token).await {
            return Ok(access);
        }
        let hash = hash(reference_token);
        self.check_not_ended(&hash)?;
        // What is kept and no longer good is in the way of what is asked for.
        self.kept.invalidate(&hash).await;
        let exchange = self.exchange(reference_token, end_user);
        let access = self.kept.try_get_with(hash, exchange).await;
        // It may have been signed out meanwhile.
        self.check_not_ended(&hash)?;
        access.map_err(|status: Arc<tonic::Status>| Problem::from(tonic::Status::clone(&status)))
    }

    /// How long the token of an access still is.
    pub fn good_for(&self, access: &Access) -> Duration {
        let left = access.token_expires_at.duration_since(self.clock.now());
        Duration::try_from(left).unwrap_or_default()
    }

    /// Forgets a cookie's access.
    pub async fn forget(&self, reference_token: &str) {
        self.kept.invalidate(&hash(reference_token)).await;
    }

    /// Forgets a cookie's access for good: its session is about to end, or has ended.
    pub async fn bury(&self, reference_token: &str) {
        self.ended.insert(hash(reference_token), ()).await;
        self.forget(reference_token).await;
    }

    /// Takes a cookie again whose session could not be ended.
    pub async fn revive(&self, reference_token: &str) {
        self.ended.invalidate(&hash(reference_token)).await;
    }

    /// Ends a session that another one takes the place of. If identity cannot be asked, it ends by itself.
    pub async fn end(&self, reference_token: &str, end_user: &EndUser) {
        self.bury(reference_token).await;
        let request = SignOutRequest {
            reference_token: reference_token.to_owned(),
        };
        if let Err(status) = self.sessions.clone().sign_out(end_user.asks(request)).await {
            tracing::warn!(code = ?status.code(), "a session that was replaced could not be ended");
        }
    }

    fn check_not_ended(&self, hash: &CookieHash) -> Result<(), Problem> {
        if self.ended.contains_key(hash) {
            return Err(Rejection::new(Code::Unauthenticated, ErrorReason::SessionEnded).into());
        }
        Ok(())
    }

    async fn exchange(
        &self,
        reference_token: &str,
        end_user: &EndUser,
    ) -> Result<Arc<Access>, tonic::Status> {
        let request = ExchangeSessionRequest {
            reference_token: reference_token.to_owned(),
        };
        let answer = self
            .sessions
            .clone()
            .exchange_session(end_user.asks(request))
            .await?;
        let access = Access::of(&answer.into_inner(), self.clock.now());
        Ok(Arc::new(access.ok_or_else(|| {
            Rejection::internal("identity's answer is no access token with its times")
        })?))
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Tokens")
    }
}

// === impl Access ===

impl Access {
    fn of(answer: &ExchangeSessionResponse, now: Timestamp) -> Option<Self> {
        let facts = facts(&answer.access_token)?;
        let mut authorization = HeaderValue::try_from(format!("Bearer {}", answer.access_token)).ok()?;
        authorization.set_sensitive(true);
        let expires_at = instant(answer.session_expires_at)?;
        let idle_expires_at = instant(answer.session_idle_expires_at)?;
        let token_expires_at = instant(answer.expires_at)?;
        let kept_until = now.saturating_add(KEPT_SIGNED).ok()?;
        Some(Self {
            authorization,
            portal: facts.portal,
            assurance: facts.aal,
            idle_expires_at,
            expires_at,
            token_expires_at,
            good_until: kept_until
                .min(token_expires_at)
                .min(idle_expires_at)
                .min(expires_at),
        })
    }
}

impl fmt::Debug for Access {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Access")
            .field("portal", &self.portal)
            .finish_non_exhaustive()
    }
}

/// The hash that stands for a cookie's value in memory.
pub fn hash(reference_token: &str) -> CookieHash {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest(&SHA256, reference_token.as_bytes()).as_ref());
    bytes
}

fn facts(token: &str) -> Option<Facts> {
    let payload = token.split('.').nth(1)?;
    let json = BASE64_URL_SAFE_NO_PAD.decode(payload).ok()?;
    serde_json::from_slice(&json).ok()
}

fn instant(timestamp: Option<prost_types::Timestamp>) -> Option<Timestamp> {
    let timestamp = timestamp?;
    Timestamp::new(timestamp.seconds, timestamp.nanos).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-03-02T08:00:00Z";

    fn answer(token_ends_in: i64, idle_in: i64) -> ExchangeSessionResponse {
        let now: Timestamp = NOW.parse().unwrap();
        let at = |seconds| {
            Some(prost_types::Timestamp {
                seconds: now.as_second() + seconds,
                nanos: 0,
            })
        };
        let payload = BASE64_URL_SAFE_NO_PAD.encode(r#"{"portal":"staff","aal":"bankid","sub":"x"}"#);
        ExchangeSessionResponse {
            access_token: format!("header.{payload}.signature"),
            expires_at: at(token_ends_in),
            session_idle_expires_at: at(idle_in),
            session_expires_at: at(36_000),
        }
    }

    fn good_for(answer: &ExchangeSessionResponse) -> i64 {
        let now: Timestamp = NOW.parse().unwrap();
        Access::of(answer, now).unwrap().good_until.as_second() - now.as_second()
    }

    #[test]
    fn an_access_is_good_for_a_minute_and_never_longer_than_token_and_session() {
        assert_eq!(good_for(&answer(300, 1800)), 60);
        assert_eq!(good_for(&answer(20, 1800)), 20);
        assert_eq!(good_for(&answer(300, 10)), 10);
    }

    #[test]
    fn what_is_no_token_is_no_access() {
        let now: Timestamp = NOW.parse().unwrap();
        for token in ["", "a.b.c", "a", "a.e30.c", "a\n.b.c"] {
            let mut answer = answer(300, 1800);
            token.clone_into(&mut answer.access_token);
            assert!(Access::of(&answer, now).is_none(), "{token:?}");
        }
    }

    #[test]
    fn tokens_are_not_shown() {
        let access = Access::of(&answer(300, 1800), NOW.parse().unwrap()).unwrap();

        assert!(!format!("{access:?}{:?}", access.authorization).contains("signature"));
    }
}
