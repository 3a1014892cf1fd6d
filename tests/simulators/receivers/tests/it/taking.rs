//! Parts that arrive as they should, and such as are refused.

use receivers_simulator::{Config, Recipient, Simulator, Switch};

use crate::stage::{NUMBERS, Stage, content, receipt, refusal};

#[tokio::test]
async fn a_part_is_opened_and_every_row_receipted() {
    let stage = Stage::set().await;
    let receipt = receipt(stage.put_rows(1, 2).await.unwrap()).await;
    assert_eq!((receipt.attempt, receipt.rows.len()), (1, 2));
    assert!(receipt.rows.iter().all(|row| row.accepted && row.code.is_none()));
    let arrived = stage.arrived();
    assert_eq!(arrived.len(), 2);
    assert_eq!(arrived[0], (NUMBERS[0].to_owned(), "stored".to_owned()));
}

#[tokio::test]
async fn a_question_is_answered_with_the_same_receipt() {
    let stage = Stage::set().await;
    assert_eq!(refusal(stage.ask().await).await, (404, "unknown_part".to_owned()));
    let first = receipt(stage.put_rows(1, 1).await.unwrap()).await;
    assert_eq!(receipt(stage.ask().await).await, first);
}

#[tokio::test]
async fn a_later_attempt_replaces_and_an_older_one_is_refused() {
    let stage = Stage::set().await;
    stage.put_rows(1, 3).await.unwrap();
    receipt(stage.put_rows(2, 2).await.unwrap()).await;
    let older = refusal(stage.put_rows(1, 3).await.unwrap()).await;
    assert_eq!(older, (409, "older_attempt".to_owned()));
    let rows = stage.simulator.rows(Recipient::Esf).unwrap();
    assert_eq!(rows.len(), 3 + 2 + 3, "every delivery is kept");
    assert_eq!(rows.iter().filter(|held| held.counts).count(), 2);
}

#[tokio::test]
async fn the_same_bytes_again_get_the_same_receipt() {
    let stage = Stage::set().await;
    let sealed = stage.seal(&content(1, 1));
    let first = receipt(stage.put(1, sealed.clone()).await.unwrap()).await;
    assert_eq!(receipt(stage.put(1, sealed).await.unwrap()).await, first);
    assert_eq!(stage.simulator.deliveries(Recipient::Esf).len(), 2);
}

#[tokio::test]
async fn what_is_wrong_is_named_and_not_stored() {
    let stage = Stage::set().await;
    let other_recipient = content(1, 1).replace("ESF", "SCB");
    let wrong = [
        (stage.put(1, b"not sealed".to_vec()).await, "seal_wrong"),
        (stage.put(1, stage.seal(&other_recipient)).await, "header_wrong"),
        (stage.put(2, stage.seal(&content(1, 1))).await, "header_wrong"),
        (stage.put(1, stage.seal(&content(1, 0))).await, "header_wrong"),
    ];
    for (answer, code) in wrong {
        assert_eq!(refusal(answer.unwrap()).await, (400, code.to_owned()));
    }
    let sealed = stage.seal(&content(1, 1));
    let answer = stage.sender.put(stage.url(crate::stage::PART)).body(sealed);
    let answer = answer.header("content-digest", "sha-256=:AAAA:").send().await;
    assert_eq!(
        refusal(answer.unwrap()).await,
        (400, "digest_mismatch".to_owned())
    );
    assert_eq!(refusal(stage.ask().await).await.0, 404);
}

#[tokio::test]
async fn only_export_is_served() {
    let stage = Stage::set().await;
    let other = stage.client_with_uri("spiffe://deltaga/service/staff");
    let answer = other.get(stage.url(crate::stage::PART)).send().await.unwrap();
    assert_eq!(answer.status(), 403);
}

#[tokio::test]
async fn rows_of_named_numbers_are_refused_with_their_code() {
    let stage = Stage::set().await;
    let refuse = [(NUMBERS[1].to_owned(), "NUMBER_UNKNOWN".to_owned())].into();
    let switch = Switch {
        refuse,
        ..Default::default()
    };
    stage.simulator.set_switch(Recipient::Esf, switch);
    let rows = receipt(stage.put_rows(1, 2).await.unwrap()).await.rows;
    assert!(rows[0].accepted && !rows[1].accepted);
    assert_eq!(rows[1].code.as_deref(), Some("NUMBER_UNKNOWN"));
}

#[tokio::test]
async fn a_restart_finds_keys_deliveries_and_receipts() {
    let stage = Stage::set().await;
    let first = receipt(stage.put_rows(1, 2).await.unwrap()).await;
    let stage = stage.restart().await;
    assert_eq!(receipt(stage.ask().await).await, first);
    assert_eq!(stage.arrived().len(), 2);
    assert_eq!(
        refusal(stage.put(1, b"x".to_vec()).await.unwrap()).await.1,
        "seal_wrong"
    );
    assert_eq!(stage.simulator.deliveries(Recipient::Esf)[1].number, 2);
}

#[tokio::test]
async fn an_address_that_is_not_loopback_is_refused() {
    let mut config = Config::new("unused", "unused");
    config.scb = "0.0.0.0:0".parse().unwrap();
    assert!(Simulator::start(config).await.is_err());
}
