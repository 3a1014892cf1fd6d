//! What goes wrong when it is told to.

use receivers_simulator::{Effect, Recipient, Switch};
use serde_json::json;

use crate::stage::{Stage, receipt, refusal};

fn once(effect: Effect) -> Switch {
    Switch {
        effect,
        times: Some(1),
        ..Default::default()
    }
}

#[tokio::test]
async fn a_receiver_that_is_down_takes_no_connection_and_ends_open_ones() {
    let stage = Stage::set().await;
    stage.put_rows(1, 1).await.unwrap();
    let down = Switch {
        effect: Effect::Down,
        ..Default::default()
    };
    stage.simulator.set_switch(Recipient::Esf, down);
    for _ in 0..3 {
        assert!(stage.put_rows(2, 1).await.is_err());
    }
    stage.simulator.set_switch(Recipient::Esf, Switch::default());
    receipt(stage.put_rows(2, 1).await.unwrap()).await;
    assert_eq!(stage.simulator.deliveries(Recipient::Esf).len(), 2);
}

#[tokio::test]
async fn a_part_cut_midway_is_kept_as_it_came_and_not_stored() {
    let stage = Stage::set().await;
    stage
        .simulator
        .set_switch(Recipient::Esf, once(Effect::Cut { after: 100 }));
    assert!(stage.put_rows(1, 2).await.is_err());
    assert_eq!(refusal(stage.ask().await).await.0, 404);
    let kept = stage.simulator.deliveries(Recipient::Esf);
    assert_eq!((kept[0].outcome.as_str(), kept[0].bytes), ("cut", 100));
    receipt(stage.put_rows(2, 2).await.unwrap()).await;
}

#[tokio::test]
async fn a_lost_answer_leaves_the_part_stored() {
    let stage = Stage::set().await;
    stage
        .simulator
        .set_switch(Recipient::Esf, once(Effect::LostAnswer));
    assert!(stage.put_rows(1, 1).await.is_err());
    assert_eq!(receipt(stage.ask().await).await.rows.len(), 1);
}

#[tokio::test]
async fn receipts_come_doubled_contradicting_or_for_another_part() {
    let stage = Stage::set().await;
    let effects = [
        Effect::DuplicateReceipt,
        Effect::ContradictingReceipt,
        Effect::OtherPart,
    ];
    for (attempt, effect) in (1..).zip(effects) {
        stage.simulator.set_switch(Recipient::Esf, once(effect));
        let told = receipt(stage.put_rows(attempt, 1).await.unwrap()).await;
        let right = receipt(stage.ask().await).await;
        assert_ne!(told, right, "{effect:?}");
        assert_eq!(right.rows.len(), 1);
    }
}

#[tokio::test]
async fn a_part_may_be_judged_later() {
    let stage = Stage::set().await;
    let later = Switch {
        judge_after_questions: 1,
        ..Default::default()
    };
    stage.simulator.set_switch(Recipient::Esf, later);
    let statuses = [
        stage.put_rows(1, 1).await.unwrap().status().as_u16(),
        stage.ask().await.status().as_u16(),
        stage.ask().await.status().as_u16(),
    ];
    assert_eq!(statuses, [202, 202, 200]);
}

#[tokio::test]
async fn a_question_cuts_off_what_is_still_being_read() {
    let stage = Stage::set().await;
    let slow = Switch {
        read_delay_ms: 300,
        ..Default::default()
    };
    stage.simulator.set_switch(Recipient::Esf, slow);
    let ask = async {
        // The part is being read from the moment its headers came; a question before that cuts nothing off.
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        stage.ask().await
    };
    let (put, asked) = tokio::join!(stage.put_rows(1, 1), ask);
    assert_eq!((put.is_err(), asked.status().as_u16()), (true, 404));
    assert_eq!(refusal(stage.ask().await).await.0, 404);
}

#[tokio::test]
async fn switches_and_rows_are_reached_by_the_control_port() {
    let stage = Stage::set().await;
    let page = |path: &str| format!("{}/esf/{path}", stage.simulator.control_url());
    let http = reqwest::Client::new();
    let switch = json!({"effect": {"cut": {"after": 7}}, "times": 1});
    let answer = http.put(page("switch")).json(&switch).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(stage.put_rows(1, 1).await.is_err());
    receipt(stage.put_rows(2, 1).await.unwrap()).await;

    let rows: serde_json::Value = http.get(page("rows")).send().await.unwrap().json().await.unwrap();
    assert_eq!(rows.as_array().unwrap().len(), 1);
    assert_eq!(rows[0]["row"]["hours"], 42);
    let kept: serde_json::Value = http
        .get(page("deliveries"))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(
        (&kept[0]["outcome"], &kept[1]["outcome"]),
        (&json!("cut"), &json!("stored"))
    );
    let body = http
        .get(page("deliveries/1"))
        .send()
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap();
    assert_eq!(body.len(), 7);
}
