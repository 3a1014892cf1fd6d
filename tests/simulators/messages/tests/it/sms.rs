//! Text messages over HTTP, the list of what was sent and the switches.

use std::time::{Duration, Instant};

use anyhow::Result;
use messages_simulator::{Mode, Simulator, Switch};
use reqwest::{Client, Response};
use serde_json::{Value, json};

use crate::{start, url};

async fn send(simulator: &Simulator, to: &str) -> Result<Response> {
    let sms = json!({ "to": to, "text": "Öppna länken", "reference": "invitation-1" });
    Ok(Client::new()
        .post(url(simulator, "/sms"))
        .json(&sms)
        .send()
        .await?)
}

#[tokio::test]
async fn a_message_is_accepted_with_an_id_and_listed_for_its_recipient() -> Result<()> {
    let simulator = start().await?;
    let answer = send(&simulator, "+46700000000").await?;
    assert_eq!(answer.status(), 202);
    let id = answer.json::<Value>().await?["id"].clone();
    let listed = |to: &str| {
        Client::new()
            .get(url(&simulator, "/messages"))
            .query(&[("to", to)])
            .send()
    };
    let mine: Value = listed("+46700000000").await?.json().await?;
    assert_eq!((&mine[0]["id"], &mine[0]["text"]), (&id, &json!("Öppna länken")));
    assert_eq!(listed("+46711111111").await?.json::<Value>().await?, json!([]));
    Ok(())
}

#[tokio::test]
async fn a_number_in_national_form_is_refused() -> Result<()> {
    let simulator = start().await?;
    assert_eq!(send(&simulator, "070-000 00 00").await?.status(), 422);
    assert!(simulator.mailbox().all().is_empty());
    Ok(())
}

#[tokio::test]
async fn the_switches_make_it_down_refusing_or_slow() -> Result<()> {
    let simulator = start().await?;
    let down = json!({ "sms": { "mode": "down" } });
    Client::new()
        .put(url(&simulator, "/control"))
        .json(&down)
        .send()
        .await?
        .error_for_status()?;
    assert_eq!(send(&simulator, "+46700000000").await?.status(), 503);
    simulator.switches().set_sms(Switch {
        mode: Mode::Reject,
        delay_ms: 0,
    });
    assert_eq!(send(&simulator, "+46700000000").await?.status(), 422);
    simulator.switches().set_sms(Switch {
        mode: Mode::Normal,
        delay_ms: 150,
    });
    let start = Instant::now();
    assert_eq!(send(&simulator, "+46700000000").await?.status(), 202);
    assert!(start.elapsed() >= Duration::from_millis(150));
    Ok(())
}

#[tokio::test]
async fn the_page_speaks_the_readers_language() -> Result<()> {
    let simulator = start().await?;
    send(&simulator, "+46700000000").await?;
    let page = |language: &str| {
        Client::new()
            .get(url(&simulator, "/"))
            .header("accept-language", language)
            .send()
    };
    let swedish = page("sv-SE").await?.text().await?;
    assert!(swedish.contains("<html lang=\"sv\">") && swedish.contains("Skickade meddelanden"));
    assert!(page("en").await?.text().await?.contains("Messages sent"));
    Ok(())
}
