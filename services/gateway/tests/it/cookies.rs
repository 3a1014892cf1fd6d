//! Signing in and out by cookies, and pages that are not ours.

use std::sync::Arc;

use jiff::SignedDuration;
use platform::clock::Clock as _;
use platform::grpc::Rejection;
use platform::grpc::rejection::Code;
use prost::Message as _;
use proto::errors::v1::ErrorReason;
use proto::identity::v1::ExchangeSessionResponse;
use serde_json::json;
use support::eventually::eventually;
use tokio::sync::Notify;

use crate::stand::{DEADLINE, ORIGIN, Reply, Stand};

const START: &str = "/deltaga.identity.v1.SignInService/StartSignIn";
const LOOK: &str = "/deltaga.identity.v1.SignInService/GetSignIn";
const SIGN_OUT: &str = "/deltaga.identity.v1.SessionService/SignOut";
const MINE: &str = "/deltaga.staff.v1.AccountService/ListMyAccounts";
const SESSION: &str = "__Host-deltaga-session";
const FLOW: &str = "__Host-deltaga-flow";

#[tokio::test]
async fn the_secrets_of_a_sign_in_are_in_cookies_only() {
    let stand = Stand::new().await;
    let mut browser = stand.browser();

    let started = browser.json(START, &json!({ "portal": "PORTAL_STAFF" })).await;
    assert_eq!(browser.cookies[FLOW], "flow-secret");
    let looked = browser.json(LOOK, &json!({ "flowId": "flow" })).await;

    assert_eq!(browser.cookies[SESSION], "reference-secret-1");
    assert!(!browser.cookies.contains_key(FLOW));
    for answer in [&started, &looked] {
        assert!(!String::from_utf8_lossy(&answer.body).contains("secret"));
        let set = answer.headers["set-cookie"].to_str().unwrap();
        assert!(set.ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax") || set.contains("Max-Age=0"));
    }
    assert_eq!(looked.json()["session"], json!({ "sessionId": "1" }));
}

#[tokio::test]
async fn the_session_is_known_by_its_facts_and_not_by_its_person() {
    let stand = Stand::new().await;
    let mut browser = stand.signed_in().await;

    let facts = browser.get("/session").await.json();

    assert_eq!(facts["signedIn"], true);
    assert_eq!(facts["portal"], "staff");
    assert_eq!(facts["assurance"], "bankid");
    assert_eq!(facts["expiresAt"], "2026-03-02T18:00:00Z");
    assert_eq!(facts["idleExpiresAt"], "2026-03-02T08:30:00Z");
    assert_eq!(facts["csrfToken"], browser.csrf.unwrap().as_str());
    assert_eq!(facts.as_object().unwrap().len(), 6);
}

#[tokio::test]
async fn without_a_session_there_is_nobody() {
    let stand = Stand::new().await;

    let facts = stand.browser().get("/session").await;
    let called = stand.browser().json(MINE, &json!({})).await;

    assert_eq!(facts.json(), json!({ "signedIn": false }));
    assert_eq!(called.status, 401);
}

#[tokio::test]
async fn a_cookie_without_the_csrf_token_of_its_session_does_nothing() {
    let stand = Stand::new().await;
    let own = stand.signed_in().await;
    let other = stand.signed_in().await;

    for csrf in [
        None,
        Some(String::new()),
        Some("made-up".to_owned()),
        other.csrf.clone(),
    ] {
        let mut browser = own.clone();
        browser.csrf = csrf;
        let answer = browser
            .with("accept", "application/problem+json")
            .json(MINE, &json!({}))
            .await;
        assert_eq!(answer.status, 403);
        assert_eq!(answer.json()["reason"], "CSRF_TOKEN_INVALID");
    }
    assert!(stand.staff.calls("AccountService/ListMyAccounts").is_empty());
}

#[tokio::test]
async fn a_page_that_is_not_ours_does_nothing_even_with_the_token() {
    let stand = Stand::new().await;
    let browser = stand.signed_in().await;

    for (name, value) in [
        ("origin", "https://evil.test"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let answer = browser.with(name, value).json(MINE, &json!({})).await;
        assert_eq!(answer.status, 403, "{name}: {value}");
    }
    let own = browser
        .with("origin", ORIGIN)
        .with("sec-fetch-site", "same-origin");
    assert_eq!(own.clone().json(MINE, &json!({})).await.status, 200);
    assert_eq!(stand.staff.calls("AccountService/ListMyAccounts").len(), 1);
}

#[tokio::test]
async fn a_foreign_page_cannot_begin_a_sign_in() {
    let stand = Stand::new().await;

    let answer = stand
        .browser()
        .with("origin", "https://evil.test")
        .json(START, &json!({ "portal": "PORTAL_STAFF" }))
        .await;

    assert_eq!(answer.status, 403);
    assert!(stand.identity.calls("SignInService/StartSignIn").is_empty());
}

#[tokio::test]
async fn the_flow_of_another_browser_is_not_to_be_found() {
    let stand = Stand::new().await;

    let answer = stand
        .browser()
        .json(LOOK, &json!({ "flowId": "flow", "flowToken": "guessed" }))
        .await;

    assert_eq!(answer.status, 404);
}

#[tokio::test]
async fn a_busy_page_costs_identity_one_exchange_a_minute() {
    let stand = Stand::new().await;
    let mut browser = stand.signed_in().await;
    let exchanges = || stand.identity.calls("SessionService/ExchangeSession").len();

    for _ in 0..5 {
        assert_eq!(browser.json(MINE, &json!({})).await.status, 200);
    }
    assert_eq!(exchanges(), 1);

    stand.clock.advance(SignedDuration::from_secs(61));
    assert_eq!(browser.json(MINE, &json!({})).await.status, 200);
    assert_eq!(exchanges(), 2);
}

#[tokio::test]
async fn signing_out_ends_the_kept_token_at_once() {
    let stand = Stand::new().await;
    let mut browser = stand.signed_in().await;
    browser.json(MINE, &json!({})).await;
    let mut stolen = browser.clone();

    let out = browser.json(SIGN_OUT, &json!({})).await;

    assert_eq!(out.status, 200);
    assert!(!browser.cookies.contains_key(SESSION));
    let answer = stolen.json(MINE, &json!({})).await;
    assert_eq!(answer.status, 401);
    assert!(
        !stolen.cookies.contains_key(SESSION),
        "an ended session leaves the browser"
    );
    assert_eq!(stand.staff.calls("AccountService/ListMyAccounts").len(), 1);
}

#[tokio::test]
async fn an_exchange_that_is_late_does_not_bring_a_session_back() {
    let stand = Stand::new().await;
    let mut browser = stand.signed_in().await;
    let mut late = browser.clone();
    let go = Arc::new(Notify::new());
    let now = stand.clock.now().as_second();
    let at = |seconds| {
        Some(prost_types::Timestamp {
            seconds: now + seconds,
            nanos: 0,
        })
    };
    let answer = ExchangeSessionResponse {
        access_token: stand.tokens.person(1),
        expires_at: at(300),
        session_idle_expires_at: at(1800),
        session_expires_at: at(36_000),
    };
    let held = Reply::Held(go.clone(), answer.encode_to_vec().into());
    stand.identity.reply("SessionService/ExchangeSession", held);
    let exchanges = || stand.identity.calls("SessionService/ExchangeSession").len();

    let nothing = json!({});
    let signing_out = async {
        eventually(DEADLINE, || std::future::ready(exchanges() == 1)).await;
        let out = browser.clone().json(SIGN_OUT, &nothing).await;
        go.notify_one();
        out
    };
    let (asked, out) = tokio::join!(late.json(MINE, &nothing), signing_out);

    assert_eq!(out.status, 200);
    assert_eq!(asked.status, 401);
    assert_eq!(browser.json(MINE, &json!({})).await.status, 401);
    assert!(stand.staff.calls("AccountService/ListMyAccounts").is_empty());
}

#[tokio::test]
async fn a_session_that_could_not_be_signed_out_goes_on() {
    let stand = Stand::new().await;
    let mut browser = stand.signed_in().await;
    stand
        .identity
        .refusal("SessionService/SignOut", Rejection::unavailable);

    assert_eq!(browser.json(SIGN_OUT, &json!({})).await.status, 503);
    assert_eq!(browser.json(MINE, &json!({})).await.status, 200);
}

#[tokio::test]
async fn only_the_end_of_a_session_takes_its_cookie_away() {
    let stand = Stand::new().await;
    let mut browser = stand.signed_in().await;
    stand
        .identity
        .refusal("SessionService/ExchangeSession", Rejection::unauthenticated);

    let called = browser.json(MINE, &json!({})).await;
    let facts = browser.get("/session").await;

    assert_eq!((called.status.as_u16(), facts.status.as_u16()), (401, 401));
    assert!(browser.cookies.contains_key(SESSION));
}

#[tokio::test]
async fn who_signs_in_anew_leaves_no_session_behind() {
    let stand = Stand::new().await;
    let mut browser = stand.signed_in().await;
    let mut before = browser.clone();
    assert_eq!(before.json(MINE, &json!({})).await.status, 200);

    browser.sign_in().await;

    assert_eq!(browser.cookies[SESSION], "reference-secret-2");
    assert_eq!(before.json(MINE, &json!({})).await.status, 401);
    assert_eq!(browser.json(MINE, &json!({})).await.status, 200);
}

#[tokio::test]
async fn a_session_outlives_an_identity_that_is_away() {
    let stand = Stand::new().await;
    let mut browser = stand.signed_in().await;
    stand
        .identity
        .refusal("SessionService/ExchangeSession", Rejection::unavailable);

    let called = browser.json(MINE, &json!({})).await;
    let facts = browser.get("/session").await;

    assert_eq!((called.status.as_u16(), facts.status.as_u16()), (503, 503));
    assert!(browser.cookies.contains_key(SESSION));
}

#[tokio::test]
async fn a_token_that_a_service_does_not_take_is_not_kept() {
    let stand = Stand::new().await;
    let mut browser = stand.signed_in().await;
    stand.staff.refusal("AccountService/ListMyAccounts", || {
        Rejection::new(Code::Unauthenticated, ErrorReason::TokenExpired)
    });

    for _ in 0..2 {
        assert_eq!(browser.json(MINE, &json!({})).await.status, 401);
    }

    assert_eq!(stand.identity.calls("SessionService/ExchangeSession").len(), 2);
    assert!(browser.cookies.contains_key(SESSION));
}

#[tokio::test]
async fn calls_of_services_alone_are_not_there() {
    let stand = Stand::new().await;
    let mut browser = stand.signed_in().await;

    for path in [
        "/deltaga.identity.v1.SessionService/ExchangeSession",
        "/deltaga.identity.v1.PersonService/ResolvePersons",
        "/deltaga.identity.v1.ClientService/IssueToken",
        "/deltaga.consent.v1.DisclosureService/AuthoriseDisclosure",
    ] {
        assert_eq!(browser.json(path, &json!({})).await.status, 404, "{path}");
    }
}
