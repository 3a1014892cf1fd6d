//! Everything about a person as one file: whole, or visibly not.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use platform::grpc::Rejection;
use platform::service::End;
use prost::{Message as _, Name};
use prost_types::{Any, Timestamp};
use proto::errors::v1::ErrorReason;
use proto::participants::v1::{Access, SentJointPlan};
use proto::subject::v1::ExportSubjectResponse;
use proto::types::v1::Day;
use serde_json::{Value, json};
use support::eventually::eventually;
use tokio::sync::Notify;

use crate::stand::{Browser, DEADLINE, Peer, Reply, Stand, frames};

const PATH: &str = "/own-data";
const EXPORT: &str = "SubjectService/ExportSubject";
const PART: &str = "/identity/deltaga.subject.v1.SubjectService/ExportSubject";
/// Windows of five streams, and the buffers of the connections.
const MOST_ON_THE_WAY: usize = 48 * 1024 * 1024;

fn record(message: &impl Name) -> Bytes {
    let record = Some(Any::from_msg(message).unwrap());
    ExportSubjectResponse { record }.encode_to_vec().into()
}

fn access(purpose: &str) -> Bytes {
    record(&Access {
        purpose: purpose.to_owned(),
        at: Some(Timestamp {
            seconds: 1_772_438_400,
            nanos: 0,
        }),
        ..Access::default()
    })
}

fn everyone(stand: &Stand) -> [&Peer; 5] {
    [
        &stand.identity,
        &stand.participants,
        &stand.attendance,
        &stand.consent,
        &stand.export,
    ]
}

/// Every service holds these records of anybody.
fn hold(stand: &Stand, records: &[Bytes]) {
    for peer in everyone(stand) {
        peer.reply(EXPORT, Reply::Messages(records.to_vec()));
    }
}

async fn download(browser: &mut Browser) -> (u16, Incoming) {
    let answer = browser.open("POST", PATH, None, Bytes::new()).await.unwrap();
    (answer.status().as_u16(), answer.into_body())
}

/// The status of a download that is refused.
async fn refused(browser: &mut Browser) -> u16 {
    let answer = browser.send("POST", PATH, None, Bytes::new()).await.unwrap();
    assert!(answer.json()["code"].is_string(), "{answer:?}");
    answer.status.as_u16()
}

/// What came before the connection was cut, if anything did.
async fn cut(browser: &mut Browser) -> Vec<u8> {
    let Ok(answer) = browser.open("POST", PATH, None, Bytes::new()).await else {
        return Vec::new();
    };
    assert_eq!(answer.status(), 200);
    rest_of(answer.into_body()).await
}

async fn rest_of(mut body: Incoming) -> Vec<u8> {
    let mut seen = Vec::new();
    loop {
        match body.frame().await {
            Some(Ok(frame)) => seen.extend_from_slice(&frame.into_data().unwrap_or_default()),
            Some(Err(_)) => return seen,
            None => panic!("it looks whole: {}", String::from_utf8_lossy(&seen)),
        }
    }
}

#[tokio::test]
async fn what_every_service_holds_is_joined_in_one_file() {
    let stand = Stand::new().await;
    hold(&stand, &[]);
    let plan = SentJointPlan {
        version: 2,
        ..SentJointPlan::default()
    };
    let day = Day {
        year: 2026,
        month: 3,
        day: 2,
    };
    let kept = Reply::Messages(vec![access("report_and_plan"), record(&plan)]);
    stand.participants.reply(EXPORT, kept);
    stand.consent.reply(EXPORT, Reply::Messages(vec![record(&day)]));
    let mut browser = stand.participant().await.with("deltaga-account", "an account");

    let answer = browser.send("POST", PATH, None, Bytes::new()).await.unwrap();

    let of_participants = |message: &str, content: Value| {
        let message = format!("deltaga.participants.v1.{message}");
        json!({ "service": "participants", "message": message, "content": content })
    };
    let read = json!({ "at": "2026-03-02T08:00:00Z", "purpose": "report_and_plan" });
    let day = json!({ "year": 2026, "month": 3, "day": 2 });
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.json(),
        json!({
            "madeAt": "2026-03-02T08:00:00Z",
            "portal": "participant",
            "records": [
                of_participants("Access", read),
                of_participants("SentJointPlan", json!({ "version": 2 })),
                { "service": "consent", "message": "deltaga.types.v1.Day", "content": day },
            ],
        })
    );
    let header = |name: &str| answer.headers[name].to_str().unwrap();
    assert_eq!(header("content-type"), "application/json");
    let disposition = header("content-disposition");
    assert_eq!(disposition, "attachment; filename=\"deltaga-2026-03-02.json\"");
    assert_eq!(header("cache-control"), "no-store");
    assert!(stand.consent.last(EXPORT).header("deltaga-account").is_none());
}

