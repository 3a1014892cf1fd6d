//! The control port over plain HTTP.

use bankid_simulator::qr;
use reqwest::{Client, Response};
use serde_json::{Value, json};

use crate::stage::{Stage, refusal};

async fn post(stage: &Stage, path: &str, body: &Value) -> Response {
    let url = format!("{}{path}", stage.simulator.control_url());
    Client::new().post(url).json(body).send().await.unwrap()
}

#[tokio::test]
async fn phone_scans_and_approves_in_one_call() {
    let stage = Stage::set().await;
    let started = stage.auth().await;
    let shown = qr::text(&started.qr_token, &started.qr_secret, 0);
    let answer = post(
        &stage,
        "/sim/phone",
        &json!({"qr": shown, "person": "alva", "action": "approve"}),
    )
    .await;
    assert_eq!(answer.json::<Value>().await.unwrap()["status"], "complete");
    assert_eq!(stage.collect(&started).await["status"], "complete");
}

#[tokio::test]
async fn phone_shows_the_text_step_by_step() {
    let stage = Stage::set().await;
    let body = json!({"endUserIp": "192.0.2.1", "userVisibleData": "SsOkIQ=="});
    let started = stage.start("sign", &body).await;
    let path = format!("/sim/autostart?token={}", started.auto_start_token);
    let shown: Value = post(&stage, &path, &json!({})).await.json().await.unwrap();
    assert_eq!(
        (&shown["visibleText"], &shown["hintCode"]),
        (&json!("Jä!"), &json!("started"))
    );
    let path = format!("/sim/orders/{}/cancel", started.order_ref);
    let shown: Value = post(&stage, &path, &json!({"person": "alva"}))
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(
        (&shown["status"], &shown["hintCode"]),
        (&json!("failed"), &json!("userCancel"))
    );
}

#[tokio::test]
async fn stale_code_is_a_conflict_and_unknown_order_not_found() {
    let stage = Stage::set().await;
    let started = stage.auth().await;
    let shown = qr::text(&started.qr_token, &started.qr_secret, 9);
    assert_eq!(
        post(&stage, "/sim/scan", &json!({"qr": shown})).await.status(),
        409
    );
    assert_eq!(
        post(&stage, "/sim/orders/none/approve", &json!({"person": "alva"}))
            .await
            .status(),
        404
    );
}

#[tokio::test]
async fn calls_are_listed_for_the_called_person_only() {
    let stage = Stage::set().await;
    stage
        .start(
            "phone/auth",
            &json!({"personalNumber": "194503129803", "callInitiator": "RP"}),
        )
        .await;
    for (person, count) in [("alva", 1), ("bertil", 0)] {
        let url = format!("{}/sim/orders?person={person}", stage.simulator.control_url());
        let orders: Vec<Value> = Client::new().get(url).send().await.unwrap().json().await.unwrap();
        assert_eq!(orders.len(), count, "{person}");
    }
}

#[tokio::test]
async fn faults_strike_until_cleared() {
    let stage = Stage::set().await;
    let storm = json!({"endpoint": "auth", "effect": {"kind": "maintenance"}});
    assert_eq!(post(&stage, "/sim/faults", &storm).await.status(), 204);
    for _ in 0..3 {
        let refused = stage.call("auth", &json!({"endUserIp": "192.0.2.1"})).await;
        assert_eq!(refusal(refused).await, (503, "Maintenance".to_owned()));
    }
    post(&stage, "/sim/reset", &json!({})).await;
    stage.auth().await;
}

#[tokio::test]
async fn too_many_requests_carry_the_rate_limit_headers() {
    let stage = Stage::set().await;
    let fault = json!({"effect": {"kind": "tooManyRequests", "limit": 7, "resetSeconds": 3}, "times": 1});
    post(&stage, "/sim/faults", &fault).await;
    let refused = stage.call("auth", &json!({"endUserIp": "192.0.2.1"})).await;
    assert_eq!(refused.headers()["ratelimit-limit"], "7");
    assert_eq!(refused.headers()["ratelimit-remaining"], "0");
    assert_eq!(refused.headers()["ratelimit-reset"], "3");
    assert_eq!(refusal(refused).await, (429, "tooManyRequests".to_owned()));
}

#[tokio::test]
async fn scenario_of_a_person_can_be_changed() {
    let stage = Stage::set().await;
    let started = stage.auth().await;
    post(&stage, "/sim/people/alva/scenario", &json!({"kind": "blocked"})).await;
    let body = json!({"autoStartToken": started.auto_start_token, "person": "alva", "action": "approve"});
    post(&stage, "/sim/phone", &body).await;
    assert_eq!(stage.collect(&started).await["hintCode"], "certificateErr");
}

#[tokio::test]
async fn clock_of_a_running_simulator_is_shifted() {
    let stage = Stage::set().await;
    let started = stage.auth().await;
    let shown: Value = post(&stage, "/sim/clock", &json!({"advanceSeconds": 30}))
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(shown, json!({"now": "2026-03-02T09:00:30Z", "offsetSeconds": 30}));
    assert_eq!(stage.collect(&started).await["hintCode"], "startFailed");
}

#[tokio::test]
async fn screen_can_be_scanned_without_a_text_to_paste() {
    let stage = Stage::set().await;
    let started = stage.auth().await;
    let path = |action: &str| format!("/sim/orders/{}/{action}", started.order_ref);
    let body = json!({"person": "alva"});
    assert_eq!(post(&stage, &path("pick-up"), &body).await.status(), 200);
    assert_eq!(post(&stage, &path("pick-up"), &body).await.status(), 409);
    assert_eq!(stage.collect(&started).await["hintCode"], "userSign");
}

#[tokio::test]
async fn phone_page_loads_nothing_from_elsewhere() {
    let stage = Stage::set().await;
    for path in ["/", "/phone.js", "/phone.css"] {
        let url = format!("{}{path}", stage.simulator.control_url());
        let page = Client::new().get(url).send().await.unwrap().text().await.unwrap();
        assert!(
            !page.contains("src=\"http") && !page.contains("href=\"http") && !page.contains("url("),
            "{path}"
        );
    }
}
