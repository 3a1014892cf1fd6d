//! Calls that are answered by a stream.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use platform::grpc::Rejection;
use prost::Message as _;
use proto::export::v1::{Run, WatchRunRequest, WatchRunResponse};
use serde_json::{Value, json};
use support::eventually::eventually;
use tokio::sync::Notify;
use uuid::Uuid;

use crate::stand::{Browser, DEADLINE, Reply, Stand, frames};

const WATCH: &str = "/deltaga.export.v1.RunService/WatchRun";
const JSON: &str = "application/connect+json";
const END: u8 = 2;

fn framed(payload: &[u8]) -> Bytes {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&[0][..], &length, payload].concat().into()
}

fn state(run_id: &str) -> Bytes {
    let response = WatchRunResponse {
        run: Some(Run {
            run_id: run_id.to_owned(),
            ..Run::default()
        }),
    };
    response.encode_to_vec().into()
}

async fn operator(stand: &Stand) -> Browser {
    let account = Uuid::from_u128(1).to_string();
    stand.signed_in().await.with("deltaga-account", &account)
}

#[tokio::test]
async fn a_stream_in_json_has_a_message_for_each_answer_and_an_end() {
    let stand = Stand::new().await;
    stand.export.reply(
        "RunService/WatchRun",
        Reply::Messages(vec![state("1"), state("2")]),
    );

    let answer = operator(&stand)
        .await
        .post(WATCH, JSON, framed(br#"{"runId":"r"}"#))
        .await;

    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["content-type"], JSON);
    let frames = frames(answer.body);
    let flags: Vec<u8> = frames.iter().map(|frame| frame.flags).collect();
    assert_eq!(flags, [0, 0, END]);
    let second: Value = serde_json::from_slice(&frames[1].payload).unwrap();
    assert_eq!(second, json!({ "run": { "runId": "2" } }));
    assert_eq!(frames[2].payload, "{}");
    let asked = WatchRunRequest::decode(stand.export.last("RunService/WatchRun").message).unwrap();
    assert_eq!(asked.run_id, "r");
}

#[tokio::test]
async fn a_stream_in_binary_has_the_bytes_of_the_answers() {
    let stand = Stand::new().await;
    stand
        .export
        .reply("RunService/WatchRun", Reply::Messages(vec![state("1")]));

    let request = WatchRunRequest {
        run_id: "r".to_owned(),
    };
    let answer = operator(&stand)
        .await
        .post(
            WATCH,
            "application/connect+proto",
            framed(&request.encode_to_vec()),
        )
        .await;

    let frames = frames(answer.body);
    assert_eq!(frames[0].payload, state("1"));
    assert_eq!(frames[1].flags, END);
}

#[tokio::test]
async fn a_stream_that_breaks_says_why_at_its_end() {
    let stand = Stand::new().await;
    let refusal = Reply::Refusal(vec![state("1")], Arc::new(Rejection::unavailable));
    stand.export.reply("RunService/WatchRun", refusal);

    let answer = operator(&stand).await.post(WATCH, JSON, framed(b"{}")).await;

    let frames = frames(answer.body);
    let end: Value = serde_json::from_slice(&frames[1].payload).unwrap();
    assert_eq!(
        (frames[1].flags, &end["error"]["code"]),
        (END, &json!("unavailable"))
    );
    assert!(!end["error"]["details"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn what_is_refused_before_it_begins_is_an_end_too() {
    let stand = Stand::new().await;

    let answer = stand.browser().post(WATCH, JSON, framed(b"{}")).await;

    assert_eq!(answer.status, 200);
    let frames = frames(answer.body);
    let end: Value = serde_json::from_slice(&frames[0].payload).unwrap();
    assert_eq!(end["error"]["code"], "unauthenticated");
}

#[tokio::test]
async fn a_stream_ends_when_its_caller_waits_no_longer() {
    let stand = Stand::new().await;
    let never = Reply::Held(Arc::new(Notify::new()), Bytes::new());
    stand.export.reply("RunService/WatchRun", never);

    let answer = operator(&stand)
        .await
        .with("connect-timeout-ms", "300")
        .post(WATCH, JSON, framed(b"{}"))
        .await;

    let end: Value = serde_json::from_slice(&frames(answer.body)[0].payload).unwrap();
    assert_eq!(end["error"]["code"], "deadline_exceeded");
}

#[tokio::test]
async fn a_stream_is_not_asked_for_as_a_single_answer_nor_the_other_way_round() {
    let stand = Stand::new().await;
    let mut browser = operator(&stand).await;

    let single = browser.json(WATCH, &json!({})).await;
    let stream = browser
        .post(
            "/deltaga.staff.v1.AccountService/ListMyAccounts",
            JSON,
            framed(b"{}"),
        )
        .await;

    assert_eq!((single.status.as_u16(), stream.status.as_u16()), (415, 415));
}

#[tokio::test]
async fn a_stream_ends_with_the_token_of_the_person() {
    let stand = Stand::new().await;
    let mut browser = operator(&stand).await;
    stand.give_token(stand.tokens.person(1), 1);
    stand
        .export
        .reply("RunService/WatchRun", Reply::Open(vec![state("1")]));

    let answer = browser.post(WATCH, JSON, framed(br#"{"runId":"r"}"#)).await;

    let frames = frames(answer.body);
    assert_eq!(frames.len(), 2);
    let end: Value = serde_json::from_slice(&frames[1].payload).unwrap();
    assert_eq!(end["error"]["code"], "deadline_exceeded");
}

#[tokio::test]
async fn a_stream_that_nobody_reads_on_ends_at_its_deadline_and_says_so_to_whoever_reads_later() {
    let stand = Stand::with("limits = { stream_seconds = 1 }").await;
    let taken = Arc::new(AtomicUsize::new(0));
    let endless = Reply::Endless(state(&"1".repeat(64 * 1024)), taken.clone());
    stand.export.reply("RunService/WatchRun", endless);
    // Whoever tells without end holds the counter as long as it is told.
    let nobody_tells = Arc::strong_count(&taken);
    let mut browser = operator(&stand).await.over_http2();

    let answer = browser.open("POST", WATCH, Some(JSON), framed(b"{}")).await;
    let is_untold = || async { Arc::strong_count(&taken) == nobody_tells };
    eventually(DEADLINE, is_untold).await;

    let read = answer.unwrap().into_body().collect().await.unwrap();
    let mut frames = frames(read.to_bytes());
    let end: Value = serde_json::from_slice(&frames.pop().unwrap().payload).unwrap();
    assert_eq!(end["error"]["code"], "deadline_exceeded");
    assert!(!frames.is_empty());
}
