//! The end of a process: calls under way are finished, new ones go elsewhere.

use std::sync::Arc;

use bytes::Bytes;
use platform::service::End;
use prost::Message as _;
use proto::staff::v1::ListMyAccountsResponse;
use serde_json::json;
use support::eventually::eventually;
use tokio::sync::Notify;

use crate::stand::{DEADLINE, Reply, Stand};

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
