//! The end of a process: calls under way are finished, new ones go elsewhere.

use std::sync::Arc;

use bytes::Bytes;
use platform::service::End;
use prost::Message as _;
use proto::export::v1::WatchRunResponse;
use proto::staff::v1::ListMyAccountsResponse;
use serde_json::{Value, json};
use support::eventually::eventually;
use tokio::sync::Notify;
use uuid::Uuid;

use crate::stand::{DEADLINE, Reply, Stand, frames};

const WATCH: &str = "/deltaga.export.v1.RunService/WatchRun";
const MINE: &str = "/deltaga.staff.v1.AccountService/ListMyAccounts";

#[tokio::test]
async fn a_call_under_way_is_answered_and_a_new_one_is_not_taken() {
    let stand = Stand::new().await;
    let go = Arc::new(Notify::new());
    let message = ListMyAccountsResponse::default().encode_to_vec();
    stand.staff.reply(
        "AccountService/ListMyAccounts",
        Reply::Held(go.clone(), message.into()),
    );
    let mut browser = stand.signed_in().await;
    let late = stand.browser();
    let Stand { running, staff, .. } = stand;

    let nothing = json!({});
    let calling = browser.json(MINE, &nothing);
    let ending = async {
        let has_arrived = || async { !staff.calls("AccountService/ListMyAccounts").is_empty() };
        eventually(DEADLINE, has_arrived).await;
        let refused = async {
            eventually(DEADLINE, || {
                let mut late = late.clone();
                async move { late.send("GET", "/session", None, Bytes::new()).await.is_err() }
            })
            .await;
            go.notify_one();
        };
        tokio::join!(running.stop(std::future::pending()), refused).0
    };
    let (answer, end) = tokio::join!(calling, ending);

    assert_eq!(answer.status, 200);
    assert_eq!(end, End::Clean);
}

#[tokio::test]
async fn a_stream_is_told_to_go_elsewhere() {
    let stand = Stand::new().await;
    let open = Reply::Open(vec![WatchRunResponse::default().encode_to_vec().into()]);
    stand.export.reply("RunService/WatchRun", open);
    let account = Uuid::from_u128(1).to_string();
    let mut browser = stand.signed_in().await.with("deltaga-account", &account);
    let Stand { running, export, .. } = stand;

    let watching = browser.post(WATCH, "application/connect+json", &b"\0\0\0\0\x02{}"[..]);
    let ending = async {
        let has_arrived = || async { !export.calls("RunService/WatchRun").is_empty() };
        eventually(DEADLINE, has_arrived).await;
        running.stop(std::future::pending()).await
    };
    let (answer, end) = tokio::join!(watching, ending);

    assert_eq!(end, End::Clean);
    let last = frames(answer.body).pop().unwrap();
    let last: Value = serde_json::from_slice(&last.payload).unwrap();
    assert_eq!(last["error"]["code"], "unavailable");
}
