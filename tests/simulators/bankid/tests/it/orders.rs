//! Orders over the wire, from start to the one terminal answer.

use bankid_simulator::{Effect, Endpoint, Fault, PhoneAction, When, qr};
use serde_json::json;

use crate::stage::{Stage, client, refusal};

#[tokio::test]
async fn scanned_and_approved_order_completes_once() {
    let stage = Stage::set().await;
    let started = stage.auth().await;
    assert_eq!(
        stage.collect(&started).await["hintCode"],
        "outstandingTransaction"
    );
    stage.pass(5);
    let shown = qr::text(&started.qr_token, &started.qr_secret, 5);
    stage
        .simulator
        .scan(&shown, "elin", PhoneAction::Open)
        .await
        .unwrap();
    assert_eq!(stage.collect(&started).await["hintCode"], "userSign");
    let approve = bankid_simulator::PhoneBody {
        order_ref: Some(started.order_ref.clone()),
        person: "elin".to_owned(),
        ..Default::default()
    };
    stage.simulator.phone(approve).await.unwrap();
    let answer = stage.collect(&started).await;
    assert_eq!(answer["status"], "complete");
    assert_eq!(answer["completionData"]["user"]["personalNumber"], "197909019841");
    let again = stage
        .call("collect", &json!({"orderRef": started.order_ref}))
        .await;
    assert_eq!(refusal(again).await, (400, "invalidParameters".to_owned()));
}

#[tokio::test]
async fn same_device_start_reports_the_address_of_the_session() {
    let stage = Stage::set().await;
    let started = stage.start("auth", &json!({"endUserIp": "203.0.113.9"})).await;
    let token = &started.auto_start_token;
    stage
        .simulator
        .autostart(token, "alva", PhoneAction::Approve)
        .await
        .unwrap();
    let answer = stage.collect(&started).await;
    assert_eq!(answer["completionData"]["device"]["ipAddress"], "203.0.113.9");
}

#[tokio::test]
async fn order_does_not_exist_for_another_relying_party() {
    let stage = Stage::set().await;
    let started = stage.auth().await;
    let files = stage.simulator.files();
    let other = client(
        &stage.simulator,
        Some((&files.other_rp_certificate, &files.other_rp_key)),
    );
    let body = json!({"orderRef": started.order_ref});
    let refused = other.post(stage.url("collect")).json(&body).send().await.unwrap();
    assert_eq!(refusal(refused).await, (400, "invalidParameters".to_owned()));
    assert_eq!(stage.collect(&started).await["status"], "pending");
}

#[tokio::test]
async fn second_order_for_a_number_is_already_in_progress() {
    let stage = Stage::set().await;
    let body = json!({"endUserIp": "192.0.2.1", "requirement": {"personalNumber": "197909019841"}});
    let first = stage.start("auth", &body).await;
    let second = refusal(stage.call("auth", &body).await).await;
    assert_eq!(second, (400, "alreadyInProgress".to_owned()));
    assert_eq!(stage.collect(&first).await["hintCode"], "cancelled");
}

#[tokio::test]
async fn risk_and_step_up_are_told_only_when_asked_for() {
    let stage = Stage::set().await;
    let asked = json!({"endUserIp": "192.0.2.1", "returnRisk": true, "requirement": {"mrtd": true}});
    let told = stage.complete(&stage.start("auth", &asked).await, "ida").await;
    assert_eq!(
        (&told["risk"], &told["stepUp"]),
        (&json!("moderate"), &json!({"mrtd": true}))
    );
    let silent = stage.complete(&stage.auth().await, "ida").await;
    assert!(silent.get("risk").is_none() && silent.get("stepUp").is_none());
}

#[tokio::test]
async fn answer_lost_after_the_call_was_carried_out_is_lost_for_good() {
    let stage = Stage::set().await;
    let started = stage.auth().await;
    stage
        .simulator
        .autostart(&started.auto_start_token, "alva", PhoneAction::Approve)
        .await
        .unwrap();
    let (endpoint, effect) = (Some(Endpoint::Collect), Effect::DropConnection);
    stage.simulator.add_fault(Fault {
        endpoint,
        effect,
        when: When::After,
        times: Some(1),
        skip: 0,
    });
    let body = json!({"orderRef": started.order_ref});
    stage
        .rp
        .post(stage.url("collect"))
        .json(&body)
        .send()
        .await
        .unwrap_err();
    let again = refusal(stage.call("collect", &body).await).await;
    assert_eq!(again, (400, "invalidParameters".to_owned()));
}

#[tokio::test]
async fn one_person_completes_many_orders_at_once() {
    let stage = Stage::set().await;
    let mut orders = Vec::new();
    for _ in 0..12 {
        orders.push(stage.auth().await);
    }
    let approvals = orders.iter().map(|started| {
        let token = &started.auto_start_token;
        stage.simulator.autostart(token, "alva", PhoneAction::Approve)
    });
    for approved in futures::future::join_all(approvals).await {
        assert_eq!(approved.unwrap().status, "complete");
    }
}