#[tokio::test]
async fn a_person_of_whom_nothing_is_held_gets_a_file_that_says_so() {
    let stand = Stand::new().await;
    hold(&stand, &[]);

    let answer = stand.participant().await.post(PATH, "application/json", "").await;

    assert_eq!(answer.json()["records"], json!([]));
}

#[tokio::test]
async fn nothing_is_begun_while_a_service_is_away() {
    let stand = Stand::without_consent().await;
    hold(&stand, &[access("a")]);

    assert_eq!(refused(&mut stand.participant().await).await, 503);
}

#[tokio::test]
async fn nothing_is_begun_that_a_service_refuses() {
    let stand = Stand::new().await;
    hold(&stand, &[access("a")]);
    let refusal = || Rejection::forbidden(ErrorReason::AssuranceTooLow);
    stand.attendance.refusal(EXPORT, refusal);

    assert_eq!(refused(&mut stand.participant().await).await, 403);
}

#[tokio::test]
async fn staff_have_no_such_file() {
    let stand = Stand::new().await;
    hold(&stand, &[access("a")]);

    assert_eq!(refused(&mut stand.signed_in().await).await, 403);
}

#[tokio::test]
async fn a_file_that_a_service_breaks_off_is_cut_and_looks_like_it() {
    let stand = Stand::new().await;
    hold(&stand, &[access("a")]);
    let broken = Reply::Refusal(vec![access("b"), access("c")], Arc::new(Rejection::unavailable));
    stand.attendance.reply(EXPORT, broken);

    let seen = cut(&mut stand.participant().await).await;

    assert!(serde_json::from_slice::<Value>(&seen).is_err());
}

#[tokio::test]
async fn a_record_that_the_contract_does_not_know_is_not_left_out_in_silence() {
    let unknown = Any {
        type_url: "type.googleapis.com/deltaga.participants.v9.Secret".to_owned(),
        value: Vec::new(),
    };
    let unknown = ExportSubjectResponse {
        record: Some(unknown),
    };
    for odd in [unknown.encode_to_vec(), Vec::new(), b"no message".to_vec()] {
        let stand = Stand::new().await;
        hold(&stand, &[access("a")]);
        stand
            .consent
            .reply(EXPORT, Reply::Messages(vec![access("b"), odd.into()]));

        cut(&mut stand.participant().await).await;
    }
}

#[tokio::test]
async fn only_a_page_of_ours_with_its_token_and_a_session_may_ask() {
    let stand = Stand::new().await;
    hold(&stand, &[access("a")]);
    let signed_in = stand.participant().await;

    assert_eq!(refused(&mut stand.browser()).await, 401);
    let mut without_token = signed_in.clone();
    without_token.csrf = None;
    assert_eq!(refused(&mut without_token).await, 403);
    let mut elsewhere = signed_in.with("origin", "https://evil.example");
    assert_eq!(refused(&mut elsewhere).await, 403);
    let looked = signed_in.clone().get(PATH).await;
    assert_eq!(
        (looked.status.as_u16(), &looked.headers["allow"]),
        (405, &"POST".parse().unwrap())
    );
    for peer in everyone(&stand) {
        assert!(peer.calls(EXPORT).is_empty());
    }
    let certificate = stand.authority.client("a supplier").unwrap();
    let mut supplier = stand.supplier(&certificate);
    assert_eq!(refused(&mut supplier).await, 404);
}

#[tokio::test]
async fn a_session_downloads_one_file_at_a_time() {
    let stand = Stand::new().await;
    hold(&stand, &[access("a")]);
    stand.consent.reply(EXPORT, Reply::Open(vec![access("b")]));
    let (mut first, mut other) = (stand.participant().await, stand.signed_in().await);

    let (status, open) = download(&mut first).await;
    assert_eq!(status, 200);
    assert_eq!(download(&mut first.clone()).await.0, 429);
    assert_eq!(download(&mut other).await.0, 200, "another session");
    drop(open);

    hold(&stand, &[access("a")]);
    let again = || {
        let mut first = first.clone();
        async move { download(&mut first).await.0 == 200 }
    };
    eventually(DEADLINE, again).await;
}

