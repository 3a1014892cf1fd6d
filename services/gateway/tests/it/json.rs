//! Calls in JSON: what a service gets, and what the page gets back.

use platform::auth::Principal;
use proto::identity::v1::{ListSessionsResponse, SessionSummary};
use serde_json::json;
use uuid::Uuid;

use crate::stand::Stand;

const SESSIONS: &str = "/deltaga.identity.v1.SessionService/ListSessions";
const MINE: &str = "/deltaga.staff.v1.AccountService/ListMyAccounts";

#[tokio::test]
async fn a_call_in_json_is_answered_in_json() {
    let stand = Stand::new().await;
    stand.identity.message(
        "SessionService/ListSessions",
        &ListSessionsResponse {
            sessions: vec![SessionSummary {
                session_id: "s".to_owned(),
                is_current: true,
                ..SessionSummary::default()
            }],
            page: None,
        },
    );

    let answer = stand.signed_in().await.json(SESSIONS, &json!({})).await;

    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["content-type"], "application/json");
    assert_eq!(
        answer.json(),
        json!({ "sessions": [{ "sessionId": "s", "isCurrent": true }] })
    );
}

#[tokio::test]
async fn the_service_gets_the_person_of_the_session_and_the_account_that_the_page_names() {
    let stand = Stand::new().await;
    let account = Uuid::from_u128(77).to_string();
    let mut browser = stand.signed_in().await.with("deltaga-account", &account);
    browser.headers.push(("user-agent", "A browser".to_owned()));
    browser
        .headers
        .push(("deltaga-min-revision", format!("staff.account.v1/{account}@0.1")));

    browser.json(MINE, &json!({})).await;

    let call = stand.staff.last("AccountService/ListMyAccounts");
    let Principal::Staff { who, .. } = &call.principal else {
        panic!("{:?}", call.principal);
    };
    assert_eq!(who.session_id, Uuid::from_u128(1));
    assert_eq!(call.header("deltaga-account"), Some(account.as_str()));
    assert_eq!(call.header("deltaga-end-user-agent"), Some("A browser"));
    assert_eq!(call.header("deltaga-end-user-address"), Some("127.0.0.1"));
    assert!(call.header("deltaga-min-revision").is_some());
}

#[tokio::test]
async fn headers_that_are_made_up_outside_do_not_reach_a_service() {
    let stand = Stand::new().await;
    let mut browser = stand.signed_in().await;
    for (name, value) in [
        ("authorization", "Bearer made-up"),
        ("deltaga-client-certificate", "00"),
        ("deltaga-end-user-address", "203.0.113.1"),
        ("deltaga-anything", "made up"),
        ("x-forwarded-for", "203.0.113.1, 198.51.100.9"),
    ] {
        browser.headers.push((name, value.to_owned()));
    }

    let answer = browser.json(MINE, &json!({})).await;

    assert_eq!(answer.status, 200, "{answer:?}");
    let call = stand.staff.last("AccountService/ListMyAccounts");
    assert_eq!(call.header("deltaga-client-certificate"), None);
    assert_eq!(call.header("deltaga-anything"), None);
    assert_eq!(call.header("cookie"), None);
    assert_eq!(call.header("deltaga-csrf"), None);
    assert_eq!(call.header("deltaga-end-user-address"), Some("198.51.100.9"));
}

#[tokio::test]
async fn what_several_services_serve_is_not_there_without_a_name_in_front() {
    let stand = Stand::new().await;
    let mut browser = stand
        .signed_in()
        .await
        .with("deltaga-account", &Uuid::from_u128(1).to_string());
    let path = "/deltaga.operations.v1.OperationsService/ListParkedRecords";

    let unnamed = browser.json(path, &json!({})).await;
    let named = browser.json(&format!("/staff{path}"), &json!({})).await;

    assert_eq!((unnamed.status.as_u16(), named.status.as_u16()), (404, 200));
    assert_eq!(stand.staff.calls("OperationsService/ListParkedRecords").len(), 1);
}

#[tokio::test]
async fn fields_without_a_value_are_left_out() {
    let stand = Stand::new().await;

    let answer = stand.signed_in().await.json(MINE, &json!({})).await;

    assert_eq!(answer.json(), json!({}));
}
