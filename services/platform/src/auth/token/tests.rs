use std::sync::atomic::{AtomicUsize, Ordering};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use jsonwebtoken::{EncodingKey, Header};
use proto::policy::v1::Assurance;
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::auth::{SignedIn, Thumbprint};
use crate::clock::{Clock as _, ManualClock};

const KID: &str = "2026-11";

struct OneKey {
    pkcs8: Vec<u8>,
    public: Vec<u8>,
    asked: AtomicUsize,
}

struct Bench {
    keys: Arc<OneKey>,
    clock: Arc<ManualClock>,
    verifier: TokenVerifier,
}

impl OneKey {
    fn fresh() -> Self {
        let pair = Ed25519KeyPair::generate().unwrap();
        Self {
            pkcs8: pair.to_pkcs8v1().unwrap().as_ref().to_vec(),
            public: pair.public_key().as_ref().to_vec(),
            asked: AtomicUsize::new(0),
        }
    }
}

impl KeySource for OneKey {
    fn key<'a>(&'a self, kid: &'a str) -> BoxFuture<'a, Result<Option<DecodingKey>, Rejection>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let key = (kid == KID).then(|| DecodingKey::from_ed_der(&self.public));
        Box::pin(std::future::ready(Ok(key)))
    }
}

impl Bench {
    fn new() -> Self {
        let keys = Arc::new(OneKey::fresh());
        let clock = Arc::new(ManualClock::new("2026-11-22T10:00:00Z".parse().unwrap()));
        let verifier = TokenVerifier::new(keys.clone(), clock.clone());
        Self {
            keys,
            clock,
            verifier,
        }
    }

    fn claims(&self) -> Claims {
        Claims {
            subject: Subject::Person {
                portal: Portal::Staff,
                who: person(),
            },
            expires_at: self.clock.now() + SignedDuration::from_mins(5),
        }
    }

    fn body(&self) -> Value {
        serde_json::to_value(WireClaims::from(&self.claims())).unwrap()
    }

    fn sign(&self, body: &Value) -> String {
        self.sign_with(&header(KID), body)
    }

    fn sign_with(&self, header: &Header, body: &Value) -> String {
        jsonwebtoken::encode(header, body, &EncodingKey::from_ed_der(&self.keys.pkcs8)).unwrap()
    }

    async fn refusal(&self, token: &str) -> ErrorReason {
        self.verifier.verify(token).await.unwrap_err().reason()
    }

    async fn refuses_with(&self, claim: &str, value: Value) {
        let mut body = self.body();
        body[claim] = value;
        assert_eq!(
            self.refusal(&self.sign(&body)).await,
            ErrorReason::Unauthenticated,
            "{claim}"
        );
    }
}

fn header(kid: &str) -> Header {
    let mut header = Header::new(Algorithm::EdDSA);
    header.kid = Some(kid.to_owned());
    header
}

fn person() -> SignedIn {
    SignedIn {
        person_id: Uuid::from_u128(1),
        aliases: vec![Uuid::from_u128(2)],
        session_id: Uuid::from_u128(3),
        assurance: Assurance::Bankid,
    }
}

#[tokio::test]
async fn a_genuine_token_says_who_signed_in() {
    let bench = Bench::new();
    let claims = bench.verifier.verify(&bench.sign(&bench.body())).await.unwrap();
    assert_eq!(*claims, bench.claims());
}

#[tokio::test]
async fn a_clients_token_survives_the_wire() {
    let bench = Bench::new();
    let subject = Subject::Client {
        kind: ClientKind::Supplier,
        client_id: Uuid::from_u128(7),
        organisation_id: Uuid::from_u128(8),
        certificate: Thumbprint::of(b"certificate"),
    };
    let claims = Claims {
        subject,
        ..bench.claims()
    };
    let token = bench.sign(&serde_json::to_value(WireClaims::from(&claims)).unwrap());
    assert_eq!(*bench.verifier.verify(&token).await.unwrap(), claims);
}

#[tokio::test]
async fn a_token_for_others_or_by_others_is_refused() {
    let bench = Bench::new();
    bench.refuses_with("aud", json!("elsewhere")).await;
    bench.refuses_with("iss", json!("somebody")).await;
}

