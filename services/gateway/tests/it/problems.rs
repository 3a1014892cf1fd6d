//! What callers are told when a call does not succeed.

use std::sync::Arc;

use platform::grpc::rejection::Code;
use platform::grpc::{FieldViolation, Rejection};
use proto::errors::v1::ErrorReason;
use serde_json::json;
use tokio::sync::Notify;

use crate::stand::{Reply, Stand};

const MINE: &str = "/deltaga.staff.v1.AccountService/ListMyAccounts";
const START: &str = "/deltaga.identity.v1.SignInService/StartSignIn";

fn refused() -> Rejection {
    Rejection::invalid().fields([FieldViolation::new("scope[1].unit_id", ErrorReason::UnitUnknown)])
}

#[tokio::test]
async fn a_refusal_reaches_a_connect_client_with_all_its_details() {
    let stand = Stand::new().await;
    stand.staff.refusal("AccountService/ListMyAccounts", refused);

    let answer = stand.signed_in().await.json(MINE, &json!({})).await;

    assert_eq!(answer.status, 400);
    assert_eq!(answer.headers["content-type"], "application/json");
    let error = answer.json();
    assert_eq!(error["code"], "invalid_argument");
    let types: Vec<&str> = error["details"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|detail| detail["type"].as_str())
        .collect();
    assert!(types.contains(&"google.rpc.ErrorInfo") && types.contains(&"google.rpc.BadRequest"));
}

#[tokio::test]
async fn a_plain_caller_gets_problem_details_in_its_language() {
    let stand = Stand::new().await;
    stand.staff.refusal("AccountService/ListMyAccounts", refused);
    let browser = stand.signed_in().await.with("accept", "application/problem+json");

    let swedish = browser.clone().json(MINE, &json!({})).await;
    let english = browser
        .with("accept-language", "en-GB")
        .json(MINE, &json!({}))
        .await;

    assert_eq!(swedish.headers["content-type"], "application/problem+json");
    assert_eq!(swedish.json()["title"], "Några uppgifter behöver rättas.");
    assert_eq!(english.json()["title"], "Some details need correcting.");
    assert_eq!(
        english.json()["violations"],
        json!([{
            "field": "scope[1].unit_id",
            "reason": "UNIT_UNKNOWN",
            "text": "The organisation has no such unit.",
        }])
    );
}

#[tokio::test]
async fn http_itself_is_answered_by_its_own_statuses() {
    let stand = Stand::new().await;
    let mut browser = stand.browser();
    let large = format!("{{\"returnUrl\":\"{}\"}}", "a".repeat(5 * 1024 * 1024));
    let asked = [
        (
            "POST",
            "/deltaga.staff.v1.AccountService/Nothing",
            Some("application/json"),
            "{}".to_owned(),
            404,
        ),
        ("POST", "/", Some("application/json"), "{}".to_owned(), 404),
        ("GET", START, None, String::new(), 405),
        ("PUT", START, Some("application/json"), "{}".to_owned(), 405),
        ("POST", "/session", Some("application/json"), "{}".to_owned(), 405),
        ("POST", START, Some("text/plain"), "{}".to_owned(), 415),
        ("POST", START, None, "{}".to_owned(), 415),
        ("POST", START, Some("application/json"), "{".to_owned(), 400),
        ("POST", START, Some("application/json"), large, 413),
    ];
    for (method, path, media_type, body, status) in asked {
        let answer = browser.send(method, path, media_type, body.into()).await.unwrap();
        assert_eq!(answer.status, status, "{method} {path}");
        assert!(answer.json()["code"].is_string());
    }
    assert!(stand.identity.calls("SignInService/StartSignIn").is_empty());
}

#[tokio::test]
async fn a_field_that_does_not_exist_is_named() {
    let stand = Stand::new().await;

    let answer = stand
        .browser()
        .with("accept", "application/problem+json")
        .json(START, &json!({ "portal": "PORTAL_STAFF", "colour": "red" }))
        .await;

    assert_eq!(answer.status, 400);
    let violation = &answer.json()["violations"][0];
    assert_eq!(violation["field"], "colour");
    assert_eq!(violation["reason"], "FIELD_UNKNOWN");
}

#[tokio::test]
async fn a_value_that_does_not_exist_is_named() {
    let stand = Stand::new().await;

    let answer = stand
        .browser()
        .with("accept", "application/problem+json")
        .json(START, &json!({ "portal": "PORTAL_MOON" }))
        .await;

    let violation = &answer.json()["violations"][0];
    assert_eq!(violation["field"], "portal");
    assert_eq!(violation["reason"], "FIELD_UNKNOWN_VALUE");
}

#[tokio::test]
async fn a_caller_that_waits_no_longer_is_told_so() {
    let stand = Stand::new().await;
    let never = Reply::Held(Arc::new(Notify::new()), bytes::Bytes::new());
    stand.staff.reply("AccountService/ListMyAccounts", never);

    let answer = stand
        .signed_in()
        .await
        .with("connect-timeout-ms", "300")
        .json(MINE, &json!({}))
        .await;

    assert_eq!(answer.status, 504);
    assert_eq!(answer.json()["code"], "deadline_exceeded");
    let told = stand.staff.last("AccountService/ListMyAccounts");
    let milliseconds: u64 = told
        .header("grpc-timeout")
        .unwrap()
        .trim_end_matches('m')
        .parse()
        .unwrap();
    assert!(milliseconds <= 300);
}

#[tokio::test]
async fn a_service_that_is_away_is_worth_another_attempt() {
    let stand = Stand::without_consent().await;
    let path = any_path_to("consent");

    let answer = stand.signed_in().await.json(&path, &json!({})).await;

    assert_eq!(answer.status, 503);
    assert!(answer.headers.contains_key("retry-after"));
}

#[tokio::test]
async fn an_error_of_ours_tells_nothing_but_its_trace() {
    let stand = Stand::new().await;
    stand.staff.refusal("AccountService/ListMyAccounts", || {
        Rejection::internal("the secret of the database")
    });

    let answer = stand
        .signed_in()
        .await
        .with("accept", "application/problem+json")
        .json(MINE, &json!({}))
        .await;

    assert_eq!(answer.status, 500);
    assert_eq!(answer.json()["reason"], "INTERNAL");
    assert!(!answer.json().to_string().contains("secret"));
}

#[tokio::test]
async fn every_answer_is_kept_by_nobody_and_harmless_in_a_browser() {
    let stand = Stand::new().await;
    stand.staff.refusal("AccountService/ListMyAccounts", || {
        Rejection::new(Code::Conflict, ErrorReason::EtagMismatch)
    });
    let mut browser = stand.signed_in().await;

    for answer in [
        browser.json(MINE, &json!({})).await,
        browser.get("/session").await,
        browser.get("/nothing.js").await,
    ] {
        for (name, value) in [
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
        ] {
            assert_eq!(answer.headers[name], value);
        }
        assert!(answer.headers.contains_key("content-security-policy"));
        assert!(answer.headers.contains_key("strict-transport-security"));
        assert!(!answer.headers.contains_key("content-encoding"));
    }
}

fn any_path_to(service: &str) -> String {
    let routes = gateway::routes::Routes::of_contract();
    let mut listed = routes.listed(gateway::routes::Door::Browsers).into_iter();
    listed
        .find(|path| path.starts_with(&format!("/deltaga.{service}.")))
        .unwrap()
}