#[tokio::test]
async fn a_session_downloads_a_few_files_an_hour() {
    let stand = Stand::with("limits = { downloads_per_hour = 2 }").await;
    hold(&stand, &[]);
    let mut browser = stand.participant().await;
    let mut statuses = Vec::new();

    for _ in 0..3 {
        let answer = browser.send("POST", PATH, None, Bytes::new()).await.unwrap();
        statuses.push(answer.status.as_u16());
    }

    assert_eq!(statuses, [200, 200, 429]);
}

#[tokio::test]
async fn what_one_service_holds_counts_as_a_download() {
    let stand = Stand::with("limits = { downloads_per_hour = 1 }").await;
    hold(&stand, &[]);
    let mut browser = stand.participant().await;
    assert_eq!(download(&mut browser).await.0, 200);

    let empty = &b"\0\0\0\0\x02{}"[..];
    let answer = browser.post(PART, "application/connect+json", empty).await;

    let end: Value = serde_json::from_slice(&frames(answer.body)[0].payload).unwrap();
    assert_eq!(end["error"]["code"], "resource_exhausted");
}

#[tokio::test]
async fn no_more_is_taken_from_a_service_than_the_person_reads() {
    let stand = Stand::new().await;
    hold(&stand, &[]);
    let large = access(&"a".repeat(64 * 1024));
    let taken = Arc::new(AtomicUsize::new(0));
    for peer in everyone(&stand) {
        peer.reply(EXPORT, Reply::Endless(large.clone(), taken.clone()));
    }

    let (_, mut body) = download(&mut stand.participant().await).await;

    let mut read = 0;
    while read < 2 * MOST_ON_THE_WAY {
        let frame = body.frame().await.unwrap().unwrap();
        read += frame.into_data().unwrap_or_default().len();
        let on_the_way = (taken.load(Ordering::Relaxed) * large.len()).saturating_sub(read);
        assert!(on_the_way < MOST_ON_THE_WAY, "{on_the_way} bytes on the way");
    }
}

#[tokio::test]
async fn a_download_that_nobody_reads_on_is_cut_at_its_deadline() {
    let stand = Stand::with("limits = { stream_seconds = 1 }").await;
    let large = access(&"a".repeat(64 * 1024));
    let taken = Arc::new(AtomicUsize::new(0));
    for peer in everyone(&stand) {
        peer.reply(EXPORT, Reply::Endless(large.clone(), taken.clone()));
    }
    // Whoever tells without end holds the counter as long as it is told.
    let nobody_tells = Arc::strong_count(&taken);
    let browsers = [stand.participant().await.over_http2(), stand.participant().await];

    for mut browser in browsers {
        let (status, body) = download(&mut browser).await;
        assert_eq!(status, 200);

        let is_untold = || async { Arc::strong_count(&taken) == nobody_tells };
        eventually(DEADLINE, is_untold).await;
        assert!(taken.swap(0, Ordering::Relaxed) * large.len() < MOST_ON_THE_WAY);
        let again = || {
            let mut browser = browser.clone();
            async move { download(&mut browser).await.0 == 200 }
        };
        eventually(DEADLINE, again).await;

        assert!(!rest_of(body).await.is_empty());
    }
}

#[tokio::test]
async fn a_file_is_cut_at_the_end_of_the_token_of_the_person() {
    let stand = Stand::new().await;
    hold(&stand, &[access("a")]);
    stand.consent.reply(EXPORT, Reply::Open(vec![access("b")]));
    let mut browser = stand.participant().await;
    stand.give_token(stand.tokens.participant(1), 1);

    let seen = tokio::time::timeout(DEADLINE, cut(&mut browser)).await;

    assert!(!seen.expect("it outlives the token").is_empty());
}

#[tokio::test]
async fn a_process_that_ends_cuts_a_file_instead_of_ending_it() {
    let stand = Stand::new().await;
    hold(&stand, &[access("a")]);
    stand.consent.reply(EXPORT, Reply::Open(vec![access("b")]));
    let (_, body) = download(&mut stand.participant().await).await;
    let Stand { running, .. } = stand;

    let (_, end) = tokio::join!(rest_of(body), running.stop(std::future::pending()));

    assert_eq!(end, End::Clean);
}

#[tokio::test]
async fn who_answers_nothing_at_all_is_not_waited_for_longer_than_for_a_call() {
    let stand = Stand::with("limits = { deadline_seconds = 1 }").await;
    hold(&stand, &[access("a")]);
    let never = Reply::Held(Arc::new(Notify::new()), Bytes::new());
    stand.attendance.reply(EXPORT, never);

    assert_eq!(refused(&mut stand.participant().await).await, 504);
}
