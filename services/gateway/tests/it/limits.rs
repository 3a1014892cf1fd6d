//! Callers that ask for more than their share.

use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::stand::{DEADLINE, Stand};

const MINE: &str = "/deltaga.staff.v1.AccountService/ListMyAccounts";
const START: &str = "/deltaga.identity.v1.SignInService/StartSignIn";
const TOKEN: &str = "/deltaga.identity.v1.ClientService/IssueToken";

#[tokio::test]
async fn a_session_that_asks_too_often_is_told_when_to_ask_again() {
    let stand = Stand::with("limits = { calls_per_second = 1, calls_burst = 8 }").await;
    let mut busy = stand.signed_in().await;
    let mut other = stand.signed_in().await;
    let mut last = busy.json(MINE, &json!({})).await;
    other.json(MINE, &json!({})).await;

    for _ in 0..12 {
        last = busy.json(MINE, &json!({})).await;
    }

    assert_eq!(last.status, 429);
    assert_eq!(last.json()["code"], "resource_exhausted");
    assert!(last.headers.contains_key("retry-after"));
    assert_eq!(other.json(MINE, &json!({})).await.status, 200);
}

#[tokio::test]
async fn cookies_that_are_made_up_have_no_bucket_of_their_own() {
    let stand = Stand::with("limits = { calls_per_second = 1, calls_burst = 5 }").await;
    let mut statuses = Vec::new();

    for number in 0..10 {
        let mut browser = stand.browser();
        browser
            .cookies
            .insert("__Host-deltaga-session".to_owned(), format!("made-up-{number}"));
        statuses.push(browser.get("/session").await.status.as_u16());
    }

    assert!(statuses.contains(&429), "{statuses:?}");
}

#[tokio::test]
async fn beginning_a_sign_in_is_limited_more_strictly() {
    let stand = Stand::with("limits = { sign_ins_per_minute = 2 }").await;
    let mut statuses = Vec::new();

    for _ in 0..3 {
        let answer = stand
            .browser()
            .json(START, &json!({ "portal": "PORTAL_STAFF" }))
            .await;
        statuses.push(answer.status.as_u16());
    }

    assert_eq!(statuses, [200, 200, 429]);
    let elsewhere = stand
        .browser()
        .with("x-forwarded-for", "198.51.100.9")
        .json(START, &json!({ "portal": "PORTAL_STAFF" }))
        .await;
    assert_eq!(elsewhere.status, 200);
}

#[tokio::test]
async fn a_supplier_is_counted_by_its_certificate() {
    let stand = Stand::with("limits = { calls_per_second = 1, calls_burst = 3 }").await;
    let mut busy = stand.supplier(&stand.authority.client("busy").unwrap());
    let mut calm = stand.supplier(&stand.authority.client("calm").unwrap());
    let mut statuses = Vec::new();

    for _ in 0..6 {
        statuses.push(busy.json(TOKEN, &json!({})).await.status.as_u16());
    }

    assert!(statuses.contains(&429), "{statuses:?}");
    assert_eq!(calm.json(TOKEN, &json!({})).await.status, 200);
}

#[tokio::test]
async fn who_is_not_known_has_less_to_say() {
    let stand = Stand::new().await;
    let long = json!({ "scope": "x".repeat(20_000) });

    assert_eq!(stand.browser().json(START, &long).await.status, 413);
    assert_eq!(stand.signed_in().await.json(START, &long).await.status, 413);
    assert_eq!(stand.signed_in().await.json(MINE, &long).await.status, 400);
}

#[tokio::test]
async fn who_sends_too_much_reads_so_though_the_rest_is_still_being_sent() {
    let stand = Stand::new().await;
    let mut caller = TcpStream::connect(stand.running.address("browsers").unwrap())
        .await
        .unwrap();
    let head = format!(
        "POST {START} HTTP/1.1\r\nhost: deltaga\r\ncontent-type: application/json\r\ncontent-length: 50000000\r\n\r\n"
    );
    caller.write_all(head.as_bytes()).await.unwrap();
    for _ in 0..6 {
        caller.write_all(&vec![b' '; 64 * 1024]).await.unwrap();
        sleep(Duration::from_millis(100)).await;
    }

    let mut answer = String::new();
    let read = timeout(DEADLINE, caller.read_to_string(&mut answer)).await;

    assert!(matches!(read, Ok(Ok(_))), "{read:?}");
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
}