#[tokio::test]
async fn a_token_that_lacks_a_claim_is_refused() {
    let bench = Bench::new();
    for claim in ["aud", "iss", "exp", "sub", "kind", "portal", "aal", "sid"] {
        let mut body = bench.body();
        body.as_object_mut().unwrap().remove(claim);
        assert_eq!(
            bench.refusal(&bench.sign(&body)).await,
            ErrorReason::Unauthenticated,
            "{claim}"
        );
    }
}

#[tokio::test]
async fn a_claim_of_the_wrong_type_is_refused() {
    let bench = Bench::new();
    for (claim, value) in [
        ("exp", json!("tomorrow")),
        ("aud", json!(7)),
        ("aal", json!("guess")),
        ("sub", json!("x")),
    ] {
        bench.refuses_with(claim, value).await;
    }
}

#[tokio::test]
async fn an_unknown_key_is_refused() {
    let bench = Bench::new();
    let token = bench.sign_with(&header("another"), &bench.body());
    assert_eq!(bench.refusal(&token).await, ErrorReason::Unauthenticated);
}

#[tokio::test]
async fn a_token_without_a_key_id_is_refused() {
    let bench = Bench::new();
    let token = bench.sign_with(&Header::new(Algorithm::EdDSA), &bench.body());
    assert_eq!(bench.refusal(&token).await, ErrorReason::Unauthenticated);
}

#[tokio::test]
async fn the_public_key_is_no_shared_secret() {
    let bench = Bench::new();
    let mut header = header(KID);
    header.alg = Algorithm::HS256;
    let secret = EncodingKey::from_secret(&bench.keys.public);
    let token = jsonwebtoken::encode(&header, &bench.body(), &secret).unwrap();
    assert_eq!(bench.refusal(&token).await, ErrorReason::Unauthenticated);
}

#[tokio::test]
async fn a_token_of_another_key_under_the_same_id_is_refused() {
    let (bench, other) = (Bench::new(), Bench::new());
    assert_eq!(
        bench.refusal(&other.sign(&other.body())).await,
        ErrorReason::Unauthenticated
    );
}

#[tokio::test]
async fn a_changed_token_is_refused() {
    let bench = Bench::new();
    let (genuine, foreign) = (bench.sign(&bench.body()), {
        let mut body = bench.body();
        body["sub"] = json!(Uuid::from_u128(99));
        bench.sign(&body)
    });
    let parts: Vec<&str> = genuine.split('.').collect();
    let payload = foreign.split('.').nth(1).unwrap();
    let mixed = format!("{}.{payload}.{}", parts[0], parts[2]);
    assert_eq!(bench.refusal(&mixed).await, ErrorReason::Unauthenticated);
}

#[tokio::test]
async fn a_token_expires_by_our_clock_also_when_it_was_verified_before() {
    let bench = Bench::new();
    let token = bench.sign(&bench.body());
    bench.verifier.verify(&token).await.unwrap();
    bench.clock.set(bench.clock.now() + SignedDuration::from_mins(5));
    assert_eq!(bench.refusal(&token).await, ErrorReason::TokenExpired);
    assert_eq!(bench.refusal(&token).await, ErrorReason::TokenExpired);
}

#[tokio::test]
async fn a_token_that_lives_longer_than_ours_do_is_refused() {
    let bench = Bench::new();
    let exp = (bench.clock.now() + SignedDuration::from_mins(6)).as_second();
    bench.refuses_with("exp", json!(exp)).await;
}

#[tokio::test]
async fn a_verified_token_is_not_verified_again() {
    let bench = Bench::new();
    let token = bench.sign(&bench.body());
    for _ in 0..3 {
        bench.verifier.verify(&token).await.unwrap();
    }
    assert_eq!(bench.keys.asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn what_is_no_token_is_refused() {
    let bench = Bench::new();
    for text in ["", ".", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", &"x".repeat(10_000)] {
        assert_eq!(bench.refusal(text).await, ErrorReason::Unauthenticated);
    }
}

proptest::proptest! {
    #[test]
    fn withstands_any_token(token in "[A-Za-z0-9_-]{0,60}(\\.[A-Za-z0-9_-]{0,60}){0,3}") {
        let outcome = futures::executor::block_on(Bench::new().verifier.verify(&token));
        proptest::prop_assert!(outcome.is_err());
    }
}
