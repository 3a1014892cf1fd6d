//! Identity's keys: fetched once, asked for again with measure, usable while identity is away.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use jiff::SignedDuration;
use platform::auth::token::Portal;
use platform::auth::{JwksClient, TokenVerifier};
use platform::clock::Clock as _;
use platform::grpc::Code;
use proto::errors::v1::ErrorReason;
use proto::policy::v1::Assurance;

use super::stage::{Replica, SOON, Stage};

struct Setting {
    stage: Stage,
    identity: Replica,
    verifier: TokenVerifier,
}

async fn setting() -> Setting {
    let stage = Stage::new();
    *stage.probe.jwks.lock().unwrap() = stage.keys.jwks();
    let identity = stage.replica().await;
    let keys = JwksClient::new(identity.channel(&stage.service("staff")), stage.clock.clone());
    let verifier = TokenVerifier::new(Arc::new(keys), stage.clock.clone());
    Setting {
        stage,
        identity,
        verifier,
    }
}

impl Setting {
    fn token(&self) -> String {
        self.stage
            .token(&self.stage.person(Portal::Staff, Assurance::Bankid))
    }

    fn token_of(&self, kid: &str) -> String {
        self.stage.keys.sign_as(kid, &serde_json::json!({}))
    }

    fn advance(&self, pause: SignedDuration) {
        self.stage.clock.set(self.stage.clock.now() + pause);
    }

    fn calls(&self) -> usize {
        self.stage.probe.jwks_calls.load(Ordering::SeqCst)
    }

    async fn end_identity(&self) {
        self.identity.stop.cancel();
        tokio::time::timeout(SOON, self.identity.ended.cancelled())
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn keys_are_fetched_once_a_day() {
    let setting = setting().await;
    for _ in 0..3 {
        setting.advance(SignedDuration::from_hours(7));
        setting.verifier.verify(&setting.token()).await.unwrap();
    }
    assert_eq!(setting.calls(), 1);
    setting.advance(SignedDuration::from_hours(10));
    setting.verifier.verify(&setting.token()).await.unwrap();
    assert_eq!(setting.calls(), 2);
}

#[tokio::test]
async fn invented_key_ids_do_not_hammer_identity() {
    let setting = setting().await;
    for number in 0..50 {
        let refusal = setting
            .verifier
            .verify(&setting.token_of(&format!("invented-{number}")))
            .await
            .unwrap_err();
        assert_eq!(refusal.reason(), ErrorReason::Unauthenticated);
    }
    assert_eq!(setting.calls(), 1);
    setting.advance(SignedDuration::from_secs(5));
    setting
        .verifier
        .verify(&setting.token_of("invented"))
        .await
        .unwrap_err();
    assert_eq!(setting.calls(), 2);
}

#[tokio::test]
async fn known_keys_go_on_verifying_while_identity_is_away() {
    let setting = setting().await;
    setting.verifier.verify(&setting.token()).await.unwrap();
    setting.end_identity().await;
    setting.advance(SignedDuration::from_hours(30));
    setting.verifier.verify(&setting.token()).await.unwrap();
}

#[tokio::test]
async fn without_any_key_nobody_is_called_a_liar() {
    let setting = setting().await;
    setting.end_identity().await;
    let refusal = setting.verifier.verify(&setting.token()).await.unwrap_err();
    assert_eq!(refusal.code(), Code::Unavailable);
}
